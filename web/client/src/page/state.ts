/** The public state of a hearing as the service tells it (deliberation/view.py): what pages read of it. */

import type { Text } from "./texts";

export interface Option {
  readonly id: string;
  readonly text: Text;
}

/** A number for each option; on a scale of grades, `words` are what they are called, the smallest first. */
export interface Numbers {
  readonly kind: "numbers";
  readonly low: number;
  readonly high: number;
  readonly words?: readonly Text[];
  /** What an option without a number counts as having; else as nothing. */
  readonly missing?: "lowest";
}

/** What a ballot looks like (voting/forms.py). */
export type Form =
  | { readonly kind: "one" }
  | { readonly kind: "marks"; readonly most: number }
  | { readonly kind: "ranking" }
  | Numbers;

export interface QuestionState {
  readonly hash: string;
  readonly title: Text;
  readonly text: Text;
  readonly method: string;
  readonly form: Form;
  readonly options: readonly Option[];
  readonly visibility: "live" | "sealed" | "secret";
  readonly change: "until_close" | "none";
  readonly rule_text: Text;
  readonly poll: string | null;
  /** What phones offer credentials for now, where it is answered in secret. */
  readonly election: string | null;
}

export interface ItemState {
  readonly id: string;
  readonly title: Text;
  readonly text: Text;
  readonly ballot: "named" | "secret" | "none";
  readonly called: number;
  readonly comments: number;
  readonly questions: readonly QuestionState[];
}

export interface Result {
  readonly decision: string;
  readonly comparisons: readonly { readonly text: Text }[];
  readonly reason: Text | null;
  /** The options that are chosen, and those among whom a lot must decide. */
  readonly chosen?: readonly string[];
  readonly tied?: readonly string[];
}

/** The box of a secret poll (deliberation/secret_view.py). */
export interface BoxState {
  readonly election: string;
  readonly holders: readonly string[];
  readonly threshold: number;
  readonly ready: boolean;
  readonly issued: number;
  readonly cast: number;
  readonly least: number;
  readonly spoiled: number;
  readonly objections: number;
  readonly decrypted: readonly string[];
  readonly openable: boolean;
}

export interface PollState {
  readonly id: string;
  readonly item: string;
  readonly question: string;
  readonly stage: "open" | "closed" | "revealed" | "published" | "void";
  readonly closes: string | null;
  readonly electorate: number;
  readonly cast: number;
  readonly openings: string | null;
  readonly void_reason: string | null;
  readonly box: BoxState | null;
  readonly result: Result | null;
  /** The result in words; the page shows its `standings`. */
  readonly conclusion: unknown;
}

export interface FloorState {
  readonly request: string;
  readonly member: string;
  readonly item: string;
  readonly seconds: number;
}

export interface Moment {
  readonly what: "opened" | "closed" | "result" | "adjourned";
  readonly poll: string | null;
  readonly size: number;
  readonly root: string;
}

export interface HearingState {
  readonly size: number;
  readonly phase: "convened" | "open" | "adjourned";
  readonly rehearsal: boolean;
  readonly origin: string;
  readonly community: { readonly id: string; readonly name: Text; readonly zone: string };
  readonly title: Text;
  readonly place: Text;
  readonly starts: string;
  readonly attendance: { readonly present: number };
  readonly called: string | null;
  readonly items: readonly ItemState[];
  readonly polls: readonly PollState[];
  readonly speaker: FloorState | null;
  readonly queue: readonly FloorState[];
  readonly moments: readonly Moment[];
}

/** What only the person themselves may read of their place. */
export interface MemberState {
  readonly name: string;
  readonly device: string | null;
  readonly present_since: string | null;
  readonly present_by: "code" | "desk" | null;
  readonly polls: readonly {
    readonly poll: string;
    readonly may_vote: boolean;
    readonly ballot: string | null;
    readonly final: boolean;
  }[];
}

/** A comment on an item; a hidden one has its reason and no text. */
export interface CommentState {
  readonly comment: string;
  readonly member: string;
  readonly name: string | null;
  readonly at: string;
  readonly text: string | null;
  readonly hidden: string | null;
}

/** The question that a poll puts. */
export function questionOf(state: HearingState, poll: PollState): QuestionState | undefined {
  for (const item of state.items) {
    for (const question of item.questions) if (question.hash === poll.question) return question;
  }
  return undefined;
}
