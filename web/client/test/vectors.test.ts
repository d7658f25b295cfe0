/** The vectors that Python and TypeScript share: both accept and both refuse alike. */

import "./browser";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isPublicKey, keyPair, verify } from "../src/core/ed25519";
import { fromHex, hex, utf8 } from "../src/core/encoding";
import { fingerprint } from "../src/core/fingerprint";
import { splitJws, verifyJws } from "../src/core/jws";
import { isConsistent, isIncluded, leafHash } from "../src/core/merkle";
import { openCheckpoint, parseVkey } from "../src/core/note";
import { openReceipt, parseEntry } from "../src/core/receipt";
import { anchorOf, tokenBytes, tokenKey } from "../src/core/token";
import { root } from "./record";

declare const VECTORS: string;

interface Case {
  readonly valid: boolean;
  readonly why: string;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(VECTORS, `${name}.json`), "utf8")) as T;
}

/** Run every case: what throws or is false is refused. */
function judge<C extends Case>(cases: readonly C[], accepts: (one: C) => boolean): void {
  assert.ok(cases.some((one) => one.valid) && cases.some((one) => !one.valid));
  for (const one of cases) {
    let verdict = false;
    try {
      verdict = accepts(one);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
    assert.equal(verdict, one.valid, one.why);
  }
}

const holds = (work: () => unknown): boolean => {
  work();
  return true;
};

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

test("tokens.json", () => {
  const { tokens, parse, anchors } = read<{
    tokens: { secret: string; text: string; grouped: string; seed: string; public: string; kid: string }[];
    parse: (Case & { text: string })[];
    anchors: { root: string; anchor: string }[];
  }>("tokens");
  for (const one of tokens) {
    const secret = tokenBytes(one.text);
    assert.equal(hex(secret), one.secret);
    assert.deepEqual(tokenBytes(one.grouped), secret);
    const key = tokenKey(secret);
    assert.deepEqual([hex(key.seed), hex(key.publicKey), key.kid], [one.seed, one.public, one.kid]);
    assert.deepEqual(keyPair(fromHex(one.seed)), key);
  }
  judge(parse, (one) => holds(() => tokenBytes(one.text)));
  for (const one of anchors) assert.equal(anchorOf(fromHex(one.root)), one.anchor);
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
