/** What the pages of the hall read of the public state, beyond what a phone does. */

import type { FloorState, HearingState, ItemState, Moment, PollState, QuestionState, Result } from "../page/state";
import type { Text } from "../page/texts";

/** One test of a rule, with its numbers: whole heads, or areas as decimal strings. */
export interface Comparison {
  readonly kind: "quorum" | "majority";
  readonly measure: "heads" | "area";
  readonly value: number | string;
  readonly of: number | string;
  readonly threshold: string;
  readonly needed: number | string;
  readonly ok: boolean;
  readonly text: Text;
}

export interface HallQuestion extends QuestionState {
  /** How many options are chosen; 0 where none are. */
  readonly seats: number;
  readonly electorate: "present" | "roll";
  readonly quorum: { readonly met: boolean; readonly comparisons: readonly Comparison[] };
  /** Of a secret poll to come: how many it would be put to, and how many of their phones can take part. */
  readonly offers: { readonly asked: number; readonly offered: number; readonly least: number } | null;
}

export interface HallItem extends ItemState {
  readonly questions: readonly HallQuestion[];
}

export interface HallResult extends Result {
  readonly comparisons: readonly Comparison[];
  readonly options: readonly {
    readonly id: string;
    readonly text: Text;
    readonly total: { readonly heads: number; readonly area?: string };
  }[];
}

/** How far an option came: `bar` in thousandths; `mark` is `chosen`, `tied` or `again` (into a further round). */
export interface Standing {
  readonly id: string;
  readonly name: Text;
  readonly amount: Text;
  readonly bar: number;
  readonly mark: string | null;
}

/** A result in words (voting/conclusion.py). */
export interface Conclusion {
  readonly says: Text;
  /** What the decision leaves open: a tie, or empty places. */
  readonly left: Text | null;
  readonly more: readonly Text[];
  readonly statutory: Text | null;
  readonly amounts: Text;
  readonly standings: readonly Standing[];
  /** How each constituency voted, in a line. */
  readonly units: readonly Text[];
}

/** A lot that was drawn from what was rolled in the hall. */
export interface Lot {
  readonly root: string;
  readonly rolled: string;
  readonly steps: readonly { readonly option: string; readonly left: readonly string[]; readonly place: number }[];
}

export interface HallPoll extends PollState {
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly live: { readonly [option: string]: number } | null;
  readonly unopened: number;
  /** The options between which a lot can be drawn now. */
  readonly tied: readonly string[];
  readonly lot: Lot | null;
  readonly result: HallResult | null;
  readonly conclusion: Conclusion | null;
}

/** A speech: `turn` is this person's n-th on this item. */
export interface Speech extends FloorState {
  readonly turn: number;
  readonly at: string;
  readonly given_at: string | null;
}

/** A moment to compare the record at; `leaf` is the act that made it. */
export interface HallMoment extends Moment {
  readonly leaf: string;
}

/** An act that waits for a second officer: the poll or the device that it ends, or the entries that it brings and ends. */
export interface Pending {
  readonly leaf: string;
  readonly kind: string;
  readonly signer: string;
  readonly at: string;
  readonly reason: string;
  readonly about: string | null;
  /** The numbers for a lot, or empty. */
  readonly rolled: string;
  /** The entries that a correction of the roll brings; of keys that are to be made anew, the holders. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many of those holders open a box together. */
  readonly threshold: number;
}

/** A key holder, how far its device is, whom it accuses of a message that does not fit, and whether it has left the roll. */
export interface HolderState {
  readonly member: string;
  readonly certificate: boolean;
  readonly polynomial: boolean;
  readonly share: boolean;
  readonly accepted: boolean;
  readonly refuses: string | null;
  readonly left: boolean;
}

/** The keys of the secret polls: who holds them, and how many open a poll together. */
export interface KeysState {
  readonly holders: readonly HolderState[];
  readonly threshold: number;
  readonly trustees: string | null;
  readonly ready: boolean;
}

/** The public state; `names` are masked, of those whom it mentions. */
export interface HallState extends HearingState {
  readonly hearing: string;
  readonly at: string;
  readonly opened_at: string | null;
  readonly adjourned_at: string | null;
  readonly attendance: {
    readonly eligible: number;
    readonly enrolled: number;
    readonly present: number;
    readonly by_code: number;
    readonly by_desk: number;
  };
  readonly items: readonly HallItem[];
  readonly polls: readonly HallPoll[];
  readonly speaker: Speech | null;
  readonly queue: readonly Speech[];
  readonly moments: readonly HallMoment[];
  readonly pending: readonly Pending[];
  /** Null in a hearing without secret polls. */
  readonly keys: KeysState | null;
  readonly cosigned: readonly { readonly target: string; readonly role: string; readonly at: string }[];
  readonly minutes: string | null;
  /** The act that published them last. */
  readonly minutes_leaf: string | null;
  readonly names: { readonly [member: string]: string };
}

/** The item under discussion. */
export function calledItem(state: HallState): HallItem | undefined {
  return state.items.filter((item) => item.id === state.called)[0];
}

/** The latest poll on the item under discussion. */
export function latestPoll(state: HallState): HallPoll | undefined {
  return state.polls.filter((poll) => poll.item === state.called).pop();
}

/** The poll on a question that stands: the latest one, unless it is void. */
export function standingPoll(state: HallState, question: HallQuestion): HallPoll | undefined {
  return state.polls.filter((poll) => poll.id === question.poll && poll.stage !== "void")[0];
}

/** What was rolled for a poll's lot and waits for a supervisor, as entered last; empty if nothing does. */
export function rolledFor(state: HallState, poll: HallPoll): string {
  const waiting = state.pending.filter((act) => act.kind === "lot.draw" && act.about === poll.id).pop();
  return waiting ? waiting.rolled : "";
}

/** Whether a question is not put any more: a poll on it stands, or the box of a void one was opened. */
function isPut(state: HallState, question: HallQuestion): boolean {
  return question.visibility === "secret" ? question.election === null : standingPoll(state, question) !== undefined;
}

/** The question that is to be put next: of the item under discussion, before one is called of the whole agenda. */
export function nextQuestion(state: HallState): HallQuestion | undefined {
  const called = calledItem(state);
  const items = called ? [called] : state.items;
  for (const item of items) {
    for (const question of item.questions) if (!isPut(state, question)) return question;
  }
  return undefined;
}

/** An item's number on the agenda, from 1. */
export function numberOf(state: HallState, item: HallItem): number {
  return state.items.indexOf(item) + 1;
}

/** Whether a key holder has something to do: to make a key, or to open a box. */
export function keyAsked({ keys, polls, phase }: HallState, me: string): boolean {
  const makes = keys !== null && keys.holders.some(({ member, accepted }) => member === me && !accepted);
  const opens = polls.some(({ box }) => box !== null && box.openable && box.holders.indexOf(me) >= 0 && box.decrypted.indexOf(me) < 0);
  return phase !== "adjourned" && (makes || opens);
}
