/** An election as it is published: exact bytes, whose hash every ballot and every proof names. */

import { text as textOf, utf8 } from "../core/encoding";
import { integer, oneOf, words, write } from "../verify/schema";
import { decode, Fault, fingerprint, hold, list, option, record } from "./form";
import { element, GROUP } from "./group";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const text = words(Infinity);

/** What is asked: choose `min` to `max` of the answers, or (with `blank`) none and say so. */
export interface Question {
  readonly answers: readonly string[];
  readonly blank?: true | undefined;
  readonly min: number;
  readonly max: number;
  readonly question: string;
}

const question = record({
  answers: list(text),
  blank: option(oneOf(true), false),
  min: integer(-Number.MAX_SAFE_INTEGER),
  max: integer(-Number.MAX_SAFE_INTEGER),
  question: text,
});

const election = record({
  version: integer(-Number.MAX_SAFE_INTEGER),
  description: text,
  name: text,
  group: text,
  public_key: text,
  questions: list(question),
  uuid: text,
  administrator: option(text),
  credential_authority: option(text),
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
  const ranked = textOf(raw).includes('"type":"NonHomomorphic"');
  hold(!ranked, "not-homomorphic", "$.questions", "a question that needs a mixnet, which is not verified here");
  const read = decode(raw, election);
  hold(read.version === 1, "unknown-version", "$.version", "only version 1 is known");
  hold(read.group === GROUP, "unknown-group", "$.group", `only ${GROUP} is known`);
  const named = /^[1-9A-HJ-NP-Za-km-z]{14,}$/.test(read.uuid);
  hold(named, "bad-uuid", "$.uuid", "not 14 or more characters of Base58");
  const publicKey = key(read.public_key);
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

function key(written: string): bigint {
  try {
    return element(written);
  } catch (error) {
    throw new Fault("bad-key", "$.public_key", (error as Error).message);
  }
}
