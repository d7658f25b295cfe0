/** The recount: what the ballots and the frozen rule give (docs/spec.md, section 13). */

import { utf8 } from "../core/encoding";
import type { Text } from "./blobs";
import { openedOf } from "./boxes";
import { type Choice, isEmpty, readChoice } from "./choices";
import type { Member } from "./kinds";
import { METHODS } from "./methods";
import { undecided } from "./methods/marks";
import type { Count, Lot, Paper } from "./methods/method";
import type { Question } from "./question";
import {
  amount,
  areOk,
  type Comparison,
  decide,
  type Figures,
  figuresOf,
  type Outcome,
  quorum,
  strict,
  total,
  turnout,
  type Weights,
} from "./rules";
import { write } from "./schema";
import { type Poll, returned } from "./state";

interface Amount {
  readonly heads: number;
  readonly area?: string;
}

/** An outcome, and every test made of the meeting as a whole. */
interface Decision {
  readonly decision: Outcome;
  readonly comparisons: readonly Comparison[];
}

/** A result as results/POLL.json has it; names in it are `marked`. */
export interface Result extends Decision {
  readonly returned: number;
  readonly unopened: number;
  readonly options: readonly { readonly id: string; readonly text: Text; readonly total: Amount }[];
  readonly chosen: readonly string[] | undefined;
  readonly tied: readonly string[] | undefined;
  readonly vacant: number | undefined;
  readonly lot: Lot | undefined;
  readonly statutory: (Decision & { readonly chosen: readonly string[] | undefined }) | undefined;
  readonly [member: string]: unknown;
}

/** What is counted: the valid ballots, who was there, and how many ballots nobody could open. */
interface Votes {
  readonly papers: readonly Paper[];
  readonly figures: Figures;
  readonly unopened: number;
  readonly isVoid: boolean;
  readonly lot: Lot;
}

/** Whose a secret ballot is, as far as anybody knows. */
const SOMEBODY: Member = { id: "", role: "representative", commitment: "", weights: { heads: 1 }, unit: "" };

/** Count a poll and decide it; throws `Refused` where a secret poll cannot be counted yet. */
export function count(poll: Poll): Result {
  const { question, voidReason, lot, box } = poll;
  const { rule, method } = question;
  const papers = opened(poll);
  const unopened = returned(poll) - papers.length;
  const votes = { papers, figures: attendance(poll, papers), unopened, isVoid: voidReason !== null, lot };
  const { counted, figures, decision, comparisons } = tally(question, votes);
  const sum = (name: string): Amount => written(pick(figures, name));
  const chose = METHODS[method].decider === "count" && ["decided", "vacant", "tied"].indexOf(decision) >= 0;
  return {
    v: 1,
    poll: poll.id,
    question: { id: question.id, title: question.title },
    method,
    rule: {
      preset: rule.preset,
      law: rule.law,
      article: rule.article,
      text: rule.text,
      own: rule.own && rule.own.clause,
    },
    roll: sum("eligible"),
    present: question.electorate === "present" ? sum("present") : null,
    issued: box && box.offers.size,
    returned: returned(poll),
    cast: sum("cast"),
    valid: sum("valid"),
    invalid: sum("invalid"),
    abstain: sum("abstain"),
    unopened,
    options: question.options.map(({ id, text }) => ({ id, text, total: written(counted.totals.get(id) as Weights) })),
    comparisons,
    decision,
    reason: reason(method, decision, voidReason, unopened),
    chosen: chose ? counted.chosen : undefined,
    tied: chose ? counted.tied : undefined,
    vacant: chose ? counted.vacant : undefined,
    lot: lot || undefined,
    steps: chose ? counted.steps : undecided(counted.steps),
    statutory: statutory(question, votes),
    silence: silence(question, figures),
    units: question.breakdown && !unopened ? units(question, votes) : undefined,
    archive: (box && papers.length && box.archive) || undefined,
  };
}

/** The ballots that are open, in the order of the record; only valid choices get in. */
function opened(poll: Poll): readonly Paper[] {
  const { question, ballots, electorate, box } = poll;
  if (box) return (openedOf(poll, box) || []).map((choice) => ({ choice, member: SOMEBODY }));
  const found: Paper[] = [];
  ballots.forEach(({ choice }, id) => {
    if (choice === null) return;
    found.push({ choice: readChoice(question, choice) as Choice, member: electorate.get(id) as Member });
  });
  return found;
}

/** All figures but those of the options. */
function attendance({ question, eligible, electorate }: Poll, papers: readonly Paper[]): Figures {
  const { rule } = question;
  const weigh = (some: readonly Paper[]): Weights =>
    total(
      rule,
      some.map(({ member }) => member),
    );
  return figuresOf(rule, {
    eligible: total(rule, eligible),
    ...(question.electorate === "present" ? { present: total(rule, Array.from(electorate.values())) } : {}),
    cast: weigh(papers),
    valid: weigh(papers),
    invalid: weigh([]),
    abstain: weigh(papers.filter(({ choice }) => isEmpty(choice))),
  });
}

/** Count by the method, and decide by the rule of the question. */
function tally(question: Question, votes: Votes): Decision & { readonly counted: Count; readonly figures: Figures } {
  const { rule, method } = question;
  const { decider } = METHODS[method];
  const counted = countPapers(question, votes.papers, votes.figures, votes.lot);
  // What the rule decides has options whose names are those of figures.
  const figures = decider === "rule" ? withOptions(votes.figures, counted) : votes.figures;
  const decided = ((): Decision => {
    if (votes.unopened) {
      const decision = question.visibility === "secret" ? "unopened" : "unverified";
      return { decision, comparisons: quorum(rule, figures) };
    }
    if (decider === "rule") return decide(rule, figures);
    const comparisons = turnout(rule, figures);
    if (!areOk(comparisons)) return { decision: "no_quorum", comparisons };
    if (decider === "nobody") return { decision: "counted", comparisons };
    return { decision: counted.tied.length ? "tied" : counted.vacant ? "vacant" : "decided", comparisons };
  })();
  const { decision, comparisons } = decided;
  return { counted, figures, decision: votes.isVoid ? "void" : decision, comparisons };
}

/** What the method finds; blank ballots are abstentions, and not its matter. */
function countPapers(question: Question, papers: readonly Paper[], figures: Figures, lot: Lot): Count {
  const filled = papers.filter(({ choice }) => !isEmpty(choice));
  return METHODS[question.method].count(question, filled, figures, lot);
}

function withOptions(figures: Figures, { totals }: Count): Figures {
  const all: { [measure: string]: { [count: string]: bigint } } = {};
  for (const measure of Object.keys(figures)) {
    const sums: { [count: string]: bigint } = (all[measure] = { ...figures[measure] });
    totals.forEach((weights, option) => (sums[option] = weights[measure] as bigint));
  }
  return all;
}

/** The strict result, where the community's own rule decides. */
function statutory(question: Question, votes: Votes): Result["statutory"] {
  const rule = strict(question.rule);
  if (!rule) return undefined;
  const { counted, decision, comparisons } = tally({ ...question, rule }, votes);
  const chooses = METHODS[question.method].decider === "count";
  return { decision, comparisons, chosen: chooses ? counted.chosen : undefined };
}

/** Whom silence would be counted with. No record of this version proves a delivery, so nobody's is. */
function silence({ rule, options }: Question, figures: Figures): object | undefined {
  if (!rule.own || !rule.own.silence) return undefined;
  const ahead = Object.keys(figures).map((measure) => {
    const votes = (id: string): bigint => pick(figures, id)[measure] as bigint;
    const most = options.filter(({ id }) => options.every((other) => votes(id) >= votes(other.id)));
    return most.length === 1 ? (most[0] as { id: string }).id : null;
  });
  const option = ahead.every((one) => one === ahead[0]) ? ahead[0] : null;
  return { option, counted: [], total: written(total(rule, [])) };
}

/** The vote by constituency. Ballots are named in this version, so none is hidden. */
function units(question: Question, { papers, figures }: Votes): object {
  const names = Array.from(new Set(papers.map(({ member }) => member.unit))).sort(byCharacters);
  const groups = names.map((unit) => {
    const theirs = papers.filter(({ member }) => member.unit === unit);
    const { totals, unsaid } = countPapers(question, theirs, figures, null);
    const said = Array.from(totals).filter(([id]) => !unsaid || unsaid.indexOf(id) < 0);
    const options = said.map(([id, weights]) => ({ id, total: written(weights) }));
    return { units: [unit], ballots: theirs.length, options };
  });
  return { groups, merged: [], withheld: false };
}

/** The order of texts by their characters, which is not that of a language's halves of characters. */
function byCharacters(one: string, other: string): number {
  const [a, b] = [Array.from(one), Array.from(other)];
  const place = a.findIndex((character, index) => character !== b[index]);
  if (place < 0) return a.length - b.length;
  if (place >= b.length) return 1;
  return ((a[place] as string).codePointAt(0) as number) - ((b[place] as string).codePointAt(0) as number);
}

function pick(figures: Figures, name: string): Weights {
  const weights: { [measure: string]: bigint } = {};
  for (const measure of Object.keys(figures)) weights[measure] = (figures[measure] as Weights)[name] as bigint;
  return weights;
}

function written({ heads, area }: Weights): Amount {
  const number = amount("heads", heads as bigint) as number;
  return area === undefined ? { heads: number } : { heads: number, area: amount("area", area) as string };
}

function reason(method: string, decision: Outcome, voidReason: string | null, unopened: number): Text | null {
  if (voidReason !== null) return { zh: voidReason, en: voidReason };
  if (decision === "unverified") {
    return {
      zh: `有 ${unopened} 票未能打开，结果无法核实。`,
      en: `${unopened} ballots could not be opened: the result cannot be verified.`,
    };
  }
  if (decision === "unopened") {
    return {
      zh: `收回 ${unopened} 票，不足 5 票：为了保密，这些票永远不打开。请换一种方式表决。`,
      en:
        `${unopened} ballots came back, fewer than 5: to keep them secret nobody ever opens them. ` +
        "Please decide this another way.",
    };
  }
  if (method !== "agreement" || decision === "passed") return null;
  return {
    zh: "未达成一致：不是每一方都签字同意。各方的意见已记入会议记录。",
    en: "No agreement was reached: not every party signed. What each said is in the record.",
  };
}

/** The exact bytes of a result: results/POLL.json. */
export function resultBytes(result: Result): Uint8Array {
  return utf8(write(result));
}
