/** Appraisal by grades: how often each was given, the pass shares, and a verdict by the declared rule. */

import { ids } from "../question";
import { declared, type SettingsOf } from "../settings";
import { inHeads, type Method } from "./method";

interface Verdict {
  readonly grade: number | null;
  readonly passed: boolean | null;
  readonly equal: readonly number[];
}

export const grading: Method = {
  decider: "nobody",
  count(question, papers, figures) {
    const settings = declared(question, "grading");
    const valid = Number((figures["heads"] as { readonly [count: string]: bigint })["valid"]);
    const options = ids(question).map((id) => {
      const given = papers.map(({ choice }) => (choice as ReadonlyMap<string, number>).get(id));
      const counts = settings.scale.map((_words, grade) => given.filter((one) => one === grade).length);
      const blank = valid - sum(counts);
      return { id, counts, blank, shares: shares(counts, blank), ...verdict(counts, valid, settings) };
    });
    const passing = new Map(options.map(({ id, counts }) => [id, sum(counts.slice(1))]));
    return {
      totals: inHeads(passing.keys(), (option) => passing.get(option) as number),
      chosen: [],
      tied: [],
      vacant: 0,
      steps: { method: "grading", options },
    };
  },
};

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

/** The pass share in all four ways; of a scale of two grades "basically" makes no difference. */
function shares(counts: readonly number[], blank: number): readonly object[] {
  const graded = sum(counts);
  const found: object[] = [];
  for (const basically of [true, false]) {
    const value = sum(counts.slice(basically || counts.length === 2 ? 1 : 2));
    for (const blanks of [false, true]) found.push({ basically, blanks, value, of: blanks ? graded + blank : graded });
  }
  return found;
}

function verdict(counts: readonly number[], valid: number, settings: SettingsOf<"grading">): Verdict {
  const graded = sum(counts);
  const failed = counts[0] as number;
  if (!graded) return { grade: null, passed: null, equal: [] };
  if (settings.verdict === "modal") return mostFrequent(counts);
  if (settings.verdict === "fail_half") {
    const fails = 2 * failed >= (settings.base === "graded" ? graded : valid);
    return { grade: fails ? 0 : null, passed: !fails, equal: [] };
  }
  const points = settings.points || [];
  const all = sum(counts.map((number, grade) => number * (points[grade] as number)));
  const reached = points.filter((worth) => all >= worth * graded);
  const grade = reached.length - 1;
  return { grade, passed: grade > 0, equal: [] };
}

function mostFrequent(counts: readonly number[]): Verdict {
  const most = Math.max(...counts);
  const equal = counts.map((_number, grade) => grade).filter((grade) => counts[grade] === most);
  const [grade] = equal as [number];
  if (equal.length === 1) return { grade, passed: grade > 0, equal: [] };
  return { grade: null, passed: grade === 0 ? null : true, equal };
}
