/** Secret polls in numbers: the vectors that Python and TypeScript share. */

import "./browser";
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../src/core/encoding";
import { checkBallot, trackerOf } from "../src/secret/ballot";
import { readElection } from "../src/secret/election";
import { fingerprint } from "../src/secret/form";
import { element, Fixed, g, hashed, readElement } from "../src/secret/group";
import { keysOf, receive } from "../src/secret/pki";
import { checkLog, checkOne, checkSame, readProof, type WireProof } from "../src/secret/proofs";
import { type Case, judge, read } from "./vectors";

test("secret.json", () => {
  const { hashes, keys, sealed, proofs, choices, ballots } = read<{
    hashes: { text: string; h: string }[];
    keys: { seed: string; sign: string; decrypt: string; verify: string; encrypt: string }[];
    sealed: (Case & { sender: string; recipient: string; message: string; sealed: string })[];
    proofs: (Case & { said: string; bases: string[]; powers: string[]; proof: WireProof })[];
    choices: (Case & {
      said: string;
      y: string;
      alpha: string;
      beta: string;
      numbers: number[];
      proofs: WireProof[];
    })[];
    ballots: (Case & { election: string; phi: string; ballot: string; number: string })[];
  }>("secret");
  for (const { text, h } of hashes) assert.equal(String(hashed(text)), h);
  for (const { seed, ...told } of keys) {
    const { sign, decrypt, verify, encrypt } = keysOf(seed);
    const made = { sign: String(sign), decrypt: String(decrypt), verify: String(verify), encrypt: String(encrypt) };
    assert.deepEqual(made, told);
  }
  judge(sealed, (one) => receive(keysOf(one.recipient), element(one.sender), one.sealed) === one.message);
  judge(proofs, ({ said, bases, powers, proof }) => {
    const [key, factor] = powers.map(readElement);
    assert.ok(key && bases[0] === String(g));
    if (!factor) return checkLog(said, key, readProof(proof));
    return checkSame(said, readElement(bases[1]), factor, key, readProof(proof));
  });
  judge(choices, ({ said, y, alpha, beta, numbers, proofs }) => {
    const cipher = { alpha: readElement(alpha), beta: readElement(beta) };
    const branches = numbers.map((value) => ({ ...cipher, value }));
    return checkOne(said, new Fixed(element(y)), branches, proofs.map(readProof));
  });
  judge(ballots, ({ election, phi, ballot, number }) => {
    const read = readElection(utf8(election));
    assert.equal(fingerprint(utf8(election)), phi);
    assert.equal(trackerOf(utf8(ballot)), number);
    const { credential } = JSON.parse(ballot) as { credential: string };
    return checkBallot(utf8(ballot), read, new Fixed(read.publicKey), new Set([credential])).answers.length === 2;
  });
});
