/**
 * An election's key among n holders of whom t suffice: each step a function over exact messages.
 *
 *     a holder                     everybody
 *     certificate(seed, …)     ──▶ checkCertificate    who takes part
 *     polynomial(seed, …)      ──▶ checkPolynomial     each deals a secret, sealed part by part
 *     share(seed, …).message   ──▶ checkShare          each adds up what was dealt to it
 *                                  trustees            what the election is set up with
 *
 * No secret but the seed is kept: `share` finds a holder's exponent again from the seed and what was published.
 * Every function throws `BadMessage`, which names the holder whose message has a fault.
 */

import { utf8 } from "../core/encoding";
import { words, write } from "../verify/schema";
import {
  by,
  type Certificate,
  certificateShape,
  checkKey,
  coefficientsShape,
  committed,
  contextOf,
  expect,
  keyShape,
  polynomialShape,
  type Polynomial,
  readBy,
  readCertificate,
  readCertificates,
  readPolynomial,
  requireHolder,
  seenText,
  type TrusteeKey,
} from "./commitments";
import { decode, record } from "./form";
import { decimal, GROUP, modQ, p, power, q, type Random } from "./group";
import { type Keys, keysOf, receive, send, signed, signedShape, signText } from "./pki";
import { proveLog, writeProof } from "./proofs";

export { newSeed } from "./pki";

/** A holder's part of the key: the exponent with which it decrypts, and the public key for it, for everybody. */
export interface Share {
  readonly exponent: bigint;
  readonly message: string;
}

const secretShape = record({ secret: words(Infinity) });

/** The first message of holder `index` among `size`, of whom `threshold` are to suffice. */
export function certificate(seed: string, size: number, threshold: number, index: number, random: Random): string {
  requireHolder(size, threshold, index);
  const { sign, verify, encrypt } = keysOf(seed);
  const context = contextOf(size, threshold, index);
  return write(signed(sign, write({ context, verification: String(verify), encryption: String(encrypt) }), random));
}

/** Check the certificate of holder `index`: context, keys in the group, signature. */
export function checkCertificate(raw: string, size: number, threshold: number, index: number): Certificate {
  requireHolder(size, threshold, index);
  return readCertificate(readBy(index, raw, signedShape), size, threshold, index);
}

/** Check all certificates together, in the order of holders: each by itself, and no key twice. */
export function checkCertificates(raw: readonly string[], threshold: number, foreign = false): Certificate[] {
  return readCertificates(raw.map((one, at) => readBy(at + 1, one, signedShape)), threshold, foreign);
}

/** The second message of holder `index`: a random polynomial, dealt to the holders of the certificates. */
export function polynomial(
  seed: string,
  certificates: readonly string[],
  index: number,
  threshold: number,
  random: Random,
  foreign = false,
): string {
  requireHolder(certificates.length, threshold, index);
  const read = checkCertificates(certificates, threshold, foreign);
  const { sign, encrypt } = own(seed, read, index);
  const coefficients = Array.from({ length: threshold }, () => random(q));
  const commitments = coefficients.map(power);
  const secrets = read.map(({ encryption }, at) =>
    send(sign, encryption, write({ secret: String(valueAt(coefficients, at + 1)) }), random),
  );
  return write({
    polynomial: send(sign, encrypt, write({ polynomial: coefficients.map(String) }), random),
    secrets,
    coefexps: signed(sign, write({ coefexps: commitments.map(String) }), random),
    signature: signText(sign, seenText(read, commitments), random),
  });
}

/** Check what holder `index` dealt, as far as anybody can tell: all but what is sealed. */
export function checkPolynomial(
  raw: string,
  certificates: readonly string[],
  index: number,
  threshold: number,
): Polynomial {
  requireHolder(certificates.length, threshold, index);
  const read = checkCertificates(certificates, threshold);
  return readPolynomial(raw, read, threshold, index);
}

/**
 * The share of holder `index`, from what all dealers sealed for it, with the third message.
 *
 * May be asked for at any time: the exponent is always the same, only the message's proofs are new.
 * @throws BadMessage `share` where a dealer sealed something else than it is committed to
 */
export function share(
  seed: string,
  certificates: readonly string[],
  polynomials: readonly string[],
  index: number,
  random: Random,
  foreign = false,
): Share {
  requireHolder(certificates.length, 1, index);
  const { read, dealt } = readDealt(certificates, polynomials, foreign);
  const mine = own(seed, read, index);
  const parts = dealt.map(({ message, commitments }, at) => {
    const { verification } = read[at] as Certificate;
    const part = by(at + 1, () => {
      const read = receive(mine, verification, message.secrets[index - 1] as string);
      return decimal(decode(utf8(read), secretShape).secret, p) % q; // belenios-tool does not reduce it
    });
    const fits = power(part) === committed(commitments, index);
    expect(fits, "share", at + 1, "the secret is not the one that the dealer is committed to");
    return part;
  });
  const sum = modQ(parts.reduce((sum, part) => sum + part, 0n));
  const key = power(sum);
  const pok = writeProof(proveLog(`pok|${GROUP}|${key}`, sum, random));
  const signature = signText(mine.sign, String(key), random);
  return { exponent: sum, message: write({ pok, public_key: String(key), signature }) };
}

/** The public key of holder `index`, if it is what was dealt, known to its holder and signed. */
export function checkShare(
  raw: string,
  certificates: readonly string[],
  polynomials: readonly string[],
  index: number,
): bigint {
  requireHolder(certificates.length, 1, index);
  const { read, dealt } = readDealt(certificates, polynomials);
  checkShareOf(raw, read, dealt, index);
  return BigInt(readBy(index, raw, keyShape).public_key);
}

/** The trustees of an election, from all three messages of all holders, in the holders' order. */
export function trustees(
  certificates: readonly string[],
  polynomials: readonly string[],
  shares: readonly string[],
): string {
  const { read, dealt } = readDealt(certificates, polynomials);
  return trusteesOf(read, dealt, shares);
}

/** The same, of certificates and polynomials that were read. */
export function trusteesOf(
  read: readonly Certificate[],
  dealt: readonly Polynomial[],
  shares: readonly string[],
): string {
  expect(shares.length === read.length, "count", 0, `${shares.length} shares where ${read.length} belong`);
  const parameters = {
    threshold: (dealt[0] as Polynomial).commitments.length,
    certs: read.map(({ signed }) => signed),
    coefexps: dealt.map(({ message }) => message.coefexps),
    signatures: dealt.map(({ message }) => message.signature),
    verification_keys: shares.map((raw, at) => checkShareOf(raw, read, dealt, at + 1)),
  };
  return write([["Pedersen", parameters]]);
}

/** The third message of holder `index`, if it is what was dealt, known to its holder and signed. */
export function checkShareOf(
  raw: string,
  read: readonly Certificate[],
  dealt: readonly Polynomial[],
  index: number,
): TrusteeKey {
  const key = readBy(index, raw, keyShape);
  expect(key.name === undefined, "malformed", index, "a share carries no name");
  checkKey(key, read[index - 1] as Certificate, dealt.map(({ commitments }) => commitments), index);
  return key;
}

function own(seed: string, read: readonly Certificate[], index: number): Keys {
  const [mine, { verification, encryption }] = [keysOf(seed), read[index - 1] as Certificate];
  const same = mine.verify === verification && mine.encrypt === encryption;
  expect(same, "not-yours", index, "the seed is not the one of this certificate");
  return mine;
}

function valueAt(coefficients: readonly bigint[], at: number): bigint {
  return coefficients.reduceRight((value, one) => modQ(value * BigInt(at) + one), 0n);
}

function readDealt(
  certificates: readonly string[],
  polynomials: readonly string[],
  foreign = false,
): { read: Certificate[]; dealt: Polynomial[] } {
  const all = certificates.length > 0 && polynomials.length === certificates.length;
  expect(all, "count", 0, `${polynomials.length} polynomials where ${certificates.length} belong`);
  const threshold = thresholdOf(certificates, polynomials[0] as string);
  const read = checkCertificates(certificates, threshold, foreign);
  return { read, dealt: polynomials.map((raw, at) => readPolynomial(raw, read, threshold, at + 1, foreign)) };
}

/** What the first context says; where there is none, how many coefficients the first dealer has. */
function thresholdOf(certificates: readonly string[], first: string): number {
  for (let at = 0; at < certificates.length; at++) {
    const { message } = readBy(at + 1, certificates[at] as string, signedShape);
    const { context } = readBy(at + 1, message, certificateShape);
    if (context) return context.threshold;
  }
  return readBy(1, readBy(1, first, polynomialShape).coefexps.message, coefficientsShape).coefexps.length;
}
