/** Every kind of act: what it says, with its members in the order in which they are signed. */

import { type KeyPair, sign } from "./ed25519";
import { b64url, random, utf8 } from "./encoding";
import { signJws } from "./jws";

/** The checkpoint that this device has verified: the act vouches for all before it. */
export interface Head {
  readonly size: number;
  readonly root: string;
}

/** One entry of the roll. */
export interface Member {
  readonly id: string;
  readonly role: "chair" | "supervisor" | "desk" | "representative" | "observer";
  readonly commitment: string;
  readonly weights: { readonly [measure: string]: number };
  readonly unit: string;
}

/** A kind of act, and its members in their order. */
export interface Says {
  readonly act: string;
  readonly [member: string]: unknown;
}

const rollMember = ({ id, role, commitment, weights, unit }: Member): Member => ({ id, role, commitment, weights, unit });

export const openHearing = (): Says => ({ act: "hearing.open" });
export const grantRole = (member: Member): Says => ({ act: "role.grant", member: rollMember(member) });
export const endRole = (member: string, reason: string): Says => ({ act: "role.end", member, reason });
export const amendRoll = (add: readonly Member[], remove: readonly string[], reason: string): Says => ({
  act: "roll.amend",
  add: add.map(rollMember),
  remove,
  reason,
});
/** `device` is the thumbprint of the key that ends. */
export const revokeDevice = (device: string, reason: string, reballot: boolean): Says => ({
  act: "device.revoke",
  device,
  reason,
  reballot,
});
/** `code` is the one on the screen; null where an officer at the desk lets a person in. */
export const comeIn = (member: string, code: string | null): Says => ({ act: "presence.in", member, code });
export const goOut = (member: string): Says => ({ act: "presence.out", member });
export const callItem = (item: string): Says => ({ act: "item.call", item });
/** `text` names the blob of the comment. */
export const postComment = (item: string, text: string): Says => ({ act: "comment.post", item, text });
export const hideComment = (comment: string, reason: string): Says => ({ act: "comment.hide", comment, reason });
export const eraseBlob = (blob: string, reason: string): Says => ({ act: "blob.erase", blob, reason });
export const requestFloor = (item: string): Says => ({ act: "floor.request", item });
export const withdrawFloor = (request: string): Says => ({ act: "floor.withdraw", request });
export const giveFloor = (request: string, seconds: number): Says => ({ act: "floor.give", request, seconds });
export const endFloor = (request: string): Says => ({ act: "floor.end", request });
export const openPoll = (item: string, question: string, closes: string | null): Says => ({
  act: "poll.open",
  item,
  question,
  closes,
});
export const castSealed = (poll: string, replaces: string | null, commitment: string): Says => ({
  act: "ballot.cast",
  poll,
  replaces,
  commitment,
});
/** `choice` is exact JSON text, here and below. */
export const castLive = (poll: string, replaces: string | null, choice: string): Says => ({
  act: "ballot.cast",
  poll,
  replaces,
  choice,
});
export const closePoll = (poll: string): Says => ({ act: "poll.close", poll });
export const openBallot = (poll: string, ballot: string, salt: string, choice: string): Says => ({
  act: "ballot.open",
  poll,
  ballot,
  salt,
  choice,
});
/** Commit to the credential that will sign this person's ballot in an election. */
export const offerCredential = (election: string, commitment: string): Says => ({ act: "credential.offer", election, commitment });
/** `offer` is the exact text that was committed to: its credential was left out. */
export const objectToSetup = (poll: string, salt: string, offer: string): Says => ({
  act: "credential.object",
  poll,
  salt,
  offer,
});
export const voidPoll = (poll: string, reason: string): Says => ({ act: "poll.void", poll, reason });
/** `rolled` are numbers with one blank between them. */
export const drawLot = (poll: string, rolled: string): Says => ({ act: "lot.draw", poll, rolled });
export const cosign = (target: string): Says => ({ act: "act.cosign", target });
export const publishMinutes = (minutes: string): Says => ({ act: "minutes.publish", minutes });
export const adjourn = (): Says => ({ act: "hearing.adjourn" });

/** 16 random bytes, b64url: unique for a key in a hearing. */
export function newNonce(): string {
  return b64url(random(16));
}

/**
 * The canonical bytes of an act.
 * A choice goes in as the text that it is: an object would put options that look like numbers first.
 */
export function encodeAct(says: Says, hearing: string, nonce: string, head: Head): Uint8Array {
  const { act, choice, ...members } = says;
  const { size, root } = head;
  const body = JSON.stringify({ v: 1, hearing, act, nonce, head: { size, root }, ...members });
  return utf8(choice === undefined ? body : `${body.slice(0, -1)},"choice":${choice}}`);
}

/** Sign an act with the key of this device. */
export function signAct(says: Says, hearing: string, head: Head, key: KeyPair): string {
  return signJws(encodeAct(says, hearing, newNonce(), head), key);
}

/** Sign `device.enrol`: by the card's key, with the new device's own proof inside, and the old one's consent. */
export function signEnrol(
  hearing: string,
  head: Head,
  seat: { readonly member: string; readonly salt: string },
  card: KeyPair,
  device: KeyPair,
  nonce: string,
  consent: string | null,
): string {
  const says: Says = {
    act: "device.enrol",
    member: seat.member,
    token: b64url(card.publicKey),
    salt: seat.salt,
    device: b64url(device.publicKey),
    proof: b64url(sign(utf8(`hearing/enrol/v1|${hearing}|${card.kid}|${nonce}`), device)),
    consent,
  };
  return signJws(encodeAct(says, hearing, nonce, head), card);
}
