/** What the page shows of an audit: the verdict first, then what led to it. */

import { grouped } from "../core/crockford";
import type { Model, Row } from "../page/bind";
import { clock, pick, t } from "../page/texts";
import type { Finding } from "./findings";
import type { HearingReport, MomentReport, PollReport, ReceiptReport, Report } from "./report";
import type { Comparison } from "./rules";

/** Everything the page knows. `anchor` is the auditor's own, without blanks; empty until it is whole. */
export interface Known {
  readonly file: string;
  readonly report: Report;
  readonly anchor: string;
  /** Whether anything was typed there. */
  readonly typed: boolean;
  readonly receipts: readonly { readonly name: string; readonly report: ReceiptReport }[];
  /** The rules that this page carries, each as canonical JSON. */
  readonly presets: readonly string[];
}

type Verdict = "no_bundle" | "findings" | "running" | "clean" | "consistent";

/** Places of one finding that are listed at most. */
const SHOWN = 100;
/** What is said of a meeting that is still going on, and of no other one. */
const UNFINISHED = ["unfinished", "no-result"];

/** Everything the page binds to. */
export function verifyModel(known: Known): Model {
  const { report, anchor } = known;
  const { hearing } = report;
  const findings = allFindings(known);
  const verdict = verdictOf(report, findings, anchor);
  const values = { count: findings.length, file: known.file, anchor: hearing ? grouped(hearing.anchor, 4) : "" };
  return {
    done: true,
    verdict,
    mark: { clean: "✓", consistent: "✓", running: "…", findings: "✕", no_bundle: "✕" }[verdict],
    says: t(`verdict-${verdict}`, values),
    next: t(`next-${verdict}`, values),
    findings: byCode(findings),
    hearing: hearing && hearingModel(hearing, known),
    polls: hearing ? hearing.polls.map((poll) => pollRow(poll, known.presets)) : [],
    moments: hearing ? hearing.moments.map((moment, index) => momentRow(moment, index, hearing)) : [],
    receipts: known.receipts.map(receiptRow),
  };
}

/** What does not fit, in the bundle or with what the auditor brought along. */
function allFindings({ report, anchor, receipts }: Known): Finding[] {
  const found = [...report.findings];
  const { hearing } = report;
  if (hearing && anchor && anchor !== hearing.anchor) {
    found.unshift({ code: "other-community", where: "", detail: `${anchor} ≠ ${hearing.anchor}` });
  }
  for (const { name, report: receipt } of receipts) if (receipt.finding) found.push({ ...receipt.finding, where: name });
  return found;
}

function verdictOf(report: Report, findings: readonly Finding[], anchor: string): Verdict {
  if (report.noBundle !== null) return "no_bundle";
  if (findings.some(({ code }) => UNFINISHED.indexOf(code) < 0)) return "findings";
  if (findings.length) return "running";
  return anchor ? "clean" : "consistent";
}

/** One row a code, with the places where it was found. */
function byCode(findings: readonly Finding[]): Row[] {
  const codes = Array.from(new Set(findings.map(({ code }) => code)));
  return codes.map((code) => {
    const found = findings.filter((one) => one.code === code);
    const places = found.slice(0, SHOWN).map(({ where, detail }, index) => ({ id: String(index), where, detail }));
    return { id: code, code, sentence: t(`finding-${code}`), count: t("places", { count: found.length }), places };
  });
}

function hearingModel(hearing: HearingReport, { anchor, typed }: Known): Model {
  const tied = anchor === hearing.anchor ? "same" : anchor ? "other" : typed ? "partial" : "none";
  return {
    title: pick(hearing.title),
    community: pick(hearing.community),
    starts: clock(hearing.starts, hearing.zone, true),
    origin: hearing.origin,
    size: hearing.size,
    rehearsal: hearing.rehearsal,
    anchor: grouped(hearing.anchor, 4),
    tied,
    tied_says: t(`anchor-${tied}`),
  };
}

function pollRow(poll: PollReport, presets: readonly string[]): Row {
  const { result, rule } = poll;
  const outcome = poll.voidReason !== null ? "void" : result ? result.decision : "";
  const law = rule.law ? `${pick(rule.law)} ${rule.article ? t("article", { article: rule.article }) : ""}` : "";
  return {
    id: poll.id,
    title: pick(poll.title),
    wording: pick(poll.text),
    outcome,
    decision: outcome ? t(`decision-${outcome}`) : t(`stage-${poll.stage}`),
    void_reason: poll.voidReason === null ? "" : t("void_because", { reason: poll.voidReason }),
    options: result ? result.options.map(({ id, text, total }) => ({ id, label: pick(text), ...said(total) })) : [],
    comparisons: result ? result.comparisons.map(comparisonRow) : [],
    turnout: result && t("turnout", { returned: result.returned, unopened: result.unopened }),
    rule: `${law} ${pick(rule.text)}`.trim(),
    own_rule: presets.indexOf(JSON.stringify(rule)) < 0,
  };
}

function said({ heads, area }: { readonly heads: number; readonly area?: string }): { heads: number; area: string } {
  return { heads, area: area === undefined ? "" : `${area} m²` };
}

/** A comparison in words made from its figures. */
function comparisonRow(test: Comparison, index: number): Row {
  const unit = test.measure === "area" ? " m²" : "";
  const holds = test.comparison === "gt" ? [">", "≤"] : ["≥", "<"];
  return {
    id: String(index),
    mark: test.ok ? "✓" : "✕",
    text: t(`comparison-${test.kind}-${test.ok ? "ok" : "fails"}`, {
      count: t(`count-${test.count}`),
      value: test.value + unit,
      operator: holds[test.ok ? 0 : 1] as string,
      share: test.fraction.join("/"),
      base: t(`count-${test.base}`),
      of: test.of + unit,
      needed: test.needed + unit,
    }),
  };
}

function momentRow({ what, poll, fingerprint }: MomentReport, index: number, { polls }: HearingReport): Row {
  const about = polls.filter(({ id }) => id === poll)[0];
  return { id: String(index), what: t(`moment-${what}`), about: about ? pick(about.title) : "", fingerprint };
}

function receiptRow({ name, report }: { readonly name: string; readonly report: ReceiptReport }, index: number): Row {
  const { finding, seq, at, act } = report;
  const text = finding ? t(`finding-${finding.code}`) : t("receipt_fits", { seq, at, act });
  return { id: String(index), name, mark: finding ? "✕" : "✓", text };
}
