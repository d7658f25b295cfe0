/** The archives of secret polls: every proof in them, and against what the record says by itself. */

import { sha256 } from "@noble/hashes/sha2";
import { equal, hex } from "../core/encoding";
import { type Checking, type Report, verifyArchive } from "../secret/verify";
import { archiveBytes } from "./boxes";
import { finding, type Finding } from "./findings";
import type { Poll, State } from "./state";

const NAME = /^secret\//;

/** `secret/POLL.bel`: what the archive of a poll is called. */
export function archiveName({ id }: Poll): string {
  return `secret/${id}.bel`;
}

/**
 * Check every archive that is there or should be, step by step, and name whoever was left out of a setup.
 * @returns what the archives of polls were found to be, by poll
 */
export function* checkArchives(state: State, found: Finding[]): Generator<Checking, Map<string, Report>> {
  const polls = new Map(Array.from(state.polls.values(), (poll) => [archiveName(poll), poll]));
  const due = Array.from(polls).filter(([, { box }]) => box && box.setup);
  const there = Array.from(state.files.keys()).filter((name) => NAME.test(name));
  const reports = new Map<string, Report>();
  for (const name of Array.from(new Set([...there, ...due.map(([name]) => name)])).sort()) {
    const file = state.files.get(name);
    const poll = polls.get(name);
    if (!file) {
      found.push(finding("archive-missing", name));
      continue;
    }
    if (!poll || !poll.box || !poll.box.setup) found.push(finding("archive-unknown", name));
    else if (!isArchiveOf(poll, file)) found.push(finding("archive-differs", name));
    const report = yield* verifyArchive(file);
    for (const { code, where, detail } of report.findings) {
      found.push(finding("bad-archive", `${name}:${where}`, `${code}: ${detail}`));
    }
    if (poll) reports.set(poll.id, report);
  }
  for (const poll of polls.values()) {
    if (!poll.box) continue;
    for (const member of poll.box.objections) found.push(finding("credential-left-out", archiveName(poll), member));
  }
  return reports;
}

/** Whether a file is the archive that follows from the record. */
function isArchiveOf(poll: Poll, file: Uint8Array): boolean {
  const { box } = poll;
  if (box && box.archive !== null) return hex(sha256(file)) === box.archive;
  const due = archiveBytes(poll);
  return due !== null && equal(due, file);
}
