/** Credentials: the code on a device, the secret that grows from it, its public part, and the list of all. */

import { pbkdf2 } from "@noble/hashes/pbkdf2";
import { sha256 } from "@noble/hashes/sha2";
import { must, utf8 } from "../core/encoding";
import { words, write } from "../verify/schema";
import { BASE58 } from "./election";
import { decode, Fault, hold, list, within } from "./form";
import { decimal, exponent, fromBytes, p, power, Powers, q, type Random } from "./group";

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
  const sum = remainder(code.slice(0, LENGTH)) + BASE58.indexOf(code.charAt(LENGTH));
  must(sum % 53 === 0, "the code has a slip in it");
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

/** The list of all public credentials, sorted so that its order tells nothing. */
export function writeList(credentials: readonly bigint[]): string {
  return write(credentials.slice().sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(String));
}

/** A public credential in the list, not yet known to be in the group, and what its votes weigh. */
export interface Listed {
  readonly key: Powers;
  readonly weight: bigint;
}

/**
 * The credentials of a list, by their text.
 * @throws Fault `duplicate-credential`, `bad-weight`, `too-much-weight` (all together are no exponent), or of form
 */
export function readList(raw: Uint8Array): Map<string, Listed> {
  const listed = new Map<string, Listed>();
  let total = 0n;
  decode(raw, list(words(Infinity))).forEach((line, i) =>
    within(`$[${i}]`, () => {
      const comma = line.indexOf(",");
      const text = comma < 0 ? line : line.slice(0, comma);
      const key = new Powers(decimal(text, p));
      hold(!listed.has(text), "duplicate-credential", "$", "a credential that was listed before");
      const weight = comma < 0 ? 1n : weightOf(line.slice(comma + 1));
      total += weight;
      listed.set(text, { key, weight });
    }),
  );
  hold(total < q, "too-much-weight", "$", "weights that cannot be counted in this group");
  return listed;
}

function weightOf(text: string): bigint {
  try {
    return exponent(text);
  } catch (error) {
    throw new Fault("bad-weight", "$", `the weight: ${(error as Error).message}`);
  }
}

function dashed(code: string): string {
  return (code.match(/.{3}/g) || []).join("-");
}

function remainder(code: string): number {
  return Array.from(code).reduce((sum, character) => (sum * 58 + BASE58.indexOf(character)) % 53, 0);
}
