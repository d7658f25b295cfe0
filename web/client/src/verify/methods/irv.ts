/** Instant runoff: whoever has fewest is excluded, until one has a majority. */

import { ids } from "../question";
import { named } from "../schema";
import { declared, type SettingsOf } from "../settings";
import { inHeads, type Lot, type Method, nobody } from "./method";
import { deal, extreme, type Found, type Moving, pile, size, type Tie, type Totals } from "./transfers";

type Settings = SettingsOf<"irv">;

interface Round {
  readonly totals: { readonly [option: string]: number };
  readonly exhausted: number;
  readonly threshold: number;
  readonly elected: string | null;
  readonly excluded: readonly object[];
  readonly ties: readonly Tie[];
}

export const irv: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const settings = declared(question, "irv");
    const options = ids(question);
    if (!papers.length) return nobody(options, 1);
    const piles = deal(pile(papers), options);
    const earlier: Totals[] = [];
    const rounds: Round[] = [];
    for (;;) {
      const totals = new Map(Array.from(piles, ([option, held]) => [option, BigInt(size(held))]));
      const has = (option: string): number => Number(totals.get(option));
      const active = Array.from(totals.keys()).reduce((sum, option) => sum + has(option), 0);
      const threshold = Math.floor((settings.majority_of === "continuing" ? active : papers.length) / 2) + 1;
      const reached = Array.from(totals.keys()).some((option) => has(option) >= threshold);
      const elects = totals.size <= 2 || (settings.until === "majority" && reached);
      const { left, ties } = next(totals, earlier, settings, elects, lot);
      const tied = ties.length && left.length > 1 ? left : [];
      const excluded = elects || tied.length ? [] : exclude(left, piles);
      const elected = elects && !tied.length ? (left[0] as string) : null;
      const exhausted = papers.length - active;
      earlier.push(totals);
      rounds.push({ totals: named(totals.keys(), has), exhausted, threshold, elected, excluded, ties });
      if (excluded.length) continue;
      const firsts = earlier[0] as Totals;
      return {
        totals: inHeads(options, (option) => Number(firsts.get(option))),
        chosen: elected === null ? [] : [elected],
        tied,
        vacant: 0,
        steps: { method: "irv", valid: papers.length, rounds },
      };
    }
  },
};

/** Who is elected; or who is excluded: all who have no hope, or else who has fewest. */
function next(totals: Totals, earlier: readonly Totals[], settings: Settings, elects: boolean, lot: Lot): Found {
  const { until, batch, ties } = settings;
  const without = batch && !elects ? hopeless(totals, until === "two_remain" ? 2 : 1) : [];
  if (without.length) return { left: without, ties: [] };
  return extreme(totals, ties === "earlier_round" ? earlier : [], elects, lot);
}

/** As many of the lowest as together have fewer than the next one, so that at least so many remain. */
function hopeless(totals: Totals, remain: number): readonly string[] {
  const of = (option: string): number => Number(totals.get(option));
  const order = Array.from(totals.keys()).sort((one, other) => of(one) - of(other));
  let [together, batch] = [0, 0];
  order.slice(0, Math.max(0, order.length - remain + 1)).forEach((option, number) => {
    if (together < of(option)) batch = number;
    together += of(option);
  });
  return order.slice(0, batch);
}

/** Take options out of the piles, and deal their papers among the rest. */
function exclude(options: readonly string[], piles: Map<string, Moving[]>): readonly object[] {
  const leaving = options.map((option) => ({ option, papers: piles.get(option) as Moving[] }));
  for (const option of options) piles.delete(option);
  return leaving.map(({ option, papers }) => {
    const dealt = deal(papers, piles.keys());
    const receivers = Array.from(dealt.keys()).filter((receiver) => (dealt.get(receiver) as Moving[]).length);
    for (const receiver of receivers) (piles.get(receiver) as Moving[]).push(...(dealt.get(receiver) as Moving[]));
    const received = (receiver: string): number => size(dealt.get(receiver) as Moving[]);
    const passed = receivers.reduce((sum, receiver) => sum + received(receiver), 0);
    return { option, to: named(receivers, received), exhausted: size(papers) - passed };
  });
}
