/** Receipts (C2SP tlog-proof): proof that an entry is in the record. Nothing in them is believed unproved. */

import { fromBase64, fromHex, hex, must, text } from "./encoding";
import { isIncluded, leafHash } from "./merkle";
import { type Checkpoint, type NoteKey, openCheckpoint } from "./note";

/** One entry of the record, as its bytes say. */
export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly jws: string;
}

/** A receipt that was verified: this entry is in the record that this checkpoint vouches for. */
export interface Receipt {
  readonly entry: Entry;
  /** The leaf hash in hex: the name of the act. */
  readonly leaf: string;
  readonly checkpoint: Checkpoint;
}

const ENTRY = /^\{"seq":(0|[1-9][0-9]{0,15}),"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)","jws":"([\w.-]*)"\}$/;

/** Read the exact bytes of an entry; there is one way to write it. */
export function parseEntry(bytes: Uint8Array): Entry {
  const parts = bytes.length <= 65535 && ENTRY.exec(text(bytes));
  must(parts, "not an entry");
  const [, seq, at, jws] = parts as unknown as [string, string, string, string];
  must(+seq < Number.MAX_SAFE_INTEGER && +at.slice(0, 4) && new Date(at).toJSON() === at, "not an entry");
  return { seq: +seq, at, jws };
}

const RECEIPT = /^c2sp\.org\/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n/;

/** Verify a receipt under the service's key: leaf, path, root, and the checkpoint's signature. */
export function openReceipt(receipt: string, key: NoteKey): Receipt {
  const parts = RECEIPT.exec(receipt);
  must(parts, "not a receipt");
  const [all, extra, index, hashes] = parts as unknown as [string, string, string, string];
  const checkpoint = openCheckpoint(receipt.slice(all.length), key);
  const bytes = fromBase64(extra);
  const leaf = leafHash(bytes);
  const path = hashes.split("\n").filter(Boolean).map(fromBase64);
  must(
    isIncluded(leaf, +index, checkpoint.size, path, fromHex(checkpoint.root)),
    "not proven",
  );
  const entry = parseEntry(bytes);
  must(entry.seq === +index, "another place");
  return { entry, leaf: hex(leaf), checkpoint };
}

/** Verify the receipt of an act that this device sent: it must hold the very same signed bytes. */
export function openReceiptOf(jws: string, receipt: string, key: NoteKey): Receipt {
  const opened = openReceipt(receipt, key);
  must(opened.entry.jws === jws, "another act");
  return opened;
}
