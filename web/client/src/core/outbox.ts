/** Acts on their way: signed once, kept, and sent again as the very same bytes until a receipt verifies. */

import { requestBody, type Submission } from "./ballot";
import { Fork, type Heads } from "./heads";
import { pause, postJson } from "./http";
import type { Checkpoint, NoteKey } from "./note";
import { Problem } from "./problem";
import { openReceiptOf } from "./receipt";
import type { Store } from "./store";

/** What an act was about, for the person who made it. */
export interface About {
  readonly item?: string;
  readonly poll?: string;
  /** Exact JSON text. */
  readonly choice?: string;
  readonly text?: string;
  /** The election that a credential was offered for. */
  readonly election?: string;
}

/** An act of this device, and how far it has come. */
export interface Sent {
  readonly id: string;
  readonly member: string;
  readonly kind: string;
  readonly about: About;
  readonly since: number;
  readonly jws: string;
  /** The exact request, opening included. */
  readonly body: string;
  readonly state: "waiting" | "received" | "refused" | "forked";
  readonly receipt?: string;
  /** The act's name in the record, and the service's time. */
  readonly leaf?: string;
  readonly at?: string;
  /** Why it was refused: the stable name, what happened, and what to do next. */
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

/** The acts of one hearing that this browser has sent or is sending. */
export class Outbox {
  private readonly busy = new Set<string>();
  private sleepers: (() => void)[] = [];
  private failures = 0;

  constructor(
    private readonly store: Store,
    private readonly hearing: string,
    private readonly key: NoteKey,
    private readonly heads: Heads,
    private readonly changed: () => void,
  ) {
    const wake = (): void => this.wake();
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  }

  /** Whether sending has failed since the last success: the person should know. */
  get troubled(): boolean {
    return this.failures > 0;
  }

  /** A person's acts, oldest first. */
  acts(member: string): Sent[] {
    return this.store
      .all<Sent>("act/")
      .filter((sent) => sent.member === member)
      .sort((a, b) => a.since - b.since);
  }

  /** Keep an act that was just signed, then send it. */
  submit(member: string, kind: string, about: About, submission: Submission): void {
    const id = submission.jws.slice(-22);
    const { jws } = submission;
    const body = requestBody(submission);
    this.write({ id, member, kind, about, since: Date.now(), jws, body, state: "waiting" });
    void this.deliver(id);
  }

  /** Send whatever is still waiting: after a reload, or from another tab. */
  resume(): void {
    for (const { id, state } of this.store.all<Sent>("act/")) {
      if (state === "waiting") void this.deliver(id);
    }
  }

  /** Try at once what waits for its next try. */
  wake(): void {
    const sleepers = this.sleepers;
    this.sleepers = [];
    for (const go of sleepers) go();
  }

  private async deliver(id: string): Promise<void> {
    if (this.busy.has(id)) return;
    this.busy.add(id);
    let proven: Sent | null = null;
    let checkpoint: Checkpoint | undefined;
    for (let tries = 0; ; tries++) {
      const sent = this.store.get<Sent>(`act/${id}`);
      if (!sent || sent.state !== "waiting") break;
      try {
        if (!proven) [proven, checkpoint] = await this.post(sent);
        await this.heads.accept(checkpoint as Checkpoint);
        this.failures = 0;
        this.write(proven);
      } catch (error) {
        if (proven && error instanceof Fork) this.write({ ...proven, state: "forked" });
        else if (!proven && error instanceof Problem) {
          const { code, title, detail } = error;
          this.write({ ...sent, state: "refused", code, title, detail });
        } else {
          this.failures++;
          this.changed();
          await this.sleep(pause(tries));
        }
      }
    }
    this.busy.delete(id);
  }

  /** Send an act; the receipt is one only if it is signed and for these very bytes. */
  private async post(sent: Sent): Promise<[Sent, Checkpoint]> {
    const { receipt } = await postJson<{ receipt: string }>(`/api/h/${this.hearing}/acts`, sent.body);
    const { entry, leaf, checkpoint } = openReceiptOf(sent.jws, receipt, this.key);
    return [{ ...sent, state: "received", receipt, leaf, at: entry.at }, checkpoint];
  }

  private write(sent: Sent): void {
    this.store.set(`act/${sent.id}`, sent);
    this.changed();
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((done) => {
      setTimeout(done, ms);
      this.sleepers.push(done);
    });
  }
}
