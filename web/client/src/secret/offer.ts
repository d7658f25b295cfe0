/** What a phone offers before a secret poll: a credential, and a proof that it holds its secret (docs/spec.md, 18). */

import { sha256 } from "@noble/hashes/sha2";
import { utf8 } from "../core/encoding";
import { write } from "../verify/schema";
import { publicOf } from "./credentials";
import { BASE58 } from "./election";
import { fromBytes, type Random } from "./group";
import { proveLog, writeProof } from "./proofs";

const DIGITS = 22;

/**
 * The id of the election that a secret poll on a question will be: fixed once the notice is.
 * @param question the hash of the question's blob
 * @param earlier how many polls on this question there were before; each was void
 */
export function electionId(hearing: string, question: string, earlier: number): string {
  let rest = fromBytes(sha256(utf8(`hearing/election/v1|${hearing}|${question}|${earlier}`)));
  let id = "";
  for (; id.length < DIGITS; rest /= 58n) id = BASE58.charAt(Number(rest % 58n)) + id;
  return id;
}

/** For which election a device offers a credential. */
export interface Place {
  readonly hearing: string;
  /** The election's id. */
  readonly election: string;
  /** The key id of the device that signs the act: nobody can offer another's credential as their own. */
  readonly kid: string;
}

/** The exact text of an offer. */
export function writeOffer({ hearing, election, kid }: Place, secret: bigint, random: Random): string {
  const credential = String(publicOf(secret));
  const said = `hearing/offer/v1|${hearing}|${election}|${kid}|${credential}`;
  return write({ credential, proof: writeProof(proveLog(said, secret, random)) });
}
