/** Who takes part, with which device, and who is here (docs/spec.md: role.*, roll.amend, device.*, presence.*). */

import { sha256 } from "@noble/hashes/sha2";
import { isPublicKey, thumbprint, verify } from "../core/ed25519";
import { concat, fromB64url, hex, utf8 } from "../core/encoding";
import { allow } from "./findings";
import { requireNoKey } from "./holders";
import type { ActOf, Member } from "./kinds";
import type { Question } from "./question";
import { measuresOf } from "./rules";
import { type Handler, newSeat, type Seat, type State, votes } from "./state";

const OFFICERS: readonly string[] = ["chair", "supervisor", "desk"];

/** The key behind a member of an act, if an honest signer can have it. */
export function publicKey(text: string): Uint8Array {
  const bytes = fromB64url(text, 32);
  allow(isPublicKey(bytes), "bad-key");
  return bytes;
}

function signs(key: Uint8Array, message: string, signature: string): boolean {
  return verify(fromB64url(signature, 64), utf8(message), key);
}

export const enrol: Handler<ActOf<"device.enrol">> = (state, act, place, signer) => {
  const seat = state.seat(act.member);
  const token = publicKey(act.token);
  allow(hex(sha256(concat(fromB64url(act.salt, 32), token))) === seat.member.commitment, "card-mismatch");
  const others = state.voters().filter((other) => other !== seat && other.card === signer.kid);
  allow(!votes(seat) || !others.length, "card-in-use");
  const device = publicKey(act.device);
  const kid = thumbprint(device);
  allow(!state.keys.has(kid) && act.device !== act.token, "key-in-use");
  allow(signs(device, `hearing/enrol/v1|${act.hearing}|${signer.kid}|${act.nonce}`, act.proof), "bad-proof");
  const old = seat.kid === null ? undefined : state.keys.get(seat.kid);
  if (old) {
    allow(act.consent !== null, "already-enrolled");
    allow(signs(old.bytes, `hearing/consent/v1|${act.hearing}|${kid}|${act.nonce}`, act.consent), "bad-consent");
    dropDevice(state, seat);
  }
  state.keys.set(kid, { bytes: device, kind: "device", seat, since: place.seq });
  seat.kid = kid;
  seat.card = signer.kid;
};

/** The device acts no more; its key stays known, so that it can never be used again. What it has offered ends with it. */
function dropDevice(state: State, seat: Seat): void {
  const key = seat.kid === null ? undefined : state.keys.get(seat.kid);
  if (key) key.seat = null;
  seat.kid = null;
  state.offers.forEach((offers) => offers.delete(seat.member.id));
}

export const revoke: Handler<ActOf<"device.revoke">> = (state, act, place, signer) => {
  const key = state.keys.get(act.device);
  allow(key && key.seat, "unknown-device");
  if (act.device === signer.kid) return endDevice(state, key.seat, act.reballot);
  allow(OFFICERS.indexOf(signer.role) >= 0, "not-permitted");
  state.pending.set(place.leaf, { act, signer: signer.seat });
};

/** The second officer has signed. Unless both say otherwise, ballots already cast stand. */
export function revokeCosigned(state: State, act: ActOf<"device.revoke">): void {
  const key = state.keys.get(act.device);
  if (key && key.seat) endDevice(state, key.seat, act.reballot);
}

function endDevice(state: State, seat: Seat, reballot: boolean): void {
  const { id } = seat.member;
  if (!reballot) for (const poll of state.openPolls()) if (poll.ballots.has(id)) seat.finalIn.add(poll.id);
  dropDevice(state, seat);
}

export const grant: Handler<ActOf<"role.grant">> = (state, { member }, _place, signer) => {
  allow(member.role !== "representative", "bad-member");
  allow(!onlyByRoot(member) || signer.role === "root", "not-permitted");
  allow(!state.seats.has(member.id), "already-on-roll");
  const seat = newSeat(member);
  seat.granted = signer.role !== "root";
  seat.late = true;
  state.seats.set(member.id, seat);
};

export const endRole: Handler<ActOf<"role.end">> = (state, act, _place, signer) => {
  const seat = state.seat(act.member);
  allow(seat.member.role !== "representative", "not-an-officer");
  allow(!onlyByRoot(seat.member) || signer.role === "root", "not-permitted");
  const chairs = Array.from(state.seats.values()).filter((other) => other.member.role === "chair" && !other.ended);
  allow(chairs.length > 1 || chairs[0] !== seat, "last-chair");
  requireNoKey(state, [act.member]);
  end(state, seat);
};

function onlyByRoot({ role }: Member): boolean {
  return role === "chair" || role === "supervisor";
}

function end(state: State, seat: Seat): void {
  dropDevice(state, seat);
  seat.ended = true;
  seat.present = false;
  state.pending.forEach(({ signer }, leaf) => {
    if (signer === seat) state.pending.delete(leaf);
  });
}

export const amend: Handler<ActOf<"roll.amend">> = (state, act, place, signer) => {
  checkAmendment(state, act);
  state.pending.set(place.leaf, { act, signer: signer.seat });
};

/** The second officer has signed: the correction takes effect. */
export function amendCosigned(state: State, act: ActOf<"roll.amend">): void {
  checkAmendment(state, act);
  for (const member of act.add) state.seats.set(member.id, { ...newSeat(member), late: true });
  for (const id of act.remove) end(state, state.seat(id));
}

function checkAmendment(state: State, { add, remove }: ActOf<"roll.amend">): void {
  allow(!state.openPolls().length, "poll-still-open");
  allow(add.length || remove.length, "nothing-to-amend");
  const added = new Set(add.map((member) => member.id));
  allow(added.size === add.length && !add.some(({ id }) => state.seats.has(id)), "already-on-roll");
  for (const member of add) allow(votes(newSeat(member)) && hasWeights(member, state.questions), "bad-member");
  checkTotals([...state.voters().map((seat) => seat.member), ...add]);
  allow(new Set(remove).size === remove.length && remove.every((id) => votes(state.seat(id))), "not-on-roll");
  requireNoKey(state, remove);
}

/** Whether an entry has the weights that every frozen rule will ask for. */
export function hasWeights(member: Member, questions: ReadonlyMap<string, Question>): boolean {
  return Array.from(questions.values()).every(({ rule }) =>
    measuresOf(rule).every((measure) => measure in member.weights),
  );
}

/** All weights together are still counted exactly everywhere. */
export function checkTotals(members: readonly Member[]): void {
  for (const measure of ["heads", "area"]) {
    const total = members.reduce((sum, { weights }) => sum + BigInt(weights[measure] || 0), 0n);
    allow(total <= BigInt(Number.MAX_SAFE_INTEGER), "bad-roll");
  }
}

export const comeIn: Handler<ActOf<"presence.in">> = (state, act, _place, signer) => {
  const seat = state.seat(act.member);
  if (act.code !== null) allow(signer.seat === seat, "not-permitted");
  else allow(signer.role === "chair" || signer.role === "desk", "code-needed");
  allow(!seat.present, "already-present");
  seat.present = true;
};

export const goOut: Handler<ActOf<"presence.out">> = (state, act, _place, signer) => {
  const seat = state.seat(act.member);
  allow(signer.seat === seat || signer.role === "chair" || signer.role === "desk", "not-permitted");
  allow(seat.present, "not-present");
  seat.present = false;
};
