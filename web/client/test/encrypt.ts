/** How long a ballot takes here, and how long the powers that it needs take without tables: for tests/bench. */

import { makeBody, sign } from "../src/secret/ballot";
import { publicOf, secretOf } from "../src/secret/credentials";
import { readElection, writeElection } from "../src/secret/election";
import { Fixed, g, p, power, q, random } from "../src/secret/group";

const question = { answers: ["for", "against", "abstain"], min: 1, max: 1, question: "?" };
/** Two for each ciphertext, five for each of their proofs, two for the sum's, one for credential and signature each. */
const POWERS = 25;

const exponents = Array.from({ length: POWERS }, () => random(q));
const publicKey = power(random(q));
const raw = writeElection({ uuid: "oNdrR8TWCkMdmY", name: "", description: "", questions: [question], publicKey });

/** Everything from the choice to the signed ballot: key derivation, tables, encryption, proofs, signature. */
function ballot(): void {
  const election = readElection(raw);
  const secret = secretOf("zdA-CZp-Giu-Cbr-YVq", election.uuid);
  const steps = makeBody(election, new Fixed(election.publicKey), publicOf(secret), [[0, 1, 0]], random);
  let step = steps.next();
  while (!step.done) step = steps.next();
  sign(step.value.body, secret, random);
}

/** The same number of powers, one bit after the other. */
function plain(): bigint[] {
  return exponents.map((exponent) => {
    let [result, square] = [1n, g];
    for (let rest = exponent; rest; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % p;
      square = (square * square) % p;
    }
    return result;
  });
}

function timed(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

/** Times in ms, round by round: both in turns. */
function measure(rounds: number): { ballots: number[]; powers: number[] } {
  if (plain().join() !== exponents.map(power).join()) throw new Error("other powers");
  const [ballots, powers]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ballots.push(timed(ballot));
    powers.push(timed(plain));
  }
  return { ballots, powers };
}

Object.assign(globalThis, { measure });
