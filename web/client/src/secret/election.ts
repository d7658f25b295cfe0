/** An election as it is published: exact bytes, whose hash every ballot and every proof names. */

import { text, utf8 } from "../core/encoding";
import { integer, oneOf, words, write } from "../verify/schema";
import { decode, Fault, fingerprint, hold, list, option, record, within } from "./form";
import { element, GROUP } from "./group";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const string = words(Infinity);

/** What is asked: choose `min` to `max` of the answers, or (with `blank`) none and say so. */
export interface Question {
  readonly answers: readonly string[];
  readonly blank?: true | undefined;
  readonly min: number;
  readonly max: number;
  readonly question: string;
}

const question = record({
  answers: list(string),
  blank: option(oneOf(true), false),
  min: integer(-Number.MAX_SAFE_INTEGER),
  max: integer(-Number.MAX_SAFE_INTEGER),
  question: string,
});

const election = record({
  version: integer(-Number.MAX_SAFE_INTEGER),
  description: string,
  name: string,
  group: string,
  public_key: string,
  questions: list(question),
  uuid: string,
  administrator: option(string),
  credential_authority: option(string),
});

export interface Election {
  readonly uuid: string;
  readonly name: string;
  readonly questions: readonly Question[];
  readonly publicKey: bigint;
  /** φ: what ballots and decryptions name. */
  readonly fingerprint: string;
}

/** Read an election strictly; throws `Fault`, also where it asks what nobody could answer. */
export function readElection(raw: Uint8Array): Election {
  const read = homomorphic(raw, () => decode(raw, election));
  hold(read.version === 1, "unknown-version", "$.version", "only version 1 is known");
  hold(read.group === GROUP, "unknown-group", "$.group", `only ${GROUP} is known`);
  const named = /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(read.uuid);
  hold(named, "bad-uuid", "$.uuid", "not 14 or more characters of Base58");
  const publicKey = within("$.public_key", () => element(read.public_key));
  hold(read.questions.length, "bad-question", "$.questions", "no question");
  read.questions.forEach(({ answers, min, max }, i) => {
    const answerable = answers.length && 0 <= min && min <= max && max <= answers.length;
    hold(answerable, "bad-question", `$.questions[${i}]`, "no answers, or not 0 ≤ min ≤ max ≤ answers");
  });
  return { uuid: read.uuid, name: read.name, questions: read.questions, publicKey, fingerprint: fingerprint(raw) };
}

/** What an election is made of. */
export type Draft = Pick<Election, "uuid" | "name" | "questions" | "publicKey"> & { readonly description: string };

/** The exact bytes of an election. They never change: ballots name their fingerprint. */
export function writeElection({ uuid, name, description, questions, publicKey }: Draft): Uint8Array {
  const ordered = questions.map(({ answers, blank, min, max, question }) => ({
    answers,
    blank: blank || undefined,
    min,
    max,
    question,
  }));
  const head = { version: 1, description, name, group: GROUP, public_key: String(publicKey) };
  return utf8(write({ ...head, questions: ordered, uuid }));
}

/** How many ciphertexts the answer to a question has; with `blank`, the first says whether it is left blank. */
export function width({ answers, blank }: Question): number {
  return answers.length + (blank ? 1 : 0);
}

function homomorphic<T>(raw: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "malformed") throw error;
    if (!text(raw).includes('"type":"NonHomomorphic"')) throw error;
    throw new Fault("not-homomorphic", error.where, "a question that needs a mixnet, which is not verified here");
  }
}
