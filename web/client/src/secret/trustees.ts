/**
 * The trustees of an election: whose keys make its key, and what it takes to decrypt.
 *
 * One stands alone (Single), or is one of n of whom t suffice (Pedersen); every item is needed. Owners count from 1
 * over all trustees in their order. The form of Belenios 2.0 is read too; `current` tells.
 */

import { integer, type Shape } from "../verify/schema";
import {
  BadMessage,
  checkKey,
  checkPok,
  checkSeen,
  type Certificate,
  expect,
  keyShape,
  readCertificates,
  readCommitments,
  type TrusteeKey,
} from "./commitments";
import { decode, hold, list, option, record } from "./form";
import { inverseQ, modQ, product } from "./group";
import { signedShape } from "./pki";
import { proofShape, type WireProof } from "./proofs";

const parametersShape = record({
  threshold: integer(-Number.MAX_SAFE_INTEGER),
  certs: list(signedShape),
  coefexps: list(signedShape),
  signatures: option(list(proofShape)),
  verification_keys: list(keyShape),
});
type Parameters = ReturnType<typeof parametersShape>;

type Item = readonly ["Single", TrusteeKey] | readonly ["Pedersen", Parameters];

const itemShape: Shape<Item> = (value) => {
  hold(Array.isArray(value) && value.length === 2, "malformed", "$", "not a kind and its part");
  const [kind, body] = value as [unknown, unknown];
  hold(typeof kind === "string", "malformed", "$", "not a kind");
  hold(kind === "Single" || kind === "Pedersen", "kind", "$", "a trustee is Single or Pedersen");
  return kind === "Single" ? [kind, keyShape(body)] : [kind, parametersShape(body)];
};

/** One item: so many of these keys are needed. */
export interface Trustee {
  readonly threshold: number;
  readonly keys: readonly bigint[];
}

export interface Trustees {
  readonly items: readonly Trustee[];
  /** y, under which ballots are encrypted. */
  readonly electionKey: bigint;
  /** The public key of every owner; that of owner 1 first. */
  readonly keys: readonly bigint[];
  /** Whether all is in the form that rules out that holders were shown different certificates. */
  readonly current: boolean;
}

/** Read and check the trustees of an election; a `BadMessage` counts owners over all trustees. */
export function readTrustees(raw: Uint8Array): Trustees {
  const written = decode(raw, list(itemShape));
  hold(written.length, "empty", "$", "an election needs a trustee");
  const keys: bigint[] = [];
  const checked = written.map((item) => {
    try {
      const one = item[0] === "Single" ? checkSingle(item[1]) : checkPedersen(item[1]);
      keys.push(...one.keys);
      return one;
    } catch (error) {
      if (!(error instanceof BadMessage)) throw error;
      throw new BadMessage(error.code, error.index && keys.length + error.index, error.message);
    }
  });
  const electionKey = product(checked.map(({ part }) => part));
  hold(electionKey !== 1n, "neutral", "$", "the keys together are 1, which hides nothing");
  return { items: checked, electionKey, keys, current: checked.every(({ current }) => current) };
}

interface Checked extends Trustee {
  readonly part: bigint;
  readonly current: boolean;
}

function checkSingle(key: TrusteeKey): Checked {
  expect(!key.signature, "signature", 1, "a single trustee has no key to sign with");
  const part = checkPok(key, 1);
  return { threshold: 1, keys: [part], part, current: true };
}

function checkPedersen({ threshold, certs, coefexps, signatures, verification_keys }: Parameters): Checked {
  const certificates = readCertificates(certs, threshold, true);
  const size = certificates.length;
  const all = [coefexps, verification_keys, signatures || certs].every(({ length }) => length === size);
  expect(all, "count", 0, "not one of everything for every holder");
  const seen: readonly WireProof[] = signatures || [];
  const of = (at: number): Certificate => certificates[at] as Certificate;
  const dealt = coefexps.map((message, at) => readCommitments(message, of(at), threshold, at + 1));
  seen.forEach((signature, at) => checkSeen(signature, certificates, dealt[at] as bigint[], at + 1));
  const keys = verification_keys.map((key, at) => checkKey(key, of(at), dealt, at + 1, true));
  const signed = signatures && verification_keys.every(({ signature }) => signature);
  const current = Boolean(signed) && certificates.every(({ current }) => current);
  return { threshold, keys, part: product(dealt.map(([first]) => first as bigint)), current };
}

/**
 * How the decryptions of these owners make one: to which exponent each that is used is raised.
 * @returns null where they do not suffice
 */
export function combination({ items }: Trustees, owners: ReadonlyMap<number, unknown>): Map<number, bigint> | null {
  const exponents = new Map<number, bigint>();
  let before = 0;
  for (const { threshold, keys } of items) {
    const there = keys.map((_, at) => at + 1).filter((index) => owners.has(before + index)).slice(0, threshold);
    if (there.length < threshold) return null;
    for (const index of there) exponents.set(before + index, lagrange(index, there));
    before += keys.length;
  }
  return exponents;
}

/** What f(index) counts for in f(0): Π k / (k - index) over the others, modulo q. */
function lagrange(index: number, used: readonly number[]): bigint {
  const others = used.filter((other) => other !== index);
  return others.reduce((made, other) => modQ(made * BigInt(other) * inverseQ(BigInt(other - index))), 1n);
}
