import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { commitment, requestBody, seal } from "../src/core/ballot";
import { crockford, fromCrockford } from "../src/core/crockford";
import { keyPair, sign, verify } from "../src/core/ed25519";
import { fromB64url, fromBase64, fromHex, hex, random, utf8 } from "../src/core/encoding";
import { fingerprint } from "../src/core/fingerprint";
import { signJws, splitJws, verifyJws } from "../src/core/jws";
import { isConsistent, isIncluded } from "../src/core/merkle";
import { openCheckpoint, openNote, parseVkey } from "../src/core/note";
import { openReceipt, openReceiptOf } from "../src/core/receipt";
import { consistency, path, Record, root } from "./record";

test("Ed25519 gives what RFC 8032 §7.1 gives", () => {
  const key = keyPair(fromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  assert.equal(hex(key.publicKey), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signature = sign(fromHex("72"), key);
  assert.equal(
    hex(signature),
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  );
  assert.ok(verify(signature, fromHex("72"), key.publicKey));
  assert.ok(!verify(signature, fromHex("73"), key.publicKey));
});

test("a signature has one S: S + ℓ is refused", () => {
  const key = keyPair(new Uint8Array(32).fill(1));
  const signature = sign(utf8("act"), key);
  const order = BigInt("0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
  const s = BigInt("0x" + hex(signature.slice(32).reverse())) + order;
  const other = signature.slice();
  other.set(fromHex(s.toString(16).padStart(64, "0")).reverse(), 32);
  assert.ok(!verify(other, utf8("act"), key.publicKey));
});

test("the C2SP note example opens, and not with a letter changed", () => {
  const key = parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  const signature =
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=";
  const note = `This is an example message.\n\n— example.com/foo ${signature}\n`;
  assert.equal(openNote(note, key), "This is an example message.\n");
  assert.throws(() => openNote(note.replace("example message", "Example message"), key));
  assert.throws(() => openNote(note.replace("example.com/foo ", "example.com/bar "), key));
});

test("every path and every consistency proof of small trees holds, and fails where it should", () => {
  const leaves = Array.from({ length: 13 }, () => random(32));
  for (let size = 1; size <= leaves.length; size++) {
    const some = leaves.slice(0, size);
    for (let i = 0; i < size; i++) {
      const proof = path(i, some);
      assert.ok(isIncluded(leaves[i] as Uint8Array, i, size, proof, root(some)));
      assert.ok(!isIncluded(random(32), i, size, proof, root(some)));
      assert.ok(!isIncluded(leaves[i] as Uint8Array, i, size, [...proof, random(32)], root(some)));
      const old = leaves.slice(0, i + 1);
      const steps = consistency(i + 1, some);
      assert.ok(isConsistent(i + 1, root(old), size, root(some), steps));
      assert.ok(!isConsistent(i + 1, random(32), size, root(some), steps));
      assert.ok(!isConsistent(i + 1, root(old), size, random(32), steps));
    }
  }
});

test("a receipt proves the entry, and every change of a byte is seen", () => {
  const record = new Record("hall.example/h/abcdefghjkmn");
  record.append("a.b.c");
  record.append("d.e.f");
  const receipt = record.append("g.h.i");
  const opened = openReceipt(receipt, record.noteKey);
  assert.deepEqual([opened.entry.seq, opened.entry.jws, opened.checkpoint.size], [3, "g.h.i", 4]);
  assert.throws(() => openReceiptOf("x.y.z", receipt, record.noteKey));
  for (let i = 0; i < receipt.length; i++) {
    const changed = receipt.slice(0, i) + (receipt[i] === "A" ? "B" : "A") + receipt.slice(i + 1);
    assert.throws(() => openReceipt(changed, record.noteKey), `byte ${i}`);
  }
});

test("a checkpoint of another record is refused", () => {
  const record = new Record("hall.example/h/abcdefghjkmn");
  const other = new Record("hall.example/h/zzzzzzzzzzzz");
  assert.throws(() => openCheckpoint(other.note(), record.noteKey));
});

test("a fingerprint is twenty characters in fives", () => {
  assert.match(fingerprint("hall.example/h/x\n1\nAAAA\n"), /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/);
});

test("a JWS is read back, and only in its one spelling", () => {
  const key = keyPair(new Uint8Array(32).fill(3));
  const jws = signJws(utf8('{"v":1}'), key);
  assert.ok(verifyJws(splitJws(jws), key.publicKey));
  assert.ok(!verifyJws(splitJws(jws), keyPair(new Uint8Array(32).fill(4)).publicKey));
  const [, payload, signature] = jws.split(".");
  const header = Buffer.from(`{"typ":"hearing-act+jws","alg":"Ed25519","kid":"${key.kid}"}`).toString("base64url");
  assert.throws(() => splitJws(`${header}.${payload}.${signature}`));
  assert.throws(() => splitJws(jws + "="));
  assert.throws(() => splitJws(jws + ".x"));
});

test("encodings have one spelling", () => {
  for (const bad of ["A", "AB==", "AA=", "A A", "-_8=", "AB"]) assert.throws(() => fromB64url(bad), bad);
  for (const bad of ["QQ", "QR==", "QQ==\n", " QQ=="]) assert.throws(() => fromBase64(bad), bad);
  for (const bad of ["0", "0G", "AB"]) assert.throws(() => fromHex(bad), bad);
  const bytes = random(18);
  assert.deepEqual(fromCrockford(crockford(bytes, 144), 144), bytes);
  assert.deepEqual(fromCrockford("oIl", 15), fromCrockford("011", 15));
  assert.throws(() => fromCrockford("U0", 10));
  assert.throws(() => fromCrockford("01", 8));
});

test("requests with an opening are as long as the options are many, whatever was chosen", () => {
  const jws = "x".repeat(800);
  for (const [options, expected] of [[3, 2048], [19, 2048], [20, 4096], [59, 6144]] as const) {
    const ids = Array.from({ length: options }, (_, i) => String(i).padEnd(32, "x"));
    const numbers = `{${ids.map((id) => `"${id}":-1000`).join()}}`;
    for (const choice of ['"for"', "[]", JSON.stringify(ids), numbers]) {
      const opening = seal(choice);
      assert.equal(commitment(opening).length, 43);
      assert.equal(requestBody({ jws, blobs: [], opening, options }).length, expected);
    }
  }
});
