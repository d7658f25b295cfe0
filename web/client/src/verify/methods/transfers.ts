/** What counts by stages share: papers that move on, and who is lowest or highest of equals. */

import { byLot, type Lot, type Paper } from "./method";

/** So many papers that rank the same, and how far they are read: an option that was passed over counts no more. */
export interface Moving {
  readonly papers: number;
  readonly ranking: readonly string[];
  read: number;
}

/** Papers by what they say, nothing of them read yet. */
export function pile(papers: readonly Paper[]): Moving[] {
  const found = new Map<string, { papers: number; ranking: readonly string[]; read: number }>();
  for (const { choice } of papers) {
    const ranking = choice as readonly string[];
    const same = found.get(ranking.join());
    if (same) same.papers += 1;
    else found.set(ranking.join(), { papers: 1, ranking, read: 0 });
  }
  return Array.from(found.values());
}

/** Give each paper to the first continuing option that is still unread on it; one that names none is in no pile. */
export function deal(papers: readonly Moving[], continuing: Iterable<string>): Map<string, Moving[]> {
  const piles = new Map(Array.from(continuing, (option): [string, Moving[]] => [option, []]));
  for (const paper of papers) {
    while (paper.read < paper.ranking.length) {
      const receiver = piles.get(paper.ranking[paper.read++] as string);
      if (!receiver) continue;
      receiver.push(paper);
      break;
    }
  }
  return piles;
}

export function size(papers: readonly Moving[]): number {
  return papers.reduce((sum, one) => sum + one.papers, 0);
}

/** A number that is not negative with all its decimals, from units of the last one. */
export function decimal(units: bigint, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return decimals ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
}

export type Totals = ReadonlyMap<string, bigint>;
/** Who was equal, who is left, and the stage at which they differed: null where only a lot can tell. */
export interface Tie {
  readonly among: readonly string[];
  readonly left: readonly string[];
  readonly stage: number | null;
}
export interface Found {
  /** Who was looked for; several where only a lot can tell. */
  readonly left: readonly string[];
  readonly ties: readonly Tie[];
}

/** Who has least now, or had least when they last differed, or comes last in the lot; most and first, if `most`. */
export function extreme(now: Totals, earlier: readonly Totals[], most: boolean, lot: Lot): Found {
  let left = those(now, Array.from(now.keys()), most);
  const ties: Tie[] = [];
  for (let stage = earlier.length; stage > 0; stage--) {
    const differ = those(earlier[stage - 1] as Totals, left, most);
    if (differ.length === left.length) continue;
    ties.push({ among: left, left: differ, stage });
    left = differ;
  }
  if (left.length > 1) {
    const among = left;
    const drawn = lot ? lot.filter((option) => among.indexOf(option) >= 0) : [];
    if (lot) left = most ? drawn.slice(0, 1) : drawn.slice(-1);
    ties.push({ among, left, stage: null });
  }
  return { left, ties };
}

function those(totals: Totals, among: readonly string[], most: boolean): readonly string[] {
  const of = (option: string): bigint => totals.get(option) as bigint;
  const best = among.reduce((one, other) => (most ? of(other) > of(one) : of(other) < of(one)) ? other : one);
  return among.filter((option) => of(option) === of(best));
}

/** Some options with the highest first; equals in the order of the lot, or as they stand. */
export function descending(options: readonly string[], totals: Totals, lot: Lot): string[] {
  const of = (option: string): bigint => totals.get(option) as bigint;
  const compare = (one: string, other: string): number => (of(other) > of(one) ? 1 : of(other) < of(one) ? -1 : 0);
  return options.slice().sort(byLot(compare, lot));
}
