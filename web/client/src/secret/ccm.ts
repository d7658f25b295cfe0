/** AES-256 in CCM (RFC 3610) with a tag of 8 bytes and no further data, out of the library's CTR and CBC. */

import { cbc, ctr } from "@noble/ciphers/aes";
import { concat, equal } from "../core/encoding";

export const TAG = 8;
const BLOCK = 16;

/** The nonce's and the counter's block: flags, nonce, and a number in the bytes that are left. */
function block(flags: number, nonce: Uint8Array, number: number): Uint8Array {
  const made = new Uint8Array(BLOCK);
  const size = BLOCK - 1 - nonce.length;
  made[0] = flags | (size - 1);
  made.set(nonce, 1);
  for (let i = 0; i < size; i++) made[BLOCK - 1 - i] = Math.floor(number / 256 ** i);
  return made;
}

/** The last block of CBC over length and message. */
function mac(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil(message.length / BLOCK) * BLOCK);
  padded.set(message);
  const all = concat(block(((TAG - 2) / 2) << 3, nonce, message.length), padded);
  return cbc(key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(all).slice(-BLOCK);
}

/** Encrypt the tag's block (counter 0) and a message (from counter 1), or decrypt them: it is the same. */
function counted(key: Uint8Array, nonce: Uint8Array, tag: Uint8Array, message: Uint8Array): Uint8Array {
  return ctr(key, block(0, nonce, 0)).encrypt(concat(tag, message));
}

/** The ciphertext with its tag. */
export function seal(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Uint8Array {
  const made = counted(key, nonce, mac(key, nonce, message), message);
  return concat(made.subarray(BLOCK), made.subarray(0, TAG));
}

/** The message; null where it was altered, or sealed with another key. */
export function open(key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array | null {
  if (data.length < TAG) return null;
  const tag = new Uint8Array(BLOCK);
  tag.set(data.subarray(data.length - TAG));
  const made = counted(key, nonce, tag, data.subarray(0, data.length - TAG));
  const message = made.slice(BLOCK);
  return equal(mac(key, nonce, message).subarray(0, TAG), made.subarray(0, TAG)) ? message : null;
}
