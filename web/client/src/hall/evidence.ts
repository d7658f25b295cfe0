/** What people compare between the screen, their phones and the pages: the record at the moments it stands still. */

import { base64, fromHex } from "../core/encoding";
import { fingerprint } from "../core/fingerprint";
import type { HallMoment, HallState } from "./state";

/** The fingerprint of the checkpoint at a moment, `ABCDE-FGHJK-MNPQR-STVWX`. */
export function fingerprintAt(state: HallState, moment: HallMoment): string {
  return fingerprint(`${state.origin}\n${moment.size}\n${base64(fromHex(moment.root))}\n`);
}

/** The latest moment of a kind, of one poll where a poll is given. */
export function momentOf(state: HallState, what: HallMoment["what"], poll: string | null = null): HallMoment | undefined {
  return state.moments.filter((moment) => moment.what === what && moment.poll === poll).pop();
}

/** Where the signed checkpoint of a moment is drawn as a QR code. */
export function checkpointImage(state: HallState, moment: HallMoment): string {
  return `/h/${state.hearing}/checkpoint.svg?size=${moment.size}`;
}
