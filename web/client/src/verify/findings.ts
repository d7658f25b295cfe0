/** What does not fit, by name: the codes of docs/spec.md, section 15. */

import { Malformed } from "../core/encoding";

export interface Finding {
  readonly code: string;
  /** The file in the bundle, and the line of the log; empty for the archive itself. */
  readonly where: string;
  /** The particulars, for experts. */
  readonly detail: string;
}

export function finding(code: string, where: string, detail: unknown = ""): Finding {
  return { code, where, detail: detail instanceof Error ? detail.message : String(detail) };
}

/** An act that the rules refuse (docs/spec.md, section 16); the state is as it was. */
export class Refused extends Error {}

/** Refuse an act unless `condition` holds. */
export function allow(condition: unknown, code: string): asserts condition {
  if (!condition) throw new Refused(code);
}

/** What a function gives, or the `Malformed` that it throws. */
export function attempt<T>(run: () => T): T | Malformed {
  try {
    return run();
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}

/** What a reader gives; where it finds another form, a refusal. */
export function readOr<T>(code: string, read: () => T): T {
  const found = attempt(read);
  allow(!(found instanceof Malformed), code);
  return found;
}
