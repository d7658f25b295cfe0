/** Signed notes and checkpoints as C2SP has them (signed-note, tlog-checkpoint), Ed25519 only. */

import { sha256 } from "@noble/hashes/sha2";
import { concat, equal, fromBase64, fromHex, hex, must, utf8 } from "./encoding";
import { isPublicKey, verify } from "./ed25519";

/** A key that signs notes: its name, the four bytes that point to it, its 32 bytes. */
export interface NoteKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What a log vouches for: its first `size` entries have this root (hex). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  /** The exact signed text, and the whole note with its signatures. */
  readonly text: string;
  readonly note: string;
}

const ED25519 = 1;
const SIGNATURE_LINE = /^— ([^\s\u0085+]+) ([A-Za-z0-9+/]+=*)$/;

/** The name-and-key of an Ed25519 note key. */
export function noteKey(name: string, publicKey: Uint8Array): NoteKey {
  must(/^[^\s\u0085+]+$/.test(name), "not a name");
  const id = sha256(concat(utf8(name + "\n"), Uint8Array.of(ED25519), publicKey)).slice(0, 4);
  must(isPublicKey(publicKey), "not a key");
  return { name, id, publicKey };
}

/** Read `name+hash+key`; the hash must belong to name and key. */
export function parseVkey(vkey: string): NoteKey {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  must(parts, "not a key");
  const key = fromBase64(parts[3] as string);
  must(key.length === 33 && key[0] === ED25519, "not a key");
  const result = noteKey(parts[1] as string, key.slice(1));
  must(equal(result.id, fromHex(parts[2] as string)), "another key");
  return result;
}

/** The text of a note that `key` has signed. Signatures of others are ignored. */
export function openNote(note: string, key: NoteKey): string {
  must(utf8(note).length <= 65536 && !/[\u0000-\u0009\u000b-\u001f]/.test(note), "not a note");
  const split = note.lastIndexOf("\n\n");
  must(split >= 0 && note.endsWith("\n"), "not a note");
  const signedText = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  must(lines.length <= 64, "too many");
  let verified = false;
  for (const line of lines) {
    const parts = SIGNATURE_LINE.exec(line);
    must(parts, "not a signature");
    const bytes = fromBase64(parts[2] as string);
    must(bytes.length > 4, "not a signature");
    if (parts[1] === key.name && equal(bytes.subarray(0, 4), key.id)) {
      must(verify(bytes.subarray(4), utf8(signedText), key.publicKey), "wrong signature");
      verified = true;
    }
  }
  must(verified, "not signed");
  return signedText;
}

/** Read a checkpoint that `key` has signed; its origin must be the key's name. */
export function openCheckpoint(note: string, key: NoteKey): Checkpoint {
  const signedText = openNote(note, key);
  const lines = signedText.slice(0, -1).split("\n");
  const [origin, size, root] = lines as [string, string, string];
  must(lines.length === 3, "not a checkpoint");
  must(origin === key.name, "another record");
  must(/^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(+size), "not a size");
  const hash = fromBase64(root);
  must(hash.length === 32, "not a root");
  return { origin, size: +size, root: hex(hash), text: signedText, note };
}
