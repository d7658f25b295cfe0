/** A ballot that is opened to test the machine that made it, and can never be cast (docs/spec.md, section 18). */

import { integer, words, write } from "../verify/schema";
import { type Choices, hashOf, type Made, reopen } from "./ballot";
import type { Election } from "./election";
import { decode, hold, list, record, within } from "./form";
import { type Random, readElement } from "./group";
import { checkLog, proofShape, proveLog, readProof, writeProof } from "./proofs";

const string = words(Infinity);
const spoiledShape = record({
  body: string,
  choice: list(list(integer(0, 1))),
  randomness: list(list(string)),
  proof: proofShape,
});

function said(election: string, hash: string): string {
  return `hearing/spoil/v1|${election}|${hash}`;
}

/** The exact text that opens a body, by the holder of its credential. */
export function writeSpoiled(
  election: string,
  { body, randomness }: Made,
  choice: Choices,
  secret: bigint,
  random: Random,
): string {
  const proof = writeProof(proveLog(said(election, hashOf(body)), secret, random));
  return write({ body, choice, randomness, proof });
}

/** What a spoiled ballot holds: the hash that was shown before, whose it is, and what was encrypted. */
export interface Spoiled {
  readonly hash: string;
  readonly credential: string;
  readonly choice: Choices;
}

/** Read a spoiled ballot and check all of it; throws `Fault`. What a second device does. */
export function readSpoiled(raw: Uint8Array, election: Election): Spoiled {
  const { body, choice, randomness, proof } = decode(raw, spoiledShape);
  const hash = hashOf(body);
  const credential = reopen(election, body, choice, randomness);
  const key = within("$.body.credential", () => readElement(credential));
  const good = within("$.proof", () => checkLog(said(election.uuid, hash), key, readProof(proof)));
  hold(good, "bad-proof", "$.proof", "not spoiled by the holder of its credential");
  return { hash, credential, choice };
}
