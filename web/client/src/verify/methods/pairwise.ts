/** Schulze and ranked pairs: rankings, compared two options at a time. */

import { ids, type Question } from "../question";
import { declared, type SettingsOf } from "../settings";
import { type Count, fill, inHeads, type Lot, type Method, type Paper } from "./method";

/** Option → other option → a number. */
type Matrix = ReadonlyMap<string, ReadonlyMap<string, number>>;
type Comparing = Pick<SettingsOf<"schulze">, "strength" | "unranked">;

interface Path {
  readonly strength: number;
  readonly over: readonly string[];
}
interface Win {
  readonly winner: string;
  readonly loser: string;
  readonly strength: number;
}

function get<T>(rows: ReadonlyMap<string, ReadonlyMap<string, T>>, one: string, other: string): T {
  return (rows.get(one) as ReadonlyMap<string, T>).get(other) as T;
}

/** On how many papers each option stands strictly before each other. */
function matrix(options: readonly string[], papers: readonly Paper[], { unranked }: Comparing): Matrix {
  const others = (one: string): readonly string[] => options.filter((other) => other !== one);
  const before = (one: string, other: string): number =>
    papers.filter(({ choice }) => {
      const ranked = choice as readonly string[];
      const [first, second] = [ranked.indexOf(one), ranked.indexOf(other)];
      return first >= 0 && (second < 0 ? unranked === "last" : first < second);
    }).length;
  return new Map(options.map((one) => [one, new Map(others(one).map((other) => [other, before(one, other)]))]));
}

/** Every pairwise win, in the order of the options. */
function wins(pairs: Matrix, { strength }: Comparing): readonly Win[] {
  const found: Win[] = [];
  pairs.forEach((row, winner) =>
    row.forEach((votes, loser) => {
      const against = get(pairs, loser, winner);
      if (votes > against) found.push({ winner, loser, strength: strength === "margins" ? votes - against : votes });
    }),
  );
  return found;
}

/** What results of both say first: first preferences, and the matrix as rows of numbers. */
function shown(question: Question, papers: readonly Paper[], pairs: Matrix) {
  const options = ids(question);
  const firsts = (option: string): number =>
    papers.filter(({ choice }) => (choice as readonly string[])[0] === option).length;
  const rows = options.map((one) => options.map((other) => (one === other ? 0 : get(pairs, one, other))));
  return { totals: inHeads(options, firsts), matrix: { options, pairs: rows } };
}

export const schulze: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const settings = declared(question, "schulze");
    const options = ids(question);
    const pairs = matrix(options, papers, settings);
    const paths = strongestPaths(options, wins(pairs, settings));
    const places = schulzeOrder(options, paths);
    const place = (option: string): number => places.findIndex((among) => among.indexOf(option) >= 0);
    const { totals, matrix: told } = shown(question, papers, pairs);
    const duels: object[] = [];
    options.forEach((one, index) =>
      options
        .slice(index + 1)
        .forEach((other) => duels.push({ one, other, forth: get(paths, one, other), back: get(paths, other, one) })),
    );
    const steps = { method: "schulze", ...told, duels, places };
    if (!papers.length) return { totals, chosen: [], tied: [], vacant: settings.seats, steps };
    const { chosen, tied } = fill(settings.seats, options, (one, other) => place(one) - place(other), lot);
    return { totals, chosen, tied, vacant: 0, steps };
  },
};

type Paths = ReadonlyMap<string, ReadonlyMap<string, Path>>;

/** From each option to each other the path whose weakest win is the strongest (Floyd and Warshall). */
function strongestPaths(options: readonly string[], won: readonly Win[]): Paths {
  const best = new Map<string, Map<string, Path>>();
  for (const one of options) {
    best.set(one, new Map(options.filter((other) => other !== one).map((other) => [other, { strength: 0, over: [] }])));
  }
  for (const { winner, loser, strength } of won) {
    (best.get(winner) as Map<string, Path>).set(loser, { strength, over: [winner, loser] });
  }
  for (const middle of options) {
    for (const one of options) {
      const row = best.get(one) as Map<string, Path>;
      const head = row.get(middle);
      if (!head || !head.strength) continue;
      (best.get(middle) as Map<string, Path>).forEach((tail, other) => {
        const strength = Math.min(head.strength, tail.strength);
        if (other === one || strength <= get(best, one, other).strength) return;
        row.set(other, { strength, over: [...head.over, ...tail.over.slice(1)] });
      });
    }
  }
  return best;
}

/** Those whom nobody beats, then those whom nobody of the rest beats, and so on. */
function schulzeOrder(options: readonly string[], paths: Paths): readonly (readonly string[])[] {
  const places: (readonly string[])[] = [];
  let rest = options;
  while (rest.length) {
    const among = rest;
    const unbeaten = among.filter((one) =>
      among.every((other) => one === other || get(paths, one, other).strength >= get(paths, other, one).strength),
    );
    places.push(unbeaten);
    rest = among.filter((one) => unbeaten.indexOf(one) < 0);
  }
  return places;
}

export const rankedPairs: Method = {
  decider: "count",
  count(question, papers, _figures, lot): Count {
    const settings = declared(question, "ranked_pairs");
    const options = ids(question);
    const pairs = matrix(options, papers, settings);
    const turns = lock(turnsOf(wins(pairs, settings), lot));
    const beaten = turns.filter(({ verdict }) => verdict === "locked").map(({ loser }) => loser);
    const unbeaten = papers.length ? options.filter((option) => beaten.indexOf(option) < 0) : [];
    const possible = lot ? lot.filter((option) => unbeaten.indexOf(option) >= 0).slice(0, 1) : unbeaten;
    const { totals, matrix: told } = shown(question, papers, pairs);
    return {
      totals,
      chosen: possible.length === 1 ? possible : [],
      tied: possible.length === 1 ? [] : possible,
      vacant: papers.length ? 0 : 1,
      steps: { method: "ranked_pairs", ...told, turns },
    };
  },
};

interface Turn extends Win {
  readonly verdict: "locked" | "skipped" | "open";
  readonly because: readonly string[];
}
type Locked = Map<string, string[]>;

/** Wins from the strongest to the weakest; equal ones together, or one by one in the order of the lot. */
function turnsOf(won: readonly Win[], lot: Lot): readonly (readonly Win[])[] {
  const strengths = Array.from(new Set(won.map(({ strength }) => strength))).sort((one, other) => other - one);
  const turns = strengths.map((strength) => won.filter((win) => win.strength === strength));
  if (!lot) return turns;
  const at = (option: string): number => lot.indexOf(option);
  const alone: (readonly Win[])[] = [];
  for (const equal of turns) {
    const order = equal.sort((one, other) => at(one.winner) - at(other.winner) || at(other.loser) - at(one.loser));
    for (const win of order) alone.push([win]);
  }
  return alone;
}

/** Look at wins turn by turn; the order of those of one turn is not known. */
function lock(wins: readonly (readonly Win[])[]): readonly Turn[] {
  const sure: Locked = new Map();
  const possible: Locked = new Map();
  const add = (locked: Locked, { winner, loser }: Win): unknown =>
    locked.set(winner, [...(locked.get(winner) || []), loser]);
  const seen: Turn[] = [];
  for (const equal of wins) {
    const back = equal.map((win) => way(sure, win.loser, win.winner));
    equal.forEach((win, place) => {
      const because = back[place] as readonly string[];
      if (because.length) seen.push({ ...win, verdict: "skipped", because });
    });
    const left = equal.filter((_win, place) => !(back[place] as readonly string[]).length);
    left.forEach((win) => add(possible, win));
    const turns = left.map((win): Turn => {
      const because = way(possible, win.loser, win.winner);
      return { ...win, verdict: because.length ? "open" : "locked", because };
    });
    turns.filter(({ verdict }) => verdict === "locked").forEach((win) => add(sure, win));
    seen.push(...turns);
  }
  return seen;
}

/** A shortest way from one option to another over locked wins; empty where there is none. */
function way(locked: Locked, start: string, goal: string): readonly string[] {
  const ways = new Map([[start, [start]]]);
  // The map grows while it is walked through.
  for (const [one, over] of ways) {
    for (const other of locked.get(one) || []) {
      if (ways.has(other)) continue;
      ways.set(other, [...over, other]);
      if (other === goal) return ways.get(other) as readonly string[];
    }
  }
  return [];
}
