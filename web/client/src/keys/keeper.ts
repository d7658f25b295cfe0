/** What a holder's device keeps between visits: seeds with their sheets, and what it has opened. */

import type { Store } from "../core/store";
import type { Kept } from "./making";
import type { Opened } from "./opening";

/**
 * A seed with the text of its printed sheet; `safe` once the sheet was read again.
 * `restored` where it came from the sheet: another device may have opened boxes with it, and this one cannot know.
 */
export interface KeptSeed extends Kept {
  readonly sheet: string | null;
  readonly restored?: boolean;
}

/** Keeps things for one member: a device serves no other, but a store may have served another. */
export class Keeper {
  constructor(
    private readonly store: Store,
    private readonly member: string,
  ) {}

  /** All seeds, the newest last: polls that are open keep the keys they were opened with. */
  seeds(): readonly KeptSeed[] {
    return this.store.get<KeptSeed[]>(`holder/${this.member}`) || [];
  }

  /** Add a seed, or say more about it. */
  keep(one: KeptSeed): void {
    const seeds = this.seeds();
    const known = seeds.some(({ seed }) => seed === one.seed);
    const kept = known ? seeds.map((old) => (old.seed === one.seed ? one : old)) : [...seeds, one];
    this.store.set(`holder/${this.member}`, kept);
  }

  of(seed: string | null): KeptSeed | null {
    return this.seeds().filter((one) => one.seed === seed)[0] || null;
  }

  /** What this device has decrypted: one sum of an election, ever. */
  opened(): readonly Opened[] {
    return this.store.get<Opened[]>(`opened/${this.member}`) || [];
  }

  /** Whether the holder must say first that no other device has opened this election. */
  asks(election: string): boolean {
    const known = this.opened().some((one) => one.election === election) || this.sure().indexOf(election) >= 0;
    return !known && this.seeds().some(({ restored }) => restored);
  }

  /** The holder says so. */
  assure(election: string): void {
    this.store.set(`sure/${this.member}`, [...this.sure(), election]);
  }

  private sure(): readonly string[] {
    return this.store.get<string[]>(`sure/${this.member}`) || [];
  }

  /** Note what is about to be decrypted; false where this election was opened with another sum before. */
  open(one: Opened): boolean {
    const before = this.opened().filter(({ election }) => election === one.election)[0];
    if (before) return before.tally === one.tally;
    this.store.set(`opened/${this.member}`, [...this.opened(), one]);
    return true;
  }
}
