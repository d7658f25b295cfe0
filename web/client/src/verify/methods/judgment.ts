/** Majority judgment: the best middle grade, and from the middle outwards where that is equal. */

import { ids } from "../question";
import { reduced } from "../sentences";
import { declared } from "../settings";
import { fill, inHeads, type Method } from "./method";

/** A share of half a row of grades: a fraction of whole numbers. */
type Share = readonly [number, number];
type Pair = readonly [number, number];
/** From the middle outwards: up to which share of the half which grade holds. */
type Half = readonly { readonly end: Share; readonly grade: number }[];

export const majorityJudgment: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const { grades, median, missing, seats } = declared(question, "majority_judgment");
    const options = ids(question);
    const given = new Map(options.map((option) => [option, grades.map(() => 0)]));
    for (const { choice } of papers) {
      for (const option of options) {
        const said = (choice as ReadonlyMap<string, number>).get(option);
        const counts = given.get(option) as number[];
        const grade = said === undefined && missing === "worst" ? 0 : said;
        if (grade !== undefined) counts[grade] = (counts[grade] as number) + 1;
      }
    }
    const judged = options.filter((option) => (given.get(option) as number[]).some((times) => times));
    const halves = new Map(judged.map((option) => [option, halvesOf(given.get(option) as number[])]));
    const reach = shares(Array.from(halves.values()));
    const pairs = new Map<string, readonly Pair[]>();
    halves.forEach(([below, above], option) => {
      const [first, second] = median === "lower" ? [below, above] : [above, below];
      pairs.set(option, reach.map((share) => [at(first, share), at(second, share)]));
    });
    const better = (one: string, other: string): number =>
      compare(pairs.get(other) as readonly Pair[], pairs.get(one) as readonly Pair[]);
    const { chosen, tied } = fill(seats, judged, better, lot);
    const middle = (option: string): number | null => {
      const [first] = pairs.get(option) || [];
      return first ? first[0] : null;
    };
    const judgments = options.map((option) => ({
      option,
      grades: given.get(option),
      median: middle(option),
      outwards: untilItDiffers(option, pairs),
    }));
    return {
      totals: inHeads(options, (option) => middle(option) || 0),
      chosen,
      tied,
      vacant: Math.max(0, seats - judged.length),
      steps: {
        method: "majority_judgment",
        judgments,
        reach: reach.map(([top, bottom]) => reduced(BigInt(top), BigInt(bottom))),
      },
      unsaid: options.filter((option) => judged.indexOf(option) < 0),
    };
  },
};

/** Cut a row of grades in the middle; of an odd number, the middle one belongs to both halves by half. */
function halvesOf(counts: readonly number[]): readonly [Half, Half] {
  const worstFirst = counts.map((times, grade) => ({ grade, times }));
  return [outwards(worstFirst), outwards(worstFirst.slice().reverse())];
}

/** The half that ends with the first of these grades; every grade counts twice, so that halves are whole. */
function outwards(grades: readonly { readonly grade: number; readonly times: number }[]): Half {
  const all = grades.reduce((sum, { times }) => sum + times, 0);
  const taken: { grade: number; share: number }[] = [];
  let left = all;
  for (const { grade, times } of grades) {
    const share = Math.min(2 * times, left);
    if (share) taken.push({ grade, share });
    left -= share;
  }
  let end = 0;
  return taken.reverse().map(({ grade, share }) => ({ grade, end: [(end += share), all] }));
}

function order(one: Share, other: Share): number {
  return one[0] * other[1] - other[0] * one[1];
}

/** Every share at which a half of some option changes its grade. */
function shares(halves: readonly (readonly [Half, Half])[]): readonly Share[] {
  const ends: Share[] = [];
  for (const both of halves) for (const half of both) for (const { end } of half) ends.push(end);
  ends.sort(order);
  return ends.filter((end, place) => !place || order(ends[place - 1] as Share, end));
}

function at(half: Half, share: Share): number {
  return (half.filter(({ end }) => order(end, share) >= 0)[0] as { grade: number }).grade;
}

/** Positive if the first is better. */
function compare(one: readonly Pair[], other: readonly Pair[]): number {
  const place = differ(one, other);
  const [a, b] = [one[place], other[place]];
  return a && b ? a[0] - b[0] || a[1] - b[1] : 0;
}

/** Where two rows of pairs differ first; how long they are if nowhere. */
function differ(one: readonly Pair[], other: readonly Pair[]): number {
  let place = 0;
  while (place < one.length && String(one[place]) === String(other[place])) place += 1;
  return place;
}

function untilItDiffers(option: string, pairs: ReadonlyMap<string, readonly Pair[]>): readonly Pair[] {
  const own = pairs.get(option) || [];
  let needed = 1;
  pairs.forEach((others, other) => {
    if (other !== option) needed = Math.max(needed, differ(own, others) + 1);
  });
  return own.slice(0, needed);
}
