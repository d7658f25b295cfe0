/** Whether a box is locked by those whom the notice names: from the record's first entry down to each one's signature. */

import { sha256 } from "@noble/hashes/sha2";
import type { Member } from "../core/acts";
import type { Device } from "../core/device";
import { verify } from "../core/ed25519";
import { concat, fromB64url, hex, must, utf8 } from "../core/encoding";
import { verifyJws } from "../core/jws";
import type { BoxState } from "../page/state";
import { exact, type Proven, prove } from "./evidence";

/** An act of somebody's device, and the act by which their card enrolled it: two receipts. */
export interface Signed {
  readonly act: string;
  readonly device: string;
}

/** What proves who holds the keys: receipts, and the exact texts that the first entry names. */
export interface Grounds {
  readonly convened: string;
  readonly notice: string;
  readonly roll: string;
  readonly opened: Signed;
  /** Of a chair or a supervisor who was named by the community's key after the notice. */
  readonly granted: readonly string[];
  readonly accepted: readonly Signed[];
  /** Where the keys were made anew: the chair's act, and the supervisor's under it. */
  readonly restarted: Signed | null;
  readonly cosigned: Signed | null;
}

/** An act whose signer is known to be this entry of the roll, by this card. */
interface Acted extends Proven {
  readonly by: Member;
  readonly card: string;
}

/** What was found: how the poll was opened, and whether other people hold the keys than the notice names. */
export interface Held {
  readonly began: Acted;
  readonly changed: boolean;
}

/**
 * Check that exactly the holders of a box have accepted these trustees (a hash), and that a chair has opened the poll.
 * Only entries of the roll that the notice froze can hold keys. Of chair and supervisor, who have them made anew, at most
 * one was named later: whoever keeps the community's key could name both.
 * Throws `Malformed` where that is not proven; `Fork` as `Heads.accept` does.
 */
export async function checkHolders(
  device: Device,
  { holders, threshold }: BoxState,
  trustees: string,
  { convened, notice, roll, opened, granted, accepted, restarted, cosigned }: Grounds,
): Promise<Held> {
  const { leaf, said } = await prove(device, convened, "hearing.convene", false);
  must(leaf === device.trust.genesis, "another hearing");
  const { keys } = named(notice, said.notice) as { keys?: unknown };
  const { members } = named(roll, said.roll) as { members: Member[] };
  const later: Member[] = [];
  for (const one of granted) {
    const grant = await prove(device, one, "role.grant", false);
    must(verifyJws(grant.jws, fromB64url(String(said.root), 32)), "an officer whom the community has not named");
    later.push(grant.said.member as Member);
  }
  const officers = members.concat(later);
  const wanted = JSON.stringify({ holders, threshold });
  must(2 * threshold > holders.length, "keys that two groups of their holders could use");
  const changed = JSON.stringify(keys) !== wanted;
  if (changed) {
    must(restarted && cosigned, "other key holders than the notice names");
    const anew = await signed(device, restarted, "key.restart", officers);
    const agreed = await signed(device, cosigned, "act.cosign", officers);
    const told = JSON.stringify({ holders: anew.said.holders, threshold: anew.said.threshold });
    must(told === wanted && agreed.said.target === anew.leaf, "other key holders than were agreed on");
    must(anew.by.role === "chair" && agreed.by.role === "supervisor", "key holders without the word of chair and supervisor");
    must(anew.card !== agreed.card, "one person who speaks for both");
    must(members.indexOf(anew.by) >= 0 || members.indexOf(agreed.by) >= 0, "key holders by the word of two who came later");
  }
  const began = await signed(device, opened, "poll.open", officers);
  must(began.by.role === "chair", "a poll that no chair has opened");
  const devices: string[] = [];
  for (const one of accepted) {
    const { by, jws, entry, said: accepts } = await signed(device, one, "key.accept", members);
    must(holders.indexOf(by.id) === devices.length, "another than the key holders");
    must(accepts.trustees === trustees && entry.seq < began.entry.seq, "a key holder who has accepted other keys");
    must(devices.indexOf(jws.kid) < 0, "one device that acts for two key holders");
    devices.push(jws.kid);
  }
  must(devices.length === holders.length, "a key holder who has not accepted the keys");
  return { began, changed };
}

/** What a text says that is named by its hash. */
function named(words: string, hash: unknown): object {
  must(hex(sha256(utf8(words))) === hash, "another text than the record names");
  return exact(words);
}

/**
 * An act that was signed by the device of one of these entries: enrolled by the card to which the entry commits.
 * That the device acts no more today takes nothing from what it signed.
 */
async function signed(device: Device, { act, device: enrol }: Signed, kind: string, entries: readonly Member[]): Promise<Acted> {
  const made = await prove(device, enrol, "device.enrol", false);
  const acted = await prove(device, act, kind, false);
  const bytes = (name: string, length: number): Uint8Array => fromB64url(String(made.said[name]), length);
  const [card, own] = [bytes("token", 32), bytes("device", 32)];
  const [by, twice] = entries.filter(({ id }) => id === made.said.member);
  const commitment = hex(sha256(concat(bytes("salt", 32), card)));
  must(by && !twice && by.commitment === commitment, "a device that no card of the roll has enrolled");
  const due = utf8(`hearing/enrol/v1|${device.trust.hearing}|${made.jws.kid}|${made.said.nonce}`);
  must(verifyJws(made.jws, card) && verify(bytes("proof", 64), due, own), "an enrolment that card or device have not signed");
  must(verifyJws(acted.jws, own) && made.entry.seq < acted.entry.seq, "not signed by the device that is shown for it");
  return { ...acted, by, card: made.jws.kid };
}
