/** Every checkpoint that this device has verified, each proven to extend those before it. */

import type { Head } from "./acts";
import { fromBase64, fromHex } from "./encoding";
import { getJson, getText } from "./http";
import { isConsistent } from "./merkle";
import { type NoteKey, openCheckpoint } from "./note";
import type { Store } from "./store";

/** A checkpoint as it is kept: its note is the evidence. */
export interface KeptHead extends Head {
  readonly note: string;
}

/** Two checkpoints of one record that do not fit together, both signed by the service. */
export interface Alarm {
  readonly kept: string;
  readonly found: string;
}

/** The record shown to this device is not the one it was shown before. */
export class Fork extends Error {}

/** The kept checkpoints of one hearing. */
export class Heads {
  /**
   * @param genesis the record's first entry as a tree of one: what the community's root key vouches for
   */
  constructor(
    private readonly store: Store,
    private readonly hearing: string,
    private readonly key: NoteKey,
    private readonly genesis: KeptHead,
  ) {}

  /** All kept checkpoints, smallest first. */
  kept(): KeptHead[] {
    const heads = this.store.all<KeptHead>("head/");
    return [this.genesis, ...heads].sort((a, b) => a.size - b.size);
  }

  /** The newest one: what this device's next act vouches for. */
  latest(): KeptHead {
    const heads = this.kept();
    return heads[heads.length - 1] as KeptHead;
  }

  /** The alarm that was raised on this device, if ever; it stays. */
  alarm(): Alarm | null {
    return this.store.get<Alarm>("alarm");
  }

  /** Fetch the service's newest checkpoint, verify it, keep it. */
  async refresh(): Promise<KeptHead> {
    await this.accept(openCheckpoint(await getText(`/h/${this.hearing}/log/checkpoint`), this.key));
    return this.latest();
  }

  /**
   * Keep a checkpoint whose signature is verified, once it is proven to fit what is kept.
   * Raises `Fork`, and the alarm, when it does not; `Unreachable` when the proof cannot be had now.
   */
  async accept({ size, root, note }: KeptHead): Promise<void> {
    const found: KeptHead = { size, root, note };
    let latest: KeptHead;
    do {
      latest = this.latest();
      if (size < latest.size) await this.demand(found, latest);
      else await this.demand(latest, found);
    } while (this.latest().size !== latest.size); // another tab has kept a newer one meanwhile
    if (!this.kept().some((head) => head.size === size)) this.store.set(`head/${size}`, found);
  }

  /** Prove that a head which the service tells of is part of the record that this device keeps. */
  async confirm(head: Head): Promise<void> {
    const kept = this.latest().size < head.size ? await this.refresh() : this.latest();
    await this.demand({ ...head, note: JSON.stringify(head) }, kept);
  }

  private async demand(old: KeptHead, young: KeptHead): Promise<void> {
    // A second try, for what a bad line may have done to the first answer.
    if ((await this.proven(old, young)) || (await this.proven(old, young))) return;
    if (!this.alarm()) this.store.set("alarm", { kept: old.note, found: young.note });
    throw new Fork();
  }

  private async proven(old: KeptHead, young: KeptHead): Promise<boolean> {
    if (old.size === young.size) return old.root === young.root;
    const path = `/api/h/${this.hearing}/consistency?from=${old.size}&to=${young.size}`;
    const { proof } = await getJson<{ proof: string[] }>(path);
    try {
      const hashes = proof.map((hash) => fromBase64(hash));
      return isConsistent(old.size, fromHex(old.root), young.size, fromHex(young.root), hashes);
    } catch {
      return false;
    }
  }
}
