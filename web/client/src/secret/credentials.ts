/** A voter's credential: the code on the device, the secret that grows from it, and the public key that signs. */

import { pbkdf2 } from "@noble/hashes/pbkdf2";
import { sha256 } from "@noble/hashes/sha2";
import { must, utf8 } from "../core/encoding";
import { BASE58 } from "./election";
import { fromBytes, power, q, type Random } from "./group";

const LENGTH = 14;

/** A new code: 14 random characters and a checksum, as `XXX-XXX-XXX-XXX-XXX`. */
export function newCode(random: Random): string {
  let code = "";
  while (code.length < LENGTH) code += BASE58.charAt(Number(random(58n)));
  return dashed(code + BASE58.charAt(53 - remainder(code)));
}

/**
 * A code as it is hashed, from what was typed; throws `Malformed` where it has a slip in it.
 *
 * Without its dashes a code would pass the checksum too, and give another key.
 */
export function readCode(typed: string): string {
  const code = typed.replace(/[\s-]/g, "");
  must(/^[1-9A-HJ-NP-Za-km-z]{15}$/.test(code), "a code has 15 letters and digits");
  must((remainder(code.slice(0, LENGTH)) + BASE58.indexOf(code.charAt(LENGTH))) % 53 === 0, "the code has a slip in it");
  return dashed(code);
}

/** The secret exponent of a code, in one election. */
export function secretOf(code: string, uuid: string): bigint {
  return fromBytes(pbkdf2(sha256, utf8(readCode(code)), utf8(uuid), { c: 1000, dkLen: 32 })) % q;
}

/** The public credential that stands in the election's list. */
export function publicOf(secret: bigint): bigint {
  return power(secret);
}

function dashed(code: string): string {
  return (code.match(/.{3}/g) || []).join("-");
}

function remainder(code: string): number {
  return Array.from(code).reduce((sum, character) => (sum * 58 + BASE58.indexOf(character)) % 53, 0);
}
