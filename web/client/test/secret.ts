/**
 * Secret ballots as the browser makes and checks them, for tests in Python.
 *
 * `calls` does what calls.json asks for: a list of [name, …arguments], with numbers beyond 2^53 as decimal text.
 * What is thrown comes back as {code, where, index}. `verify` checks every archive in a folder.
 */

import "./browser";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text, utf8 } from "../src/core/encoding";
import { Writer } from "../src/secret/archive";
import { lock, unlock } from "../src/secret/backup";
import { checkBallot, type Choices, makeBody, type Randomness, reopen, sign, trackerOf } from "../src/secret/ballot";
import { Booth } from "../src/secret/booth";
import { BadMessage } from "../src/secret/commitments";
import { newCode, publicOf, secretOf, writeList } from "../src/secret/credentials";
import { type Draft, readElection, writeElection } from "../src/secret/election";
import { decode, Fault } from "../src/secret/form";
import { Fixed, random, type Random } from "../src/secret/group";
import { electionId, writeOffer } from "../src/secret/offer";
import * as pedersen from "../src/secret/pedersen";
import { decrypt as open, encrypt as seal, keysOf, receive, send } from "../src/secret/pki";
import { checkSetup, type Due, type Texts } from "../src/secret/setup";
import { fillIn, type Shown } from "../src/secret/sheets";
import {
  checkDecryption,
  combine,
  countsOf,
  decrypt,
  decryptionShape,
  readTally,
  sum,
  writeResult,
  writeTally,
} from "../src/secret/tally";
import { readTrustees } from "../src/secret/trustees";
import { type Report, verifyArchive } from "../src/secret/verify";

/** What the last step of a generator gives. */
export function finished<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Random numbers that Python has drawn: the same ones, in the same order. */
function given(draws: readonly string[]): Random {
  let at = 0;
  return (below) => BigInt(draws[at++] as string) % below;
}

function told({ findings, stage, voted, tallied, weight, owners, totals, trustees }: Report): object {
  return {
    findings: findings.map(({ code, where }) => [code, where]),
    stage: stage || null,
    voted,
    tallied,
    weight: String(weight),
    owners,
    current: trustees && trustees.current,
    totals: totals && totals.map((row) => row.map(String)),
  };
}

const steps = {
  newSeed: () => pedersen.newSeed(random),
  lock,
  unlock,
  certificate: (seed: string, size: number, threshold: number, index: number) =>
    pedersen.certificate(seed, size, threshold, index, random),
  polynomial: (seed: string, certificates: string[], index: number, threshold: number) =>
    pedersen.polynomial(seed, certificates, index, threshold, random),
  share: (seed: string, certificates: string[], polynomials: string[], index: number, foreign: boolean) => {
    const { exponent, message } = pedersen.share(seed, certificates, polynomials, index, random, foreign);
    return { exponent: String(exponent), message };
  },
  checkCertificate: (raw: string, size: number, threshold: number, index: number) =>
    pedersen.checkCertificate(raw, size, threshold, index).verification && null,
  checkPolynomial: (raw: string, certificates: string[], index: number, threshold: number) =>
    pedersen.checkPolynomial(raw, certificates, index, threshold).message && null,
  checkShare: (raw: string, certificates: string[], polynomials: string[], index: number) =>
    String(pedersen.checkShare(raw, certificates, polynomials, index)),
  trustees: (certificates: string[], polynomials: string[], shares: string[]) =>
    pedersen.trustees(certificates, polynomials, shares),
  send: (seed: string, recipient: string, message: string) =>
    send(keysOf(seed).sign, BigInt(recipient), message, random),
  receive: (seed: string, sender: string, sealed: string) => receive(keysOf(seed), BigInt(sender), sealed),
  seal: (key: string, message: string) => seal(BigInt(key), message, random),
  open: (seed: string, sealed: string) => open(keysOf(seed).decrypt, sealed),
  election: (draft: Omit<Draft, "publicKey">, trustees: string) =>
    text(writeElection({ ...draft, publicKey: readTrustees(utf8(trustees)).electionKey })),
  newCode: () => newCode(random),
  secret: (code: string, uuid: string) => String(secretOf(code, uuid)),
  credentials: (secrets: string[]) => writeList(secrets.map((secret) => publicOf(BigInt(secret)))),
  ballot: (raw: string, secret: string, choices: Choices, draws?: string[]) => {
    const election = readElection(utf8(raw));
    const drawn = draws ? given(draws) : random;
    const y = new Fixed(election.publicKey);
    const made = finished(makeBody(election, y, publicOf(BigInt(secret)), choices, drawn));
    const ballot = sign(made.body, BigInt(secret), drawn);
    return { ...made, ballot: text(ballot), tracker: trackerOf(ballot) };
  },
  reopen: (raw: string, body: string, choices: Choices, randomness: Randomness) => {
    reopen(readElection(utf8(raw)), body, choices, randomness);
    return null;
  },
  setup: (texts: Texts, due: Due) => checkSetup(texts, due),
  fillIn: (question: Shown, choice: string) => fillIn(question, choice),
  electionId,
  offer: (hearing: string, election: string, kid: string, secret: string) =>
    writeOffer({ hearing, election, kid }, BigInt(secret), random),
  spoil: (raw: string, code: string, choices: Choices) => {
    const booth = new Booth(utf8(raw), code);
    return { hash: finished(booth.make(choices)), spoiled: booth.reveal() };
  },
  decrypt: (raw: string, tally: string, exponent: string) => {
    const election = readElection(utf8(raw));
    return decrypt(election, readTally(election, utf8(tally)), BigInt(exponent), random);
  },
};

type Call = readonly [keyof typeof steps, ...unknown[]];

function calls(folder: string): unknown[] {
  const asked = JSON.parse(readFileSync(join(folder, "calls.json"), "utf8")) as Call[];
  return asked.map(([name, ...parameters]) => {
    try {
      return (steps[name] as (...given: unknown[]) => unknown)(...parameters);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { code: error.code, where: error.where, index: error instanceof BadMessage ? error.index : null };
    }
  });
}

/** A whole election, all of it made here, as it stands at every stage; the ballots' choices are in choices.json. */
function election(folder: string): object {
  const asked = readFileSync(join(folder, "choices.json"), "utf8");
  const { draft, choices, size, threshold, owners } = JSON.parse(asked) as {
    draft: Omit<Draft, "publicKey">;
    choices: Choices[];
    size: number;
    threshold: number;
    owners: number[];
  };
  const stages: { [stage: string]: string } = {};
  const everybody = Array.from({ length: size }, (_, at) => at + 1);
  const seeds = everybody.map(() => pedersen.newSeed(random));
  const seed = (index: number): string => seeds[index - 1] as string;
  const certificates = everybody.map((i) => pedersen.certificate(seed(i), size, threshold, i, random));
  const polynomials = everybody.map((i) => pedersen.polynomial(seed(i), certificates, i, threshold, random));
  const shares = everybody.map((i) => pedersen.share(seed(i), certificates, polynomials, i, random));
  const trustees = utf8(pedersen.trustees(certificates, polynomials, shares.map(({ message }) => message)));
  const keys = readTrustees(trustees);
  const raw = writeElection({ ...draft, publicKey: keys.electionKey });
  const poll = readElection(raw);
  const secrets = choices.map(() => secretOf(newCode(random), poll.uuid));
  const archive = new Writer(1795276959);
  const reached = (stage: string): void => void (stages[stage] = Buffer.from(archive.bytes).toString("base64"));
  archive.setup(raw, trustees, utf8(writeList(secrets.map(publicOf))));
  reached("Setup");
  const y = new Fixed(poll.publicKey);
  const listed = new Set(secrets.map((secret) => String(publicOf(secret))));
  const ballots = choices.map((choice, voter) => {
    const secret = secrets[voter] as bigint;
    return sign(finished(makeBody(poll, y, publicOf(secret), choice, random)).body, secret, random);
  });
  ballots.forEach((ballot) => archive.ballot(ballot));
  reached("Ballot");
  archive.endBallots();
  reached("EndBallots");
  const sealed = ballots.map((ballot) => ({ weight: 1n, answers: checkBallot(ballot, poll, y, listed).answers }));
  const tally = sum(poll, sealed);
  archive.encryptedTally(utf8(writeTally(tally)), ballots.length, BigInt(ballots.length));
  reached("EncryptedTally");
  const factors = new Map(
    owners.map((owner) => {
      const part = utf8(decrypt(poll, tally, (shares[owner - 1] as pedersen.Share).exponent, random));
      archive.partialDecryption(owner, part);
      return [owner, checkDecryption(poll, tally, keys.keys[owner - 1] as bigint, decode(part, decryptionShape))];
    }),
  );
  reached("PartialDecryption");
  const combined = combine(keys, factors);
  if (!combined) throw new Error("not enough holders");
  const totals = countsOf(tally, combined, BigInt(ballots.length));
  archive.result(utf8(writeResult(totals)));
  reached("Result");
  return { uuid: poll.uuid, stages, totals: totals.map((row) => row.map(Number)) };
}

/** Verify every archive in a folder. */
function verify(folder: string): object {
  const found: { [name: string]: object } = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".bel"))) {
    found[name] = told(finished(verifyArchive(new Uint8Array(readFileSync(join(folder, name))))));
  }
  return found;
}

export const commands = { calls, election, verify };
