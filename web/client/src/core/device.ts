/** This browser as somebody's device in a hearing: its key, what it has sent, and what it has verified. */

import { type Says, signAct } from "./acts";
import type { Opening } from "./ballot";
import type { Trust } from "./community";
import { type KeyPair, keyPair, sign } from "./ed25519";
import { b64url, fromB64url, must, utf8 } from "./encoding";
import { Heads } from "./heads";
import { getJson, postJson } from "./http";
import { moveNumber } from "./move";
import { noteKey } from "./note";
import { type About, Outbox, type Sent } from "./outbox";
import { Problem } from "./problem";
import { Store } from "./store";

/** A person's place in a hearing, as this browser holds it. `seed` is the device key's. */
export interface Seat {
  readonly member: string;
  readonly role: string;
  readonly seed: string;
}

/** A device that acts for one person in one role. */
export class Device {
  readonly heads: Heads;
  readonly outbox: Outbox;
  private readonly key: KeyPair;

  private constructor(
    readonly store: Store,
    readonly trust: Trust,
    readonly seat: Seat,
    changed: () => void,
  ) {
    const { hearing, origin, service, genesis } = trust;
    const logKey = noteKey(origin, fromB64url(service, 32));
    this.key = keyPair(fromB64url(seat.seed, 32));
    this.heads = new Heads(store, hearing, logKey, { size: 1, root: genesis, note: "" });
    this.outbox = new Outbox(store, hearing, logKey, this.heads, changed);
    this.outbox.resume();
    store.onChange((key) => {
      if (key === "seat") location.reload(); // another tab has scanned another card
      this.outbox.resume();
      changed();
    });
  }

  /** The device that a card has made of this browser for a hearing; null where there is none. */
  static open(hearing: string, changed: () => void): Device | null {
    const store = new Store(hearing);
    const trust = store.get<Trust>("trust");
    const seat = store.get<Seat>("seat");
    return trust && seat ? new Device(store, trust, seat, changed) : null;
  }

  /** The thumbprint of this device's key. */
  get kid(): string {
    return this.key.kid;
  }

  /** This person's acts on this device, oldest first. */
  acts(): Sent[] {
    return this.outbox.acts(this.seat.member);
  }

  /**
   * Sign an act over the newest verified checkpoint, keep it, send it until a receipt verifies.
   * Of a sealed ballot, `options` is how many its question has.
   */
  submit(
    says: Says,
    about: About = {},
    blobs: readonly Uint8Array[] = [],
    opening: Opening | null = null,
    options = 0,
  ): void {
    const jws = signAct(says, this.trust.hearing, this.heads.latest(), this.key);
    this.outbox.submit(this.seat.member, says.act, about, { jws, blobs: blobs.map(b64url), opening, options });
  }

  /**
   * Agree that the device which shows these digits takes this one's place.
   * Raises `Malformed` where the service answers with another device.
   */
  async agree(digits: string): Promise<void> {
    const { hearing } = this.trust;
    const path = `/api/h/${hearing}/moves/${digits}`;
    const { device, nonce } = await this.read<{ device: string; nonce: string }>(path);
    must(moveNumber(hearing, device, nonce) === digits, "another device");
    const consent = b64url(sign(utf8(`hearing/consent/v1|${hearing}|${device}|${nonce}`), this.key));
    await postJson(path, JSON.stringify({ consent }));
    this.store.set("agreed/" + this.kid, digits);
  }

  /** The digits of the device that this one has agreed to be replaced by, if it has. */
  agreed(): string | null {
    return this.store.get<string>("agreed/" + this.kid);
  }

  /** Read what only this person may see; shows the service that the device holds its key, where asked to. */
  async read<T>(path: string): Promise<T> {
    try {
      return await getJson<T>(path);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
    }
    const { hearing } = this.trust;
    const { challenge } = await getJson<{ challenge: string }>(`/api/h/${hearing}/challenge`);
    const signature = b64url(sign(utf8(`hearing/session/v1|${hearing}|${challenge}`), this.key));
    await postJson(`/api/h/${hearing}/session`, JSON.stringify({ kid: this.kid, challenge, signature }));
    return getJson<T>(path);
  }
}
