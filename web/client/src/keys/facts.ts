/** What a key holder's page takes from a record that it has verified itself: messages, acts and archives. */

import type { Text } from "../page/texts";

/** One making of keys. Messages are exact texts, by member. */
export interface KeySet {
  /** Entries of the roll; the n-th has share n, counted from 1. */
  readonly holders: readonly string[];
  readonly threshold: number;
  readonly certificates: ReadonlyMap<string, string>;
  readonly polynomials: ReadonlyMap<string, string>;
  readonly shares: ReadonlyMap<string, string>;
  readonly trustees: string | null;
  readonly accepted: ReadonlySet<string>;
  /** Who says that another's message does not fit, and whose. */
  readonly refused: ReadonlyMap<string, string>;
}

/** A secret poll. Exact bytes are as the record names them. */
export interface SecretPoll {
  readonly id: string;
  readonly title: Text;
  readonly stage: "open" | "closed" | "opened" | "void";
  /** The id that its election must have. */
  readonly election: string;
  readonly keys: KeySet;
  /** Null before it is set up. */
  readonly raw: Uint8Array | null;
  readonly credentials: Uint8Array | null;
  readonly ballots: readonly Uint8Array[];
  /** How many credentials were offered. */
  readonly issued: number;
  /** How many voters have shown that theirs was left out. */
  readonly objections: number;
  /** Members who have decrypted. */
  readonly decrypted: readonly string[];
  /** `secret/POLL.bel` of the bundle. */
  readonly archive: Uint8Array | null;
  /** The checkpoint at its close: size, and root in hex. */
  readonly closed: { readonly size: number; readonly root: string } | null;
}

/** The record as far as it concerns key holders. */
export interface Facts {
  readonly size: number;
  readonly origin: string;
  /** Null in a hearing without secret polls. */
  readonly keys: KeySet | null;
  /** The holders of these keys who have left the roll: no poll is opened under them any more. */
  readonly left: readonly string[];
  /** What each holder is in the hearing, by member. */
  readonly roles: { readonly [member: string]: string };
  readonly polls: readonly SecretPoll[];
}

/** What all holders have sent of one kind, in their order; null while one is missing. */
export function inOrder({ holders }: KeySet, messages: ReadonlyMap<string, string>): string[] | null {
  const found = holders.map((holder) => messages.get(holder));
  return found.every((one) => one !== undefined) ? (found as string[]) : null;
}

/** The number of a holder's share, from 1; 0 of somebody who holds none. */
export function numberOf({ holders }: KeySet, member: string): number {
  return holders.indexOf(member) + 1;
}

/** Whether a poll can be opened under these keys. */
export function isReady({ holders, trustees, accepted, refused }: KeySet): boolean {
  return trustees !== null && accepted.size === holders.length && !refused.size;
}
