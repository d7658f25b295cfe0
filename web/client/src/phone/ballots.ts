/** A person's ballots in a poll: which one counts, and whether the service has counted it. */

import { sha256 } from "@noble/hashes/sha2";
import { castLive, castSealed, openBallot } from "../core/acts";
import { commitment, type Opening, seal } from "../core/ballot";
import type { Device } from "../core/device";
import { hex, text } from "../core/encoding";
import { request } from "../core/http";
import type { Sent } from "../core/outbox";
import type { MemberState, PollState, QuestionState } from "../page/state";
import { type Picks, read } from "./choices";

/** What a phone found when it looked for its ballot among the counted ones. */
export type Finding = "counted" | "opened" | "missing";

/** What the service tells this person of their place in a poll. */
export function placeIn(me: MemberState | null, poll: string): MemberState["polls"][0] | undefined {
  return me ? me.polls.find((one) => one.poll === poll) : undefined;
}

/** This device's ballots in a poll, oldest first; not those from before it joined anew, which others may have replaced. */
export function ballotsIn(acts: readonly Sent[], poll: string): Sent[] {
  const joined = acts.map((sent) => sent.kind).lastIndexOf("device.enrol");
  return acts.filter((sent, i) => i > joined && sent.kind === "ballot.cast" && sent.about.poll === poll);
}

/** The newest ballot that is in the record. */
export function currentBallot(acts: readonly Sent[], poll: string): Sent | undefined {
  return ballotsIn(acts, poll)
    .filter((sent) => sent.state === "received")
    .pop();
}

/** What stands on the ballot that counts, as far as this device knows. */
export function picksIn(acts: readonly Sent[], poll: PollState, question: QuestionState): Picks {
  const own = currentBallot(acts, poll.id);
  return own ? read(question, own.about.choice as string) : [];
}

/** Cast a ballot, or change it: sealed or open as the question says. `choice` is exact JSON text. */
export function cast(device: Device, me: MemberState | null, poll: PollState, question: QuestionState, choice: string): void {
  const own = currentBallot(device.acts(), poll.id);
  const known = placeIn(me, poll.id);
  const replaces = (own && own.leaf) || (known && known.ballot) || null;
  const about = { poll: poll.id, choice };
  if (question.visibility === "live") {
    device.submit(castLive(poll.id, replaces, choice), about);
  } else {
    const opening = seal(choice);
    const says = castSealed(poll.id, replaces, commitment(opening));
    device.submit(says, about, [], opening, question.options.length);
  }
}

interface Opened {
  readonly ballot: string;
  readonly salt: string;
  readonly choice: unknown;
}

/**
 * Whether this device's ballot counts: in the published openings, or as the service tells for a live poll.
 * Null where there is nothing to look for. What is missing before the tally, the device publishes itself.
 */
export async function check(device: Device, poll: PollState, me: MemberState | null): Promise<Finding | null> {
  const ballots = device.acts().filter((sent) => sent.kind === "ballot.cast"); // since whenever: it has their openings
  const own = currentBallot(ballots, poll.id);
  const known = placeIn(me, poll.id);
  if (!own || (known && known.ballot !== own.leaf)) return null;
  if (!poll.openings) return known && poll.stage === "published" ? "counted" : null;
  const answer = await request(`/api/h/${device.trust.hearing}/polls/${poll.id}/openings`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const opening = (JSON.parse(own.body) as { opening: Opening }).opening;
  if (hex(sha256(bytes)) === poll.openings) {
    const { openings } = JSON.parse(text(bytes)) as { openings: Opened[] };
    const found = openings.find((one) => one.ballot === own.leaf);
    // Both read and written again: numbers by option may come back in another order.
    const choice = JSON.stringify(JSON.parse(opening.choice));
    if (found && found.salt === opening.salt && JSON.stringify(found.choice) === choice) return "counted";
  }
  const asked = device.acts().some((sent) => sent.kind === "ballot.open" && sent.about.poll === poll.id);
  if (asked) return "opened";
  if (poll.stage !== "revealed") return "missing";
  const { choice } = opening;
  device.submit(openBallot(poll.id, own.leaf as string, opening.salt, choice), { poll: poll.id, choice });
  return "opened";
}
