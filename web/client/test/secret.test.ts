/** Secret ballots: what one side of the protocol can show alone. What both must agree on is in tests/client/secret. */

import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { padded } from "../src/core/ballot";
import { hex, Malformed, text, utf8 } from "../src/core/encoding";
import { sha256 } from "@noble/hashes/sha2";
import { lock, unlock } from "../src/secret/backup";
import { checkBallot, isAnswer } from "../src/secret/ballot";
import { Booth } from "../src/secret/booth";
import { newCode, publicOf, readCode, secretOf } from "../src/secret/credentials";
import { type Question, readElection, writeElection } from "../src/secret/election";
import { Fault } from "../src/secret/form";
import { element, exponent, Fixed, g, inverseQ, modQ, p, power, Powers, q, random } from "../src/secret/group";
import { newSeed } from "../src/secret/pki";
import { readSpoiled } from "../src/secret/spoil";
import { sheets, type Shown } from "../src/secret/sheets";
import type { Answered, Asked, Cast, Reopened } from "../src/secret/voter-worker";
import { finished } from "./secret";

const question: Question = { answers: ["赞成", "反对", "弃权"], min: 1, max: 1, question: "通过“电梯”方案？" };
const several: Question = { answers: ["a", "b", "c", "d"], blank: true, min: 0, max: 2, question: "k of n" };
const draft = { uuid: "oNdrR8TWCkMdmY", name: "n", description: "d", questions: [question, several] };
const x = random(q);
const raw = writeElection({ ...draft, publicKey: power(x) });
const election = readElection(raw);

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "";
}

/** base^exponent by the schoolbook. */
function plain(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) result = (result * result * (bit === "1" ? base : 1n)) % p;
  return result;
}

test("powers by tables, by digits and by the schoolbook are the same", () => {
  const base = power(random(q));
  const [table, powers] = [new Fixed(base), new Powers(base)];
  for (const e of [0n, 1n, 2n, 15n, 16n, (1n << 255n) - 1n, q - 1n, q, random(q), random(q)]) {
    assert.equal(powers.power(e), plain(base, e));
    assert.equal(table.power(e), plain(base, e % q));
    assert.equal(power(e), plain(g, e % q));
  }
  assert.equal(table.power(-5n), plain(base, q - 5n));
  assert.equal(new Powers(base).power(1n << 300n), plain(base, 1n << 300n));
  assert.equal((inverseQ(-3n) * modQ(-3n)) % q, 1n);
});

test("random numbers reach every value below their limit, and none beyond", () => {
  const drawn = new Set(Array.from({ length: 2000 }, () => random(58n)));
  assert.equal(drawn.size, 58);
  assert.ok(Array.from(drawn).every((one) => 0n <= one && one < 58n));
  assert.deepEqual(new Set(Array.from({ length: 50 }, () => random(256n) < 256n)), new Set([true]));
  assert.equal(random(1n), 0n);
});

test("numbers have one spelling and their range", () => {
  assert.equal(element("1"), 1n);
  assert.equal(exponent("0"), 0n);
  for (const text of ["", "01", "+1", "-1", "0x10", " 1", "1 ", "1e3", "١", 5, null, "9".repeat(618)]) {
    assert.equal(code(() => element(text)), "not-a-number", String(text));
  }
  assert.equal(code(() => exponent(String(q))), "out-of-range");
  assert.equal(code(() => element(String(p))), "out-of-range");
  for (const outside of [0n, 7n, p - 1n]) assert.equal(code(() => element(String(outside))), "not-in-group");
});

test("the credential that belenios-tool gives", () => {
  const secret = secretOf("zdA-CZp-Giu-Cbr-YVq", draft.uuid);
  assert.equal(secret, 31372493774681117738380068907452136217669637133215878937994123701352831982191n);
  const due = "deb127abcadc5c61b23e093d56a363132fa6adf85ff893356c49bff820e5284f";
  assert.equal(hex(sha256(utf8(String(publicOf(secret))))), due);
  assert.equal(secretOf("zdACZpGiuCbrYVq", draft.uuid), secret, "without dashes it is still the same code");
  for (const slip of ["zdA-CZp-Giu-Cbr-YVr", "zdA-CZp-Giu-Cbr-YV", "zdA-CZp-Giu-Cbr-YV0", ""]) {
    assert.throws(() => readCode(slip), Malformed, slip);
  }
  for (let i = 0; i < 50; i++) assert.match(readCode(newCode(random)), /^(.{3}-){4}.{3}$/);
});

test("which choices answer a question", () => {
  for (const choice of [[1, 0, 0], [0, 0, 1]]) assert.ok(isAnswer(question, choice));
  for (const choice of [[0, 0, 0], [1, 1, 0], [1, 0], [2, -1, 0], [0.5, 0.5, 0], []]) {
    assert.ok(!isAnswer(question, choice), choice.join());
  }
  for (const choice of [[0, 0, 0, 0, 0], [0, 1, 0, 0, 1], [1, 0, 0, 0, 0]]) assert.ok(isAnswer(several, choice));
  for (const choice of [[1, 1, 0, 0, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0]]) assert.ok(!isAnswer(several, choice));
});

test("a booth casts or opens what it made, once", () => {
  const booth = new Booth(raw, newCode(random));
  assert.throws(() => booth.sign(), Malformed);
  const steps = booth.make([[0, 1, 0], [0, 1, 0, 0, 1]]);
  const shares: number[] = [];
  let step = steps.next();
  for (; !step.done; step = steps.next()) shares.push(step.value);
  assert.deepEqual(shares, shares.slice().sort((a, b) => a - b));
  assert.equal(shares[shares.length - 1], 1);
  const hash = step.value;
  const spoiled = readSpoiled(utf8(booth.reveal()), election);
  assert.equal(spoiled.hash, hash);
  assert.deepEqual(spoiled.choice, [[0, 1, 0], [0, 1, 0, 0, 1]]);
  assert.throws(() => booth.sign(), Malformed, "what was opened is never cast");
  const again = finished(booth.make([[0, 1, 0], [1, 0, 0, 0, 0]]));
  assert.notEqual(again, hash);
  const { ballot } = booth.sign();
  assert.ok(new TextDecoder().decode(ballot).includes(`"hash":"${again}"`));
  assert.equal(checkBallot(ballot, election, new Fixed(election.publicKey), { has: () => true }).answers.length, 2);
  assert.throws(() => booth.reveal(), Malformed, "what was cast is never opened");
});

test("a machine that encrypts something else is found out", () => {
  const booth = new Booth(raw, newCode(random));
  finished(booth.make([[1, 0, 0], [0, 0, 0, 0, 0]]));
  const told = booth.reveal();
  const spoiled = JSON.parse(told) as { body: string; choice: number[][]; randomness: string[][]; proof: object };
  const read = (change: object): string =>
    code(() => readSpoiled(utf8(JSON.stringify({ ...spoiled, ...change })), election));
  assert.equal(read({}), "");
  assert.equal(read({ choice: [[0, 1, 0], [0, 0, 0, 0, 0]] }), "other-choice");
  assert.equal(read({ choice: [[1, 0, 0], [0, 1, 0, 0, 0]] }), "other-choice");
  assert.equal(read({ choice: [[1, 0, 0]] }), "other-choice");
  assert.equal(read({ choice: [[2, -1, 0], [0, 0, 0, 0, 0]] }), "malformed");
  const [first, second] = spoiled.randomness as [string[], string[]];
  assert.equal(read({ randomness: [[...first].reverse(), second] }), "other-choice");
  assert.equal(read({ randomness: [first, second.slice(1)] }), "other-choice");
  assert.equal(read({ body: spoiled.body.replace('"answers"', ' "answers"') }), "not-canonical");
  assert.equal(read({ extra: 1 }), "malformed");
  finished(booth.make([[1, 0, 0], [0, 0, 0, 0, 0]]));
  assert.equal(read({ proof: (JSON.parse(booth.reveal()) as { proof: object }).proof }), "bad-proof");
});

test("the worker offers, makes a ballot, then signs or opens it, and says what it cannot do", async () => {
  const told: Answered[] = [];
  const page = { postMessage: (one: object): number => told.push(one), onmessage: (_: unknown): void => undefined };
  Object.assign(globalThis, { self: page });
  await import("../src/secret/voter-worker");
  const ask = (data: Asked): Answered => {
    page.onmessage({ data });
    return told.pop() as Answered;
  };
  const place = { hearing: "mvhzmreyhdmg", election: draft.uuid, kid: "k" };
  const offered = ask({ offer: place }).offered as NonNullable<Answered["offered"]>;
  const { credential } = JSON.parse(offered.offer) as { credential: string };
  assert.equal(credential, String(publicOf(secretOf(offered.code, draft.uuid))));
  const again = ask({ offer: { ...place, code: offered.code } }).offered as NonNullable<Answered["offered"]>;
  assert.ok(again.offer.includes(credential), "another device may offer the same credential");
  const said = (words: string): { zh: string; en: string } => ({ zh: words, en: "" });
  const shown: Shown = {
    title: said("k of n"),
    text: said(""),
    form: { kind: "marks", most: 2 },
    options: ["a", "b", "c", "d"].map((id) => ({ id, text: said(id) })),
  };
  const asked = writeElection({ ...draft, questions: sheets(shown), publicKey: power(x) });
  const make = { election: text(asked), code: offered.code, question: shown, choice: '["b","d"]' };
  const made = ask({ make });
  assert.equal(told.filter(({ progress }) => progress).length, 6);
  assert.match(made.hash || "", /^[A-Za-z0-9+/]{43}$/);
  const { ballot, name } = ask({ sign: true }).signed as Cast;
  assert.equal(name, hex(sha256(utf8(ballot))));
  assert.ok(ask({ reveal: true }).wrong, "what was cast is never opened");
  const { hash } = ask({ make: { ...make, choice: "[]" } });
  const spoiled = ask({ reveal: true }).revealed as string;
  const reopen = { election: text(asked), spoiled, hash: hash as string };
  assert.deepEqual((ask({ reopen }).reopened as Reopened).choice, [[1, 0, 0, 0, 0]]);
  assert.ok(ask({ reopen: { ...reopen, hash: made.hash as string } }).wrong, "another ballot than the one shown before");
  assert.ok(ask({ make: { ...make, choice: '["a","b","c"]' } }).wrong);
});

test("a seed comes back from its sheet with the passphrase, and only then", () => {
  const seed = newSeed(random);
  const sheet = lock(seed, " 青槐路 四十七号 ① ");
  assert.match(sheet, /^HK1\.[0-9A-HJKMNP-TV-Z]+$/);
  assert.ok(sheet.length < 110);
  assert.equal(unlock(sheet, "青槐路 四十七号 1"), seed, "compatibility forms and blanks around do not matter");
  const typed = (sheet.match(/.{1,5}/g) || []).join(" ").toLowerCase();
  assert.equal(unlock(typed, "青槐路 四十七号 1"), seed);
  assert.equal(code(() => unlock(sheet, "青槐路 四十七号")), "passphrase");
  const last = sheet.charAt(20) === "A" ? "B" : "A";
  assert.equal(code(() => unlock(sheet.slice(0, 20) + last + sheet.slice(21), "青槐路 四十七号 1")), "misread");
  for (const cut of [sheet.slice(0, -1), `${sheet}0`, `${sheet.slice(0, -1)}?`]) {
    assert.equal(code(() => unlock(cut, "青槐路 四十七号 1")), "misread");
  }
  for (const other of ["", "HK2." + sheet.slice(4), "https://example.org/j/x#ABC"]) {
    assert.equal(code(() => unlock(other, "青槐路 四十七号 1")), "other");
  }
  assert.equal(code(() => lock(seed, "too short")), "short");
  assert.equal(code(() => lock("0".repeat(22), "青槐路 四十七号 1")), "seed");
  assert.notEqual(lock(seed, "青槐路 四十七号 1"), lock(seed, "青槐路 四十七号 1"));
});

test("requests with ballots are equally long, whatever is in them", () => {
  const lengths = new Set<number>();
  for (const choice of [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]) {
    const booth = new Booth(raw, newCode(random));
    const steps = booth.make([choice, [0, 1, 0, 0, 0]]);
    while (!steps.next().done);
    const ballot = text(booth.sign().ballot);
    const body = padded(ballot);
    assert.equal(body.trimEnd(), ballot);
    lengths.add(body.length);
  }
  assert.equal(lengths.size, 1);
});
