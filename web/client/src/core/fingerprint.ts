/** What people compare between a screen and their phones. */

import { sha256 } from "@noble/hashes/sha2";
import { crockford, grouped } from "./crockford";
import { utf8 } from "./encoding";

/** 100 bits of SHA-256 of a checkpoint's text, as `ABCDE-FGHJK-MNPQR-STVWX`. */
export function fingerprint(checkpointText: string): string {
  return grouped(crockford(sha256(utf8(checkpointText)), 100), 5);
}
