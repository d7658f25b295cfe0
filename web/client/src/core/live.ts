/** The hearing's public state, kept fresh: pushed where the browser can, polled where it cannot. */

import { readJson, request } from "./http";

const QUIET = 15_000; // ms without news after which the state is asked for, whatever the stream says
const POLL = 4_000; // ms between questions where there is no stream
const BREATH = 1_500; // ms between two questions at least: a thousand phones hear of each batch at once

/** Follow a hearing. `onState` gets each new state, `onLink` whether the service answers. */
export class Live<State> {
  private stream: EventSource | null = null;
  private tag = "";
  private asked = 0;
  private asking = false;
  private timer = 0;

  constructor(
    private readonly hearing: string,
    private readonly onState: (state: State) => void,
    private readonly onLink: (answers: boolean) => void,
  ) {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.start()));
    addEventListener("online", () => this.start());
    this.start();
  }

  /** Ask again soon. */
  nudge(): void {
    this.plan(Math.max(0, this.asked + BREATH - Date.now()) + Math.random() * 300);
  }

  private start(): void {
    if (!this.stream && typeof EventSource === "function") {
      this.stream = new EventSource(`/api/h/${this.hearing}/live`);
      this.stream.addEventListener("head", () => this.nudge());
    }
    void this.ask();
  }

  private stop(): void {
    if (this.stream) this.stream.close();
    this.stream = null;
    clearTimeout(this.timer);
  }

  private plan(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), ms) as unknown as number;
  }

  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.asked = Date.now();
    clearTimeout(this.timer);
    let answered = true;
    try {
      const headers: { [name: string]: string } = this.tag ? { "If-None-Match": this.tag } : {};
      const response = await request(`/api/h/${this.hearing}`, { headers });
      if (response.status !== 304) {
        const state = await readJson<State>(response);
        this.tag = response.headers.get("ETag") || "";
        this.onState(state);
      }
    } catch {
      answered = false;
    }
    this.asking = false;
    this.onLink(answered);
    const streaming = this.stream !== null && this.stream.readyState === EventSource.OPEN;
    if (!document.hidden) this.plan(answered && streaming ? QUIET : POLL);
  }
}
