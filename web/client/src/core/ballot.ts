/** Sealed ballots: a commitment in the act, its opening beside it, and requests of one length. */

import { sha256 } from "@noble/hashes/sha2";
import type { Choice } from "./acts";
import { b64url, concat, fromB64url, random, utf8 } from "./encoding";

/** What opens a sealed ballot: 32 bytes of salt (b64url), and the exact JSON text of the choice. */
export interface Opening {
  readonly salt: string;
  readonly choice: string;
}

/** A fresh opening of a choice. */
export function seal(choice: Choice): Opening {
  return { salt: b64url(random(32)), choice: JSON.stringify(choice) };
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
}

const REQUEST_LENGTH = 2048;

/** The body of a request; where it holds an opening its length says nothing about the choice. */
export function requestBody({ jws, blobs, opening }: Submission): string {
  const body = (pad: string): string => JSON.stringify({ jws, blobs, opening, pad });
  if (!opening) return body("");
  const rest = utf8(body("")).length % REQUEST_LENGTH;
  return body("0".repeat(REQUEST_LENGTH - rest));
}
