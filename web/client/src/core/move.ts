/** Changing phones: what the new and the old one both know (web/access/moves.py says how it goes, and why so). */

import { sha256 } from "@noble/hashes/sha2";
import { utf8 } from "./encoding";

/** The eight digits that a new device shows and the old one is told: they name its key and nonce. */
export function moveNumber(hearing: string, device: string, nonce: string): string {
  const digest = sha256(utf8(`hearing/move/v1|${hearing}|${device}|${nonce}`));
  const number = digest.subarray(0, 4).reduce((sum, byte) => sum * 256 + byte, 0) % 1e8;
  return String(1e8 + number).slice(1);
}
