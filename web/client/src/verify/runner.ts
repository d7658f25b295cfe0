/** Where an audit runs: in a worker, or where none can be made in the page's own thread, a slice at a time. */

import type { Progress } from "./audit";
import type { Brought, Held } from "./brought";
import type { Report } from "./report";
import { Session } from "./session";

/** What a worker is asked. */
export interface Question {
  readonly bundle?: Uint8Array;
  readonly brought?: Brought;
}

/** What a worker answers: how far it is, or what came of it. */
export interface Answer {
  readonly progress?: Progress;
  readonly report?: Report;
  readonly held?: Held | null;
}

const SLICE = 40; // ms: the page stays alive in between

/** Do the steps of an audit for a while at a time; `pause` comes between, and hears how far it is. */
export async function inSlices(
  steps: Generator<Progress, Report>,
  pause: (progress: Progress) => Promise<unknown> | void,
): Promise<Report> {
  for (;;) {
    const until = Date.now() + SLICE;
    let step = steps.next();
    while (!step.done && Date.now() < until) step = steps.next();
    if (step.done) return step.value;
    await pause(step.value);
  }
}

export class Runner {
  private worker: Worker | null = null;
  private session = new Session();
  private lost: () => void = () => undefined;

  /** @param script the worker's address */
  constructor(script: string) {
    try {
      const worker = new Worker(script);
      // It may fail at any time: its script is not there, or memory runs out.
      worker.onerror = (event): void => {
        event.preventDefault();
        this.worker = null;
        this.lost();
      };
      this.worker = worker;
    } catch {
      // no workers here
    }
  }

  /** Audit a bundle; the one before is forgotten. */
  async verify(bundle: Uint8Array, show: (progress: Progress) => void): Promise<Report> {
    const { report } = (await this.ask({ bundle }, show)) || {};
    if (report) return report;
    this.session = new Session();
    return inSlices(this.session.run(bundle), (progress) => {
      show(progress);
      return new Promise((resolve) => setTimeout(resolve));
    });
  }

  /** Hold something that the auditor brings along against the bundle; null where there is no record. */
  async hold(brought: Brought): Promise<Held | null> {
    const answer = await this.ask({ brought }, () => undefined);
    return answer ? answer.held || null : this.session.hold(brought);
  }

  /** What the worker answers in the end; null where there is none, or it fails. */
  private ask(question: Question, show: (progress: Progress) => void): Promise<Answer | null> {
    const { worker } = this;
    if (!worker) return Promise.resolve(null);
    return new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>): void => {
        if (data.progress) show(data.progress);
        else resolve(data);
      };
      this.lost = (): void => resolve(null);
      worker.postMessage(question);
    });
  }
}
