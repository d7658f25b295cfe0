/** Key holders: how several people make one key that none of them has (docs/spec.md: key.*, section 18). */

import { sha256 } from "@noble/hashes/sha2";
import { hex, text, utf8 } from "../core/encoding";
import { readPolynomial } from "../secret/commitments";
import * as pedersen from "../secret/pedersen";
import { readTrustees } from "../secret/trustees";
import { Keys, type Sent } from "./box";
import { allow, readOr } from "./findings";
import type { ActOf } from "./kinds";
import type { Handler, Seat, Signer, State } from "./state";

/** Keys that are still to be made: by entries of the notice's roll, more than half of whom are needed. Throws `Refused`. */
export function keysOf(seats: ReadonlyMap<string, Seat>, holders: readonly string[], threshold: number): Keys {
  const known = holders.every((id) => {
    const seat = seats.get(id);
    return seat && !seat.ended && !seat.late;
  });
  allow(known && new Set(holders).size === holders.length, "bad-holders");
  allow(threshold <= holders.length && 2 * threshold > holders.length, "bad-holders");
  return new Keys(holders, threshold);
}

/** The keys, and the holder whose device has signed. Throws `Refused`. */
function holding({ holders }: State, { seat }: Signer): { readonly keys: Keys; readonly holder: string } {
  allow(holders && seat && holders.number(seat.member.id), "not-a-holder");
  return { keys: holders, holder: seat.member.id };
}

/** The bytes that an act names. Throws `Refused`. */
export function named(state: State, blob: string): Uint8Array {
  const raw = state.blob(blob);
  allow(raw, "blob-missing");
  return raw;
}

/** Read what a holder has sent; keep its blob's name with it. */
function readSent<T>(state: State, blob: string, read: (text: string) => T): Sent<T> {
  const raw = named(state, blob);
  return readOr("bad-key-message", () => {
    const sent = text(raw);
    return { text: sent, read: read(sent) };
  });
}

export const certificate: Handler<ActOf<"key.certificate">> = (state, act, _place, signer) => {
  const { keys, holder } = holding(state, signer);
  allow(!keys.certificates.has(holder), "already-sent");
  const sent = readSent(state, act.message, (raw) =>
    pedersen.checkCertificate(raw, keys.holders.length, keys.threshold, keys.number(holder)),
  );
  const mine = [sent.read.verification, sent.read.encryption];
  for (const { read } of keys.certificates.values()) {
    const shared = mine.indexOf(read.verification) >= 0 || mine.indexOf(read.encryption) >= 0;
    allow(!shared, "bad-key-message");
  }
  keys.certificates.set(holder, sent);
  state.blobNames.add(act.message);
};

export const polynomial: Handler<ActOf<"key.polynomial">> = (state, act, _place, signer) => {
  const { keys, holder } = holding(state, signer);
  allow(keys.certificates.size === keys.holders.length, "too-early");
  allow(!keys.polynomials.has(holder), "already-sent");
  const certificates = keys.inOrder(keys.certificates);
  const sent = readSent(state, act.message, (raw) =>
    readPolynomial(raw, certificates, keys.threshold, keys.number(holder)),
  );
  keys.polynomials.set(holder, sent);
  state.blobNames.add(act.message);
};

export const share: Handler<ActOf<"key.share">> = (state, act, _place, signer) => {
  const { keys, holder } = holding(state, signer);
  allow(keys.polynomials.size === keys.holders.length, "too-early");
  allow(!keys.shares.has(holder), "already-sent");
  const certificates = keys.inOrder(keys.certificates);
  const dealt = keys.inOrder(keys.polynomials);
  const sent = readSent(state, act.message, (raw) =>
    pedersen.checkShareOf(raw, certificates, dealt, keys.number(holder)),
  );
  if (keys.shares.size + 1 === keys.holders.length) {
    const shares = new Map(keys.shares).set(holder, sent.text);
    const made = pedersen.trusteesOf(
      certificates,
      dealt,
      keys.holders.map((one) => shares.get(one) as string),
    );
    // Together they could make a key that hides nothing.
    keys.trustees = readOr("bad-key-message", () => ({ text: made, read: readTrustees(utf8(made)) }));
  }
  keys.shares.set(holder, sent.text);
  state.blobNames.add(act.message);
};

export const accept: Handler<ActOf<"key.accept">> = (state, act, _place, signer) => {
  const { keys, holder } = holding(state, signer);
  allow(keys.trustees, "too-early");
  allow(!keys.accepted.has(holder), "already-sent");
  allow(hex(sha256(utf8(keys.trustees.text))) === act.trustees, "other-keys");
  keys.accepted.add(holder);
};

export const refuse: Handler<ActOf<"key.refuse">> = (state, act, _place, signer) => {
  const { keys, holder } = holding(state, signer);
  const accused = keys.holders.filter((one) => {
    const dealt = keys.polynomials.get(one);
    return dealt && hex(sha256(utf8(dealt.text))) === act.message;
  })[0];
  allow(accused, "unknown-message");
  allow(!keys.ready && !keys.refused.has(holder), "already-sent");
  keys.refused.set(holder, accused);
};

/** Keys made anew, perhaps by others, wait for a supervisor's signature, in the place of what waited before. */
export const restart: Handler<ActOf<"key.restart">> = (state, act, place, signer) => {
  allow(state.holders, "not-a-holder");
  keysOf(state.seats, act.holders, act.threshold);
  state.pending.forEach((waiting, leaf) => {
    if (waiting.act.act === "key.restart") state.pending.delete(leaf);
  });
  state.pending.set(place.leaf, { act, signer: signer.seat });
};

/** A supervisor has signed: the keys are made anew; polls that were opened keep theirs. */
export function restartCosigned(state: State, act: ActOf<"key.restart">, by: readonly (Seat | null)[]): void {
  allow(by.some((seat) => seat && !seat.late), "both-joined-late");
  state.holders = keysOf(state.seats, act.holders, act.threshold);
}

/** The holders whose entry has ended: they can decrypt nothing, so no poll is opened under their keys. */
export function departed({ holders, seats }: State): string[] {
  return holders ? holders.holders.filter((one) => (seats.get(one) as Seat).ended) : [];
}

/** Pass unless one of them holds a key of a box that may still be opened. Throws `Refused`. */
export function requireNoKey({ polls }: State, members: readonly string[]): void {
  polls.forEach(({ box, result, voidReason }) => {
    if (!box || box.totals || result !== null || voidReason !== null) return;
    allow(!members.some((member) => box.keys.number(member)), "holds-a-key");
  });
}
