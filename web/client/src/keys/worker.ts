/** The page's side of the worker that verifies and computes: one question at a time, each with its answer. */

import type { Holder, Picture, Progress, Trouble } from "./holder";

/** What the worker is asked: one of the holder's methods, with what it takes. */
export interface Asked {
  readonly id: number;
  readonly what: "look" | "make" | "message" | "decrypt" | "lock" | "unlock";
  readonly given: readonly unknown[];
}

/** What it answers: how far it is, what came of it, or what went wrong. */
export interface Answered {
  readonly id: number;
  readonly progress?: Progress;
  readonly value?: unknown;
  readonly trouble?: Trouble;
}

/** Something that the worker could not do; `code` says what, `accused` whose message is to blame. */
export class WorkerTrouble extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble.code);
  }
}

type Methods = { [M in "make" | "message" | "decrypt" | "lock" | "unlock"]: Holder[M] };

export class HolderWorker {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (answer: Answered) => void>();
  private asked = 0;

  /** @param script its address */
  constructor(script: string) {
    this.worker = new Worker(script);
    this.worker.onmessage = ({ data }: MessageEvent<Answered>): void => {
      const hear = this.waiting.get(data.id);
      if (hear) hear(data);
    };
    this.worker.onerror = (event): void => {
      event.preventDefault();
      const trouble = { code: "worker", accused: null };
      this.waiting.forEach((hear, id) => hear({ id, trouble }));
    };
  }

  /** Verify a bundle. */
  look(given: Parameters<Holder["look"]>, show: (progress: Progress) => void): Promise<Picture> {
    return this.ask("look", given, show) as Promise<Picture>;
  }

  /** Have something made. */
  call<M extends keyof Methods>(what: M, ...given: Parameters<Methods[M]>): Promise<ReturnType<Methods[M]>> {
    return this.ask(what, given, () => undefined) as Promise<ReturnType<Methods[M]>>;
  }

  private ask(what: Asked["what"], given: readonly unknown[], show: (progress: Progress) => void): Promise<unknown> {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ progress, value, trouble }) => {
        if (progress) return show(progress);
        this.waiting.delete(id);
        if (trouble) reject(new WorkerTrouble(trouble));
        else resolve(value);
      });
      this.worker.postMessage({ id, what, given } as Asked);
    });
  }
}
