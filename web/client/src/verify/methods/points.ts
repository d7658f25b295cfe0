/** Borda and score: points add up. */

import { ids, type Question } from "../question";
import { reduced } from "../sentences";
import { declared } from "../settings";
import { fill, inHeads, type Method, nobody, type Paper, tallied } from "./method";

type Given = (paper: Paper, option: string) => number | undefined;

/** Each option's points: on how many papers how many, their sum, and on how many papers in all. */
function gather(question: Question, papers: readonly Paper[], given: Given) {
  return ids(question).map((option) => {
    const points = papers.map((paper) => given(paper, option)).filter((one): one is number => one !== undefined);
    return { option, papers: tallied(points), sum: points.reduce((sum, one) => sum + one, 0), of: points.length };
  });
}

export const borda: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const { seats, truncation } = declared(question, "borda");
    const options = ids(question);
    const given: Given = ({ choice }, option) => {
      const ranked = choice as readonly string[];
      const place = ranked.indexOf(option);
      const behind = ranked.length - 1 - place;
      const unranked = options.length - ranked.length;
      if (truncation === "average") return place < 0 ? unranked - 1 : 2 * (unranked + behind);
      return place < 0 ? 0 : behind + (truncation === "zero" ? unranked : 1);
    };
    const found = gather(question, papers, given);
    const points = new Map(found.map(({ option, sum }) => [option, sum]));
    const sum = (option: string): number => points.get(option) as number;
    const steps = { method: "borda", points: found.map(({ of: _of, ...rest }) => rest) };
    if (!papers.length) return { ...nobody(options, seats), steps };
    const { chosen, tied } = fill(seats, options, (one, other) => sum(other) - sum(one), lot);
    return { totals: inHeads(options, sum), chosen, tied, vacant: 0, steps };
  },
};

export const score: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const { seats, low, missing } = declared(question, "score");
    const given: Given = ({ choice }, option) => {
      const points = (choice as ReadonlyMap<string, number>).get(option);
      return points === undefined && missing === "lowest" ? low : points;
    };
    const found = gather(question, papers, given);
    const of = new Map(found.map((one) => [one.option, one]));
    const means = found.filter((one) => one.of).map(({ option }) => option);
    // The higher mean first; both are fractions with whole numbers above and below.
    const compare = (one: string, other: string): number => {
      const [a, b] = [of.get(one), of.get(other)] as [{ sum: number; of: number }, { sum: number; of: number }];
      const more = BigInt(b.sum) * BigInt(a.of) - BigInt(a.sum) * BigInt(b.of);
      return more > 0n ? 1 : more < 0n ? -1 : 0;
    };
    const { chosen, tied } = fill(seats, means, compare, lot);
    return {
      totals: inHeads(ids(question), (option) => (of.get(option) as { sum: number }).sum),
      chosen,
      tied,
      vacant: Math.max(0, seats - means.length),
      steps: {
        method: "score",
        means: found.map((one) => ({ ...one, mean: one.of ? reduced(BigInt(one.sum), BigInt(one.of)) : null })),
      },
    };
  },
};
