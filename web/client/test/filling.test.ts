/** Ballots of several options: what taps make of them, the bytes they end as, and what the page says. */

import "./browser";
import "./locale";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Model, Row } from "../src/page/bind";
import type { Option, QuestionState } from "../src/page/state";
import { lines, names, type Picks, read, words, write } from "../src/phone/choices";
import { filling, taps } from "../src/phone/filling";
import { read as vectors } from "./vectors";

interface Vectors {
  readonly questions: readonly (QuestionState & { method: string })[];
  readonly choices: readonly { valid: boolean; method: string; picks: Picks; choice: string }[];
}
const { questions, choices } = vectors<Vectors>("choices");
const asked = (method: string): QuestionState => questions.filter((one) => one.method === method)[0] as QuestionState;

/** A ballot that is filled in by tapping what the page shows. */
class Ballot {
  picks: Picks = [];
  constructor(readonly question: QuestionState) {}
  get page(): { [name: string]: readonly (Row & { [list: string]: readonly Row[] })[] } & Model {
    return filling(this.question, this.picks) as never;
  }
  tap(what: string, row: Row | { id: string }): this {
    this.picks = (taps[what] as NonNullable<(typeof taps)[string]>)(this.picks, row, this.question);
    return this;
  }
  grade(option: string, word: string): this {
    const row = (this.page["numbers"] || []).filter((one) => one.id === option)[0];
    const buttons = [...(row?.["grades"] || []), ...(row?.["steps"] || [])];
    return this.tap("grade", buttons.filter((button) => button["word"] === word)[0] as Row);
  }
  get said(): string {
    return write(this.question, this.picks);
  }
}

test("choices.json: what is picked is written as Python reads it, and read as it was picked", () => {
  const good = choices.filter((one) => one.valid);
  assert.ok(good.length > 5);
  for (const { method, picks, choice } of good) {
    const question = asked(method);
    assert.equal(write(question, picks), choice);
    assert.equal(write(question, read(question, choice)), choice);
    assert.equal(lines(question, read(question, choice)).length, picks.length);
  }
});

test("choices.json: taps make the same bytes, and never those that Python refuses", () => {
  const bad = choices.filter((one) => !one.valid);
  assert.ok(bad.length > 5);
  for (const { method, picks, choice, valid } of choices) {
    const ballot = new Ballot(asked(method));
    for (const [option, number] of picks || (read(ballot.question, choice.replace(/ /g, "")) as Picks)) {
      if (ballot.question.form.kind !== "numbers") ballot.tap("pick", { id: option });
      else ballot.tap("grade", { id: "", option, number });
    }
    if (valid) assert.equal(ballot.said, choice);
    else if (!/-6|:4/.test(choice)) assert.notEqual(ballot.said, choice); // no button gives those numbers
  }
});

test("marks: no more than there are seats, one taken away before another", () => {
  const ballot = new Ballot(asked("plurality"));
  ballot.tap("pick", { id: "2" }).tap("pick", { id: "b" }).tap("pick", { id: "a" });
  assert.equal(ballot.said, '["b","2"]');
  const rows = ballot.page["marks"] || [];
  assert.deepEqual(rows.map((row) => [row["picked"], row["off"]]), [
    ["true", "false"],
    ["false", "true"],
    ["false", "true"],
    ["true", "false"],
  ]);
  assert.equal(ballot.page["marked"], 2);
  ballot.tap("pick", { id: "b" }).tap("pick", { id: "a" });
  assert.equal(ballot.said, '["a","2"]');
  assert.equal(words(ballot.question, read(ballot.question, ballot.said)), "Option a, Option 2");
});

test("marks: an approval takes them all", () => {
  const ballot = new Ballot(asked("approval"));
  for (const { id } of ballot.question.options) ballot.tap("pick", { id });
  assert.equal(ballot.said, '["b","10","a","2"]');
  assert.deepEqual([ballot.page["free"], ballot.page["limited"]], [true, false]);
});

test("a ranking: tapped in order, moved up and down, the last undone; a second tap changes nothing", () => {
  const ballot = new Ballot(asked("irv"));
  for (const id of ["a", "2", "b", "a"]) ballot.tap("pick", { id });
  assert.equal(ballot.said, '["a","2","b"]');
  assert.equal(ballot.tap("up", { id: "b" }).said, '["a","b","2"]');
  assert.equal(ballot.tap("down", { id: "a" }).said, '["b","a","2"]');
  assert.equal(ballot.tap("up", { id: "b" }).said, '["b","a","2"]');
  assert.equal(ballot.tap("down", { id: "2" }).said, '["b","a","2"]');
  assert.equal(ballot.tap("up", { id: "10" }).said, '["b","a","2"]');
  assert.equal(ballot.page["order"], "1. Option b, 2. Option a, 3. Option 2");
  assert.deepEqual((ballot.page["ranking"] || []).map((row) => row["place"]), [1, "", 2, 3]);
  assert.equal(ballot.tap("undo", { id: "" }).said, '["b","a"]');
  assert.equal(names(ballot.question, ["10", "2"]), "Option 10, Option 2");
  for (let i = 0; i < 4; i++) ballot.tap("undo", { id: "" });
  assert.equal(ballot.said, "[]");
  assert.equal(words(ballot.question, []), "abstention (blank ballot)");
});

test("grades: the best first, one for each option, and none again", () => {
  const ballot = new Ballot(asked("grading"));
  const grades = (): readonly Row[] => ballot.page["numbers"]?.[1]?.["grades"] || [];
  const expected = ["Excellent", "Competent", "Basically competent", "Incompetent", "No answer"];
  assert.deepEqual(grades().map((row) => row["word"]), expected);
  assert.deepEqual(grades().map((row) => row["checked"]), ["false", "false", "false", "false", "true"]);
  ballot.grade("2", "Excellent").grade("10", "Incompetent").grade("2", "Competent");
  assert.equal(ballot.said, '{"10":0,"2":2}');
  assert.deepEqual(grades().map((row) => row["tab"]), [-1, -1, -1, 0, -1]);
  assert.equal(words(ballot.question, read(ballot.question, ballot.said)), "Option 10: Incompetent, Option 2: Competent");
  assert.equal(ballot.grade("10", "No answer").said, '{"2":2}');
});

test("points: a row of buttons where they are few, steps where they are many", () => {
  const ballot = new Ballot(asked("score"));
  for (const word of ["+10", "+10", "+1"]) ballot.grade("a", word);
  assert.equal(ballot.said, '{"a":16}');
  assert.equal(ballot.page["numbers"]?.[2]?.["given"], "16");
  for (const word of ["−10", "−10", "−10", "−1"]) ballot.grade("a", word);
  assert.equal(ballot.said, '{"a":-5}');
  for (let i = 0; i < 12; i++) ballot.grade("b", "+10");
  assert.equal(ballot.said, '{"b":100,"a":-5}');
  assert.equal(ballot.grade("a", "No answer").said, '{"b":100}');
  const few = { ...ballot.question, form: { kind: "numbers", low: 0, high: 10 } } as QuestionState;
  const [first] = (filling(few, [])["numbers"] || []) as readonly (Option & { grades: readonly Row[] })[];
  assert.deepEqual(first?.grades.map((row) => row["word"]), [..."0123456789", "10", "No answer"]);
});
