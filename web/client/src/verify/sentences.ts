/** Comparisons in words: results contain them, so every letter is fixed (docs/spec.md, section 13). */

import type { Text } from "./blobs";
import type { Requirement, Rule } from "./question";

type Named = Requirement["count"] | Requirement["base"] | "quorum";
type Words = { readonly [N in Named]: readonly [zh: string, en: string] };

const MEETING: Words = {
  eligible: ["应到", "eligible"],
  present: ["实到", "present"],
  cast: ["收回票", "ballots cast"],
  valid: ["有效票", "valid ballots"],
  for: ["同意", "for"],
  quorum: ["法定人数", "quorum"],
};
const WORDS: { readonly [U in Rule["unit"] | "area"]: Words } = {
  members: MEETING,
  residents_or_households: MEETING,
  households: {
    eligible: ["总户数", "households"],
    present: ["到会户数", "households present"],
    cast: ["参加表决户数", "households voting"],
    valid: ["有效票户数", "households with a valid ballot"],
    for: ["同意户数", "households for"],
    quorum: ["规定户数", "required turnout"],
  },
  owners: {
    eligible: ["业主总人数", "owners"],
    present: ["到会人数", "owners present"],
    cast: ["收回票人数", "owners with a ballot cast"],
    valid: ["参与表决人数", "owners taking part"],
    for: ["同意人数", "owners for"],
    quorum: ["法定人数比例", "required share of owners"],
  },
  area: {
    eligible: ["专有部分总面积", "in all"],
    present: ["到会面积", "present"],
    cast: ["收回票面积", "with a ballot cast"],
    valid: ["参与表决面积", "taking part"],
    for: ["同意面积", "for"],
    quorum: ["法定面积比例", "required share of the area"],
  },
};
/** What one option among several received. */
const VOTES = { heads: ["得票", "votes"], area: ["得票面积", "of votes"] } as const;
const VULGAR: { readonly [fraction: string]: string } = { "1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾" };

/** A test that was made, as far as its sentences need it. */
export interface Made {
  readonly test: Requirement;
  readonly kind: "quorum" | "majority";
  readonly unit: Rule["unit"];
  /** The count and its base, heads or 0.01 m². */
  readonly value: bigint;
  readonly of: bigint;
  /** Whether the numbers fit, and whether they do not only fit because there is nothing. */
  readonly holds: boolean;
  readonly ok: boolean;
  /** Whether `for` is what one of several options received. */
  readonly ofOption: boolean;
}

/** `41 ≥ 2/3 of 61 (40 2/3)`. */
export function expression(made: Made): string {
  const { measure, fraction } = made.test;
  const share = fraction.join("/");
  const [value, of] = [plain(measure, made.value), plain(measure, made.of)];
  return `${value} ${operator(made)} ${share} of ${of} (${limit(made).join("")})`;
}

/** `应到 61，实到 41 ≥ 2/3（40⅔）：达到法定人数`, and the same in English. */
export function sentence(made: Made): Text {
  const { test, kind, unit, ok, ofOption } = made;
  const words = WORDS[test.measure === "area" ? "area" : unit];
  const count = ofOption && test.count === "for" ? VOTES[test.measure] : words[test.count];
  const base = words[test.base];
  const [zh, en] = kind === "quorum" ? words.quorum : ["通过要求", "majority"];
  const [value, of] = [people(test.measure, made.value), people(test.measure, made.of)];
  const [share, sign] = [test.fraction.join("/"), operator(made)];
  const threshold = typeset(made);
  // 0 ≥ 2/3 of 0
  const [zero, nothing] = made.holds && !ok ? ["基数为零，", "a share of nothing is not enough, "] : ["", ""];
  const [said, told] = [`${zero}${ok ? "" : "未"}达到${zh}`, `${nothing}${en} ${ok ? "" : "not "}reached`];
  return {
    zh: `${base[0]} ${of}，${count[0]} ${value} ${sign} ${share}（${threshold}）：${said}`,
    en: `${value} ${count[1]} ${sign} ${share} of ${of} ${base[1]} (${threshold}): ${told}`,
  };
}

function operator({ test, holds }: Made): string {
  return test.comparison === "gt" ? (holds ? ">" : "≤") : holds ? "≥" : "<";
}

/** The share as a whole number, what stands between, and a fraction of heads or the decimals of an area. */
function limit({ test, of }: Made): readonly [whole: string, between: string, rest: string] {
  const [numerator, denominator] = [BigInt(test.fraction[0]), BigInt(test.fraction[1])];
  const share = of * numerator;
  if (test.measure === "heads") {
    const [whole, rest] = [share / denominator, share % denominator];
    if (!rest) return [String(whole), "", ""];
    return whole ? [String(whole), " ", reduced(rest, denominator)] : ["", "", reduced(rest, denominator)];
  }
  const exact = [2, 3, 4, 5].filter((places) => (share * 10n ** BigInt(places - 2)) % denominator === 0n)[0];
  const places = exact || 3;
  const digits = String((share * 10n ** BigInt(places - 2)) / denominator).padStart(places + 1, "0");
  const point = digits.length - places;
  return [digits.slice(0, point), ".", `${digits.slice(point)}${exact ? "" : "…"}`];
}

/** `40⅔`, `66,666.666…`. */
function typeset(made: Made): string {
  const [whole, between, rest] = limit(made);
  const vulgar = VULGAR[rest];
  return commas(whole) + (vulgar ? vulgar : between + rest);
}

/** Heads as they are, area in m². */
function plain(measure: Requirement["measure"], value: bigint): string {
  return measure === "heads" ? String(value) : `${value / 100n}.${String(value % 100n).padStart(2, "0")}`;
}

function people(measure: Requirement["measure"], value: bigint): string {
  const [whole, decimals] = plain(measure, value).split(".") as [string, string?];
  return decimals === undefined ? commas(whole) : `${commas(whole)}.${decimals} m²`;
}

/** A comma before every three digits, counted from the right. */
function commas(digits: string): string {
  return digits.replace(/\B(?=(?:[0-9]{3})+$)/g, ",");
}

/** A fraction in its lowest terms; its denominator is positive. */
export function reduced(numerator: bigint, denominator: bigint): string {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b) [a, b] = [b, a % b];
  const [top, bottom] = [numerator / a, denominator / a];
  return bottom === 1n ? String(top) : `${top}/${bottom}`;
}
