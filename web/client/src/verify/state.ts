/** The state of a hearing as far as it decides who may vote and what counts (docs/spec.md, section 10). */

import { sha256 } from "@noble/hashes/sha2";

import { hex } from "../core/encoding";
import type { Notice } from "./blobs";
import type { Box, Keys } from "./box";
import type { Result } from "./count";
import { allow } from "./findings";
import type { Act, ActOf, Member } from "./kinds";
import type { Question } from "./question";

export type Phase = "empty" | "convened" | "open" | "adjourned";
export type Role = Member["role"] | "root" | "service" | "token";

/** Where an act stands. */
export interface Place {
  readonly seq: number;
  readonly at: string;
  readonly leaf: string;
  readonly kid: string;
}

/** One entry of the roll. */
export interface Seat {
  readonly member: Member;
  kid: string | null;
  /** The thumbprint of the card's key, once it was shown: two entries of one card are one person. */
  card: string | null;
  /** Whether the chair added this officer during the hearing. */
  granted: boolean;
  /** Whether the entry joined after the notice. */
  late: boolean;
  present: boolean;
  ended: boolean;
  /** Polls in which the ballot stands although the device has changed. */
  readonly finalIn: Set<string>;
}

/** A key that may sign, and from which entry on. */
export interface Key {
  readonly bytes: Uint8Array;
  readonly kind: "root" | "service" | "device";
  seat: Seat | null;
  readonly since: number;
}

/** Who signed the act at hand. */
export interface Signer {
  readonly role: Role;
  readonly kid: string;
  readonly seat: Seat | null;
}

/** A person's current ballot; `choice` is its exact JSON, null while it is sealed. */
export interface Ballot {
  readonly leaf: string;
  readonly seq: number;
  readonly commitment: string | null;
  choice: string | null;
}

export interface Poll {
  readonly id: string;
  readonly item: string;
  readonly questionHash: string;
  readonly question: Question;
  readonly openedAt: string;
  readonly closes: string | null;
  /** Who may vote, by entry of the roll; and everyone whom the rule counts as eligible. */
  readonly electorate: ReadonlyMap<string, Member>;
  readonly eligible: readonly Member[];
  readonly ballots: Map<string, Ballot>;
  closed: boolean;
  /** The entries up to and with its close; 0 before. */
  closedSize: number;
  revealed: boolean;
  /** The hash of the published result. */
  result: string | null;
  /** What the recount gave when it was published. */
  recount: Result | null;
  voidReason: string | null;
  /** All options in the order of the lot that was drawn. */
  lot: readonly string[] | null;
  /** Of a secret poll. No ballot in it is anybody's, so its `ballots` stay empty. */
  readonly box: Box | null;
}

export interface Comment {
  readonly blob: string;
  hidden: boolean;
  erased: boolean;
}

/** A moment at which the record stands still long enough to be compared. */
export interface Moment {
  readonly what: "opened" | "closed" | "result" | "adjourned";
  readonly poll: string | null;
  readonly size: number;
}

type Waiting = ActOf<"roll.amend"> | ActOf<"poll.void"> | ActOf<"lot.draw"> | ActOf<"device.revoke"> | ActOf<"key.restart">;

/** An act that waits for a second officer. */
export interface Pending {
  readonly act: Waiting;
  readonly signer: Seat | null;
}

export class State {
  phase: Phase = "empty";
  convene: ActOf<"hearing.convene"> | null = null;
  notice: Notice | null = null;
  called: string | null = null;
  minutes: string | null = null;
  /** The keys of the secret polls, where the notice names holders. */
  holders: Keys | null = null;
  /** Commitments to credentials for secret polls: election → member → the latest. */
  readonly offers = new Map<string, Map<string, string>>();
  readonly questions = new Map<string, Question>();
  readonly seats = new Map<string, Seat>();
  readonly keys = new Map<string, Key>();
  readonly polls = new Map<string, Poll>();
  readonly comments = new Map<string, Comment>();
  readonly pending = new Map<string, Pending>();
  /** Acts that stand and may gain signatures, and who signed them. */
  readonly cosignable = new Map<string, Seat | null>();
  readonly cosigned = new Set<string>();
  readonly moments: Moment[] = [];
  /** Every blob that an act has named. */
  readonly blobNames = new Set<string>();
  readonly erased = new Set<string>();

  /** `files` are the bundle's, by name; `root` gives in hex that of the first so many entries. */
  constructor(
    readonly files: ReadonlyMap<string, Uint8Array>,
    readonly root: (size: number) => string | null,
  ) {}

  /** The blob of that name; other bytes than the name promises are as good as none. */
  blob(name: string): Uint8Array | undefined {
    const found = this.files.get(`blobs/${name}`);
    return found && hex(sha256(found)) === name ? found : undefined;
  }

  seat(id: string): Seat {
    const seat = this.seats.get(id);
    allow(seat && !seat.ended, "not-on-roll");
    return seat;
  }

  poll(id: string): Poll {
    const poll = this.polls.get(id);
    allow(poll, "unknown-poll");
    return poll;
  }

  secretPoll(id: string): { readonly poll: Poll; readonly box: Box } {
    const poll = this.poll(id);
    allow(poll.box, "not-a-secret-poll");
    return { poll, box: poll.box };
  }

  voters(): Seat[] {
    return Array.from(this.seats.values()).filter(votes);
  }

  openPolls(): Poll[] {
    return Array.from(this.polls.values()).filter(isOpen);
  }
}

/** Checks everything first, then changes the state: a refusal leaves it as it was. */
export type Handler<A = Act> = (state: State, act: A, place: Place, signer: Signer) => void;

export function newSeat(member: Member): Seat {
  const { heads = 0, ...others } = member.weights as { [measure: string]: number };
  const wanted = member.role === "representative" ? 1 : 0;
  allow(heads === wanted && Object.keys(others).every((name) => name === "area"), "bad-member");
  return { member, kid: null, card: null, granted: false, late: false, present: false, ended: false, finalIn: new Set() };
}

/** Whether an entry carries a vote. */
export function votes(seat: Seat): boolean {
  return seat.member.role === "representative" && !seat.ended;
}

/** Whether the time that was fixed at opening has come. */
export function isDue(poll: Poll, place: Place): boolean {
  return poll.closes !== null && place.at >= poll.closes;
}

/** How many ballots count. */
export function returned({ box, ballots }: Poll): number {
  return (box || { ballots }).ballots.size;
}

/** Whether a poll takes the place of all others on its question: it counts, or is secret and its totals are known. */
export function isLast({ box, voidReason }: Poll): boolean {
  return voidReason === null || (box !== null && box.totals !== null);
}

/** Whether a poll takes ballots. */
export function isOpen(poll: Poll): boolean {
  return !poll.closed && poll.voidReason === null;
}
