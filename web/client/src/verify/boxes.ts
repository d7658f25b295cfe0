/** Ballots of secret polls, and their opening as a sum (docs/spec.md: ballot.spoil, ballot.batch, key.decrypt). */

import { sha256 } from "@noble/hashes/sha2";
import { hex, utf8 } from "../core/encoding";
import { Writer } from "../secret/archive";
import { type Cipher, readSummable } from "../secret/ballot";
import { decode, eachOf } from "../secret/form";
import { p } from "../secret/group";
import { readSpoiled } from "../secret/spoil";
import {
  checkDecryption,
  combine,
  countsOf,
  decryptionShape,
  type Factors,
  readTally,
  type Sums,
  writeResult,
  writeTally,
} from "../secret/tally";
import type { Trustees } from "../secret/trustees";
import { type Box, LEAST, type Sent, type Setup } from "./box";
import type { Choice } from "./choices";
import { allow, readOr } from "./findings";
import { named } from "./holders";
import type { ActOf } from "./kinds";
import { choicesOf } from "./sheets";
import { type Handler, isDue, isOpen, type Poll } from "./state";

/** Encrypted ballots enter: one a credential, final, none that was opened to test a phone. */
export const castBatch: Handler<ActOf<"ballot.batch">> = (state, act) => {
  const { poll, box } = state.secretPoll(act.poll);
  allow(isOpen(poll), "poll-closed");
  allow(
    act.ballots.every((name, i) => !i || name > (act.ballots[i - 1] as string)),
    "bad-batch",
  );
  const entering: Uint8Array[] = [];
  const voted = new Set<string>();
  let { sums } = box;
  for (const name of act.ballots) {
    const raw = named(state, name);
    const { credential, answers } = admit(box, raw, voted);
    voted.add(credential);
    entering.push(raw);
    sums = sums ? added(sums, answers) : answers;
  }
  act.ballots.forEach((name, i) => {
    box.ballots.set(name, entering[i] as Uint8Array);
    state.blobNames.add(name);
  });
  voted.forEach((credential) => box.voted.add(credential));
  box.sums = sums;
};

/** A ballot that may enter beside those of `others`; its proofs are looked at in the archive. Throws `Refused`. */
function admit(box: Box, raw: Uint8Array, others: ReadonlySet<string>): { credential: string; answers: Sums } {
  const { setup } = box;
  allow(setup, "not-set-up");
  const { credential, digest, answers } = readOr("bad-secret-ballot", () => readSummable(raw, setup.election));
  allow(setup.listed.has(credential), "unknown-credential");
  allow(!box.voted.has(credential) && !others.has(credential), "already-voted");
  allow(!box.spoiled.has(digest), "ballot-spoiled");
  return { credential, answers };
}

function added(sums: Sums, more: Sums): Sums {
  return eachOf(sums, ({ alpha, beta }, i, j) => {
    const one = (more[i] as readonly Cipher[])[j] as Cipher;
    return { alpha: (alpha * one.alpha) % p, beta: (beta * one.beta) % p };
  });
}

/** A ballot that was made to test a phone is opened, so it can never be cast. */
export const spoil: Handler<ActOf<"ballot.spoil">> = (state, act, place) => {
  const { poll, box } = state.secretPoll(act.poll);
  allow(isOpen(poll) && !isDue(poll, place), "poll-closed");
  allow(!box.spoiled.has(act.hash), "already-spoiled");
  const raw = named(state, act.opening);
  const { setup } = box;
  allow(setup, "not-set-up");
  const { hash, credential } = readOr("bad-spoiled-ballot", () => readSpoiled(raw, setup.election));
  allow(setup.listed.has(credential), "unknown-credential");
  allow(!box.voted.has(credential), "already-voted");
  allow(hash === act.hash, "bad-spoiled-ballot");
  box.spoiled.set(act.hash, act.opening);
  state.blobNames.add(act.opening);
};

/** At the close: the sum of the ballots, which is all that anybody will ever be asked to open. */
export function seal({ box }: Poll): void {
  if (box && box.sums && box.ballots.size >= LEAST) box.tally = utf8(writeTally(box.sums));
}

/** A holder's part of the opening, once and only of this sum; enough of them tell the totals. */
export const decrypt: Handler<ActOf<"key.decrypt">> = (state, act, _place, { seat }) => {
  const { poll, box } = state.secretPoll(act.poll);
  allow(poll.closed, "poll-not-closed");
  const owner = seat && box.keys.number(seat.member.id);
  allow(owner, "not-a-holder");
  const { tally, setup } = box;
  allow(tally && setup && poll.voidReason === null, "nothing-to-open");
  allow(!box.decryptions.has(owner), "already-sent");
  allow(!box.totals, "enough-keys");
  const raw = named(state, act.decryption);
  const { read } = box.keys.trustees as Sent<Trustees>;
  const factors = readOr("bad-decryption", () => {
    const key = read.keys[owner - 1] as bigint;
    return checkDecryption(setup.election, readTally(setup.election, tally), key, decode(raw, decryptionShape));
  });
  const decryptions = new Map(box.decryptions).set(owner, { raw, factors });
  const totals = decryptions.size === box.keys.threshold ? totalsOf(box, read, decryptions) : null;
  box.decryptions.set(owner, { raw, factors });
  state.blobNames.add(act.decryption);
  box.totals = totals;
  if (totals) box.archive = hex(sha256(archiveOf(poll, box, setup)));
};

/** What enough decryptions open. Throws `Refused`. */
function totalsOf(
  { sums, ballots }: Box,
  trustees: Trustees,
  decryptions: ReadonlyMap<number, { readonly factors: Factors }>,
): bigint[][] {
  const most = BigInt(ballots.size);
  const combined = combine(trustees, new Map(Array.from(decryptions, ([owner, { factors }]) => [owner, factors])));
  allow(combined && sums, "unreadable-totals");
  const totals = readOr("unreadable-totals", () => countsOf(sums, combined, most));
  allow(
    totals.every((row) => row.every((one) => one <= most)),
    "unreadable-totals",
  );
  return totals;
}

/** What is counted of a secret poll: choices with its totals; null where nobody opens it. Throws `Refused`. */
export function openedOf({ question, voidReason }: Poll, { ballots, totals }: Box): Choice[] | null {
  const number = ballots.size;
  if (voidReason !== null || number < LEAST) return null;
  allow(totals, "keys-missing");
  const choices = choicesOf(question, totals, number);
  allow(choices, "unreadable-totals");
  return choices;
}

/** `secret/POLL.bel` as it follows from the record: the election as far as it has come; null before it is set up. */
export function archiveBytes(poll: Poll): Uint8Array | null {
  const { box } = poll;
  return box && box.setup && archiveOf(poll, box, box.setup);
}

function archiveOf(poll: Poll, box: Box, setup: Setup): Uint8Array {
  const made = new Writer(Math.floor(Date.parse(poll.openedAt) / 1000));
  const { text } = box.keys.trustees as Sent<Trustees>;
  made.setup(setup.raw, utf8(text), setup.credentials);
  box.ballots.forEach((raw) => made.ballot(raw));
  if (poll.closed) made.endBallots();
  if (box.tally) made.encryptedTally(box.tally, box.ballots.size, BigInt(box.ballots.size));
  const owners = Array.from(box.decryptions).sort(([one], [other]) => one - other);
  for (const [owner, { raw }] of owners) made.partialDecryption(owner, raw);
  if (box.totals) made.result(utf8(writeResult(box.totals)));
  return made.bytes;
}
