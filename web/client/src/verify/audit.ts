/** The audit: everything in a bundle recomputed from the acts, and what does not fit, by name. */

import { sha256 } from "@noble/hashes/sha2";
import { base64, concat, equal, fromB64url, hex, text, utf8 } from "../core/encoding";
import { type NoteKey, noteKey, openCheckpoint } from "../core/note";
import { anchorOf } from "../core/token";
import type { Report as Archive } from "../secret/verify";
import { checkArchives } from "./archives";
import { minutes, readComment } from "./blobs";
import { type Bundle, readBundle } from "./bundle";
import { attempt, finding, type Finding, Refused } from "./findings";
import { Hearing } from "./hearing";
import type { ActOf } from "./kinds";
import { isSigned, Log } from "./log";
import { resultFile } from "./polls";
import { readCanonical } from "./schema";
import { type Poll, type State } from "./state";
import type { Tree } from "./tree";

/** How far an audit has come: steps done, of how many. */
export interface Progress {
  readonly done: number;
  readonly all: number;
  /** Whether the steps are the credentials and ballots of one secret poll; it takes long to check one. */
  readonly secret?: true;
}

/** A bundle that was audited. `state` is null if not even its first act could be read. */
export interface Audited {
  readonly findings: readonly Finding[];
  readonly state: State | null;
  readonly log: Log;
  /** What the archives of secret polls were found to be, by poll. */
  readonly archives: ReadonlyMap<string, Archive>;
  /** The entries' exact bytes. */
  readonly entries: readonly Uint8Array[];
}

/** Audit a bundle, step by step; throws `NoBundle`. */
export function* audit(bytes: Uint8Array): Generator<Progress, Audited> {
  const bundle = readBundle(bytes);
  const findings = [...bundle.findings];
  const all = bundle.entries.length * 2;
  const log = new Log(findings);
  for (const raw of bundle.entries) {
    log.read(raw);
    yield { done: 0, all };
  }
  const forged = new Set<number>();
  for (const line of log.lines) {
    if (!isSigned(line)) forged.add(line.place.seq);
    yield { done: line.place.seq, all };
  }
  const hearing = new Hearing(bundle.files, log.tree);
  for (const { act, place } of log.lines) {
    try {
      hearing.requireKey(act, place);
      if (forged.has(place.seq)) findings.push(finding("bad-signature", `log.jsonl:${place.seq}`));
      else hearing.apply(act, place);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      findings.push(finding("act-refused", `log.jsonl:${place.seq}`, `${act.act}: ${error.message}`));
    }
    yield { done: all / 2 + place.seq, all };
  }
  const { state } = hearing;
  const audited = { findings, state: state.convene && state, log, entries: bundle.entries };
  if (!state.convene) {
    findings.push(finding("not-convened", "log.jsonl:0"));
    return { ...audited, archives: new Map() };
  }
  check(bundle, state, state.convene, log.tree, findings);
  return { ...audited, archives: yield* archivesOf(state, findings) };
}

/** The archives, checked step by step. */
function* archivesOf(state: State, findings: Finding[]): Generator<Progress, ReadonlyMap<string, Archive>> {
  const steps = checkArchives(state, findings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    yield { done: step.value.done, all: step.value.of, secret: true };
  }
}

function check(bundle: Bundle, state: State, act: ActOf<"hearing.convene">, tree: Tree, findings: Finding[]): void {
  const key = serviceKey(act);
  if (!equal(bundle.files.get("hearing.json") as Uint8Array, hearingFile(act, key))) {
    findings.push(finding("hearing-file", "hearing.json"));
  }
  findings.push(...checkCheckpoint(bundle, key, tree), ...checkBlobs(bundle, state), ...checkResults(bundle, state));
  bundle.files.forEach((_data, name) => {
    if (name.startsWith("cvr/")) findings.push(finding("unknown-file", name));
  });
  if (state.phase !== "adjourned") findings.push(finding("unfinished", "log.jsonl"));
}

/** The key that signs the record's checkpoints. */
export function serviceKey(act: ActOf<"hearing.convene">): NoteKey {
  return noteKey(act.origin, fromB64url(act.service, 32));
}

/** What hearing.json must say; all of it follows from the first act. */
function hearingFile({ hearing, origin, root }: ActOf<"hearing.convene">, key: NoteKey): Uint8Array {
  const vkey = `${key.name}+${hex(key.id)}+${base64(concat(Uint8Array.of(1), key.publicKey))}`;
  return utf8(JSON.stringify({ v: 1, hearing, origin, anchor: anchorOf(fromB64url(root, 32)), vkey }));
}

function checkCheckpoint(bundle: Bundle, key: NoteKey, tree: Tree): Finding[] {
  const where = "checkpoint";
  const checkpoint = attempt(() => openCheckpoint(text(bundle.files.get(where) as Uint8Array), key));
  if (checkpoint instanceof Error) return [finding("bad-checkpoint", where, checkpoint)];
  if (checkpoint.size !== tree.size) return [finding("checkpoint-size", where, `${checkpoint.size}, ${tree.size}`)];
  return checkpoint.root === tree.root(tree.size) ? [] : [finding("checkpoint-root", where)];
}

function checkBlobs(bundle: Bundle, state: State): Finding[] {
  const found: Finding[] = [];
  state.blobNames.forEach((name) => {
    if (!bundle.files.has(`blobs/${name}`) && !state.erased.has(name)) found.push(finding("blob-missing", `blobs/${name}`));
  });
  bundle.files.forEach((_data, name) => {
    if (name.startsWith("blobs/") && !state.blobNames.has(name.slice(6))) found.push(finding("blob-unknown", name));
  });
  state.comments.forEach(({ blob }) => {
    const raw = state.blob(blob);
    const read = raw && attempt(() => readComment(raw));
    if (read instanceof Error) found.push(finding("bad-comment", `blobs/${blob}`, read));
  });
  const remarks = state.minutes === null ? undefined : state.blob(state.minutes);
  const read = remarks && attempt(() => readCanonical(remarks, minutes));
  if (read instanceof Error) found.push(finding("bad-minutes", `blobs/${state.minutes || ""}`, read));
  return found;
}

function checkResults(bundle: Bundle, state: State): Finding[] {
  const found: Finding[] = [];
  state.polls.forEach((poll) => found.push(...checkPoll(state, poll)));
  bundle.files.forEach((_data, name) => {
    const poll = state.polls.get(name.slice(8, -5));
    if (name.startsWith("results/") && !(poll && poll.result !== null)) found.push(finding("result-unknown", name));
  });
  return found;
}

function checkPoll(state: State, poll: Poll): Finding[] {
  const where = `results/${poll.id}.json`;
  if (poll.result === null) {
    return poll.closed ? [finding("no-result", where)] : [];
  }
  const found: Finding[] = [];
  const file = resultFile(state, poll);
  if (!file) found.push(finding("result-missing", where));
  else if (hex(sha256(file)) !== poll.result) found.push(finding("result-differs", where));
  const unopened = Array.from(poll.ballots.values()).filter((ballot) => ballot.choice === null).length;
  if (unopened) found.push(finding("unverified", where, unopened));
  return found;
}
