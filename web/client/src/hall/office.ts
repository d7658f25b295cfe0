/** An officer's device at work: the public state, the roll by name, what it has sent, and what waits. */

import type { Says } from "../core/acts";
import type { About, Sent } from "../core/outbox";
import { Device } from "../core/device";
import { Fork } from "../core/heads";
import { getJson, postJson } from "../core/http";
import { Live } from "../core/live";
import { Problem } from "../core/problem";
import type { CommentState } from "../page/state";
import { sentences, t } from "../page/texts";
import { ServerClock } from "./clock";
import type { HallState } from "./state";

/** What officers need of a comment to take it down: its item, the fingerprint of its text, whether that is destroyed. */
export interface HallComment extends CommentState {
  readonly item: string;
  readonly blob: string;
  readonly erased: boolean;
}

/** An entry of the roll, for officers' eyes. `polls` are those on the item under discussion. */
export interface DeskMember {
  readonly id: string;
  readonly role: string;
  /** Named after the notice. */
  readonly late: boolean;
  readonly person: {
    readonly name: string;
    readonly capacity: string;
    readonly household: string;
    readonly place: readonly string[];
    readonly card: string | null;
  } | null;
  readonly device: string | null;
  readonly enrolments: number;
  readonly present_since: string | null;
  readonly present_by: "code" | "desk" | null;
  readonly polls: readonly { readonly poll: string; readonly may_vote: boolean; readonly ballot: string | null }[];
  /** The elections of secret polls for which this person's phone has offered a credential. */
  readonly offered: readonly string[];
}

/** The officer's own entry; only a chair has the screen's key. */
export interface Me {
  readonly name: string | null;
  readonly screen_key: string | null;
}

interface Desk {
  readonly members: DeskMember[];
  readonly joining: readonly { readonly member: string; readonly name: string }[];
  readonly unknown: readonly string[];
}

const DESK_PAUSE = 2_000; // ms between two readings of the roll at least
const PATIENCE = 5_000; // ms in which the picture catches up with what this device has done
const ENROL = "device.enrol";
const CLOCK_PATH = "/log/checkpoint";

/** Everything an officer's page is drawn from. `changed` is called whenever some of it is new. */
export class Office {
  state: HallState | null = null;
  me: Me | null = null;
  people: readonly DeskMember[] = [];
  /** Names of those whom a correction of the roll would add, by entry. */
  joining: { readonly [member: string]: string } = {};
  /** Entries that a correction would add, and that the service has not made from the register. */
  unknown: readonly string[] = [];
  comments: readonly HallComment[] = [];
  /** Whether the service answers, and when it last did (this machine's ms). */
  answers = true;
  contact = Date.now();
  /** A sentence for the officer: what was refused, or why something cannot be read. */
  trouble = "";
  forked = false;
  readonly device: Device | null;
  readonly time: ServerClock;
  private readonly live: Live<HallState>;
  private readonly loaded = Date.now();
  private shown = new Set<string>();
  private reading = 0;
  /** How long the record is at least, by what this device has done; and until when (ms) to wait for the picture of it. */
  private known = 0;
  private patience = 0;
  private asking = false;

  constructor(
    readonly hearing: string,
    private readonly changed: () => void,
  ) {
    this.time = new ServerClock(`/h/${hearing}${CLOCK_PATH}`);
    this.device = Device.open(hearing, () => this.onSent());
    this.live = new Live<HallState>(
      hearing,
      (state) => this.onState(state),
      (answers) => {
        this.answers = answers;
        if (answers) this.contact = Date.now();
        changed();
      },
    );
    const joining = this.device && this.device.acts().some((sent) => sent.kind === ENROL && sent.state === "waiting");
    if (!joining) void this.readMe();
  }

  get role(): string {
    return this.device ? this.device.seat.role : "";
  }

  /** Whether something of this device is on its way, or in the record and not in the picture yet. */
  get busy(): boolean {
    const { device, state, asking, known, patience } = this;
    if (!device || !state) return false;
    const waiting = device.acts().some((sent) => sent.state === "waiting");
    return asking || waiting || (state.size < known && Date.now() < patience);
  }

  /** Whether sending meets trouble; it goes on by itself. */
  get retrying(): boolean {
    return this.device !== null && this.device.outbox.troubled;
  }

  private expect(size: number): void {
    this.known = Math.max(this.known, size);
    this.patience = Date.now() + PATIENCE;
    this.live.nudge();
  }

  /** Sign an act and see it into the record. */
  act(says: Says, about: About = {}, blobs: readonly Uint8Array[] = []): void {
    if (!this.device) return;
    this.trouble = "";
    this.device.submit(says, about, blobs);
    this.changed();
  }

  /** Ask the service to publish a closed poll's result. */
  async publish(poll: string): Promise<void> {
    if (await this.request(`polls/${poll}/publish`, {})) this.expect((this.state ? this.state.size : 0) + 1);
    this.changed();
  }

  /** Ask the service for something that it does by itself; null where it did not: `trouble` says why. */
  async request<T>(path: string, body: object): Promise<T | null> {
    const { device, hearing } = this;
    if (!device || this.asking) return null;
    this.asking = true;
    this.trouble = "";
    this.changed();
    const session = (): Promise<unknown> => device.read(`/api/h/${hearing}/me`); // where there is none
    const answer = await this.try(() => session().then(() => postJson<T>(`/api/h/${hearing}/${path}`, JSON.stringify(body))));
    this.asking = false;
    this.changed();
    return answer;
  }

  /** Read something for officers' eyes; null where that failed: `trouble` says why. */
  async read<T>(path: string): Promise<T | null> {
    const { device, hearing } = this;
    return device && this.try(() => device.read<T>(`/api/h/${hearing}/${path}`));
  }

  private async try<T>(doing: () => Promise<T>): Promise<T | null> {
    try {
      return await doing();
    } catch (error) {
      this.report(error);
      return null;
    }
  }

  /** Whether this device has signed under an act. */
  hasSigned(leaf: string): boolean {
    const mine = this.device ? this.device.acts() : [];
    return mine.some(({ kind, about, state, code }) => {
      return kind === "act.cosign" && about.text === leaf && (state !== "refused" || code === "already-cosigned");
    });
  }

  /** Read the comments on the item under discussion; once the meeting is over, all of them. */
  async readComments(): Promise<void> {
    const { state } = this;
    if (!state || !state.called) return;
    try {
      const which = state.phase === "adjourned" ? "" : `?item=${state.called}`;
      this.comments = (await getJson<{ comments: HallComment[] }>(`/api/h/${this.hearing}/comments${which}`)).comments;
      this.changed();
    } catch {
      // with the next state
    }
  }

  dismiss(): void {
    this.trouble = "";
    this.changed();
  }

  private onState(state: HallState): void {
    const old = this.state;
    this.state = state;
    this.contact = Date.now();
    this.changed();
    if (!old || old.size !== state.size) {
      void this.readPeople();
      void this.verify();
    }
    const other = !old || old.called !== state.called || old.phase !== state.phase;
    if (other || commentCount(old) !== commentCount(state)) void this.readComments();
  }

  private onSent(): void {
    if (!this.device) return; // while it is being opened
    for (const sent of this.device.acts()) this.settle(sent);
    this.changed();
  }

  private settle(sent: Sent): void {
    if (sent.state === "waiting" || this.shown.has(sent.id)) return;
    this.shown.add(sent.id);
    const joining = sent.kind === ENROL && !this.me;
    if (joining && sent.state === "received") void this.readMe();
    if (sent.since < this.loaded && !joining) return;
    if (sent.state === "received") {
      this.expect(sizeAfter(sent));
      if (sent.kind === "comment.hide" || sent.kind === "blob.erase") void this.readComments();
    }
    if (sent.state === "refused") this.trouble = sentences([sent.title, sent.detail]);
    if (sent.state === "forked") this.forked = true;
  }

  private async readMe(): Promise<void> {
    if (!this.device) return;
    try {
      this.me = await this.device.read<Me>(`/api/h/${this.hearing}/me`);
      this.changed();
      void this.readPeople();
    } catch (error) {
      this.report(error);
      if (!(error instanceof Problem)) setTimeout(() => void this.readMe(), DESK_PAUSE);
    }
  }

  /** Names and presence; at most every two seconds, and once more for what came in between. */
  private async readPeople(): Promise<void> {
    if (!this.device || !this.me || this.reading++) return;
    try {
      const { members, joining, unknown } = await this.device.read<Desk>(`/api/h/${this.hearing}/desk`);
      this.people = members;
      const names: { [member: string]: string } = {};
      for (const { member, name } of joining) names[member] = name;
      this.joining = names;
      this.unknown = unknown;
      this.changed();
    } catch (error) {
      this.report(error);
    }
    setTimeout(() => {
      const more = this.reading > 1;
      this.reading = 0;
      if (more) void this.readPeople();
    }, DESK_PAUSE);
  }

  /** Hold the service's newest checkpoint against all that this device has kept. */
  private async verify(): Promise<void> {
    if (!this.device) return;
    try {
      await this.device.heads.refresh();
    } catch (error) {
      if (error instanceof Fork) this.forked = true;
    }
    if (this.device.heads.alarm()) this.forked = true;
    this.changed();
  }

  private report(error: unknown): void {
    if (error instanceof Problem) this.trouble = sentences([error.title, error.detail]);
    else if (!this.answers) this.trouble = t("unreachable");
    this.changed();
  }
}

/** How long the record was when it had taken an act in. */
function sizeAfter(sent: Sent): number {
  const index = /\nindex (\d+)\n/.exec(sent.receipt || "");
  return index ? Number(index[1]) + 1 : 0;
}

function commentCount(state: HallState): number {
  return state.items.filter((item) => item.id === state.called).reduce((sum, item) => sum + item.comments, 0);
}
