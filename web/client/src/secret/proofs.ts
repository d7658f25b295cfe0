/**
 * Proofs of knowledge. All have one form: commitments are base^response · (…)^challenge, and the challenges add up
 * to the hash of a statement and its commitments.
 */

import { must } from "../core/encoding";
import { words } from "../verify/schema";
import { record } from "./form";
import { exponent, Fixed, hashed, modQ, p, power, Powers, q, type Random } from "./group";

export interface Proof {
  readonly challenge: bigint;
  readonly response: bigint;
}

const decimal = words(Infinity);
/** A proof as it is written. */
export const proofShape = record({ challenge: decimal, response: decimal });
export type WireProof = ReturnType<typeof proofShape>;

/** Write a proof. */
export function writeProof({ challenge, response }: Proof): WireProof {
  return { challenge: String(challenge), response: String(response) };
}

/** Read a proof; throws `Fault` for numbers that are not exponents. */
export function readProof({ challenge, response }: WireProof): Proof {
  return { challenge: exponent(challenge), response: exponent(response) };
}

function challengeOf(statement: string, commitments: readonly bigint[]): bigint {
  return hashed(`${statement}|${commitments.join()}`);
}

/** Prove knowledge of the exponent `secret` of g^secret, bound to a statement (Schnorr). */
export function proveLog(statement: string, secret: bigint, random: Random): Proof {
  const w = random(q);
  const challenge = challengeOf(statement, [power(w)]);
  return { challenge, response: modQ(w - secret * challenge) };
}

/** Whether a proof of knowledge of the exponent of `key` holds. */
export function checkLog(statement: string, key: Powers, { challenge, response }: Proof): boolean {
  return challenge === challengeOf(statement, [(power(response) * key.power(challenge)) % p]);
}

/** Prove that `factor` is alpha^secret, where g^secret is public (Chaum and Pedersen); `alpha` any element. */
export function proveSame(statement: string, alpha: Powers, secret: bigint, random: Random): Proof {
  const w = random(q);
  const challenge = challengeOf(statement, [power(w), alpha.power(w)]);
  return { challenge, response: modQ(w - secret * challenge) };
}

/** Whether `factor` is to `alpha` what `key` is to g. */
export function checkSame(
  statement: string,
  alpha: Powers,
  factor: Powers,
  key: Powers,
  { challenge, response }: Proof,
): boolean {
  const a = (power(response) * key.power(challenge)) % p;
  const b = (alpha.power(response) * factor.power(challenge)) % p;
  return challenge === challengeOf(statement, [a, b]);
}

/** One of several claims, as its prover knows it: (g^secret, y^secret · g^off) encrypts 0; true where `off` is 0. */
export interface Claim {
  readonly secret: bigint;
  readonly off: number;
}

/**
 * Prove that at least one of the claims is true, without saying which.
 *
 * The first true one is proved, the others are simulated: with the secrets known, powers of g and y are enough.
 * @throws Malformed where none is true
 */
export function proveOne(statement: string, y: Fixed, claims: readonly Claim[], random: Random): Proof[] {
  const truth = claims.findIndex(({ off }) => off === 0);
  must(truth >= 0, "nothing true to prove");
  const proofs = claims.map(() => ({ challenge: random(q), response: random(q) }));
  const commitments: bigint[] = [];
  claims.forEach(({ secret, off }, i) => {
    const { challenge, response } = proofs[i] as Proof;
    const exponent = i === truth ? response : response + secret * challenge;
    const b = y.power(exponent);
    commitments.push(power(exponent), off ? (b * power(BigInt(off) * challenge)) % p : b);
  });
  const others = proofs.reduce((sum, { challenge }, i) => (i === truth ? sum : sum + challenge), 0n);
  const challenge = modQ(challengeOf(statement, commitments) - others);
  const w = (proofs[truth] as Proof).response;
  proofs[truth] = { challenge, response: modQ(w - (claims[truth] as Claim).secret * challenge) };
  return proofs;
}

/** One of several claims, as everybody sees it: (alpha, beta) encrypts `value`. */
export interface Branch {
  readonly alpha: Powers;
  readonly beta: Powers;
  readonly value: number;
}

/** Whether the proofs show that at least one of the claims is true. */
export function checkOne(statement: string, y: Fixed, branches: readonly Branch[], proofs: readonly Proof[]): boolean {
  if (proofs.length !== branches.length) return false;
  const commitments: bigint[] = [];
  branches.forEach(({ alpha, beta, value }, i) => {
    const { challenge, response } = proofs[i] as Proof;
    commitments.push((power(response) * alpha.power(challenge)) % p);
    const b = (y.power(response) * beta.power(challenge)) % p;
    commitments.push(value ? (b * power(BigInt(-value) * challenge)) % p : b);
  });
  const sum = proofs.reduce((sum, { challenge }) => sum + challenge, 0n);
  return modQ(sum) === challengeOf(statement, commitments);
}
