/** The worker that computes for a page, asked one thing after the other. */

import { must } from "../core/encoding";
import type { Answered, Asked } from "../secret/voter-worker";

export class Helper {
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();

  /** @param script the worker's address */
  constructor(private readonly script: string) {}

  /**
   * Ask, and wait for the answer; `progress` is told the share that is done.
   * Throws `Malformed` where what it was given is not in order; after any other error asking again makes sense.
   */
  ask(asked: Asked, progress: (share: number) => void = () => undefined): Promise<Answered> {
    const answer = this.last.then(() => this.put(asked, progress));
    this.last = answer.catch(() => undefined);
    return answer.then((told) => {
      must(!told.wrong, told.wrong as string);
      return told;
    });
  }

  private put(asked: Asked, progress: (share: number) => void): Promise<Answered> {
    const worker = this.worker || new Worker(this.script);
    this.worker = worker;
    return new Promise((done, fail) => {
      worker.onmessage = ({ data }: MessageEvent<Answered>) => {
        if (data.progress === undefined) done(data);
        else progress(data.progress);
      };
      worker.onerror = () => {
        worker.terminate();
        this.worker = null; // it may not have been loaded
        fail(new Error("the worker failed"));
      };
      worker.postMessage(asked);
    });
  }
}
