/**
 * Encrypted ballots, and those opened to test this phone, on their way: kept first, then sent again as the very same
 * bytes until a receipt verifies. They are signed by a credential, and no cookie goes with them.
 */

import { padded } from "../core/ballot";
import type { Device } from "../core/device";
import { must } from "../core/encoding";
import { Fork } from "../core/heads";
import { pause, readJson, request } from "../core/http";
import { Problem } from "../core/problem";
import { prove } from "./evidence";

/** One of them, and how far it has come. */
export interface Boxed {
  readonly poll: string;
  readonly kind: "ballots" | "spoiled";
  /** By what the record names it: the SHA-256 of a ballot in hex, or the hash of one that was opened. */
  readonly id: string;
  /** What the voter was shown before anything was decided. */
  readonly hash: string;
  readonly body: string;
  /** `held`: the service has it, and lets it enter with others. */
  readonly state: "waiting" | "held" | "received" | "refused" | "forked";
  readonly receipt?: string;
  readonly leaf?: string;
  readonly at?: string;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  /** Whether the service has said that it has it. */
  readonly taken?: boolean;
  /** Refused after the service had taken it. */
  readonly lost?: boolean;
}

interface Answer {
  readonly ballot: string;
  readonly leaf: string | null;
  readonly receipt: string | null;
}

const REST = 15_000; // ms between questions while a ballot waits for others; the page wakes them when the box grows
const PRIVATE: RequestInit = { credentials: "omit" };

export class Sender {
  private readonly busy: { [name: string]: boolean } = {};
  private sleepers: (() => void)[] = [];
  private failures = 0;

  constructor(
    private readonly device: Device,
    private readonly changed: () => void,
  ) {
    addEventListener("online", () => this.wake());
    for (const kind of ["ballots", "spoiled"]) {
      for (const one of device.store.all<Boxed>(`${kind}/${device.kid}/`)) if (one) void this.deliver(one);
    }
  }

  get troubled(): boolean {
    return this.failures > 0;
  }

  /** What this device has sent in a poll. */
  kept(kind: Boxed["kind"], poll: string): Boxed | null {
    return this.device.store.get<Boxed>(`${kind}/${this.device.kid}/${poll}`);
  }

  /** Keep it, then send it. */
  send(boxed: Boxed): void {
    this.write(boxed);
    void this.deliver(boxed);
  }

  /** Ask at once. */
  wake(): void {
    const sleepers = this.sleepers;
    this.sleepers = [];
    for (const go of sleepers) go();
  }

  private async deliver({ kind, poll }: Boxed): Promise<void> {
    const name = `${kind}/${poll}`;
    if (this.busy[name]) return;
    this.busy[name] = true;
    for (let tries = 0; ; tries++) {
      const boxed = this.kept(kind, poll);
      if (!boxed || (boxed.state !== "waiting" && boxed.state !== "held")) break;
      try {
        const next = await this.ask(boxed);
        this.failures = tries = 0;
        this.write(next);
        if (next.state === "held") await this.sleep(REST);
      } catch (error) {
        if (error instanceof Problem) this.write(refused(boxed, error));
        else {
          this.failures++;
          this.changed();
          await this.sleep(pause(tries));
        }
      }
    }
    this.busy[name] = false;
  }

  private async ask(boxed: Boxed): Promise<Boxed> {
    const { kind, poll, id, body, state } = boxed;
    const path = `/api/h/${this.device.trust.hearing}/polls/${poll}/${kind}`;
    const headers = { "Content-Type": "application/json" };
    const answer = state === "held" ? request(`${path}/${id}`, PRIVATE) : request(path, { ...PRIVATE, method: "POST", headers, body: kind === "ballots" ? padded(body) : body });
    const { ballot, leaf, receipt } = await readJson<Answer>(await answer);
    must(ballot === id, "another ballot");
    if (!receipt) return { ...boxed, state: "held", taken: true };
    const cast = kind === "ballots";
    try {
      const proven = await prove(this.device, receipt, cast ? "ballot.batch" : "ballot.spoil", true);
      const { said } = proven;
      const named = cast ? (said.ballots as string[]).indexOf(id) >= 0 : said.hash === id;
      must(said.poll === poll && proven.leaf === leaf && named, "another act");
      // What was opened is public now; a ballot is kept as it is.
      return { ...boxed, state: "received", receipt, leaf: proven.leaf, at: proven.entry.at, body: cast ? body : "" };
    } catch (error) {
      if (error instanceof Fork) return { ...boxed, state: "forked", receipt };
      throw error;
    }
  }

  private write(boxed: Boxed): void {
    this.device.store.set(`${boxed.kind}/${this.device.kid}/${boxed.poll}`, boxed);
    this.changed();
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.sleepers.push(() => {
        clearTimeout(timer);
        done();
      });
    });
  }
}

/** After a refusal; what the service took before and does not know any more is sent once more. */
function refused(boxed: Boxed, { code, title, detail }: Problem): Boxed {
  if (boxed.state === "held" && code === "unknown-ballot") return { ...boxed, state: "waiting" };
  return { ...boxed, state: "refused", code, title, detail, lost: boxed.taken === true };
}
