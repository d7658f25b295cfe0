/** Sealed ballots: a commitment in the act, its opening beside it, and requests of one length. */

import { sha256 } from "@noble/hashes/sha2";
import { b64url, concat, fromB64url, random, utf8 } from "./encoding";

/** What opens a sealed ballot: 32 bytes of salt (b64url), and the exact JSON text of the choice. */
export interface Opening {
  readonly salt: string;
  readonly choice: string;
}

/** A fresh opening of a choice, which is exact JSON text. */
export function seal(choice: string): Opening {
  return { salt: b64url(random(32)), choice };
}

/** The commitment that an opening belongs to: b64url SHA-256(salt ‖ choice). */
export function commitment(opening: Opening): string {
  return b64url(sha256(concat(fromB64url(opening.salt, 32), utf8(opening.choice))));
}

/** What goes to the service: a signed act, and what travels beside it. */
export interface Submission {
  readonly jws: string;
  readonly blobs: readonly string[];
  readonly opening: Opening | null;
  /** How many options the question has, where there is an opening. */
  readonly options?: number;
}

const REQUEST_LENGTH = 2048;
const OPTIONS = 20; // the longest choice among so many, each with its number, still fits one length more

/** The body of a request; where it holds an opening its length tells how many options there are, and nothing of the choice. */
export function requestBody({ jws, blobs, opening, options = 0 }: Submission): string {
  const body = (pad: string): string => JSON.stringify({ jws, blobs, opening, pad });
  if (!opening) return body("");
  const length = REQUEST_LENGTH * (1 + Math.floor(options / OPTIONS));
  return body("0".repeat(length - (utf8(body("")).length % length)));
}

const EXPONENT = 77; // digits of the largest exponent, and of the largest element, of the group of secret ballots
const ELEMENT = 617;

/**
 * The body of a request that brings an encrypted ballot: its exact text, then a blank for every digit that its numbers
 * lack. Ballots are public and not equally long; whoever sees how long a request is must not find it among them.
 */
export function padded(ballot: string): string {
  let lacking = 0;
  for (const quoted of ballot.match(/"\d+"/g) || []) {
    const digits = quoted.length - 2;
    lacking += (digits <= EXPONENT ? EXPONENT : ELEMENT) - digits;
  }
  return ballot + " ".repeat(lacking);
}
