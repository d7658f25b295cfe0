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

/** A list of these. */
export function listOf<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    must(Array.isArray(value), "not a list");
    return value.map(item);
  };
}

/** An object whose names are free; they keep their order. */
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

/** The value in these bytes, before its shape is known. */
export function parseJson(bytes: Uint8Array): unknown {
  const source = text(bytes);
  try {
    return JSON.parse(source) as unknown;
  } catch {
    return must(false, "not JSON");
  }
}

/** Read bytes strictly: what they say, written again, must be the same bytes. */
export function readCanonical<T>(bytes: Uint8Array, shape: Shape<T>): T {
  const value = shape(parseJson(bytes));
  must(JSON.stringify(value) === text(bytes), "not the one way to write it");
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
/** The same words in two languages. */
export const said = object({ zh: words(4000), en: words(4000) });

/** What a ballot says: an option, options, or a number for each option. */
export const choice: Shape<string | readonly string[] | { readonly [option: string]: number }> = (value) => {
  if (typeof value === "string") return words(Infinity)(value);
  return Array.isArray(value) ? listOf(words(Infinity))(value) : mapOf(integer(-Number.MAX_SAFE_INTEGER))(value);
};
