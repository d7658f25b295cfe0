/** The credentials of this device: made, kept, and offered for every secret poll that is to come. */

import { objectToSetup, offerCredential } from "../core/acts";
import { commitment, type Opening, seal } from "../core/ballot";
import type { Device } from "../core/device";
import { pause } from "../core/http";
import type { Sent } from "../core/outbox";
import type { Facts } from "../phone/model";
import type { Answered } from "../secret/voter-worker";
import type { Helper } from "./helper";

const codeName = ({ kid }: Device, election: string): string => `code/${kid}/${election}`;

/** The code of this device's credential for an election; it never leaves the device. */
export function codeFor(device: Device, election: string): string | null {
  return device.store.get<string>(codeName(device, election));
}

/** What this device has offered for an election, newest last; not what the same browser did before it joined anew. */
export function offersFor(acts: readonly Sent[], election: string): Sent[] {
  const joined = acts.map(({ kind }) => kind).lastIndexOf("device.enrol");
  return acts.filter(({ kind, about }, i) => i > joined && kind === "credential.offer" && about.election === election);
}

/** The elections for which phones offer credentials now. */
export function coming({ state }: Facts): string[] {
  const found: string[] = [];
  for (const { questions } of state.items) for (const { election } of questions) if (election) found.push(election);
  return found;
}

/** Say for all to read that the setup of a poll has left out what this device offered; once. */
export function object(device: Device, poll: string, { body }: Sent): void {
  if (device.acts().some(({ kind, about }) => kind === "credential.object" && about.poll === poll)) return;
  const { salt, choice } = (JSON.parse(body) as { opening: Opening }).opening;
  device.submit(objectToSetup(poll, salt, choice), { poll });
}

/** Offers what is to be offered, silently. */
export class Offers {
  private readonly busy: { [election: string]: boolean } = {};
  private failures = 0;

  constructor(
    private readonly device: Device,
    private readonly helper: Helper,
    private readonly changed: () => void,
  ) {}

  /** Whether it has failed for so long that the person should know. */
  get troubled(): boolean {
    return this.failures > 1;
  }

  /** Offer for each coming election, once this device acts for somebody who votes. */
  follow(facts: Facts): void {
    const { me, role, kid, revoked, acts, state } = facts;
    const acting = !revoked && me && me.device === kid && role === "representative";
    if (!acting || state.phase === "adjourned") return;
    for (const election of coming(facts)) {
      if (!offersFor(acts, election).length && !this.busy[election]) void this.offer(election);
    }
  }

  private async offer(election: string): Promise<void> {
    const { device } = this;
    this.busy[election] = true;
    try {
      const { hearing } = device.trust;
      const place = { hearing, election, kid: device.kid };
      const own = codeFor(device, election);
      const { offered } = await this.helper.ask({ offer: own ? { ...place, code: own } : place });
      const { code, offer } = offered as NonNullable<Answered["offered"]>;
      const kept = codeFor(device, election);
      // Another tab may have made one meanwhile: then that is the one, and this is tried again.
      if (!kept || kept === code) {
        device.store.set(codeName(device, election), code);
        const opening = seal(offer);
        device.submit(offerCredential(election, commitment(opening)), { election }, [], opening);
      }
      this.failures = 0;
    } catch {
      await new Promise((done) => setTimeout(done, pause(this.failures++)));
    }
    this.busy[election] = false;
    this.changed();
  }
}
