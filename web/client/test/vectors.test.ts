/** The vectors that Python and TypeScript share: both accept and both refuse alike. */

import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicKey, verify } from "../src/core/ed25519";
import { fromHex, hex, utf8 } from "../src/core/encoding";
import { fingerprint } from "../src/core/fingerprint";
import { splitJws, verifyJws } from "../src/core/jws";
import { isConsistent, isIncluded, leafHash } from "../src/core/merkle";
import { openCheckpoint, parseVkey } from "../src/core/note";
import { openReceipt, parseEntry } from "../src/core/receipt";
import { root } from "./record";
import { type Case, holds, judge, read } from "./vectors";

test("signatures.json", () => {
  const { keys, signatures, acts } = read<{
    keys: (Case & { public: string })[];
    signatures: (Case & { public: string; message: string; signature: string })[];
    acts: (Case & { public: string; jws: string })[];
  }>("signatures");
  judge(keys, (one) => isPublicKey(fromHex(one.public)));
  judge(signatures, (one) => verify(fromHex(one.signature), fromHex(one.message), fromHex(one.public)));
  judge(acts, (one) => verifyJws(splitJws(one.jws), fromHex(one.public)));
});

test("merkle.json", () => {
  const { entries, roots, inclusion, consistency } = read<{
    entries: string[];
    roots: string[];
    inclusion: (Case & { index: number; size: number; leaf: string; root: string; proof: string[] })[];
    consistency: (Case & { old: number; new: number; old_root: string; new_root: string; proof: string[] })[];
  }>("merkle");
  const leaves = entries.map((entry) => leafHash(fromHex(entry)));
  for (let size = 1; size <= leaves.length; size++) assert.equal(hex(root(leaves.slice(0, size))), roots[size]);
  judge(inclusion, (one) =>
    isIncluded(fromHex(one.leaf), one.index, one.size, one.proof.map(fromHex), fromHex(one.root)),
  );
  judge(consistency, (one) =>
    isConsistent(one.old, fromHex(one.old_root), one.new, fromHex(one.new_root), one.proof.map(fromHex)),
  );
});

test("checkpoints.json", () => {
  const { notes } = read<{
    notes: (Case & { note: string; vkey: string; size?: number; root?: string; fingerprint?: string })[];
  }>("checkpoints");
  judge(notes, (one) => {
    const checkpoint = openCheckpoint(one.note, parseVkey(one.vkey));
    assert.deepEqual([checkpoint.size, checkpoint.root], [one.size, one.root], one.why);
    assert.equal(fingerprint(checkpoint.text), one.fingerprint);
    return true;
  });
});

test("receipts.json", () => {
  const { vkey, receipts, entries } = read<{
    vkey: string;
    receipts: (Case & { receipt: string })[];
    entries: (Case & { entry: string })[];
  }>("receipts");
  const key = parseVkey(vkey);
  judge(receipts, (one) => holds(() => openReceipt(one.receipt, key)));
  judge(entries, (one) => holds(() => parseEntry(utf8(one.entry))));
});
