/** What a question declares of its method, and what each method asks of its question (docs/counting.md). */

import { must } from "../core/encoding";
import type { Question } from "./question";
import { measuresOf } from "./rules";
import { flag, integer, isBlank, listOf, object, type Of, oneOf, optional, said, type Shape } from "./schema";

const seats = integer(1, 100);
const strength = oneOf("winning_votes", "margins");
const unranked = oneOf("last", "ignored");

const MEMBERS = {
  approval: { seats },
  plurality: { seats, spare: integer(0, 100) },
  grading: {
    scale: listOf(said),
    verdict: oneOf("modal", "fail_half", "weighted"),
    base: oneOf("graded", "valid"),
    points: optional(listOf(integer(0, 1000))),
  },
  score: { low: integer(-1000, 1000), high: integer(-1000, 1000), missing: oneOf("lowest", "excluded"), seats },
  majority_judgment: {
    grades: listOf(said),
    median: oneOf("lower", "upper"),
    missing: oneOf("worst", "excluded"),
    seats,
  },
  borda: { truncation: oneOf("zero", "average", "modified"), seats },
  schulze: { strength, unranked, seats },
  ranked_pairs: { strength, unranked },
  irv: {
    until: oneOf("majority", "two_remain"),
    majority_of: oneOf("continuing", "first_round"),
    batch: flag,
    ties: oneOf("earlier_round", "lot"),
  },
  stv: { seats, quota: oneOf("droop", "hagenbach_bischoff", "hare"), decimals: integer(0, 9) },
  meek: { seats },
};
type Members = typeof MEMBERS;
type Declaring = keyof Members;
export type SettingsOf<M extends Declaring> = { readonly method: M } & {
  readonly [N in keyof Members[M]]: Of<Members[M][N]>;
};
type Settings = { [M in Declaring]: SettingsOf<M> }[Declaring];

export const METHOD_NAMES = [
  "motion",
  "agreement",
  "positions",
  ...(Object.keys(MEMBERS) as Declaring[]),
] as const satisfies readonly string[];
export type MethodName = (typeof METHOD_NAMES)[number];

/** The settings of some method. */
export const settings: Shape<Settings> = (value) => {
  const method = oneOf(...(Object.keys(MEMBERS) as Declaring[]))(value && (value as { method?: unknown }).method);
  return object({ method: oneOf(method), ...MEMBERS[method] })(value) as Settings;
};

/** The settings of a question's method; throws `Malformed` where there are none. */
export function declared<M extends Declaring>({ settings }: Question, method: M): SettingsOf<M> {
  must(settings && settings.method === method, "nothing is declared");
  return settings as unknown as SettingsOf<M>;
}

/** See that a question suits its method. */
export function checkMethod(question: Question): void {
  CHECKS[question.method](question);
}

/** There is something to choose, and the rule asks for nothing that such ballots do not say. */
function choosing(question: Question, seats: number): void {
  must(question.options.length > seats, "as many places as options");
  countingHeads(question);
}

function countingHeads({ rule }: Question): void {
  must(!rule.majority.length && measuresOf(rule).length === 1, "no majority is counted, nor area");
}

const CHECKS: { readonly [M in MethodName]: (question: Question) => void } = {
  motion: ({ rule }) => must(rule.majority.length, "no majority"),
  agreement: ({ rule }) =>
    must(
      rule.majority.some(
        ({ measure, count, comparison, fraction, base }) =>
          `${measure} ${count} ${comparison} ${fraction.join("/")} ${base}` === "heads for ge 1/1 eligible",
      ),
      "not every party has to sign",
    ),
  positions: ({ rule, options }) => must(options.length > 1 && !rule.majority.length, "a hearing decides nothing"),
  approval: (question) =>
    must(question.options.length > declared(question, "approval").seats, "as many places as options"),
  plurality: (question) =>
    must(question.options.length > declared(question, "plurality").seats, "as many places as options"),
  grading: (question) => {
    const { scale, verdict, base, points } = declared(question, "grading");
    must(scale.length >= 2 && scale.length <= 10, "a scale has two to ten grades");
    must(question.options.length, "nobody to appraise");
    countingHeads(question);
    must(base !== "valid" || verdict === "fail_half", "only half of something has a base");
    must((verdict === "weighted") === (points !== undefined), "points are for weighted grades");
    if (!points) return;
    const rising = points.every((worth, grade) => !grade || worth > (points[grade - 1] as number));
    must(points.length === scale.length && rising, "a higher grade has more points");
  },
  score: (question) => {
    const { low, high, seats } = declared(question, "score");
    choosing(question, seats);
    must(low < high, "the most points are more than the fewest");
  },
  majority_judgment: (question) => {
    const { grades, seats } = declared(question, "majority_judgment");
    choosing(question, seats);
    must(grades.length >= 2 && grades.length <= 10, "a scale has two to ten grades");
    must(
      grades.every(({ zh, en }) => !isBlank(zh) || !isBlank(en)),
      "a grade needs a word",
    );
  },
  borda: (question) => choosing(question, declared(question, "borda").seats),
  schulze: (question) => choosing(question, declared(question, "schulze").seats),
  ranked_pairs: (question) => (declared(question, "ranked_pairs"), choosing(question, 1)),
  irv: (question) => (declared(question, "irv"), choosing(question, 1)),
  stv: (question) => choosing(question, declared(question, "stv").seats),
  meek: (question) => choosing(question, declared(question, "meek").seats),
};
