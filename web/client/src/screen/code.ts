/** The check-in code, for a screen that holds the key: the key is in the fragment and never in an address. */

import { readJson, request } from "../core/http";

const WINDOW = 30; // s

/** A code, and when it ends in the service's time (ms). */
export class Code {
  constructor(
    readonly code: string,
    readonly until: number,
  ) {}

  /** Whole seconds for which it is still shown. */
  left(now: number): number {
    return Math.max(0, Math.min(WINDOW, Math.ceil((this.until - now) / 1000)));
  }
}

/** Ask for the code that is shown now. */
export async function fetchCode(hearing: string, key: string, now: () => number): Promise<Code> {
  const headers = { Authorization: `Bearer ${key}` };
  const { code, seconds } = await readJson<{ code: string; seconds: number }>(
    await request(`/api/h/${hearing}/code`, { headers }),
  );
  return new Code(code, now() + seconds * 1000);
}
