/** Which picture the hall sees: always the one thing that is going on. */

import { type HallState, latestPoll } from "../hall/state";

export type Scene = "waiting" | "checkin" | "item" | "poll" | "closed" | "result" | "void" | "adjourned";

/** The scene of a state. Who has the floor comes before a result that was already shown. */
export function sceneOf(state: HallState): Scene {
  if (state.phase === "convened") return "waiting";
  if (state.phase === "adjourned") return "adjourned";
  if (!state.called) return "checkin";
  const poll = latestPoll(state);
  if (!poll) return "item";
  if (poll.stage === "open") return "poll";
  if (poll.stage === "closed" || poll.stage === "revealed") return "closed";
  if (state.speaker) return "item";
  return poll.stage === "void" ? "void" : "result";
}
