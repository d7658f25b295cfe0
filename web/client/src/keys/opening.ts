/** Opening a secret poll: everything that a holder's device makes sure of before it decrypts, and that one decryption. */

import { sha256 } from "@noble/hashes/sha2";
import { equal, hex, utf8 } from "../core/encoding";
import { finding, type Finding } from "../verify/findings";
import { readArchive, type Step } from "../secret/archive";
import { readElection } from "../secret/election";
import { type Random } from "../secret/group";
import { decrypt, readTally } from "../secret/tally";
import { type Checking, type Report, verifyArchive } from "../secret/verify";
import { hashHex } from "../secret/form";
import { decryptTally } from "./acts";
import { isReady, numberOf, type SecretPoll } from "./facts";
import { type Kept, type Message, seedOf, shareOf } from "./making";

/** With fewer ballots nobody opens a box: it could show who voted how. */
export const LEAST = 5;

/** What a device has opened: the election, and the SHA-256 of the encrypted sum. */
export interface Opened {
  readonly election: string;
  readonly tally: string;
}

/** What came of examining a poll that is closed. */
export interface Examined {
  /** Why this device does not decrypt; nothing where it may. */
  readonly faults: readonly Finding[];
  /** How many ballots were summed. */
  readonly ballots: number;
  /** The SHA-256 in hex of the sum that was computed here; empty where there is none. */
  readonly tally: string;
}

/**
 * Examine a closed poll, step by step: archive against record, record against itself, the sum computed anew.
 * `opened` is what this device has decrypted before, `kept` its seeds.
 */
export function* examine(
  poll: SecretPoll,
  member: string,
  kept: readonly Kept[],
  opened: readonly Opened[],
): Generator<Checking, Examined> {
  const where = `secret/${poll.id}.bel`;
  const faults: Finding[] = [];
  const fault = (code: string, detail: unknown = ""): void => void faults.push(finding(code, where, detail));
  if (!numberOf(poll.keys, member)) fault("not-a-holder");
  else if (!seedOf(poll.keys, member, kept)) fault("no-key");
  if (!isReady(poll.keys)) fault("other-keys");
  if (!poll.archive || !poll.raw) {
    fault("no-archive");
    return { faults, ballots: poll.ballots.length, tally: "" };
  }
  const report = yield* verifyArchive(poll.archive);
  report.findings.forEach((one) => faults.push(finding("bad-archive", one.where, `${one.code}: ${one.detail}`)));
  if (!faults.length) compare(poll, report, Array.from(readArchive(poll.archive)), fault);
  if (poll.ballots.length < LEAST) fault("too-few", poll.ballots.length);
  const tally = faults.length ? "" : hex(sha256(sumIn(poll.archive)));
  const before = opened.filter(({ election }) => election === poll.election)[0];
  if (before && tally && before.tally !== tally) fault("opened-another", before.tally);
  return { faults, ballots: poll.ballots.length, tally };
}

type Tell = (code: string, detail?: unknown) => void;

/** The archive, whose own rules hold, is that of this poll, with the ballots, credentials and keys of the record. */
function compare(poll: SecretPoll, { election, stage, weight }: Report, steps: readonly Step[], fault: Tell): void {
  const { parts } = steps[0] as Step;
  const named = election && election.uuid === poll.election && equal(parts.election as Uint8Array, poll.raw as Uint8Array);
  if (!named) fault("another-election", election ? election.uuid : "");
  if (!equal(parts.trustees as Uint8Array, utf8(poll.keys.trustees || ""))) fault("other-keys");
  if (!poll.credentials || !equal(parts.credentials as Uint8Array, poll.credentials)) fault("other-credentials");
  const logged = poll.ballots.map(hashHex).sort().join();
  const boxed = steps.filter(({ kind }) => kind === "Ballot").map(({ parts }) => hashHex(parts.ballot as Uint8Array));
  if (boxed.sort().join() !== logged || weight !== BigInt(poll.ballots.length)) fault("other-ballots", boxed.length);
  if (["EncryptedTally", "PartialDecryption"].indexOf(stage) < 0) fault("not-waiting", stage);
}

/** The encrypted sum in an archive; `verifyArchive` has compared it with the sum that it computed. */
function sumIn(archive: Uint8Array): Uint8Array {
  const step = Array.from(readArchive(archive)).filter(({ kind }) => kind === "EncryptedTally")[0];
  return (step && step.parts.tally) || new Uint8Array();
}

/** Decrypt the sum of a poll that was examined and has no fault: that, and nothing else. */
export function decryptionOf(poll: SecretPoll, member: string, kept: readonly Kept[], random: Random): Message {
  const { seed } = seedOf(poll.keys, member, kept) as Kept;
  const { exponent } = shareOf(poll.keys, member, seed, random);
  const election = readElection(poll.raw as Uint8Array);
  const tally = readTally(election, sumIn(poll.archive as Uint8Array));
  const blob = utf8(decrypt(election, tally, exponent, random));
  return { says: decryptTally(poll.id, hex(sha256(blob))), blob };
}
