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
import { checkHolders, type Grounds } from "./holders";
import { codeFor } from "./offers";

/**
 * What was found: all `good`, the exact text of the election, and whether its key holders are others than the notice
 * names; this device's credential `missing` although it was offered in time, or offered too `late`; or something else is
 * `bad`, and then nothing is to be believed.
 */
export type Verdict =
  | { readonly is: "good"; readonly election: string; readonly changed: boolean }
  | { readonly is: "missing" | "late" }
  | { readonly is: "bad"; readonly why: string };

interface SetupOut extends Texts, Grounds {
  readonly setup: string;
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
  told: SetupOut,
): Promise<Verdict> {
  const { setup, election, trustees, credentials } = told;
  const box = poll.box as BoxState;
  const uuid = box.election;
  const code = codeFor(device, uuid) as string;
  const { title, text, form, options } = question;
  const due = { uuid, code, question: { title, text, form, options } };
  const { checked } = await helper.ask({ setup: { ...due, texts: { election, trustees, credentials } } });
  const found = checked as Checked;
  const { hashes } = found;
  must(found.holders === box.holders.length && found.threshold === box.threshold, "other key holders than were named");
  const { began, changed } = await checkHolders(device, box, hashes.trustees, told);
  must(began.leaf === poll.id && began.said.question === poll.question, "another poll");
  const { said } = await prove(device, setup, "poll.setup", true);
  must(said.poll === poll.id, "the setup of another poll");
  for (const part of ["election", "trustees", "credentials"] as const) {
    must(said[part] === hashes[part], `other ${part} than the record says`);
  }
  if (found.listed) return { is: "good", election, changed };
  const offered = openReceipt(offer.receipt as string, checkpointKey(device)).entry.seq;
  return { is: offered < began.entry.seq ? "missing" : "late" };
}
