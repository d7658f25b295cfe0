/** From ballots to a result: the encrypted sum, the parts that key holders decrypt, and what they give together. */

import { integer, words, write } from "../verify/schema";
import type { Cipher } from "./ballot";
import { type Election, width } from "./election";
import { decode, eachOf, Fault, type Grid, hold, list, record, within } from "./form";
import { element, g, p, power, Powers, product, q, type Random, readElement } from "./group";
import { checkSame, proofShape, proveSame, readProof, type WireProof, writeProof } from "./proofs";
import { combination, type Trustees } from "./trustees";

/** The encrypted tally: the product of all ballots' ciphertexts, each to the power of its voter's weight. */
export function sum(
  { questions }: Election,
  ballots: readonly { readonly answers: Sums; readonly weight: bigint }[],
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

const countShape = (value: unknown): number | string => {
  hold(typeof value === "string" || Number.isSafeInteger(value), "malformed", "$", "not a count");
  return value as number | string;
};
const numberShape = words(Infinity);
const tallyShape = list(list(record({ alpha: numberShape, beta: numberShape })));
const resultShape = record({ result: list(list(countShape)) });

/** Read a tally strictly, every element in the group. */
export function readTally(election: Election, raw: Uint8Array): Cipher[][] {
  const read = decode(raw, tallyShape);
  checkShape(election, read, "$");
  return eachOf(read, ({ alpha, beta }, i) =>
    within(`$[${i}]`, () => ({ alpha: element(alpha), beta: element(beta) })),
  );
}

/** Read a result strictly. */
export function readResult(election: Election, raw: Uint8Array): bigint[][] {
  const { result } = decode(raw, resultShape);
  checkShape(election, result, "$.result");
  return eachOf(result, (count, i, j) => readCount(count, `$.result[${i}][${j}]`));
}

function checkShape({ questions }: Election, grid: Grid<unknown>, where: string): void {
  const widths = questions.map(width);
  const fits = grid.length === widths.length && grid.every((row, i) => row.length === widths[i]);
  hold(fits, "wrong-shape", where, "not one for each answer to each question");
}

/** The tally as it is published. */
export function writeTally(tally: Sums): string {
  return write(eachOf(tally, ({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) })));
}

const SMALL = 2n ** 30n - 1n;

/** A count as it is written: a number, or where it is large a string. */
export function writeCount(count: bigint): number | string {
  return count <= SMALL ? Number(count) : String(count);
}

/** Read a count in the one way to write it. */
export function readCount(value: number | string, where = "$"): bigint {
  const plain = typeof value === "number";
  hold(plain ? value >= 0 : /^[1-9][0-9]{0,78}$/.test(value), "bad-count", where, "not a count");
  const count = BigInt(value);
  hold(plain === count <= SMALL, "bad-count", where, "up to 2^30 - 1 a number, a larger one a string");
  return count;
}

/** What stands beside the tally: how many ballots it sums, and what they weigh together. */
export const sizedShape = record({
  num_tallied: integer(-Number.MAX_SAFE_INTEGER),
  total_weight: countShape,
  encrypted_tally: numberShape,
});
export type SizedForm = ReturnType<typeof sizedShape>;

/** Write what stands beside the tally. */
export function writeSized(hash: string, ballots: number, weight: bigint): string {
  return write({ num_tallied: ballots, total_weight: writeCount(weight), encrypted_tally: hash });
}

/** For each question, for each answer (blank first), the ciphertext of a total. */
export type Sums = Grid<Cipher>;
/** What a key makes of the alpha of every total; of all keys together beta / g^total. */
export type Factors = Grid<bigint>;

export const decryptionShape = record({
  decryption_factors: list(list(numberShape)),
  decryption_proofs: list(list(proofShape)),
});
type WireDecryption = ReturnType<typeof decryptionShape>;

/** Decrypt a tally in part, with a key holder's secret. */
export function decrypt(election: Election, tally: Sums, secret: bigint, random: Random): string {
  const said = `decrypt|${election.fingerprint}|${power(secret)}`;
  const alphas = eachOf(tally, ({ alpha }) => new Powers(alpha));
  return write({
    decryption_factors: eachOf(alphas, (alpha) => String(alpha.power(secret))),
    decryption_proofs: eachOf(alphas, (alpha) => writeProof(proveSame(said, alpha, secret, random))),
  });
}

/** Check a partial decryption against the key of its owner. */
export function checkDecryption(election: Election, tally: Sums, key: bigint, part: WireDecryption): Factors {
  const { decryption_factors: factors, decryption_proofs: proofs } = part;
  hold(sameShape(tally, factors), "wrong-shape", "$.decryption_factors", "not one factor for each ciphertext");
  hold(sameShape(tally, proofs), "wrong-shape", "$.decryption_proofs", "not one proof for each ciphertext");
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
  return eachOf(read, ({ element }) => element);
}

function at<T>(grid: Grid<T>, i: number, j: number): T {
  return (grid[i] as readonly T[])[j] as T;
}

function sameShape(a: Grid<unknown>, b: Grid<unknown>): boolean {
  return a.length === b.length && a.every((row, i) => row.length === (b[i] as readonly unknown[]).length);
}

/** What to divide each beta by, from the decryptions by owner; null while they do not suffice. */
export function combine(trustees: Trustees, parts: ReadonlyMap<number, Factors>): Factors | null {
  const exponents = combination(trustees, parts);
  if (!exponents) return null;
  const used = Array.from(exponents, ([owner, exponent]) => ({ exponent, factors: parts.get(owner) as Factors }));
  return eachOf((used[0] as { factors: Factors }).factors, (_, i, j) =>
    product(
      used.map(({ factors, exponent }) =>
        exponent === 1n ? at(factors, i, j) : new Powers(at(factors, i, j)).power(exponent),
      ),
    ),
  );
}

/** Whether each count is what its ciphertext holds: beta = factor · g^count. */
export function holds(tally: Sums, factors: Factors, counts: Grid<bigint>): boolean {
  if (!sameShape(tally, counts)) return false;
  return tally.every((row, i) =>
    row.every(({ beta }, j) => beta === (at(factors, i, j) * power(at(counts, i, j))) % p),
  );
}

/** The counts that ciphertexts hold, none of them above `most`: baby steps, then giant ones. */
export function countsOf(tally: Sums, factors: Factors, most: bigint): bigint[][] {
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
    throw new Fault("no-total", "$", "no such count: the decryptions do not belong to this tally");
  });
}

/** The result as it is published. */
export function writeResult(counts: Grid<bigint>): string {
  return write({ result: eachOf(counts, writeCount) });
}
