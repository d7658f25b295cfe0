/** What receipts prove, read from the acts that they hold. */

import type { Device } from "../core/device";
import { fromB64url, must, text } from "../core/encoding";
import { type Jws, splitJws, verifyJws } from "../core/jws";
import { type NoteKey, noteKey } from "../core/note";
import { openReceipt, type Receipt } from "../core/receipt";

/** An act in the record: what it says, how it is signed, and where it stands. */
export interface Proven extends Receipt {
  readonly jws: Jws;
  readonly said: { readonly [member: string]: unknown };
}

/** The key of a hearing's checkpoints, from what this device pinned when it joined. */
export function checkpointKey({ trust: { origin, service } }: Device): NoteKey {
  return noteKey(origin, fromB64url(service, 32));
}

/** Read a JSON object strictly: written again it must be the same text, so nothing can stand in it twice. */
export function exact(words: string): { readonly [member: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(words);
  } catch {
    // it is not the same then
  }
  must(value instanceof Object && JSON.stringify(value) === words, "not the one way to write it");
  return value as { [member: string]: unknown };
}

/**
 * The act of a receipt, once its checkpoint is proven to be of the record that this device keeps.
 * Throws `Malformed` for no proof, for another kind of act, and where the service should have signed and has not;
 * `Fork` as `Heads.accept` does.
 */
export async function prove(device: Device, receipt: string, act: string, byService: boolean): Promise<Proven> {
  await new Promise((done) => setTimeout(done)); // signatures take their time on old phones: the page stays alive
  const opened = openReceipt(receipt, checkpointKey(device));
  const jws = splitJws(opened.entry.jws);
  const said = exact(text(jws.payload));
  must(said.act === act && said.hearing === device.trust.hearing, "another act");
  must(!byService || verifyJws(jws, fromB64url(device.trust.service, 32)), "not signed by the service");
  await device.heads.accept(opened.checkpoint);
  return { ...opened, jws, said };
}
