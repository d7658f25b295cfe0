/** Canonical JSON: what a value must look like, and that its bytes are the one way to write it. */

import { must, text } from "../core/encoding";

/** Gives a parsed value back with its members in their order; throws `Malformed` for another one. */
export type Shape<T> = (value: unknown) => T;
/** The type of what a shape lets through. */
export type Of<S> = S extends Shape<infer T> ? T : never;

/** A text that matches. */
export function pattern(wanted: RegExp): Shape<string> {
  return (value) => {
    must(typeof value === "string" && wanted.test(value), `not like ${wanted.source}`);
    return value;
  };
}

/** A text of so many characters (code points). */
export function words(longest: number, shortest = 0): Shape<string> {
  return (value) => {
    must(typeof value === "string" && !/\p{Surrogate}/u.test(value), "not a text");
    const length = Array.from(value).length;
    must(length >= shortest && length <= longest, "a text of another length");
    return value;
  };
}

/** One of these. */
export function oneOf<T extends string | number | boolean | null>(...allowed: T[]): Shape<T> {
  return (value) => {
    must(allowed.indexOf(value as T) >= 0, `none of ${allowed.join(", ")}`);
    return value as T;
  };
}

/** A whole number that is exact here. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value) => {
    must(Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most, "not such a number");
    return value as number;
  };
}

/** A list of so many of these. */
export function listOf<T>(item: Shape<T>, least = 0, most = Infinity): Shape<readonly T[]> {
  return (value) => {
    must(Array.isArray(value) && value.length >= least && value.length <= most, "not a list of so many");
    return value.map(item);
  };
}

/** An object whose names are free; they keep their order (see `marked`). */
export function mapOf<T>(item: Shape<T>): Shape<{ readonly [name: string]: T }> {
  return (value) => {
    must(isObject(value), "not an object");
    Object.keys(value).forEach((name) => (words(Infinity)(name), item(value[name])));
    return value as { [name: string]: T };
  };
}

/** This, or null. */
export function orNull<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value));
}

/** This, or left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? undefined : shape(value));
}

/** An object with these members in this order; a member more shows when it is written again. */
export function object<M extends { readonly [name: string]: Shape<unknown> }>(
  members: M,
): Shape<{ readonly [N in keyof M]: Of<M[N]> }> {
  return (value) => {
    must(isObject(value), "not an object");
    const own = (name: string): unknown => (Object.prototype.hasOwnProperty.call(value, name) ? value[name] : undefined);
    const shaped: { [name: string]: unknown } = {};
    for (const name of Object.keys(members)) shaped[name] = (members[name] as Shape<unknown>)(own(name));
    return shaped as { [N in keyof M]: Of<M[N]> };
  };
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A string in JSON, with the colon that makes it the name of a member. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*":?/g;

/** Change the names of members that are numbers, which few documents have. */
function rename(json: string, name: RegExp, to: string): string {
  return /[0-9]":/.test(json) ? json.replace(STRING, (one) => one.replace(name, to)) : json;
}

/** How an object here calls a member: objects move names that are numbers to the front, so these have a mark. */
export function marked(name: string): string {
  return name.replace(/^(#*[0-9]+)$/, "#$1");
}

/** A value from JSON, before its shape is known; names of members are `marked`. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(rename(json, /^"(#*[0-9]+":)$/, '"#$1')) as unknown;
  } catch {
    return must(false, "not JSON");
  }
}

/** A value whose names are `marked`, written in the one way there is. */
export function write(value: unknown): string {
  return rename(JSON.stringify(value), /^"#(#*[0-9]+":)$/, '"$1');
}

/** An object with a member for each of these names, in their order. */
export function named<T>(names: Iterable<string>, value: (name: string) => T): { readonly [name: string]: T } {
  const members: { [name: string]: T } = {};
  for (const name of names) members[marked(name)] = value(name);
  return members;
}

/** The value in these bytes, before its shape is known. */
export function parseJson(bytes: Uint8Array): unknown {
  return parse(text(bytes));
}

/** Read bytes strictly: what they say, written again, must be the same bytes. */
export function readCanonical<T>(bytes: Uint8Array, shape: Shape<T>): T {
  const value = shape(parseJson(bytes));
  must(write(value) === text(bytes), "not the one way to write it");
  return value;
}

export const hash = pattern(/^[0-9a-f]{64}$/);
export const bytes32 = pattern(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
export const bytes64 = pattern(/^[A-Za-z0-9_-]{85}[AQgw]$/);
export const localId = pattern(/^[a-z0-9][a-z0-9-]{0,31}$/);
export const time = pattern(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/);
/** A moment that exists. */
export function exists(at: string): boolean {
  const moment = new Date(at);
  return +at.slice(0, 4) > 0 && !isNaN(+moment) && moment.toISOString() === at;
}
export const flag = oneOf(true, false);
const VISIBLE = /[^\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
/** Whether a text says nothing: which characters are blanks, the format fixes (docs/spec.md, section 1). */
export function isBlank(words: string): boolean {
  return !VISIBLE.test(words);
}
/** The same words in two languages. */
export const said = object({ zh: words(4000), en: words(4000) });

/** What a ballot says: an option, options, or a number for each option. */
export const choice: Shape<string | readonly string[] | { readonly [option: string]: number }> = (value) => {
  if (typeof value === "string") return words(Infinity)(value);
  return Array.isArray(value) ? listOf(words(Infinity))(value) : mapOf(integer(-Number.MAX_SAFE_INTEGER))(value);
};
