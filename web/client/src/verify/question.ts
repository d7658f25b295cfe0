/** A question and the rule that is frozen in it (docs/spec.md, section 9). */

import { must } from "../core/encoding";
import type { Text } from "./blobs";
import { measuresOf, requirements } from "./rules";
import {
  exists,
  flag,
  integer,
  isBlank,
  listOf,
  localId,
  object,
  type Of,
  oneOf,
  optional,
  orNull,
  pattern,
  readCanonical,
  said,
  type Shape,
  words,
} from "./schema";
import { checkMethod, METHOD_NAMES, settings } from "./settings";

const bound = integer(1, 1000);
const fraction: Shape<readonly [number, number]> = (value) => {
  const numbers = listOf(bound)(value);
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

const proxies = object({
  most: orNull(bound),
  holder: oneOf("voter", "household", "agent"),
  candidates: flag,
  instructed: flag,
});

const parts = object({
  group: oneOf("members", "representatives", "women_representatives"),
  among: oneOf("roll", "present"),
  number: optional(bound),
  fraction: optional(fraction),
  of: optional(oneOf("members", "group")),
});
/** Who must be among the members: so many, or such a part of something. */
const composition: Shape<Of<typeof parts>> = (value) => {
  const read = parts(value);
  const part = read.fraction !== undefined;
  must(part !== (read.number !== undefined) && part === (read.of !== undefined), "a number, or a part of something");
  return read;
};

const own = object({ clause: said, quorum: listOf(satisfiable), majority: listOf(satisfiable), silence: flag });

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
  proxies: optional(proxies),
  composition: optional(listOf(composition)),
  tie: optional(oneOf("revote")),
  paper: optional(flag),
  own: optional(own),
});
export type Rule = Of<typeof rule>;

const question = object({
  v: oneOf(1),
  id: localId,
  title: said,
  text: said,
  method: oneOf(...METHOD_NAMES),
  options: listOf(object({ id: localId, text: said })),
  rule,
  visibility: oneOf("live", "sealed", "secret"),
  change: oneOf("until_close", "none"),
  electorate: oneOf("present", "roll"),
  settings: optional(settings),
  breakdown: optional(oneOf("unit")),
});
export type Question = Of<typeof question>;

/** The ids of a question's options, in order. */
export function ids({ options }: Question): readonly string[] {
  return options.map(({ id }) => id);
}

/** Methods that look at each option by itself, so that they can count from sums. */
const SUMMED = ["motion", "positions", "approval", "plurality", "grading", "score", "majority_judgment"];
/** Points to choose from on a secret ballot, at most. */
const MOST_LINES = 11;

interface Slip {
  readonly [method: string]: readonly { readonly id: string; readonly text: Text }[];
}
/** The options of a motion in the words of a voting slip (表决票), and those of an agreement. */
const SLIPS: Slip = {
  motion: [
    { id: "for", text: { zh: "同意", en: "For" } },
    { id: "against", text: { zh: "反对", en: "Against" } },
    { id: "abstain", text: { zh: "弃权", en: "Abstain" } },
  ],
  agreement: [
    { id: "for", text: { zh: "签字同意", en: "Signs" } },
    { id: "against", text: { zh: "不同意", en: "Does not sign" } },
  ],
};

/** Read a question, and see that it can be put to the vote as it stands. */
export function readQuestion(bytes: Uint8Array): Question {
  const read = readCanonical(bytes, question);
  const { method, options, electorate, title } = read;
  const { secrecy, paper, own } = read.rule;
  const slip = SLIPS[method];
  must(!isBlank(title.zh) || !isBlank(title.en), "no title");
  must(!slip || JSON.stringify(options) === JSON.stringify(slip), "not the options of the slip");
  must(paper !== true, "only for paper ballots");
  const secret = read.visibility === "secret";
  must(
    secrecy.some((way) => (way === "secret") === secret),
    "only for secret ballots, or only for others",
  );
  const present = requirements(read.rule).some((test) => test.count === "present" || test.base === "present");
  must(electorate === "present" || !present, "nobody is present in a poll of the whole roll");
  must(!read.settings || read.settings.method === method, "the settings of another method");
  const inFavour = read.rule.quorum.concat(own ? own.quorum : []).some((test) => test.count === "for");
  must(!inFavour || slip !== undefined, "nobody is in favour");
  must(!(own && own.silence) || (method === "motion" && electorate === "roll"), "silence is not counted here");
  must(new Set(ids(read)).size === options.length, "two options have the same id");
  checkMethod(read);
  if (secret) checkSecret(read);
  return read;
}

/** A secret poll is opened as sums of ballots that weigh alike, and each of them is final. */
function checkSecret({ method, change, rule, breakdown, settings }: Question): void {
  must(SUMMED.indexOf(method) >= 0, "a ranking cannot be counted from sums, and nobody signs in secret");
  must(change === "none", "a secret ballot is final");
  must(measuresOf(rule).length === 1, "in a secret poll every ballot weighs the same");
  must(!breakdown, "a secret poll is opened as a whole");
  const points = settings && settings.method === "score" ? settings.high - settings.low + 1 : 0;
  must(points <= MOST_LINES, "a secret ballot has no more points to choose from");
}
