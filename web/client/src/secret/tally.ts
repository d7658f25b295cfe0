/** From ballots to a result: the encrypted sum, the parts that key holders decrypt, and what they give together. */

import { Malformed } from "../core/encoding";
import { words, write } from "../verify/schema";
import type { Cipher } from "./ballot";
import { type Election, width } from "./election";
import { hold, list, record, within } from "./form";
import { decimal, g, inverseQ, modQ, p, power, Powers, product, q, type Random, readElement } from "./group";
import { checkSame, proofShape, proveSame, readProof, type WireProof, writeProof } from "./proofs";
import type { Trustee } from "./trustees";

/** For each question, for each answer, something. */
export type Grid<T> = readonly (readonly T[])[];

/** A value for each place of a grid. */
export function eachOf<A, B>(grid: Grid<A>, value: (one: A, i: number, j: number) => B): B[][] {
  return grid.map((row, i) => row.map((one, j) => value(one, i, j)));
}

/** The encrypted tally: the product of all ballots' ciphertexts, each to the power of its voter's weight. */
export function sum(
  { questions }: Election,
  ballots: readonly { readonly answers: Grid<Cipher>; readonly weight: bigint }[],
): Cipher[][] {
  const half = (of: "alpha" | "beta", i: number, j: number): bigint =>
    product(
      ballots.map(({ answers, weight }) => {
        const element = at(answers, i, j)[of];
        return weight === 1n ? element : new Powers(element).power(weight);
      }),
    );
  return questions.map((question, i) =>
    Array.from({ length: width(question) }, (_, j) => ({ alpha: half("alpha", i, j), beta: half("beta", i, j) })),
  );
}

/** The tally as it is published. */
export function writeTally(tally: Grid<Cipher>): string {
  return write(eachOf(tally, ({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) })));
}

const SMALL = 2n ** 30n - 1n;

/** A count as it is written: a number, or where it is large a string. */
export function writeCount(count: bigint): number | string {
  return count <= SMALL ? Number(count) : String(count);
}

/** Read a count in the one way to write it. */
export function readCount(value: unknown): bigint {
  const plain = Number.isSafeInteger(value) && (value as number) >= 0;
  const count = plain ? BigInt(value as number) : decimal(value, 10n ** 79n);
  hold(plain === count <= SMALL, "bad-count", "$", "not a count: up to 2^30 - 1 a number, or a larger one as a string");
  return count;
}

/** What stands beside the tally. */
export function writeSized(hash: string, ballots: number, weight: bigint): string {
  return write({ num_tallied: ballots, total_weight: writeCount(weight), encrypted_tally: hash });
}

/** What one key holder decrypts: alpha^x for each ciphertext, with the proof that it is so. */
export interface Decryption {
  readonly factors: Grid<bigint>;
}

export const decryptionShape = record({
  decryption_factors: list(list(words(Infinity))),
  decryption_proofs: list(list(proofShape)),
});
type WireDecryption = ReturnType<typeof decryptionShape>;

/** Decrypt a tally in part, with a key holder's secret. */
export function decrypt(election: Election, tally: Grid<Cipher>, secret: bigint, random: Random): string {
  const said = `decrypt|${election.fingerprint}|${power(secret)}`;
  const alphas = eachOf(tally, ({ alpha }) => new Powers(alpha));
  return write({
    decryption_factors: eachOf(alphas, (alpha) => String(alpha.power(secret))),
    decryption_proofs: eachOf(alphas, (alpha) => writeProof(proveSame(said, alpha, secret, random))),
  });
}

/** Check a partial decryption against the key of its owner. */
export function checkDecryption(election: Election, tally: Grid<Cipher>, key: bigint, part: WireDecryption): Decryption {
  const { decryption_factors: factors, decryption_proofs: proofs } = part;
  hold(sameShape(tally, factors), "shape", "$.decryption_factors", "not one factor for each ciphertext");
  hold(sameShape(tally, proofs), "shape", "$.decryption_proofs", "not one proof for each ciphertext");
  const owner = new Powers(key);
  const said = `decrypt|${election.fingerprint}|${key}`;
  const read = eachOf(factors, (text, i, j) => within(`$.decryption_factors[${i}][${j}]`, () => readElement(text)));
  eachOf(tally, ({ alpha }, i, j) =>
    within(`$.decryption_proofs[${i}][${j}]`, () => {
      const proof = readProof(at<WireProof>(proofs, i, j));
      const good = checkSame(said, new Powers(alpha), at(read, i, j), owner, proof);
      hold(good, "bad-proof", "$", "not decrypted with the owner's key");
    }),
  );
  return { factors: eachOf(read, ({ element }) => element) };
}

function at<T>(grid: Grid<T>, i: number, j: number): T {
  return (grid[i] as readonly T[])[j] as T;
}

function sameShape(a: Grid<unknown>, b: Grid<unknown>): boolean {
  return a.length === b.length && a.every((row, i) => row.length === (b[i] as readonly unknown[]).length);
}

/**
 * What to divide each beta by, from the decryptions by owner (1-based over all trustees, in their order).
 * @returns null while a trustee's decryption is missing
 */
export function combine(trustees: readonly Trustee[], parts: ReadonlyMap<number, Decryption>): Grid<bigint> | null {
  let owner = 0;
  const used: { readonly part: Decryption; readonly exponent: bigint }[] = [];
  for (const { keys, threshold } of trustees) {
    const there = keys.map((_, i) => i + 1).filter((index) => parts.has(owner + index)).slice(0, threshold);
    if (there.length < threshold) return null;
    for (const index of there) {
      used.push({ part: parts.get(owner + index) as Decryption, exponent: lagrange(there, index) });
    }
    owner += keys.length;
  }
  const first = used[0];
  if (!first) return null;
  return eachOf(first.part.factors, (_, i, j) =>
    product(
      used.map(({ part, exponent }) => {
        const factor = at(part.factors, i, j);
        return exponent === 1n ? factor : new Powers(factor).power(exponent);
      }),
    ),
  );
}

/** The weight of one share among those that are there. */
function lagrange(indices: readonly number[], index: number): bigint {
  return indices.reduce((all, k) => {
    return k === index ? all : modQ(all * BigInt(k) * inverseQ(BigInt(k - index)));
  }, 1n);
}

/** Whether each count is what its ciphertext holds: beta = factor · g^count. */
export function holds(tally: Grid<Cipher>, factors: Grid<bigint>, counts: Grid<bigint>): boolean {
  if (!sameShape(tally, counts)) return false;
  return tally.every((row, i) =>
    row.every(({ beta }, j) => beta === (at(factors, i, j) * power(at(counts, i, j))) % p),
  );
}

/** The counts that ciphertexts hold, none of them above `most`: baby steps, then giant ones. */
export function countsOf(tally: Grid<Cipher>, factors: Grid<bigint>, most: bigint): bigint[][] {
  const width = BigInt(Math.ceil(Math.sqrt(Number(most) + 1)));
  const babies = new Map<bigint, bigint>();
  let baby = 1n;
  for (let i = 0n; i < width; i++) {
    babies.set(baby, i);
    baby = (baby * g) % p;
  }
  const back = power(-width);
  return eachOf(tally, ({ beta }, i, j) => {
    let giant = (beta * new Powers(at(factors, i, j)).power(q - 1n)) % p;
    for (let steps = 0n; steps <= width; steps++) {
      const found = babies.get(giant);
      if (found !== undefined) return steps * width + found;
      giant = (giant * back) % p;
    }
    throw new Malformed("no such count: the decryptions do not belong to this tally");
  });
}

/** The result as it is published. */
export function writeResult(counts: Grid<bigint>): string {
  return write({ result: eachOf(counts, writeCount) });
}
