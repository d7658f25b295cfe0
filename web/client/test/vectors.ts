/** The vectors that Python and TypeScript share: both accept and both refuse alike. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const VECTORS: string;

/** One case, and whether it is good. */
export interface Case {
  readonly valid: boolean;
  readonly why: string;
}

/** A file of vectors. */
export function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(VECTORS, `${name}.json`), "utf8")) as T;
}

/** Run every case: what throws or is false is refused. */
export function judge<C extends Case>(cases: readonly C[], accepts: (one: C) => boolean): void {
  assert.ok(cases.some((one) => one.valid) && cases.some((one) => !one.valid));
  for (const one of cases) {
    let verdict = false;
    try {
      verdict = accepts(one);
    } catch (error) {
      assert.ok(error instanceof Error);
    }
    assert.equal(verdict, one.valid, one.why);
  }
}

/** Whether something goes through without a complaint. */
export const holds = (work: () => unknown): boolean => {
  work();
  return true;
};
