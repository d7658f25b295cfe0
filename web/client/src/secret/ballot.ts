/**
 * A ballot: for every question ciphertexts of 0 and 1, proofs that they are an answer, and a signature.
 *
 * A body is the ballot without its signature, as exact text. Its hash can be shown before it is decided whether the
 * body is signed and cast, or opened to test the machine.
 */

import { text, utf8 } from "../core/encoding";
import { words } from "../verify/schema";
import { type Election, type Question, width } from "./election";
import { decode, eachOf, fingerprint, type Grid, hashHex, hold, list, option, pair, record, within } from "./form";
import { decimal, exponent, Fixed, p, power, Powers, product, q, type Random } from "./group";
import { checkLog, checkOne, proofShape, proveLog, proveOne, readProof, type WireProof, writeProof } from "./proofs";

/** For each question a 0 or 1 for each answer; with `blank`, one before them that says "left blank". */
export type Choices = readonly (readonly number[])[];
/** For each ciphertext the exponent that opens it, in decimal. */
export type Randomness = readonly (readonly string[])[];

/** A body, and what opens it. */
export interface Made {
  readonly body: string;
  readonly randomness: Randomness;
}

/** A ballot that was checked. */
export interface Ballot {
  readonly credential: string;
  /** For each question the ciphertexts (alpha, beta). */
  readonly answers: Grid<Cipher>;
  /** Lower-case hex of the ballot's SHA-256, as archives name it. */
  readonly hash: string;
}

export interface Cipher {
  readonly alpha: bigint;
  readonly beta: bigint;
}

const number = words(Infinity);
const answer = record({
  choices: list(record({ alpha: number, beta: number })),
  individual_proofs: list(pair(proofShape)),
  overall_proof: list(proofShape),
  blank_proof: option(pair(proofShape)),
});
const ballotShape = record({
  election_uuid: number,
  election_hash: number,
  credential: number,
  answers: list(answer),
  signature: option(record({ hash: number, proof: proofShape })),
});
type Body = Omit<ReturnType<typeof ballotShape>, "signature">;
type Signature = ReturnType<typeof ballotShape>["signature"];
type WireAnswer = ReturnType<typeof answer>;

/** One proof of an answer: at least one branch is true, "this ciphertext encrypts that number". */
interface Statement<C> {
  readonly said: string;
  readonly branches: readonly (readonly [C, number])[];
}

/** All that is proved of an answer. A ciphertext `C` has its wire form in `text`; `sum` is the product of all. */
function statements<C extends { readonly text: string }>(
  { blank, min, max }: Question,
  start: string,
  ciphers: readonly C[],
  sum: C,
): { each: Statement<C>[]; overall: Statement<C>; blank?: Statement<C> } {
  const said = `${start}|${ciphers.map(({ text }) => text).join()}`;
  const each = ciphers.map((one): Statement<C> => {
    return { said: `prove|${start}|${one.text}`, branches: [[one, 0], [one, 1]] };
  });
  const branches: [C, number][] = [];
  for (let value = min; value <= max; value++) branches.push([sum, value]);
  if (!blank) return { each, overall: { said: `prove|${said}|${sum.text}`, branches } };
  const first = ciphers[0] as C;
  return {
    each,
    overall: { said: `bproof1|${said}`, branches: [[first, 1], ...branches] },
    blank: { said: `bproof0|${said}`, branches: [[first, 0], [sum, 0]] },
  };
}

/** Whether a choice answers the question. */
export function isAnswer(question: Question, choice: readonly number[]): boolean {
  const marks = question.blank ? choice.slice(1) : choice;
  const sum = marks.reduce((sum, mark) => sum + mark, 0);
  const shape = choice.length === width(question) && choice.every((mark) => mark === 0 || mark === 1);
  return shape && (question.blank && choice[0] ? sum === 0 : question.min <= sum && sum <= question.max);
}

interface Opened {
  readonly text: string;
  readonly r: bigint;
  readonly m: number;
}

function encrypted(y: Fixed, r: bigint, m: number): Opened & Cipher {
  const alpha = power(r);
  const beta = product([y.power(r), power(BigInt(m))]);
  return { alpha, beta, text: `${alpha},${beta}`, r, m };
}

/**
 * Encrypt choices and prove them, step by step; yields the share that is done.
 * @param y the election's public key, with its tables
 * @throws Fault `choice` where a choice answers no question
 */
export function* makeBody(
  election: Election,
  y: Fixed,
  credential: bigint,
  choices: Choices,
  random: Random,
): Generator<number, Made> {
  const { questions, uuid } = election;
  const fits = questions.every((one, i) => isAnswer(one, choices[i] || []));
  hold(fits && choices.length === questions.length, "choice", "$", "no answer to the questions");
  const steps = questions.reduce((sum, one) => sum + width(one) + 1, 0);
  let done = 0;
  const start = `${election.fingerprint}|${credential}`;
  const randomness: string[][] = [];
  const answers: unknown[] = [];
  for (let i = 0; i < questions.length; i++) {
    const question = questions[i] as Question;
    const prove = ({ said, branches }: Statement<Opened>): WireProof[] =>
      proveOne(said, y, branches.map(([{ r, m }, value]) => ({ secret: r, off: m - value })), random).map(writeProof);
    const ciphers = (choices[i] as number[]).map((m) => encrypted(y, random(q), m));
    const { each, overall, blank } = statements<Opened>(question, start, ciphers, summed(question, ciphers));
    const individual_proofs: WireProof[][] = [];
    for (const one of each) {
      individual_proofs.push(prove(one));
      yield ++done / steps;
    }
    const blank_proof = blank && prove(blank);
    const written = ciphers.map(({ alpha, beta }) => ({ alpha: String(alpha), beta: String(beta) }));
    answers.push({ choices: written, individual_proofs, overall_proof: prove(overall), blank_proof });
    randomness.push(ciphers.map(({ r }) => String(r)));
    yield ++done / steps;
  }
  const body = { election_uuid: uuid, election_hash: election.fingerprint, credential: String(credential), answers };
  return { body: JSON.stringify(body), randomness };
}

function summed(question: Question, ciphers: readonly (Opened & Cipher)[]): Opened {
  const all = question.blank ? ciphers.slice(1) : ciphers;
  const [alpha, beta] = [product(all.map(({ alpha }) => alpha)), product(all.map(({ beta }) => beta))];
  const r = all.reduce((sum, { r }) => sum + r, 0n);
  return { text: `${alpha},${beta}`, r, m: all.reduce((sum, { m }) => sum + m, 0) };
}

/** h: what is signed, and shown before it is decided whether to cast or to test. */
export function hashOf(body: string): string {
  return fingerprint(utf8(body));
}

/** The ballot: a body, signed with the credential's secret. */
export function sign(body: string, secret: bigint, random: Random): Uint8Array {
  const hash = hashOf(body);
  const signature = { hash, proof: writeProof(proveLog(`sig|${hash}`, secret, random)) };
  return utf8(`${body.slice(0, -1)},"signature":${JSON.stringify(signature)}}`);
}

/** The tracker: what the voter finds in the record. */
export function trackerOf(ballot: Uint8Array): string {
  return fingerprint(ballot);
}

/**
 * Check that a body is well made and holds these choices: what a second device does when a machine is tested.
 * @returns its credential
 * @throws Fault `other-choice` where it holds something else than is said
 */
export function reopen(election: Election, body: string, choices: Choices, randomness: Randomness): string {
  const y = new Fixed(election.publicKey);
  const { signature, ...read } = decode(utf8(body), ballotShape);
  hold(!signature, "signed", "$.signature", "a signature where there should be none");
  checkElection(election, read);
  checkMembers(checkAnswers(election, y, read));
  const { questions } = election;
  const all = choices.length === questions.length && randomness.length === questions.length;
  hold(all, "other-choice", "$.answers", "not as many choices as questions");
  questions.forEach((question, i) => {
    const [choice, exponents] = [choices[i] as number[], randomness[i] as string[]];
    const { choices: ciphers } = read.answers[i] as WireAnswer;
    const answers = isAnswer(question, choice) && exponents.length === choice.length;
    const same = answers && ciphers.every(({ alpha, beta }, j) => {
      return encrypted(y, exponent(exponents[j]), choice[j] as number).text === `${alpha},${beta}`;
    });
    hold(same, "other-choice", `$.answers[${i}]`, "it holds something else than is said");
  });
  return read.credential;
}

/**
 * Check a whole ballot: form, signature, proofs, whether its credential is `listed`, and whether all is in the group.
 * The order of checks is that of Python's `ballots/secret/verify.py`. The list's own keys are checked elsewhere.
 */
export function checkBallot(
  raw: Uint8Array,
  election: Election,
  y: Fixed,
  listed: { has(credential: string): boolean },
): Ballot {
  const { signature, ...body } = decode(raw, ballotShape);
  checkSigned(raw, signature);
  checkElection(election, body);
  const credential = within("$.credential", () => new Powers(decimal(body.credential, p)));
  within("$.signature.proof", () => {
    const signed = checkLog(`sig|${signature.hash}`, credential, readProof(signature.proof));
    hold(signed, "bad-proof", "$", "not signed with this credential");
  });
  const answers = checkAnswers(election, y, body);
  hold(listed.has(body.credential), "unlisted-credential", "$.credential", "a credential that is not listed");
  checkMembers(answers);
  const ciphers = eachOf(answers, ({ alpha, beta }) => ({ alpha: alpha.element, beta: beta.element }));
  return { credential: body.credential, answers: ciphers, hash: hashHex(raw) };
}

/**
 * A signed ballot of this election, of which no proof is looked at: all that it takes to be summed.
 * @returns its credential, the digest of its body, and its ciphertexts, perhaps outside the group
 */
export function readSummable(
  raw: Uint8Array,
  election: Election,
): { readonly credential: string; readonly digest: string; readonly answers: Grid<Cipher> } {
  const { signature, ...body } = decode(raw, ballotShape);
  checkSigned(raw, signature);
  checkElection(election, body);
  checkShapes(election.questions, body.answers);
  const { credential, answers } = body;
  const numbers = answers.map(({ choices }) =>
    choices.map(({ alpha, beta }) => ({ alpha: decimal(alpha, p), beta: decimal(beta, p) })),
  );
  return { credential, digest: signature.hash, answers: numbers };
}

function checkSigned(raw: Uint8Array, signature: Signature): asserts signature is NonNullable<Signature> {
  hold(signature, "unsigned", "$.signature", "no signature");
  const written = text(raw);
  const unsigned = `${written.slice(0, written.lastIndexOf(',"signature":{"hash":"'))}}`;
  hold(signature.hash === hashOf(unsigned), "wrong-hash", "$.signature.hash", "not the hash of this ballot");
}

/** Without this the proofs mean nothing. */
function checkMembers(answers: Grid<Sealed>): void {
  eachOf(answers, (one, i, j) => {
    for (const half of ["alpha", "beta"] as const) {
      const where = `$.answers[${i}].choices[${j}].${half}`;
      hold(one[half].isMember(), "not-in-group", where, "a number that is not in the group");
    }
  });
}

function checkElection({ uuid, fingerprint }: Election, { election_uuid, election_hash }: Body): void {
  hold(election_uuid === uuid, "other-election", "$.election_uuid", "a ballot of another election");
  hold(election_hash === fingerprint, "other-election", "$.election_hash", "a ballot of another election");
}

function checkAnswers({ questions, fingerprint }: Election, y: Fixed, { credential, answers }: Body): Sealed[][] {
  checkShapes(questions, answers);
  return inEach(questions, answers, (question, answer) =>
    checkAnswer(question, answer, y, `${fingerprint}|${credential}`),
  );
}

function inEach<T>(
  questions: readonly Question[],
  answers: readonly WireAnswer[],
  check: (question: Question, answer: WireAnswer) => T,
): T[] {
  return answers.map((answer, i) => within(`$.answers[${i}]`, () => check(questions[i] as Question, answer)));
}

function checkShapes(questions: readonly Question[], answers: readonly WireAnswer[]): void {
  hold(answers.length === questions.length, "wrong-shape", "$.answers", "not one answer for each question");
  inEach(questions, answers, checkShape);
}

function checkShape(question: Question, answer: WireAnswer): void {
  const { choices, individual_proofs, overall_proof, blank_proof } = answer;
  const expect = (name: string, found: number, due: number): void =>
    hold(found === due, "wrong-shape", `$.${name}`, `${found} where ${due} belong`);
  const blank = question.blank ? 1 : 0;
  expect("choices", choices.length, width(question));
  expect("individual_proofs", individual_proofs.length, width(question));
  expect("overall_proof", overall_proof.length, question.max - question.min + 1 + blank);
  expect("blank_proof", blank_proof ? 1 : 0, blank);
}

interface Sealed {
  readonly alpha: Powers;
  readonly beta: Powers;
  readonly text: string;
}

function sealed(alpha: Powers, beta: Powers): Sealed {
  return { alpha, beta, text: `${alpha.element},${beta.element}` };
}

function checkAnswer(question: Question, answer: WireAnswer, y: Fixed, start: string): Sealed[] {
  const { choices, individual_proofs, overall_proof, blank_proof } = answer;
  const ciphers = choices.map(({ alpha, beta }, j) =>
    within(`$.choices[${j}]`, () => sealed(new Powers(decimal(alpha, p)), new Powers(decimal(beta, p)))),
  );
  const marks = question.blank ? ciphers.slice(1) : ciphers;
  const all = (half: "alpha" | "beta"): Powers => new Powers(product(marks.map((one) => one[half].element)));
  const { each, overall, blank } = statements(question, start, ciphers, sealed(all("alpha"), all("beta")));
  const check = ({ said, branches }: Statement<Sealed>, proofs: readonly WireProof[], where: string): void =>
    within(where, () => {
      const claims = branches.map(([{ alpha, beta }, value]) => ({ alpha, beta, value }));
      hold(checkOne(said, y, claims, proofs.map(readProof)), "bad-proof", "$", "the proof does not hold");
    });
  each.forEach((one, j) => check(one, individual_proofs[j] as WireProof[], `$.individual_proofs[${j}]`));
  if (blank && blank_proof) check(blank, blank_proof, "$.blank_proof");
  check(overall, overall_proof, "$.overall_proof");
  return ciphers;
}
