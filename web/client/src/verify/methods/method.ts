/** What a counting method is given and what it finds (docs/counting.md). */

import type { Choice } from "../choices";
import type { Member } from "../kinds";
import type { Question } from "../question";
import type { Figures, Weights } from "../rules";

/** A valid ballot that says something, and whose it is. */
export interface Paper {
  readonly choice: Choice;
  readonly member: Member;
}

export interface Count {
  /** By option what it received, as people read it first. */
  readonly totals: ReadonlyMap<string, Weights>;
  readonly chosen: readonly string[];
  /** Those among whom only a lot can decide. */
  readonly tied: readonly string[];
  /** Seats that no option has reached. */
  readonly vacant: number;
  /** The count line by line, as the result has it. */
  readonly steps?: { readonly [member: string]: unknown };
  /** Options of which no paper says anything, where their total is therefore none. */
  readonly unsaid?: readonly string[];
}

/** All options in the order of the lot; null where none was drawn. */
export type Lot = readonly string[] | null;

export interface Method {
  /** Who says what came of it: the rule, by the option `for`; the count, by whom it chooses; or nobody. */
  readonly decider: "rule" | "count" | "nobody";
  count(question: Question, papers: readonly Paper[], figures: Figures, lot: Lot): Count;
}

/** Totals that are numbers of ballots, or points. */
export function inHeads(options: Iterable<string>, number: (option: string) => number): ReadonlyMap<string, Weights> {
  return new Map(Array.from(options, (option) => [option, { heads: BigInt(number(option)) }]));
}

/** Nobody is chosen, because no ballot says anything. */
export function nobody(options: readonly string[], seats: number): Count {
  return { totals: inHeads(options, () => 0), chosen: [], tied: [], vacant: seats };
}

/** A comparison in which equals stand in the order of the lot, if there is one. */
export function byLot(compare: (one: string, other: string) => number, lot: Lot): typeof compare {
  return lot ? (one, other) => compare(one, other) || lot.indexOf(one) - lot.indexOf(other) : compare;
}

/** Choose the best; without those among whom only a lot can decide about the last places. */
export function fill(
  seats: number,
  options: readonly string[],
  comparing: (one: string, other: string) => number,
  lot: Lot,
): { readonly chosen: readonly string[]; readonly tied: readonly string[] } {
  const compare = byLot(comparing, lot);
  const order = options.slice().sort(compare);
  const chosen = order.slice(0, seats);
  const last = chosen[chosen.length - 1];
  const next = order[seats];
  if (last === undefined || next === undefined || compare(last, next)) return { chosen, tied: [] };
  const equal = (option: string): boolean => !compare(option, last);
  return { chosen: chosen.filter((option) => !equal(option)), tied: order.filter(equal) };
}

/** How often each number stands there, the greatest first. */
export function tallied(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const found = new Map<number, number>();
  for (const number of numbers) found.set(number, (found.get(number) || 0) + 1);
  return Array.from(found).sort((one, other) => other[0] - one[0]);
}
