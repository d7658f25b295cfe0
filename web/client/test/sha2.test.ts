import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sha256, sha512 } from "../src/small/sha2";

test("the small hashes give what OpenSSL gives, at every length around their blocks", () => {
  for (let length = 0; length < 400; length++) {
    const message = Uint8Array.from({ length }, (_, i) => i * 31 + length);
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"));
    assert.equal(hex(sha512(message)), createHash("sha512").update(message).digest("hex"));
  }
});
