/** What a phone finds of setups of a secret poll, honest ones and others, for Python to judge. */

import { json, service, wipe } from "./browser";
import { Device } from "../src/core/device";
import { b64url } from "../src/core/encoding";
import { Store } from "../src/core/store";
import type { Sent } from "../src/core/outbox";
import type { PollState, QuestionState } from "../src/page/state";
import { checkSetup, type Due, type Texts } from "../src/secret/setup";
import { checkBox, type Verdict } from "../src/voter/check";
import type { Helper } from "../src/voter/helper";

/** What a phone has pinned and is shown, and what the service answers. */
export interface Case {
  readonly trust: { readonly hearing: string };
  readonly code: string;
  readonly poll: PollState;
  readonly question: QuestionState;
  readonly told: object;
  /** That the record extends its first entry. */
  readonly proof: readonly string[];
}

const seed = b64url(new Uint8Array(32).fill(9));

// The worker's own function, without the worker.
const ask = async ({ setup }: { setup: Due & { texts: Texts } }): Promise<object> => ({ checked: checkSetup(setup.texts, setup) });

/** The phone's verdict in each case. */
export async function judge(cases: { readonly [name: string]: Case }): Promise<{ [name: string]: Verdict }> {
  const found: { [name: string]: Verdict } = {};
  for (const name of Object.keys(cases)) {
    const { trust, code, poll, question, told, proof } = cases[name] as Case;
    wipe();
    service.answer = async (path) => json(path.indexOf("/consistency") > 0 ? { proof } : told);
    const store = new Store(trust.hearing);
    store.set("trust", trust);
    store.set("seat", { member: "m", role: "representative", seed });
    const device = Device.open(trust.hearing, () => undefined) as Device;
    store.set(`code/${device.kid}/${poll.box && poll.box.election}`, code);
    found[name] = await checkBox(device, { ask } as unknown as Helper, poll, question, {} as Sent);
  }
  return found;
}
