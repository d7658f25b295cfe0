/** What a key holder's page makes of bundles, for Python to judge: what it shows, and what it would sign. */

import "./browser";
import { Holder, type Own, type Picture } from "../src/keys/holder";
import type { Message, StepName } from "../src/keys/making";
import { finished } from "./secret";

/** A bundle's owner, and what that device is asked for: a step's message, or the opening of a poll. */
export interface Asked {
  readonly own: Own;
  readonly step?: StepName;
  readonly open?: string;
}

export interface Told {
  readonly picture: Picture;
  readonly trouble: { readonly code: string; readonly accused: { readonly member: string; readonly message: string } | null } | null;
  readonly act: string | null;
  readonly members: { readonly [member: string]: unknown };
  readonly blob: string | null;
}

/** Look at a bundle, and make what is asked for. */
export function tell(bundle: Uint8Array, { own, step, open }: Asked): Told {
  const holder = new Holder();
  const picture = finished(holder.look(bundle, own));
  try {
    const made = step ? holder.message(step) : open ? holder.decrypt(open) : null;
    return { picture, trouble: null, ...signed(made) };
  } catch (error) {
    return { picture, trouble: holder.troubleOf(error), ...signed(null) };
  }
}

function signed(made: Message | null): Omit<Told, "picture" | "trouble"> {
  if (!made) return { act: null, members: {}, blob: null };
  const { act, ...members } = made.says;
  return { act, members, blob: made.blob && Buffer.from(made.blob).toString("base64") };
}
