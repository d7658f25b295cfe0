/** The worker of the page that votes secretly: the slow powers, while the page stays alive. */

import type { Choices } from "./ballot";
import { Booth, type Signed } from "./booth";
import { newCode, secretOf } from "./credentials";
import { random } from "./group";
import { type Place, writeOffer } from "./offer";

/** What the worker is asked: an offer, with a new code where there is none; a ballot, and then to sign or open it. */
export interface Asked {
  readonly offer?: Place & { readonly code?: string };
  readonly make?: { readonly election: Uint8Array; readonly code: string; readonly choices: Choices };
  readonly sign?: true;
  readonly reveal?: true;
}

/** What it answers: how much is done, the hash of what was made, or what was asked for. */
export interface Answered {
  readonly offered?: { readonly code: string; readonly offer: string };
  readonly progress?: number;
  readonly hash?: string;
  readonly signed?: Signed;
  /** The exact text of a spoiled ballot. */
  readonly revealed?: string;
}

// The page's types are in force here, those of workers are not.
const page = self as unknown as Worker;
const tell = (answer: Answered): void => page.postMessage(answer);
let booth: Booth | undefined;

page.onmessage = ({ data: { offer, make, sign, reveal } }: MessageEvent<Asked>): void => {
  // What is thrown here is reported as the worker's error.
  if (offer) {
    const code = offer.code || newCode(random);
    tell({ offered: { code, offer: writeOffer(offer, secretOf(code, offer.election), random) } });
  }
  if (make) {
    booth = new Booth(make.election, make.code);
    const steps = booth.make(make.choices);
    let step = steps.next();
    for (; !step.done; step = steps.next()) tell({ progress: step.value });
    tell({ hash: step.value });
  }
  if (booth && sign) tell({ signed: booth.sign() });
  if (booth && reveal) tell({ revealed: booth.reveal() });
};
