/** The recount: what the ballots and the frozen rule give, and whether a published result says so. */

import { Malformed, must } from "../core/encoding";
import type { Text } from "./blobs";
import type { Member } from "./kinds";
import { add, amount, type Comparison, decide, type Figures, type Outcome, quorum } from "./rules";
import { parseJson } from "./schema";
import type { Poll } from "./state";

interface Amount {
  readonly heads: number;
  readonly area?: string;
}

/** A result as results/POLL.json has it, its comparisons without the sentences. */
export interface Result {
  readonly returned: number;
  readonly unopened: number;
  readonly options: readonly { readonly id: string; readonly text: Text; readonly total: Amount }[];
  readonly comparisons: readonly Comparison[];
  readonly decision: Outcome;
  readonly [member: string]: unknown;
}

/** Count a poll and decide it. */
export function count(poll: Poll): Result {
  const { question } = poll;
  const { rule } = question;
  const figures = figuresOf(poll);
  const unopened = Array.from(poll.ballots.values()).filter((ballot) => ballot.choice === null).length;
  const decided = unopened
    ? { outcome: "unverified" as const, comparisons: quorum(rule, figures) }
    : decide(rule, figures);
  const decision = poll.voidReason === null ? decided.outcome : "void";
  const sum = (name: string): Amount => total(figures, name);
  return {
    v: 1,
    poll: poll.id,
    question: { id: question.id, title: question.title },
    method: question.method,
    rule: { preset: rule.preset, law: rule.law, article: rule.article, text: rule.text },
    roll: sum("eligible"),
    present: question.electorate === "present" ? sum("present") : null,
    issued: null,
    returned: poll.ballots.size,
    cast: sum("cast"),
    valid: sum("cast"),
    invalid: sum("invalid"),
    abstain: sum("abstain"),
    unopened,
    options: question.options.map(({ id, text }) => ({ id, text, total: sum(id) })),
    comparisons: decided.comparisons,
    decision,
    reason: reason(decision, poll.voidReason, unopened),
  };
}

function figuresOf(poll: Poll): Figures {
  const { question, eligible, electorate } = poll;
  const groups: { [count: string]: Member[] } = { eligible: [...eligible], cast: [], valid: [], invalid: [] };
  if (question.electorate === "present") groups["present"] = Array.from(electorate.values());
  for (const option of question.options) groups[option.id] = [];
  poll.ballots.forEach(({ choice }, id) => {
    if (choice === null) return;
    // Only valid choices get in.
    for (const name of ["cast", "valid", JSON.parse(choice) as string]) {
      (groups[name] as Member[]).push(electorate.get(id) as Member);
    }
  });
  return add(question.rule, groups);
}

function total(figures: Figures, name: string): Amount {
  const by = (measure: "heads" | "area"): bigint => (figures[measure] as { [count: string]: bigint })[name] as bigint;
  const heads = amount("heads", by("heads")) as number;
  return figures["area"] ? { heads, area: amount("area", by("area")) as string } : { heads };
}

function reason(decision: Outcome, voidReason: string | null, unopened: number): Text | null {
  if (voidReason !== null) return { zh: voidReason, en: voidReason };
  if (decision !== "unverified") return null;
  return {
    zh: `有 ${unopened} 票未能打开，结果无法核实。`,
    en: `${unopened} ballots could not be opened: the result cannot be verified.`,
  };
}

/** Whether the bytes of a published result say what the recount gives: every figure, not the sentences. */
export function says(published: Uint8Array, recount: Result): boolean {
  try {
    const read = parseJson(published) as { comparisons: { [member: string]: unknown }[] };
    must(Array.isArray(read.comparisons), "no comparisons");
    const comparisons = read.comparisons.map(({ expression: _expression, text: _text, ...figures }) => figures);
    return JSON.stringify({ ...read, comparisons }) === JSON.stringify(recount);
  } catch (error) {
    if (error instanceof Malformed || error instanceof TypeError) return false;
    throw error;
  }
}
