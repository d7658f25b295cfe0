/** One file under audit, in whichever thread: first the bundle, then what is held against it. */

import { audit, type Audited, type Progress } from "./audit";
import { type Brought, hold, type Held } from "./brought";
import { type Report, reportOf } from "./report";
import { NoBundle } from "./zip";

export class Session {
  private audited: Audited | null = null;

  /** Audit a bundle step by step. */
  *run(bytes: Uint8Array): Generator<Progress, Report> {
    try {
      this.audited = yield* audit(bytes);
    } catch (error) {
      if (!(error instanceof NoBundle)) throw error;
      return { noBundle: error.message, findings: [], hearing: null };
    }
    return reportOf(this.audited);
  }

  /** Audit a bundle at one go. */
  finish(bytes: Uint8Array): Report {
    const steps = this.run(bytes);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** Hold something against the bundle; null where there is no record. */
  hold(brought: Brought): Held | null {
    return this.audited && hold(brought, this.audited);
  }
}
