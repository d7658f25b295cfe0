/** The hearing's public state, kept fresh: pushed where the browser can, polled where it cannot. */

import { pause, readJson, request } from "./http";

const QUIET = 15_000; // ms without news after which the state is asked for, whatever the stream says
const POLL = 4_000; // ms between questions where there is no stream
const BREATH = 1_500; // ms between two questions at least: a thousand phones hear of each batch at once

/** Follows a hearing while the page is visible. */
export class Live<State> {
  private stream: EventSource | null = null;
  private tag = "";
  private asked = 0;
  private asking = false;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private due = Infinity;

  /**
   * @param onState gets each new state
   * @param onLink is told after each question whether the service answers
   */
  constructor(
    private readonly hearing: string,
    private readonly onState: (state: State) => void,
    private readonly onLink: (answers: boolean) => void,
  ) {
    const look = (): void => (document.hidden ? this.stop() : this.start());
    document.addEventListener("visibilitychange", look);
    addEventListener("online", look);
    look();
  }

  /** Ask again soon. */
  nudge(): void {
    this.plan(this.asked + BREATH - Date.now() + Math.random() * 300);
  }

  private start(): void {
    this.listen();
    void this.ask();
  }

  private listen(): void {
    const ended = !this.stream || this.stream.readyState === 2; // after a refusal browsers do not come back
    if (!ended || typeof EventSource !== "function") return;
    this.stream = new EventSource(`/api/h/${this.hearing}/live`);
    this.stream.addEventListener("head", () => this.nudge());
  }

  private stop(): void {
    if (this.stream) this.stream.close();
    this.stream = null;
    clearTimeout(this.timer);
    this.due = Infinity;
  }

  /** The earliest plan holds: a hint that comes while the answer is on its way must not be forgotten. */
  private plan(ms: number): void {
    const due = Date.now() + ms;
    if (this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.due = Infinity;
      void this.ask();
    }, ms);
  }

  private async ask(): Promise<void> {
    if (this.asking) return this.nudge();
    this.asking = true;
    this.asked = Date.now();
    let answers = true;
    try {
      const response = await request(`/api/h/${this.hearing}`, { headers: { "If-None-Match": this.tag } });
      if (response.status !== 304) {
        const state = await readJson<State>(response);
        this.tag = response.headers.get("ETag") || "";
        this.onState(state);
      }
    } catch {
      answers = false;
    }
    this.asking = false;
    this.failures = answers ? 0 : this.failures + 1;
    this.onLink(answers);
    if (document.hidden) return;
    if (!answers) return this.plan(pause(this.failures));
    this.listen();
    this.plan(this.stream && this.stream.readyState === 1 ? QUIET : POLL);
  }
}
