/** Legal majorities in whole numbers: figures, comparisons, decision (docs/spec.md, section 13). */

import type { Text } from "./blobs";
import type { Member } from "./kinds";
import type { Requirement, Rule } from "./question";
import { expression, reduced, sentence } from "./sentences";

export type Measure = "heads" | "area";
export type Outcome =
  | "passed"
  | "rejected"
  | "no_quorum"
  | "void"
  | "unverified"
  | "unopened"
  | "decided"
  | "vacant"
  | "tied"
  | "counted";
/** What somebody weighs, or many together, by measure. Area is in 0.01 m². */
export type Weights = { readonly [measure: string]: bigint };
/** Counts by measure and name. */
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
  readonly expression: string;
  readonly text: Text;
}

/** Everything that a rule asks for, of its own and of the law. */
export function requirements({ quorum, majority, own }: Rule): readonly Requirement[] {
  return [...quorum, ...majority, ...(own ? [...own.quorum, ...own.majority] : [])];
}

/** What the rule looks at; heads are always shown. */
export function measuresOf(rule: Rule): readonly Measure[] {
  return requirements(rule).some((test) => test.measure === "area") ? ["heads", "area"] : ["heads"];
}

/** The rule with the law's own numbers, where the community's own rules depart from them. */
export function strict(rule: Rule): Rule | null {
  const { own, ...rest } = rule;
  return own ? { ...rest, quorum: own.quorum, majority: own.majority, own: undefined } : null;
}

/** What people weigh together, by every measure of the rule. */
export function total(rule: Rule, members: readonly Member[]): Weights {
  const sums: { [measure: string]: bigint } = {};
  for (const measure of measuresOf(rule)) {
    sums[measure] = members.reduce((sum, { weights }) => sum + BigInt(weights[measure] as number), 0n);
  }
  return sums;
}

/** Figures from the sums of what they count. */
export function figuresOf(rule: Rule, sums: { readonly [count: string]: Weights }): Figures {
  const figures: { [measure: string]: { [count: string]: bigint } } = {};
  for (const measure of measuresOf(rule)) {
    const counts: { [count: string]: bigint } = (figures[measure] = {});
    for (const count of Object.keys(sums)) counts[count] = (sums[count] as Weights)[measure] as bigint;
  }
  return figures;
}

/** The tests of the quorum that can be made before anybody votes. */
export function quorum(rule: Rule, figures: Figures): Comparison[] {
  return rule.quorum.filter((test) => test.count === "present").map((test) => compare(rule, "quorum", test, figures));
}

/** Every test of the quorum. */
export function turnout(rule: Rule, figures: Figures): Comparison[] {
  return rule.quorum.map((test) => compare(rule, "quorum", test, figures));
}

/** What the rule's majority says of one option among several. */
export function reaches(rule: Rule, figures: Figures, votes: Weights): Comparison[] {
  return rule.majority.map((test) => {
    const { measure } = test;
    const sums = { ...(figures[measure] as { readonly [count: string]: bigint }), for: votes[measure] as bigint };
    return compare(rule, "majority", test, { ...figures, [measure]: sums }, true);
  });
}

export function areOk(tests: readonly Comparison[]): boolean {
  return tests.every(({ ok }) => ok);
}

/** Apply a rule. Without a quorum the majority is not looked at. */
export function decide(rule: Rule, figures: Figures): { decision: Outcome; comparisons: readonly Comparison[] } {
  const first = turnout(rule, figures);
  if (!areOk(first)) return { decision: "no_quorum", comparisons: first };
  const then = rule.majority.map((test) => compare(rule, "majority", test, figures));
  return { decision: areOk(then) ? "passed" : "rejected", comparisons: [...first, ...then] };
}

function compare(
  rule: Rule,
  kind: "quorum" | "majority",
  test: Requirement,
  figures: Figures,
  ofOption = false,
): Comparison {
  const { measure, count, comparison, fraction, base } = test;
  const sums = figures[measure] as { readonly [count: string]: bigint };
  const [value, of] = [sums[count] as bigint, sums[base] as bigint];
  const [numerator, denominator] = [BigInt(fraction[0]), BigInt(fraction[1])];
  const [left, right] = [value * denominator, of * numerator];
  const whole = right / denominator;
  const holds = comparison === "gt" ? left > right : left >= right;
  // A share of nothing is never enough.
  const ok = of > 0n && holds;
  const made = { test, kind, unit: rule.unit, value, of, holds, ok, ofOption };
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
    ok,
    expression: expression(made),
    text: sentence(made),
  };
}

/** Heads as a number, area in m² as a decimal string. */
export function amount(measure: Measure, value: bigint): number | string {
  return measure === "heads" ? Number(value) : `${value / 100n}.${String(value % 100n).padStart(2, "0")}`;
}
