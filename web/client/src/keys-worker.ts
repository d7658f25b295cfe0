/** The worker of the key holder's page: verifies bundles and does the slow powers while the page stays alive. */

import { Holder, type Own } from "./keys/holder";
import type { StepName } from "./keys/making";
import type { Answered, Asked } from "./keys/worker";

// The page's types are in force here, those of workers are not.
const page = self as unknown as Worker;
const tell = (answer: Answered): void => page.postMessage(answer);
const holder = new Holder();
const PACE = 100; // ms between two words about how far it is

function look(id: number, bundle: Uint8Array, own: Own): unknown {
  const steps = holder.look(bundle, own);
  let told = 0;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (Date.now() < told + PACE) continue;
    told = Date.now();
    tell({ id, progress: step.value });
  }
}

function answer({ id, what, given }: Asked): unknown {
  if (what === "look") return look(id, given[0] as Uint8Array, given[1] as Own);
  if (what === "make") return holder.make();
  if (what === "message") return holder.message(given[0] as StepName);
  if (what === "decrypt") return holder.decrypt(given[0] as string);
  const [text, passphrase] = given as readonly [string, string];
  return what === "lock" ? holder.lock(text, passphrase) : holder.unlock(text, passphrase);
}

page.onmessage = ({ data }: MessageEvent<Asked>): void => {
  const { id } = data;
  try {
    tell({ id, value: answer(data) });
  } catch (error) {
    tell({ id, trouble: holder.troubleOf(error) });
  }
};
