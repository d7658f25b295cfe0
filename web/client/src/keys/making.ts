/**
 * Making keys: what a holder's device does next, and each of its messages, from a verified record and its own seed.
 *
 *     make ─▶ back-up ─▶ show ─▶ deal ─▶ check ─▶ accept ─▶ ready        wait: for those who are not so far
 *
 * Only `make`, `back-up`, `accept` and `refuse` ask a person; the others follow from what that person wanted.
 */

import type { Says } from "../core/acts";
import { hex, utf8 } from "../core/encoding";
import { sha256 } from "@noble/hashes/sha2";
import { BadMessage } from "../secret/commitments";
import { Fault, hold } from "../secret/form";
import { power, type Random } from "../secret/group";
import * as pedersen from "../secret/pedersen";
import { keysOf } from "../secret/pki";
import { readTrustees } from "../secret/trustees";
import { acceptKeys, sendCertificate, sendPolynomial, sendShare } from "./acts";
import { inOrder, isReady, type KeySet, numberOf } from "./facts";

export type StepName =
  | "none"
  | "left"
  | "stopped"
  | "restore"
  | "make"
  | "back-up"
  | "show"
  | "deal"
  | "check"
  | "accept"
  | "wait"
  | "ready";

/** The next step of this device; `on` are those for whom it waits. */
export interface Step {
  readonly name: StepName;
  readonly on: readonly string[];
}

/** A seed on this device; `safe` once its sheet was printed and read again. */
export interface Kept {
  readonly seed: string;
  readonly safe: boolean;
}

/** What a device signs, and the blob that belongs to it. */
export interface Message {
  readonly says: Says;
  readonly blob: Uint8Array | null;
}

/** The seed with which a holder made the certificate that stands in the record; null where it is not among these. */
export function seedOf(keys: KeySet, member: string, kept: readonly Kept[]): Kept | null {
  const raw = keys.certificates.get(member);
  if (raw === undefined) return null;
  const { verification, encryption } = pedersen.checkCertificate(
    raw,
    keys.holders.length,
    keys.threshold,
    numberOf(keys, member),
  );
  const mine = kept.filter(({ seed }) => {
    const { verify, encrypt } = keysOf(seed);
    return verify === verification && encrypt === encryption;
  });
  return mine[0] || null;
}

/** What this holder's device does next. `mine` is the seed for these keys, if it has one; `left` has left the roll. */
export function nextStep(keys: KeySet, member: string, mine: Kept | null, left: readonly string[]): Step {
  const { holders, certificates, polynomials, shares, accepted, refused } = keys;
  const step = (name: StepName, on: readonly string[] = []): Step => ({ name, on });
  const missing = (done: { has(member: string): boolean }): string[] => holders.filter((one) => !done.has(one));
  if (!numberOf(keys, member)) return step("none");
  if (left.length) return step("left", left);
  if (refused.size) return step("stopped");
  if (isReady(keys)) return step(mine ? "ready" : "restore");
  if (!mine) return step(certificates.has(member) ? "restore" : "make");
  if (!mine.safe) return step("back-up");
  const stages = [
    ["show", certificates],
    ["deal", polynomials],
    ["check", shares],
    ["accept", accepted],
  ] as const;
  for (const [name, done] of stages) {
    if (!done.has(member)) return step(name);
    const others = missing(done);
    if (others.length) return step("wait", others);
  }
  return step("ready");
}

/** The message of a step. Throws `BadMessage` where another holder's does not fit; it names whose. */
export function messageOf(name: StepName, keys: KeySet, member: string, seed: string, random: Random): Message {
  const { holders, threshold } = keys;
  const index = numberOf(keys, member);
  const named = (says: (hash: string) => Says, text: string): Message => {
    const blob = utf8(text);
    return { says: says(hex(sha256(blob))), blob };
  };
  if (name === "show") {
    return named(sendCertificate, pedersen.certificate(seed, holders.length, threshold, index, random));
  }
  const certificates = all(keys, keys.certificates);
  if (name === "deal") {
    return named(sendPolynomial, pedersen.polynomial(seed, certificates, index, threshold, random));
  }
  if (name === "check") return named(sendShare, shareOf(keys, member, seed, random).message);
  hold(name === "accept", "step", "$", "no message belongs to this step");
  return { says: acceptKeys(hex(sha256(utf8(accepted(keys, member, seed, random))))), blob: null };
}

/** A holder's part of the key, found again from its seed and the record. */
export function shareOf(keys: KeySet, member: string, seed: string, random: Random): pedersen.Share {
  const dealt = [all(keys, keys.certificates), all(keys, keys.polynomials)] as const;
  return pedersen.share(seed, ...dealt, numberOf(keys, member), random);
}

/** The final object, made here from all messages, in which this holder has found its own keys. */
function accepted(keys: KeySet, member: string, seed: string, random: Random): string {
  const made = pedersen.trustees(
    all(keys, keys.certificates),
    all(keys, keys.polynomials),
    all(keys, keys.shares),
  );
  hold(made === keys.trustees, "other-keys", "$", "the record has other keys than its messages make");
  const { exponent } = shareOf(keys, member, seed, random);
  const mine = readTrustees(utf8(made)).keys[numberOf(keys, member) - 1];
  hold(mine === power(exponent), "not-mine", "$", "the key in my place is not mine");
  return made;
}

function all(keys: KeySet, messages: ReadonlyMap<string, string>): string[] {
  const found = inOrder(keys, messages);
  hold(found, "too-early", "$", "not every holder is so far");
  return found;
}

/** What a holder has dealt that does not fit: whose it is, and its hash. */
export interface Accused {
  readonly member: string;
  readonly message: string;
}

/** Whose dealing an error accuses; null where nobody's in particular. */
export function accused({ holders, polynomials }: KeySet, error: unknown): Accused | null {
  const member = error instanceof BadMessage ? holders[error.index - 1] : undefined;
  const dealt = member && polynomials.get(member);
  return member && dealt ? { member, message: hex(sha256(utf8(dealt))) } : null;
}

/** The stable name of what went wrong. */
export function codeOf(error: unknown): string {
  return error instanceof Fault ? error.code : "unknown";
}
