/** The big screen of the hall: it shows, it never asks. */

import { Live } from "./core/live";
import { Problem } from "./core/problem";
import { ServerClock } from "./hall/clock";
import type { HallState } from "./hall/state";
import { fill } from "./page/bind";
import { type Code, fetchCode } from "./screen/code";
import { fit } from "./screen/fit";
import { EMPTY, screenModel } from "./screen/model";

const hearing = document.body.dataset.hearing as string;
const time = new ServerClock(`/h/${hearing}/log/checkpoint`);
let state: HallState | null = null;
let code: Code | null = null;
let asking = false;
let answers = true;
let key = location.hash.slice(1);

function draw(): void {
  if (!state) return fill(document.body, { ...EMPTY, lost: !answers, starting: answers });
  fill(document.body, { ...screenModel(state, time.now(), code), lost: !answers });
  fit();
}

/** Keep the code fresh while people check in. */
async function renewCode(): Promise<void> {
  if (!key || asking || !state || state.phase !== "open" || (code && code.until > time.now())) return;
  asking = true;
  try {
    code = await fetchCode(hearing, key, () => time.now());
  } catch (error) {
    if (code && code.until + 30_000 < time.now()) code = null; // no longer taken
    if (error instanceof Problem) key = ""; // not the key of this hearing
  }
  asking = false;
  draw();
}

new Live<HallState>(
  hearing,
  (fresh) => {
    state = fresh;
    draw();
  },
  (link) => {
    answers = link;
    draw();
  },
);
setInterval(() => {
  draw();
  void renewCode();
}, 500);
addEventListener("hashchange", () => {
  key = location.hash.slice(1);
  code = null;
});
draw();
