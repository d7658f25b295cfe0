/** One file under audit, in whichever thread: first the bundle, then receipts against it. */

import { audit, type Audited, checkReceipt, type Progress } from "./audit";
import { receiptOf, type ReceiptReport, type Report, reportOf } from "./report";
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

  /** Hold a receipt against the bundle. */
  receipt(text: string): ReceiptReport | null {
    return this.audited && receiptOf(checkReceipt(text, this.audited), this.audited.log.lines);
  }
}
