/**
 * Private messages between key holders: signed, addressed and sealed, over public channels.
 *
 * A key holder keeps one secret, a seed of 22 characters. Everything else that is private follows from the seed and
 * from messages that anybody may see. Faults: `seed`, `signature`, `sealed` (altered, or for another key),
 * `recipient` (written for somebody else), and those of form and elements.
 */

import { sha256 } from "@noble/hashes/sha2";
import { fromHex, hex, Malformed, must, text, utf8 } from "../core/encoding";
import { pattern, words, write } from "../verify/schema";
import { open, seal, TAG } from "./ccm";
import { BASE58 } from "./election";
import { decode, hold, record } from "./form";
import { fromBytes, p, power, Powers, q, type Random, readElement } from "./group";
import { checkLog, proofShape, proveLog, readProof, type WireProof, writeProof } from "./proofs";

const SEED = /^[1-9A-HJ-NP-Za-km-z]{22}$/;

/** The keys of a seed: exponents to sign and to decrypt, elements to verify and to encrypt. */
export interface Keys {
  readonly sign: bigint;
  readonly decrypt: bigint;
  readonly verify: bigint;
  readonly encrypt: bigint;
}

export const signedShape = record({ message: words(Infinity), signature: proofShape });
/** A text with its author's signature; who the author is does not stand in it. */
export type SignedMessage = ReturnType<typeof signedShape>;

const sealedShape = record({
  alpha: words(Infinity),
  beta: words(Infinity),
  data: pattern(/^([0-9a-f]{2}){8,}$/),
});
const addressedShape = record({ recipient: words(Infinity), message: words(Infinity) });

/** A new seed. Whoever has it is the key holder. */
export function newSeed(random: Random): string {
  return Array.from({ length: 22 }, () => BASE58.charAt(Number(random(58n)))).join("");
}

/** The keys that a seed stands for; throws `seed`, without repeating what was given. */
export function keysOf(seed: string): Keys {
  hold(SEED.test(seed), "seed", "$", "a seed has 22 characters of Base58");
  const [sign, decrypt] = ["sk", "dk"].map((purpose) => fromBytes(sha256(utf8(`${purpose}|${seed}`))) % q) as [
    bigint,
    bigint,
  ];
  return { sign, decrypt, verify: power(sign), encrypt: power(decrypt) };
}

/** A signature of a text. */
export function signText(key: bigint, message: string, random: Random): WireProof {
  return writeProof(proveLog(`sigmsg|${message}`, key, random));
}

/** Throw `signature` unless the holder of the key signed this. */
export function checkSignature(key: bigint, message: string, signature: WireProof): void {
  let good = false;
  try {
    good = checkLog(`sigmsg|${message}`, new Powers(key), readProof(signature));
  } catch (error) {
    must(error instanceof Malformed, String(error));
  }
  hold(good, "signature", "$", "the signature is not by this key over this text");
}

/** A text with its signature. */
export function signed(key: bigint, message: string, random: Random): SignedMessage {
  return { message, signature: signText(key, message, random) };
}

/** Seal a text for the holder of an encryption key: ElGamal for a fresh key, AES-256-CCM for the text. */
export function encrypt(key: bigint, message: string, random: Random): string {
  const [r, k] = [random(q), random(q)];
  const [alpha, shared] = [power(r), power(k)];
  const raw = utf8(message);
  const data = hex(seal(cipherKey(shared), nonce(alpha, raw.length), raw));
  return write({ alpha: String(alpha), beta: String((new Powers(key).power(r) * shared) % p), data });
}

/** Throw unless the text has the form of what `encrypt` makes; what is in it only its reader can tell. */
export function checkSealed(sealed: string): void {
  opened(sealed);
}

/** Open what `encrypt` sealed, with the exponent for decryption. */
export function decrypt(key: bigint, sealed: string): string {
  const { alpha, beta, data } = opened(sealed);
  const shared = (beta * alpha.power(q - key)) % p;
  const message = open(cipherKey(shared), nonce(alpha.element, data.length - TAG), data);
  hold(message, "sealed", "$", "the message was altered, or sealed for another key");
  return text(message);
}

/** Sign a text for one recipient and seal it. */
export function send(key: bigint, recipient: bigint, message: string, random: Random): string {
  const addressed = write({ recipient: String(recipient), message });
  return encrypt(recipient, write(signed(key, addressed, random)), random);
}

/** Open what was sent to the holder of these keys by the holder of a verification key. */
export function receive(keys: Keys, sender: bigint, sealed: string): string {
  const { message, signature } = decode(utf8(decrypt(keys.decrypt, sealed)), signedShape);
  checkSignature(sender, message, signature);
  const addressed = decode(utf8(message), addressedShape);
  hold(addressed.recipient === String(keys.encrypt), "recipient", "$", "the message was written for somebody else");
  return addressed.message;
}

function opened(sealed: string): { alpha: Powers; beta: bigint; data: Uint8Array } {
  const { alpha, beta, data } = decode(utf8(sealed), sealedShape);
  return { alpha: readElement(alpha), beta: readElement(beta).element, data: fromHex(data) };
}

function cipherKey(shared: bigint): Uint8Array {
  return sha256(utf8(`key|${shared}`));
}

/** As long as CCM allows for a message of `size` bytes: what is left of 15 bytes for its length, at least two. */
function nonce(alpha: bigint, size: number): Uint8Array {
  return sha256(utf8(`iv|${alpha}`)).slice(0, size < 65536 ? 13 : 12);
}
