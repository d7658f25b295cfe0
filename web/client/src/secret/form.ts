/** How objects are written: compact JSON, members in their order, one spelling only. What is wrong has a code. */

import { sha256 } from "@noble/hashes/sha2";
import { base64, hex, Malformed, text } from "../core/encoding";
import { type Of, parseJson, type Shape, write } from "../verify/schema";

/** Something that is not what the protocol asks for; codes and places are those of Python's `ballots/secret`. */
export class Fault extends Malformed {
  /** @param where the part it is in, such as `$.answers[0].choices[1].alpha`; `$` is the whole */
  constructor(
    readonly code: string,
    readonly where: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Throw a `Fault` unless `condition` holds. */
export function hold(condition: unknown, code: string, where: string, detail: string): asserts condition {
  if (!condition) throw new Fault(code, where, detail);
}

/** What `run` gives; faults that it finds are in this part. */
export function within<T>(where: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault) throw new Fault(error.code, where + error.where.slice(1), error.message);
    throw error;
  }
}

/** An object with these members in this order and no others; what is wrong in a member says so. */
export function record<M extends { readonly [name: string]: Shape<unknown> }>(
  members: M,
): Shape<{ readonly [N in keyof M]: Of<M[N]> }> {
  return (value) => {
    const found = typeof value === "object" && value !== null && !Array.isArray(value);
    hold(found, "malformed", "$", "not an object");
    const given = value as { readonly [name: string]: unknown };
    for (const name of Object.keys(given)) {
      hold(Object.prototype.hasOwnProperty.call(members, name), "malformed", "$", `an unknown member ${name}`);
    }
    const shaped: { [name: string]: unknown } = {};
    for (const name of Object.keys(members)) {
      // What is missing is missing in the object.
      shaped[name] = part(name in given ? `$.${name}` : "$", () => (members[name] as Shape<unknown>)(given[name]));
    }
    return shaped as { [N in keyof M]: Of<M[N]> };
  };
}

/** A list of these. */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    hold(Array.isArray(value), "malformed", "$", "not a list");
    return (value as unknown[]).map((one, i) => part(`$[${i}]`, () => item(one)));
  };
}

/** This, or left out. */
export function option<T>(shape: Shape<T>, none: unknown = null): Shape<T | undefined> {
  return (value) => (value === undefined || value === none ? undefined : shape(value));
}

/** Two of these. */
export function pair<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value) => {
    const both = list(item)(value);
    hold(both.length === 2, "malformed", "$", "not two");
    return both;
  };
}

function part<T>(where: string, run: () => T): T {
  return within(where, () => malformed(run));
}

function malformed<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Malformed && !(error instanceof Fault) ? new Fault("malformed", "$", error.message) : error;
  }
}

/** Read bytes strictly: `malformed`, or `not-canonical` where they are not the one way to write it. */
export function decode<T>(bytes: Uint8Array, shape: Shape<T>): T {
  const value = malformed(() => shape(parseJson(bytes)));
  hold(write(value) === text(bytes), "not-canonical", "$", "not the one way to write it");
  return value;
}

/** For each question, for each answer, something. */
export type Grid<T> = readonly (readonly T[])[];

/** A value for each place of a grid. */
export function eachOf<A, B>(grid: Grid<A>, value: (one: A, i: number, j: number) => B): B[][] {
  return grid.map((row, i) => row.map((one, j) => value(one, i, j)));
}

/** Lower-case hex of SHA-256, as archives name what is in them. */
export function hashHex(bytes: Uint8Array): string {
  return hex(sha256(bytes));
}

/** SHA-256 as people and ballots know it: base64 without padding. */
export function fingerprint(bytes: Uint8Array): string {
  return base64(sha256(bytes)).replace(/=/g, "");
}
