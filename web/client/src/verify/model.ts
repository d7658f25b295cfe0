/** What the page shows of an audit: the verdict first, then what led to it. */

import { grouped } from "../core/crockford";
import type { Model, Row } from "../page/bind";
import { pick, sentences, t } from "../page/texts";
import { amountOf } from "./amounts";
import { allFindings, type Expectations, type Held, UNFINISHED } from "./brought";
import { isEmpty, readChoice } from "./choices";
import type { Result } from "./count";
import type { Finding } from "./findings";
import type { Question } from "./question";
import type { HearingReport, MomentReport, PollReport, Report, Vote } from "./report";
import type { Comparison } from "./rules";

/** Everything the page knows, and has of the auditor. */
export interface Known extends Expectations {
  readonly file: string;
  readonly report: Report;
  /** Whether anything was typed for an anchor. */
  readonly typed: boolean;
  /** The rules that this page carries, each as canonical JSON. */
  readonly presets: readonly string[];
  /** What this device's clock says, in ms since 1970. */
  readonly now: number;
}

type Verdict = "no_bundle" | "findings" | "running" | "clean" | "consistent";

/** Places of one finding that are listed at most. */
const SHOWN = 100;
/** How far clocks may differ without a word, in ms; times are shown to the minute. */
const SKEW = 60_000;

/** Everything the page binds to. */
export function verifyModel(known: Known): Model {
  const { report, anchor } = known;
  const { hearing } = report;
  const findings = allFindings(report.findings, hearing ? hearing.anchor : "", known);
  const verdict = verdictOf(report, findings, anchor);
  const values = { count: findings.length, file: known.file, anchor: hearing ? grouped(hearing.anchor, 4) : "" };
  const misfit = verdict === "findings" && verdictOf(report, report.findings, anchor) !== "findings";
  const people = namesOf(known.held);
  return {
    done: true,
    verdict,
    mark: { clean: "✓", consistent: "✓", running: "…", findings: "✕", no_bundle: "✕" }[verdict],
    says: t(`verdict-${verdict}`, values),
    next: t(`next-${misfit ? "brought" : verdict}`, values),
    findings: byCode(findings),
    hearing: hearing && hearingModel(hearing, known),
    remarks: hearing ? remarks(hearing, known, verdict) : [],
    polls: hearing ? hearing.polls.map((poll) => pollRow(poll, known.presets, people)) : [],
    moments: hearing ? hearing.moments.map((moment, index) => momentRow(moment, index, hearing)) : [],
    receipts: hearing ? heldRows(known.held, hearing, (kind) => kind === "receipt") : [],
    others: hearing ? heldRows(known.held, hearing, (kind) => kind !== "receipt") : [],
  };
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
    starts: local(hearing.starts, hearing.zone),
    latest: local(hearing.latest, hearing.zone),
    origin: hearing.origin,
    size: hearing.size,
    rehearsal: hearing.rehearsal,
    anchor: grouped(hearing.anchor, 4),
    tied,
    tied_says: t(`anchor-${tied}`),
  };
}

/** What an auditor should know and that does not count against the record. */
function remarks({ finished, latest, zone }: HearingReport, { now }: Known, verdict: Verdict): Row[] {
  const said: Row[] = [];
  if (!finished && verdict !== "running") said.push({ id: "running", text: t("remark-running") });
  if (Date.parse(latest) > now + SKEW) {
    said.push({ id: "future", text: t("remark-future", { at: local(latest, zone), now: local(now, zone) }) });
  }
  return said;
}

/** A moment in the community's own time, its zone said; in UTC where this browser knows no such zone. */
function local(at: string | number, zone: string): string {
  const { lang } = document.documentElement;
  const write = (timeZone: string): string =>
    new Date(at).toLocaleString(lang === "en" ? "en-GB" : lang, {
      year: "numeric",
      month: "long",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      timeZone,
      timeZoneName: "long",
    });
  try {
    return write(zone);
  } catch {
    return write("UTC");
  }
}

type Names = { readonly [member: string]: string };

/** Names by entry of the roll; null where no file of openings gave any. */
function namesOf(held: readonly Held[]): Names | null {
  const people = held.reduce<Names>((known, one) => one.people || known, {});
  return Object.keys(people).length ? people : null;
}

function voteRow({ member, choice }: Vote, { question }: PollReport, people: Names): Row {
  return { id: member, name: people[member] || member, choice: choiceText(question, choice) };
}

/** What a ballot says, in the words of the question. */
function choiceText(question: Question, json: string | null): string {
  const choice = json === null ? null : readChoice(question, json);
  if (choice === null) return t("not_opened");
  if (isEmpty(choice)) return t("blank");
  const said = typeof choice === "string" ? [choice] : Array.from(choice as Iterable<string | [string, number]>);
  const ranked = ["borda", "schulze", "ranked_pairs", "irv", "stv", "meek"].indexOf(question.method) >= 0;
  const words = (one: string | [string, number]): string =>
    typeof one === "string" ? named(question, [one]) : `${named(question, [one[0]])} ${grade(question, one[1])}`;
  return said.map(words).join(ranked ? " > " : t("separator"));
}

/** The word for a number on a ballot; points have none. */
function grade({ settings }: Question, number: number): string {
  const scale = settings && ("scale" in settings ? settings.scale : "grades" in settings ? settings.grades : []);
  const word = scale && scale[number];
  return word ? pick(word) : String(number);
}

/** Options in people's words. */
function named({ options }: Question, ids: readonly string[]): string {
  const labels = new Map(options.map(({ id, text }) => [id, pick(text)]));
  return ids.map((id) => labels.get(id)).join(t("separator"));
}

/** An outcome; where nobody decides, what that means by the method, for an appraisal has a verdict in each line. */
function decided({ method }: Question, outcome: string): string {
  return outcome === "counted" ? t(`counted-${method}`) : t(`decision-${outcome}`);
}

/** Whom the count chose, who is tied, what is vacant, and what the law's own numbers say: a line each. */
function consequences(question: Question, result: Result): Row[] {
  const { chosen = [], tied = [], vacant = 0, lot, statutory } = result;
  const lines: string[] = [];
  if (chosen.length) lines.push(t("chosen", { names: named(question, chosen) }));
  if (tied.length) lines.push(t("tied", { names: named(question, tied) }));
  if (vacant) lines.push(t("vacant", { count: vacant }));
  if (lot) lines.push(t("lot", { names: named(question, lot) }));
  if (statutory) {
    const strict = decided(question, statutory.decision);
    const names = statutory.chosen && statutory.chosen.length ? named(question, statutory.chosen) : "";
    lines.push(t("statutory", { decision: names ? `${strict} (${names})` : strict }));
  }
  return lines.map((text, index) => ({ id: String(index), text }));
}

function pollRow(poll: PollReport, presets: readonly string[], people: Names | null): Row {
  const { question, result } = poll;
  const { rule } = question;
  const outcome = poll.voidReason !== null ? "void" : result ? result.decision : "";
  const law = rule.law ? sentences([pick(rule.law), rule.article && t("article", { article: rule.article })]) + t("colon") : "";
  const clause = rule.own ? t("clause", { clause: pick(rule.own.clause) }) : "";
  return {
    id: poll.id,
    title: pick(question.title),
    method: question.method,
    wording: pick(question.text),
    outcome,
    decision: outcome ? decided(question, outcome) : t(`stage-${poll.stage}`),
    void_reason: poll.voidReason === null ? "" : t("void_because", { reason: poll.voidReason }),
    options: result ? result.options.map((_, place) => optionRow(question, result, place)) : [],
    comparisons: result ? result.comparisons.map(comparisonRow) : [],
    consequences: result ? consequences(question, result) : [],
    turnout: result && !poll.box && t("turnout", { returned: result.returned, unopened: result.unopened }),
    box: poll.box && t("box", { ...poll.box }),
    left_out: poll.box && poll.box.objections > 0 && t("box_left_out", { count: poll.box.objections }),
    rule: law + sentences([pick(rule.text), clause]),
    own_rule: presets.indexOf(JSON.stringify(rule)) < 0,
    votes: people ? poll.votes.map((vote) => voteRow(vote, poll, people)) : [],
  };
}

function optionRow(question: Question, result: Result, place: number): Row {
  const { id, text, total } = result.options[place] as Result["options"][number];
  const area = total.area === undefined ? "" : `${total.area} m²`;
  return { id, label: pick(text), amount: amountOf(question, result, place), area };
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
  return { id: String(index), what: t(`moment-${what}`), about: about ? ` · ${pick(about.question.title)}` : "", fingerprint };
}

/** What was brought along, and whether it fits. */
function heldRows(all: readonly Held[], hearing: HearingReport, wanted: (kind: Held["kind"]) => boolean): Row[] {
  const held = all.filter(({ kind }) => wanted(kind));
  return held.map((one, index) => {
    const unfit = one.findings.length || one.size === null;
    const utc = one.proven ? `${one.proven.at} · ` : "";
    return { id: String(index), name: utc + one.name, mark: unfit ? "✕" : "✓", text: heldText(one, hearing) };
  });
}

function heldText({ findings, proven, people, size }: Held, { zone, seats }: HearingReport): string {
  if (proven) {
    const { seq, at, kind } = proven;
    return t("receipt_fits", { seq, act: t(`act-${kind || "unreadable"}`), at: local(at, zone) });
  }
  const [finding] = findings;
  if (people) {
    const named = t("openings_fit", { count: Object.keys(people).length, total: seats });
    return sentences([finding && t(`finding-${finding.code}`), named]);
  }
  if (finding) return t(`finding-${finding.code}`);
  return size === null ? t("since_unreadable") : t("since_fits", { count: size as number });
}
