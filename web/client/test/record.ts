/** A small honest service in memory: a record whose receipts and proofs the core must accept. */

import type { KeyPair } from "../src/core/ed25519";
import { keyPair, sign } from "../src/core/ed25519";
import { base64, concat, hex, utf8 } from "../src/core/encoding";
import { leafHash, nodeHash } from "../src/core/merkle";
import { type NoteKey, noteKey } from "../src/core/note";

const split = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** The root of some leaves (RFC 6962 §2.1). */
export function root(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const k = split(leaves.length);
  return nodeHash(root(leaves.slice(0, k)), root(leaves.slice(k)));
}

/** The path of a leaf (RFC 6962 §2.1.1). */
export function path(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...path(index, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...path(index - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

/** The proof that the first `old` leaves are the beginning (RFC 6962 §2.1.2). */
export function consistency(old: number, leaves: readonly Uint8Array[], whole = true): Uint8Array[] {
  if (old === leaves.length) return whole ? [] : [root(leaves)];
  const k = split(leaves.length);
  return old <= k
    ? [...consistency(old, leaves.slice(0, k), whole), root(leaves.slice(k))]
    : [...consistency(old - k, leaves.slice(k), false), root(leaves.slice(0, k))];
}

/** A record that grows by one entry an act. */
export class Record {
  readonly key: KeyPair = keyPair(new Uint8Array(32).fill(7));
  readonly noteKey: NoteKey;
  readonly entries: Uint8Array[] = [];
  readonly receipts = new Map<string, string>();

  constructor(readonly origin: string) {
    this.noteKey = noteKey(origin, this.key.publicKey);
    this.append("first");
  }

  get leaves(): Uint8Array[] {
    return this.entries.map(leafHash);
  }

  /** Append an act, or find it: the receipt is the same either way. */
  append(jws: string): string {
    let receipt = this.receipts.get(jws);
    if (receipt === undefined) {
      const seq = this.entries.length;
      const entry = utf8(JSON.stringify({ seq, at: "2026-11-21T08:00:00.000Z", jws }));
      this.entries.push(entry);
      const hashes = path(seq, this.leaves).map((hash) => base64(hash) + "\n");
      receipt = `c2sp.org/tlog-proof@v1\nextra ${base64(entry)}\nindex ${seq}\n${hashes.join("")}\n${this.note()}`;
      this.receipts.set(jws, receipt);
    }
    return receipt;
  }

  /** The signed checkpoint of the first `size` entries. */
  note(size = this.entries.length): string {
    const text = `${this.origin}\n${size}\n${base64(root(this.leaves.slice(0, size)))}\n`;
    const signature = base64(concat(this.noteKey.id, sign(utf8(text), this.key)));
    return `${text}\n— ${this.origin} ${signature}\n`;
  }

  rootHex(size: number): string {
    return hex(root(this.leaves.slice(0, size)));
  }

  proof(from: number, to: number): string[] {
    return consistency(from, this.leaves.slice(0, to)).map(base64);
  }
}
