/** Legal majorities in whole numbers: figures, comparisons, decision (docs/spec.md, section 13). */

import type { Question, Requirement, Rule } from "./blobs";
import type { Member } from "./kinds";

export type Measure = "heads" | "area";
export type Outcome = "passed" | "rejected" | "no_quorum" | "void" | "unverified";
/** Counts by measure and name. Area is in 0.01 m². */
export type Figures = { readonly [measure: string]: { readonly [count: string]: bigint } };

/** One test made. Heads are numbers, areas decimal strings in m². */
export interface Comparison {
  readonly kind: "quorum" | "majority";
  readonly measure: Measure;
  readonly count: string;
  readonly value: number | string;
  readonly comparison: "gt" | "ge";
  readonly fraction: readonly [number, number];
  readonly base: string;
  readonly of: number | string;
  readonly threshold: string;
  readonly needed: number | string;
  readonly ok: boolean;
}

/** What the rule looks at; heads are always shown. */
export function measuresOf(rule: Rule): readonly Measure[] {
  return [...rule.quorum, ...rule.majority].some((test) => test.measure === "area") ? ["heads", "area"] : ["heads"];
}

/** Add up the weights of groups of people, each by every measure of the rule. */
export function add(rule: Rule, groups: { readonly [count: string]: readonly Member[] }): Figures {
  const figures: { [measure: string]: { [count: string]: bigint } } = {};
  for (const measure of measuresOf(rule)) {
    const sums: { [count: string]: bigint } = (figures[measure] = {});
    for (const count of Object.keys(groups)) {
      const members = groups[count] as readonly Member[];
      sums[count] = members.reduce((sum, member) => sum + BigInt(member.weights[measure] as number), 0n);
    }
  }
  return figures;
}

/** The tests of the quorum that can be made before anybody votes. */
export function quorum(rule: Rule, figures: Figures): Comparison[] {
  return rule.quorum.filter((test) => test.count === "present").map((test) => compare("quorum", test, figures));
}

/** Apply a rule. Without a quorum the majority is not looked at. */
export function decide(rule: Rule, figures: Figures): { outcome: Outcome; comparisons: Comparison[] } {
  const first = rule.quorum.map((test) => compare("quorum", test, figures));
  if (!first.every((one) => one.ok)) return { outcome: "no_quorum", comparisons: first };
  const then = rule.majority.map((test) => compare("majority", test, figures));
  return { outcome: then.every((one) => one.ok) ? "passed" : "rejected", comparisons: [...first, ...then] };
}

function compare(kind: "quorum" | "majority", test: Requirement, figures: Figures): Comparison {
  const { measure, count, comparison, fraction, base } = test;
  const sums = figures[measure] as { readonly [count: string]: bigint };
  const [value, of] = [sums[count] as bigint, sums[base] as bigint];
  const [numerator, denominator] = [BigInt(fraction[0]), BigInt(fraction[1])];
  const [left, right] = [value * denominator, of * numerator];
  const whole = right / denominator;
  return {
    kind,
    measure,
    count,
    value: amount(measure, value),
    comparison,
    fraction,
    base,
    of: amount(measure, of),
    threshold: reduced(right, measure === "area" ? denominator * 100n : denominator),
    needed: amount(measure, comparison === "gt" || whole * denominator < right ? whole + 1n : whole),
    // A share of nothing is never enough.
    ok: of > 0n && (comparison === "gt" ? left > right : left >= right),
  };
}

function reduced(numerator: bigint, denominator: bigint): string {
  let [a, b] = [numerator, denominator];
  while (b) [a, b] = [b, a % b];
  const [top, bottom] = [numerator / a, denominator / a];
  return bottom === 1n ? String(top) : `${top}/${bottom}`;
}

/** Heads as a number, area in m² as a decimal string. */
export function amount(measure: Measure, value: bigint): number | string {
  return measure === "heads" ? Number(value) : `${value / 100n}.${String(value % 100n).padStart(2, "0")}`;
}

/** Whether a choice's exact JSON is a vote in this question. */
export function isValid(question: Question, choice: string): boolean {
  return question.options.some((option) => JSON.stringify(option.id) === choice);
}
