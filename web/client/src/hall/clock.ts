/** The service's time: what all screens and consoles count by. */

import { request } from "../core/http";

const AGAIN = 300_000; // ms

/** Follows the service's clock by the dates of its answers; until the first one, this machine's own. */
export class ServerClock {
  private offset = 0;

  /** @param path something small of the service that anybody may read */
  constructor(private readonly path: string) {
    void this.sync();
    setInterval(() => void this.sync(), AGAIN);
  }

  /** Now, in ms since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }

  /** Seconds from now until `at`, or since then where negative. */
  secondsTo(at: string): number {
    return (Date.parse(at) - this.now()) / 1000;
  }

  /** How far this machine's clock is behind the service's, in seconds. */
  get behind(): number {
    return this.offset / 1000;
  }

  private async sync(): Promise<void> {
    try {
      const asked = Date.now();
      const date = (await request(this.path)).headers.get("Date");
      const between = (asked + Date.now()) / 2;
      // The header is cut down to whole seconds: on average it is half a second old.
      if (date) this.offset = Date.parse(date) + 500 - between;
    } catch {
      // the next try will do
    }
  }
}

/** The time of day in a zone, as `16:05` in every language: a screen has no room for more. */
export function timeOfDay(ms: number, zone: string): string {
  return new Date(ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
}

/** From so many seconds on a clock time says more than a countdown, and takes less room. */
export const HOUR = 3600;

/** Seconds as `1:05`, from an hour on as `1:00:05`. */
export function minutes(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (part: number): string => String(part % 60).padStart(2, "0");
  const before = Math.floor(whole / 60);
  return `${before < 60 ? before : `${Math.floor(before / 60)}:${two(before)}`}:${two(whole)}`;
}
