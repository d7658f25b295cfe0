/** Whether a secret poll was set up as it should be: what a phone asks before it votes. */

import type { Device } from "../core/device";
import { Malformed, must } from "../core/encoding";
import { getJson } from "../core/http";
import type { Sent } from "../core/outbox";
import { openReceipt } from "../core/receipt";
import type { BoxState, PollState, QuestionState } from "../page/state";
import type { Checked, Texts } from "../secret/setup";
import { checkpointKey, prove } from "./evidence";
import type { Helper } from "./helper";
import { codeFor } from "./offers";

/**
 * What was found: all `good`, and the exact text of the election; this device's credential `missing` although it was
 * offered in time, or offered too `late`; or something else is `bad`, and then nothing is to be believed.
 */
export type Verdict =
  | { readonly is: "good"; readonly election: string }
  | { readonly is: "missing" | "late" }
  | { readonly is: "bad"; readonly why: string };

interface SetupOut extends Texts {
  readonly opened: string;
  readonly setup: string;
  readonly accepted: readonly string[];
}

/** Check the setup of a poll. `offer` is this device's, received. Throws where the service or the worker fails. */
export async function checkBox(
  device: Device,
  helper: Helper,
  poll: PollState,
  question: QuestionState,
  offer: Sent,
): Promise<Verdict> {
  const told = await getJson<SetupOut>(`/api/h/${device.trust.hearing}/polls/${poll.id}/setup`);
  try {
    return await judge(device, helper, poll, question, offer, told);
  } catch (error) {
    if (error instanceof Malformed) return { is: "bad", why: error.message };
    throw error;
  }
}

async function judge(
  device: Device,
  helper: Helper,
  poll: PollState,
  question: QuestionState,
  offer: Sent,
  { opened, setup, accepted, election, trustees, credentials }: SetupOut,
): Promise<Verdict> {
  const { election: uuid, holders, threshold } = poll.box as BoxState;
  const code = codeFor(device, uuid) as string;
  const { title, text, form, options } = question;
  const due = { uuid, code, question: { title, text, form, options } };
  const { checked } = await helper.ask({ setup: { ...due, texts: { election, trustees, credentials } } });
  const found = checked as Checked;
  const { hashes } = found;
  must(found.holders === holders.length && found.threshold === threshold, "other key holders than were named");
  const began = await prove(device, opened, "poll.open", false);
  must(began.leaf === poll.id && began.said.question === poll.question, "another poll");
  const { said } = await prove(device, setup, "poll.setup", true);
  must(said.poll === poll.id, "the setup of another poll");
  for (const part of ["election", "trustees", "credentials"] as const) {
    must(said[part] === hashes[part], `other ${part} than the record says`);
  }
  const devices: string[] = [];
  for (const receipt of accepted) {
    const one = await prove(device, receipt, "key.accept", false);
    must(one.said.trustees === hashes.trustees, "a key holder who has accepted other keys");
    must(devices.indexOf(one.kid) < 0, "one device that acts for two key holders");
    devices.push(one.kid);
  }
  must(devices.length === holders.length, "a key holder who has not accepted the keys");
  if (found.listed) return { is: "good", election };
  const offered = openReceipt(offer.receipt as string, checkpointKey(device)).entry.seq;
  return { is: offered < began.entry.seq ? "missing" : "late" };
}
