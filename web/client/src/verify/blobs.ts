/** The documents that acts name by their hash (docs/spec.md, section 9): notice, roll, questions, openings, minutes. */

import { Malformed, must, text } from "../core/encoding";
import { attempt } from "./findings";
import { hearingId, member, memberId } from "./kinds";
import {
  bytes32,
  choice,
  exists,
  hash,
  integer,
  listOf,
  localId,
  object,
  type Of,
  oneOf,
  orNull,
  pattern,
  readCanonical,
  said,
  type Shape,
  time,
  words,
} from "./schema";

export type Text = Of<typeof said>;

export const notice = object({
  v: oneOf(1),
  community: object({ id: localId, name: said, zone: pattern(/^[A-Za-z0-9_+/-]{1,64}$/) }),
  kind: oneOf("assembly", "representatives", "hearing", "coordination", "appraisal", "council", "owners"),
  title: said,
  place: said,
  starts: time,
  agenda: listOf(
    object({ id: localId, title: said, text: said, ballot: oneOf("named", "secret", "none"), questions: listOf(hash) }),
  ),
});
export type Notice = Of<typeof notice>;

export const roll = object({ v: oneOf(1), members: listOf(member) });
export const minutes = object({ v: oneOf(1), remarks: words(4000) });
export const openings = object({
  v: oneOf(1),
  poll: hash,
  openings: listOf(object({ ballot: hash, salt: bytes32, choice })),
});
/** Who is who on the roll: the second file, which an authorised auditor brings along. */
export const rollOpenings = object({
  v: oneOf(1),
  hearing: hearingId,
  members: listOf(object({ id: memberId, name: words(Infinity), salt: bytes32, token: bytes32 })),
});
export type RollEntry = Of<typeof rollOpenings>["members"][number];

const fraction: Shape<readonly [number, number]> = (value) => {
  const numbers = listOf(integer(1, 1000))(value);
  must(numbers.length === 2, "not a fraction");
  return numbers as readonly [number, number];
};

const requirement = object({
  measure: oneOf("heads", "area"),
  count: oneOf("present", "cast", "valid", "for"),
  comparison: oneOf("gt", "ge"),
  fraction,
  base: oneOf("eligible", "present", "cast", "valid"),
});
export type Requirement = Of<typeof requirement>;

/** A requirement that can be met. */
const satisfiable: Shape<Requirement> = (value) => {
  const test = requirement(value);
  const [numerator, denominator] = test.fraction;
  must(numerator < denominator || (numerator === denominator && test.comparison === "ge"), "cannot be met");
  return test;
};

const date: Shape<string> = (value) => {
  const day = pattern(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)(value);
  must(exists(`${day}T00:00:00.000Z`), "not a day");
  return day;
};

const rule = object({
  preset: (value): string => words(64)(pattern(/^[a-z]+(\.[a-z_]+)+$/)(value)),
  law: orNull(said),
  article: orNull(words(64, 1)),
  effective_from: orNull(date),
  effective_to: orNull(date),
  evidence: oneOf("confirmed", "secondary", "general", "design"),
  unit: oneOf("members", "residents_or_households", "households", "owners"),
  text: said,
  secrecy: listOf(oneOf("open", "named", "secret")),
  quorum: listOf(satisfiable),
  majority: listOf(satisfiable),
});
export type Rule = Of<typeof rule>;

const question = object({
  v: oneOf(1),
  id: localId,
  title: said,
  text: said,
  method: oneOf("motion"),
  options: listOf(object({ id: localId, text: said })),
  rule,
  visibility: oneOf("live", "sealed"),
  change: oneOf("until_close", "none"),
  electorate: oneOf("present", "roll"),
});
export type Question = Of<typeof question>;

/** The options of a motion, in the words of a voting slip (表决票). */
const MOTION = [
  { id: "for", text: { zh: "同意", en: "For" } },
  { id: "against", text: { zh: "反对", en: "Against" } },
  { id: "abstain", text: { zh: "弃权", en: "Abstain" } },
];

/** Read a question, and see that it can be put to the vote as it stands. */
export function readQuestion(bytes: Uint8Array): Question {
  const read = readCanonical(bytes, question);
  const { quorum, majority, secrecy } = read.rule;
  must(read.title.zh.trim() || read.title.en.trim(), "no title");
  must(JSON.stringify(read.options) === JSON.stringify(MOTION), "not the options of a motion");
  must(
    secrecy.some((way) => way !== "secret"),
    "only for secret ballots",
  );
  must(majority.length, "no majority");
  const present = [...quorum, ...majority].some((test) => test.count === "present" || test.base === "present");
  must(read.electorate === "present" || !present, "nobody is present in a poll of the whole roll");
  return read;
}

/** Read a comment: 32 random bytes, then 1 to 500 characters for people. */
export function readComment(bytes: Uint8Array): string {
  const comment = text(bytes.subarray(32));
  must(/\S/.test(comment) && Array.from(comment).length <= 500, "not a comment's length");
  must(!/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(comment), "not for people");
  // Random bytes are practically never UTF-8: a whole text may be the double of another document.
  must(attempt(() => text(bytes)) instanceof Malformed, "no random bytes");
  return comment;
}
