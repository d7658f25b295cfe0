import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyPair } from "../src/core/ed25519";
import { fromHex, hex } from "../src/core/encoding";
import { anchorOf, parseCard, tokenBytes, tokenKey } from "../src/core/token";
import { type Case, holds, judge, read } from "./vectors";

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

test("a card is a token and an anchor", () => {
  const { tokens, anchors } = read<{ tokens: { text: string; kid: string }[]; anchors: { anchor: string }[] }>("tokens");
  const { text, kid } = tokens[0] as { text: string; kid: string };
  const { anchor } = anchors[0] as { anchor: string };
  const card = parseCard(`${text}.${anchor}`);
  assert.deepEqual([card.key.kid, card.anchor], [kid, anchor]);
  assert.deepEqual(parseCard(`${text.toLowerCase()}.${anchor.replace(/(.{4})/g, "$1-")}`), card);
  for (const bad of ["", text, `${text}.`, `${text}.${anchor}.`, `${anchor}.${text}`]) {
    assert.throws(() => parseCard(bad), bad);
  }
});
