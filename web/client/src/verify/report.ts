/** What the page is told of an audit: plain data, which can travel between threads. */

import { fingerprint } from "../core/fingerprint";
import { base64, fromB64url, fromHex } from "../core/encoding";
import type { Receipt } from "../core/receipt";
import { anchorOf } from "../core/token";
import type { Audited } from "./audit";
import type { Question, Text } from "./blobs";
import type { Result } from "./count";
import type { Finding } from "./findings";
import type { ActOf } from "./kinds";
import type { Line } from "./log";
import { isOpen, type Moment, type Poll, type State } from "./state";
import type { Tree } from "./tree";

/** A file that was audited; `noBundle` says why where it could not be. */
export interface Report {
  readonly noBundle: string | null;
  readonly findings: readonly Finding[];
  readonly hearing: HearingReport | null;
}

export interface HearingReport {
  readonly id: string;
  readonly title: Text;
  readonly community: Text;
  readonly starts: string;
  readonly zone: string;
  readonly origin: string;
  readonly anchor: string;
  readonly rehearsal: boolean;
  readonly finished: boolean;
  readonly size: number;
  readonly polls: readonly PollReport[];
  readonly moments: readonly MomentReport[];
}

export interface PollReport {
  readonly id: string;
  readonly title: Text;
  readonly text: Text;
  readonly rule: Question["rule"];
  readonly visibility: Question["visibility"];
  readonly stage: "open" | "closed" | "published" | "void";
  readonly voidReason: string | null;
  /** The recount, of a poll whose tally is published. */
  readonly result: Result | null;
}

export interface MomentReport {
  readonly what: Moment["what"];
  readonly poll: string | null;
  readonly fingerprint: string;
}

/** What came of a receipt: the act that it proves, or what is wrong. */
export interface ReceiptReport {
  readonly finding: Finding | null;
  readonly seq: number;
  readonly at: string;
  readonly act: string;
}

export function reportOf({ findings, state, log }: Audited): Report {
  const act = state && state.convene;
  return { noBundle: null, findings, hearing: state && act && hearingOf(state, act, log.tree) };
}

function hearingOf(state: State, act: ActOf<"hearing.convene">, tree: Tree): HearingReport | null {
  const { notice } = state;
  return (
    notice && {
      id: act.hearing,
      title: notice.title,
      community: notice.community.name,
      starts: notice.starts,
      zone: notice.community.zone,
      origin: act.origin,
      anchor: anchorOf(fromB64url(act.root, 32)),
      rehearsal: act.rehearsal,
      finished: state.phase === "adjourned",
      size: tree.size,
      polls: Array.from(state.polls.values(), pollOf),
      moments: state.moments.map(({ what, poll, size }) => {
        const root = base64(fromHex(tree.root(size) as string));
        return { what, poll, fingerprint: fingerprint(`${act.origin}\n${size}\n${root}\n`) };
      }),
    }
  );
}

function pollOf(poll: Poll): PollReport {
  const { title, text, rule, visibility } = poll.question;
  const { id, voidReason, recount } = poll;
  const decided = voidReason !== null ? "void" : recount && "published";
  const stage = decided || (isOpen(poll) ? "open" : "closed");
  return { id, title, text, rule, visibility, stage, voidReason, result: recount };
}

export function receiptOf(found: Finding | Receipt, lines: readonly Line[]): ReceiptReport {
  if ("code" in found) return { finding: found, seq: 0, at: "", act: "" };
  const { seq, at } = found.entry;
  const line = lines.filter(({ place }) => place.seq === seq)[0];
  return { finding: null, seq, at, act: line ? line.act.act : "" };
}
