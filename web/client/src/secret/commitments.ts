/**
 * What key holders publish when they make an election's key: its forms, and every check that needs no secret.
 *
 * In the form that releases of Belenios since 2.5.1 demand and 2.0 accepts: a certificate says which key it is for
 * (`context`), and who deals a polynomial signs which certificates it saw. Holders count from 1.
 * `foreign` reads the form of 2.0 too; then nobody knows whether all holders saw the same certificates.
 */

import { Malformed, utf8 } from "../core/encoding";
import { integer, type Shape, words, write } from "../verify/schema";
import { decode, Fault, list, option, record } from "./form";
import { element, GROUP, p, Powers, product } from "./group";
import { checkSealed, checkSignature, type SignedMessage, signedShape } from "./pki";
import { checkLog, proofShape, readProof, type WireProof } from "./proofs";

/** A message that a holder should not have sent; codes are those of Python's `ballots/secret/commitments.py`. */
export class BadMessage extends Fault {
  /** @param index whose message, from 1; 0 where it is nobody's in particular */
  constructor(
    code: string,
    readonly index: number,
    detail: string,
  ) {
    super(code, "$", index ? `holder ${index}: ${detail}` : detail);
  }
}

/** Throw a `BadMessage` unless `condition` holds. */
export function expect(condition: unknown, code: string, index: number, detail: string): asserts condition {
  if (!condition) throw new BadMessage(code, index, detail);
}

/** What `run` gives; faults that it finds are in this holder's message. */
export function by<T>(index: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Fault) || error instanceof BadMessage) throw error;
    throw new BadMessage(error.code, index, error.message);
  }
}

const text = words(Infinity);
const whole = integer(0);
export const certificateShape = record({
  context: option(record({ group: text, size: whole, threshold: whole, index: whole })),
  verification: text,
  encryption: text,
});
export const coefficientsShape = record({ coefexps: list(text) });
export const polynomialShape = record({
  polynomial: text,
  secrets: list(text),
  coefexps: signedShape,
  signature: option(proofShape),
});
export const keyShape = record({
  pok: proofShape,
  public_key: text,
  signature: option(proofShape),
  name: option(text),
});
/** A public key with the proof that its holder knows the exponent. */
export type TrusteeKey = ReturnType<typeof keyShape>;

/** A holder's keys: to verify what it signs, and to encrypt for it. */
export interface Certificate {
  readonly signed: SignedMessage;
  readonly verification: bigint;
  readonly encryption: bigint;
  readonly current: boolean;
}

/** What a dealer dealt: its commitments, and a sealed secret for every holder. */
export interface Polynomial {
  readonly message: ReturnType<typeof polynomialShape>;
  readonly commitments: readonly bigint[];
}

/** Read what a holder has written. */
export function readBy<T>(index: number, message: string, shape: Shape<T>): T {
  return by(index, () => decode(utf8(message), shape));
}

/** The context of a certificate: which key it is for, and whose it is. */
export function contextOf(size: number, threshold: number, index: number): object {
  return { group: GROUP, size, threshold, index };
}

/** Check all certificates of a key, and that no two holders have a key in common. */
export function readCertificates(
  messages: readonly SignedMessage[],
  threshold: number,
  foreign = false,
): Certificate[] {
  const size = messages.length;
  requireHolder(size, threshold);
  const seen = new Set<bigint>();
  return messages.map((message, at) => {
    const read = readCertificate(message, size, threshold, at + 1, foreign);
    const keys = [read.verification, read.encryption];
    expect(!keys.some((key) => seen.has(key)), "repeated", at + 1, "it has a key that an earlier certificate has");
    keys.forEach((key) => seen.add(key));
    return read;
  });
}

/** Check a certificate by itself. */
export function readCertificate(
  signed: SignedMessage,
  size: number,
  threshold: number,
  index: number,
  foreign = false,
): Certificate {
  const { context, verification, encryption } = readBy(index, signed.message, certificateShape);
  const keys = by(index, () => [element(verification), element(encryption)]) as [bigint, bigint];
  by(index, () => checkSignature(keys[0], signed.message, signed.signature));
  expect(keys.indexOf(1n) < 0, "neutral", index, "1 is no key");
  const fits = context ? write(context) === write(contextOf(size, threshold, index)) : foreign;
  expect(fits, "context", index, "the certificate is not for this key and this holder");
  return { signed, verification: keys[0], encryption: keys[1], current: Boolean(context) };
}

/** Throw `threshold` unless so many of so many can be asked for, `index` unless there is this holder. */
export function requireHolder(size: number, threshold: number, index = 1): void {
  expect(1 <= threshold && threshold <= size, "threshold", 0, `${threshold} of ${size} holders cannot be`);
  expect(1 <= index && index <= size, "index", index, `there are ${size} holders`);
}

/** Check what a dealer committed to: signature, number, group. */
export function readCommitments(
  { message, signature }: SignedMessage,
  { verification }: Certificate,
  threshold: number,
  index: number,
): bigint[] {
  return by(index, () => {
    checkSignature(verification, message, signature);
    const { coefexps } = decode(utf8(message), coefficientsShape);
    expect(coefexps.length === threshold, "degree", index, `${coefexps.length} coefficients for ${threshold}`);
    return coefexps.map(element);
  });
}

/** Check of a dealer's message all that anybody can. */
export function readPolynomial(
  raw: string,
  certificates: readonly Certificate[],
  threshold: number,
  index: number,
  foreign = false,
): Polynomial {
  const message = readBy(index, raw, polynomialShape);
  const { secrets, coefexps, polynomial, signature } = message;
  const commitments = readCommitments(coefexps, certificates[index - 1] as Certificate, threshold, index);
  expect(signature || foreign, "certificates", index, "the dealer does not say which certificates it saw");
  if (signature) checkSeen(signature, certificates, commitments, index);
  const size = certificates.length;
  expect(secrets.length === size, "count", index, `${secrets.length} secrets where ${size} belong`);
  by(index, () => [polynomial, ...secrets].forEach(checkSealed));
  return { message, commitments };
}

/** The text by which a dealer signs the certificates that it dealt to. */
export function seenText(certificates: readonly Certificate[], commitments: readonly bigint[]): string {
  return `certs_sig|${write({ certs: certificates.map(({ signed }) => signed), coefexps: commitments.map(String) })}`;
}

/** Throw `certificates` unless the dealer signed just these. */
export function checkSeen(
  signature: WireProof,
  certificates: readonly Certificate[],
  commitments: readonly bigint[],
  index: number,
): void {
  const { verification } = certificates[index - 1] as Certificate;
  const good = holds(() => checkSignature(verification, seenText(certificates, commitments), signature));
  expect(good, "certificates", index, "the dealer saw other certificates than these");
}

/** A holder's public key, if its holder knows the exponent. */
export function checkPok({ public_key, pok }: TrusteeKey, index: number): bigint {
  const key = by(index, () => element(public_key));
  expect(key !== 1n, "neutral", index, "1 is no key");
  const good = holds(() => expect(checkLog(`pok|${GROUP}|${key}`, new Powers(key), readProof(pok)), "pok", index, ""));
  expect(good, "pok", index, "the proof of knowledge does not hold");
  return key;
}

/** A holder's public key, if it is what all dealers committed to. */
export function checkKey(
  key: TrusteeKey,
  { verification }: Certificate,
  dealt: readonly (readonly bigint[])[],
  index: number,
  foreign = false,
): bigint {
  const found = checkPok(key, index);
  const due = product(dealt.map((commitments) => committed(commitments, index)));
  expect(found === due, "public-key", index, "the public key is not the one that was dealt");
  const { signature } = key;
  expect(signature || foreign, "signature", index, "the public key is not signed");
  if (signature) by(index, () => checkSignature(verification, String(found), signature));
  return found;
}

/** g^f(j) for holder j, from g^a_0, …: Π A_k^(j^k), by Horner's rule. */
export function committed(commitments: readonly bigint[], index: number): bigint {
  return commitments.reduceRight((made, one) => (new Powers(made).power(BigInt(index)) * one) % p, 1n);
}

function holds(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
