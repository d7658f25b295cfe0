/** The ballot box with several locks: keys, offers, and what is in the box (docs/spec.md, section 18). */

import type { Certificate, Polynomial } from "../secret/commitments";
import type { Election } from "../secret/election";
import type { Factors, Sums } from "../secret/tally";
import type { Trustees } from "../secret/trustees";

/** So many ballots at least, or none of them is ever opened: fewer would tell who voted what. */
export const LEAST = 5;

/** A message of a key holder: its exact text, and what it says. */
export interface Sent<T> {
  readonly text: string;
  readonly read: T;
}

/** How far the key holders have come with one making of keys. Messages are by holder. */
export class Keys {
  readonly certificates = new Map<string, Sent<Certificate>>();
  readonly polynomials = new Map<string, Sent<Polynomial>>();
  /** Exact texts. */
  readonly shares = new Map<string, string>();
  /** The final object, once every holder has sent its share. */
  trustees: Sent<Trustees> | null = null;
  /** The holders who have found their own keys in it. */
  readonly accepted = new Set<string>();
  /** Who says that what another has dealt does not fit, and whose it is. */
  readonly refused = new Map<string, string>();

  /**
   * @param holders entries of the roll; the n-th holds share n, counted from 1
   * @param threshold how many of them open a poll together
   */
  constructor(
    readonly holders: readonly string[],
    readonly threshold: number,
  ) {}

  /** Whether a poll can be opened under these keys. */
  get ready(): boolean {
    return this.trustees !== null && this.accepted.size === this.holders.length && !this.refused.size;
  }

  /** Which share a holder has, from 1; 0 of somebody who holds none. */
  number(holder: string): number {
    return this.holders.indexOf(holder) + 1;
  }

  /** What all holders have sent of one kind, in their order, as it was read. */
  inOrder<T>(messages: ReadonlyMap<string, Sent<T>>): T[] {
    return this.holders.map((holder) => (messages.get(holder) as Sent<T>).read);
  }
}

/** What a poll asks, once it is set up. */
export interface Setup {
  /** The election's exact bytes. */
  readonly raw: Uint8Array;
  readonly election: Election;
  /** The list's exact bytes, and the public credentials in it. */
  readonly credentials: Uint8Array;
  readonly listed: ReadonlySet<string>;
}

/** What a secret poll has beyond another one. */
export class Box {
  setup: Setup | null = null;
  /** By their hash, in the order of the record: exact bytes of ballots. */
  readonly ballots = new Map<string, Uint8Array>();
  /** Credentials that a ballot in the box is signed with. */
  readonly voted = new Set<string>();
  /** The sum of the ballots so far; null of none. */
  sums: Sums | null = null;
  /** By the digest of their body: the blobs that open the ballots that were made to test a phone. */
  readonly spoiled = new Map<string, string>();
  /** Members who have shown that their credential was left out. */
  readonly objections = new Set<string>();
  /** The exact bytes of the sum, once the poll is closed and may be opened. */
  tally: Uint8Array | null = null;
  /** By the number of the holder's share: exact bytes, and the factors in them. */
  readonly decryptions = new Map<number, { readonly raw: Uint8Array; readonly factors: Factors }>();
  /** Of each sheet, of each line, once enough holders have decrypted. */
  totals: readonly (readonly bigint[])[] | null = null;
  /** The SHA-256 in hex of the archive that ends with these totals. */
  archive: string | null = null;

  /**
   * @param election the id of its election
   * @param keys what it is locked with; they are ready
   * @param offers the commitments of those who may vote, by member, as they stood when the poll opened
   */
  constructor(
    readonly election: string,
    readonly keys: Keys,
    readonly offers: ReadonlyMap<string, string>,
  ) {}
}
