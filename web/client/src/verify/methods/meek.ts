/** Meek's single transferable vote: the elected keep just the share of every vote that they need. */

import { ids } from "../question";
import { named } from "../schema";
import { declared } from "../settings";
import { inHeads, type Lot, type Method, nobody, type Paper } from "./method";
import { decimal, descending, extreme, type Found, type Moving, pile, type Totals } from "./transfers";

const DECIMALS = 9;
const ONE = 10n ** 9n;
/** A total surplus below 0.000001 is none. */
const SMALL = ONE / 1_000_000n;

export const meek: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const { seats } = declared(question, "meek");
    const options = ids(question);
    if (!papers.length) return nobody(options, seats);
    const table = new Table(options, papers, seats, lot);
    const firsts = table.distribute();
    let tied = table.round();
    while (!tied.length && !table.over) tied = table.round();
    return {
      totals: inHeads(options, (option) => Number((firsts.get(option) as bigint) / ONE)),
      chosen: table.chosen,
      tied,
      vacant: tied.length ? 0 : seats - table.chosen.length,
      steps: { method: "meek", valid: papers.length, rounds: table.rounds },
    };
  },
};

/** Divide and round up. */
function up(product: bigint, divisor: bigint): bigint {
  return (product + divisor - 1n) / divisor;
}

function written(votes: Totals): { readonly [option: string]: string } {
  return named(votes.keys(), (option) => decimal(votes.get(option) as bigint, DECIMALS));
}

function sum(numbers: Iterable<bigint>): bigint {
  return Array.from(numbers).reduce((all, number) => all + number, 0n);
}

/** The count from round to round; votes, quota and shares in units of the last decimal. */
class Table {
  readonly chosen: string[] = [];
  readonly rounds: object[] = [];
  private readonly piles: readonly Moving[];
  private readonly keep: Map<string, bigint>;
  private readonly valid: bigint;
  private hopeful: readonly string[];

  constructor(
    options: readonly string[],
    papers: readonly Paper[],
    private readonly seats: number,
    private readonly lot: Lot,
  ) {
    this.piles = pile(papers);
    this.keep = new Map(options.map((option) => [option, ONE]));
    this.valid = BigInt(papers.length) * ONE;
    this.hopeful = options;
  }

  /** Whether the seats are filled, or nobody is left to fill them. */
  get over(): boolean {
    return this.chosen.length === this.seats || !this.hopeful.length;
  }

  /** Whether no more continue than there are vacancies. */
  private get complete(): boolean {
    return this.chosen.length + this.hopeful.length <= this.seats;
  }

  /** Count until somebody is elected, or else all surpluses are spread and the lowest is excluded; gives those tied. */
  round(): readonly string[] {
    let [before, iterations] = [this.valid, 0];
    let votes: Totals, quota: bigint, elected: readonly string[], surplus: bigint;
    for (;;) {
      iterations += 1;
      const now = (votes = this.distribute());
      const reach = (quota = sum(now.values()) / BigInt(this.seats + 1) + 1n);
      elected = descending(this.hopeful, now, this.lot).filter((one) => (now.get(one) as bigint) >= reach);
      const beyond = sum([...this.chosen, ...elected].map((one) => (now.get(one) as bigint) - reach));
      surplus = beyond > 0n ? beyond : 0n;
      if (elected.length || surplus < SMALL || (iterations > 1 && surplus >= before)) break;
      for (const one of this.chosen) {
        this.keep.set(one, up(up((this.keep.get(one) as bigint) * reach, ONE) * ONE, now.get(one) as bigint));
      }
      before = surplus;
    }
    const keep = written(this.keep);
    this.elect(elected);
    const { left, ties } = elected.length || this.complete ? { left: [], ties: [] } : this.last(votes, surplus);
    const excluded = left.length === 1 ? (left[0] as string) : null;
    if (excluded !== null) {
      this.hopeful = this.hopeful.filter((one) => one !== excluded);
      this.keep.set(excluded, 0n);
    }
    const deemed = this.complete ? descending(this.hopeful, votes, this.lot) : [];
    this.rounds.push({
      iterations,
      keep,
      totals: written(votes),
      excess: decimal(this.valid - sum(votes.values()), DECIMALS),
      quota: decimal(quota, DECIMALS),
      surplus: decimal(surplus, DECIMALS),
      elected,
      excluded,
      deemed,
      ties,
    });
    this.elect(deemed);
    return left.length > 1 ? left : [];
  }

  private elect(options: readonly string[]): void {
    this.chosen.push(...options);
    this.hopeful = this.hopeful.filter((one) => options.indexOf(one) < 0);
  }

  /** Give each option its share of every paper that reaches it, rounded up; the rest goes on. */
  distribute(): Totals {
    const votes = new Map(Array.from(this.keep.keys(), (option) => [option, 0n]));
    for (const { ranking, papers } of this.piles) {
      let weight = ONE;
      for (const option of ranking) {
        const kept = up(weight * (this.keep.get(option) as bigint), ONE);
        votes.set(option, (votes.get(option) as bigint) + kept * BigInt(papers));
        weight -= kept;
        if (!weight) break;
      }
    }
    return votes;
  }

  /** Who has fewest; those within the total surplus of it are equal, and the lot decides. */
  private last(votes: Totals, surplus: bigint): Found {
    const of = (option: string): bigint => votes.get(option) as bigint;
    const fewest = this.hopeful.map(of).reduce((one, other) => (other < one ? other : one));
    const equal = this.hopeful.filter((one) => of(one) <= fewest + surplus);
    return extreme(new Map(equal.map((one) => [one, fewest])), [], false, this.lot);
  }
}
