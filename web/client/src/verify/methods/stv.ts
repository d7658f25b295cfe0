/** Single transferable vote: the weighted inclusive Gregory method, one transfer a stage. */

import { ids } from "../question";
import { named } from "../schema";
import { declared, type SettingsOf } from "../settings";
import { inHeads, type Lot, type Method, nobody, type Paper } from "./method";
import { deal, decimal, descending, extreme, type Found, type Moving, pile, size, type Totals } from "./transfers";

type Settings = SettingsOf<"stv">;

export const stv: Method = {
  decider: "count",
  count(question, papers, _figures, lot) {
    const settings = declared(question, "stv");
    const options = ids(question);
    if (!papers.length) return nobody(options, settings.seats);
    const table = new Table(options, papers, settings, lot);
    let movers = table.close("first_preferences", null, []);
    while (movers.length === 1) movers = table.move(movers[0] as string);
    const firsts = table.earlier[0] as Totals;
    return {
      totals: inHeads(options, (option) => Number((firsts.get(option) as bigint) / table.unit)),
      chosen: table.chosen,
      tied: movers,
      vacant: movers.length ? 0 : settings.seats - table.chosen.length,
      steps: { method: "stv", valid: papers.length, quota: table.written(table.quota), stages: table.stages },
    };
  },
};

/** The count from stage to stage; votes in units of the last decimal. */
class Table {
  readonly unit: bigint;
  readonly quota: bigint;
  readonly chosen: string[] = [];
  readonly earlier: Totals[] = [];
  readonly stages: object[] = [];
  private readonly totals: Map<string, bigint>;
  /** Option → value of a paper → the papers of that value. */
  private readonly parcels: Map<string, Map<bigint, Moving[]>>;
  private continuing: readonly string[];
  private nonTransferable = 0n;

  constructor(
    options: readonly string[],
    papers: readonly Paper[],
    private readonly settings: Settings,
    private readonly lot: Lot,
  ) {
    this.unit = 10n ** BigInt(settings.decimals);
    const piles = Array.from(deal(pile(papers), options));
    this.totals = new Map(piles.map(([option, held]) => [option, this.unit * BigInt(size(held))]));
    this.parcels = new Map(piles.map(([option, held]) => [option, new Map([[this.unit, held]])]));
    this.continuing = options;
    this.quota = this.reach(this.unit * BigInt(papers.length), BigInt(settings.seats));
  }

  written(units: bigint): string {
    return decimal(units, this.settings.decimals);
  }

  /** How many votes elect whoever has as many. */
  private reach(valid: bigint, seats: bigint): bigint {
    switch (this.settings.quota) {
      case "droop":
        return (valid / this.unit / (seats + 1n) + 1n) * this.unit;
      case "hagenbach_bischoff":
        return valid / (seats + 1n) + 1n;
      case "hare":
        return (valid + seats - 1n) / seats;
    }
  }

  /** Transfer the surplus of one who is chosen, or exclude one who is not; see `close`. */
  move(mover: string): readonly string[] {
    if (this.chosen.indexOf(mover) >= 0) return this.close("surplus", mover, this.give(mover, this.quota));
    this.continuing = this.continuing.filter((option) => option !== mover);
    return this.close("exclusion", mover, this.give(mover, 0n));
  }

  /** End a stage. Gives who moves next; several if only a lot can tell; nobody if the count is over. */
  close(event: string, option: string | null, parcels: readonly object[]): readonly string[] {
    const totals = new Map(this.totals);
    const order = descending(this.continuing, totals, this.lot);
    const elected = order.filter((one) => (totals.get(one) as bigint) >= this.quota);
    const full = this.chosen.length + order.length <= this.settings.seats;
    const deemed = full ? order.slice(elected.length) : [];
    this.chosen.push(...elected, ...deemed);
    this.continuing = this.continuing.filter((one) => this.chosen.indexOf(one) < 0);
    const { left, ties } = this.next(totals);
    this.earlier.push(totals);
    this.stages.push({
      event,
      option,
      parcels,
      totals: named(totals.keys(), (one) => this.written(totals.get(one) as bigint)),
      non_transferable: this.written(this.nonTransferable),
      elected,
      deemed,
      ties,
    });
    return left;
  }

  private next(totals: Totals): Found {
    if (!this.continuing.length || this.chosen.length === this.settings.seats) return { left: [], ties: [] };
    const of = (options: readonly string[]): Totals => new Map(options.map((one) => [one, totals.get(one) as bigint]));
    const waiting = this.chosen.filter((one) => (totals.get(one) as bigint) > this.quota);
    if (waiting.length) return extreme(of(waiting), this.earlier, true, this.lot);
    return extreme(of(this.continuing), this.earlier, false, this.lot);
  }

  /** Pass on all papers: at the value they have, or at the share of it that leaves a quota. */
  private give(giver: string, keep: bigint): readonly object[] {
    const had = this.totals.get(giver) as bigint;
    const held = Array.from(this.parcels.get(giver) as Map<bigint, Moving[]>);
    this.parcels.delete(giver);
    this.totals.set(giver, keep);
    this.nonTransferable += had - keep;
    held.sort(([one], [other]) => (other > one ? 1 : -1));
    return held.map(([value, papers]) => {
      const passedOn = keep ? ((had - keep) * value) / had : value;
      const dealt = deal(papers, this.continuing);
      const receivers = Array.from(dealt.keys()).filter((option) => (dealt.get(option) as Moving[]).length);
      for (const option of receivers) this.receive(option, passedOn, dealt.get(option) as Moving[]);
      const to = named(receivers, (option) => size(dealt.get(option) as Moving[]));
      return { papers: size(papers), value: this.written(value), passed_on: this.written(passedOn), to };
    });
  }

  private receive(option: string, value: bigint, papers: readonly Moving[]): void {
    const parcels = this.parcels.get(option) as Map<bigint, Moving[]>;
    parcels.set(value, [...(parcels.get(value) || []), ...papers]);
    const votes = value * BigInt(size(papers));
    this.totals.set(option, (this.totals.get(option) as bigint) + votes);
    this.nonTransferable -= votes;
  }
}
