/**
 * A key holder's seed on a printed sheet, locked with a passphrase.
 *
 *     HK1.  then Crockford base32 of  salt (16) ‖ the seed's 22 characters, AES-256-GCM with tag (38) ‖ checksum (4)
 *
 * The key is scrypt (N = 2^15, r = 8, p = 1) of the passphrase, in NFKC and without blanks around it. The salt is
 * new for every sheet, so no key is used twice and the nonce may be zero. The checksum, of SHA-256, covers what stands
 * before it: what was read wrongly is told apart from a wrong passphrase. Upper-case letters and digits alone, so
 * that a QR code of it is small and it can be typed.
 */

import { gcm } from "@noble/ciphers/aes";
import { scrypt } from "@noble/hashes/scrypt";
import { sha256 } from "@noble/hashes/sha2";
import { crockford, fromCrockford } from "../core/crockford";
import { concat, equal, Malformed, random, text, utf8 } from "../core/encoding";
import { hold } from "./form";
import { SHORTEST } from "../keys/sizes";
import { keysOf } from "./pki";

const VERSION = "HK1.";
const SALT = 16;
const SEALED = 22 + 16;
const CHECK = 4;
const BITS = (SALT + SEALED + CHECK) * 8;

/** What is printed as a QR code. */
export function lock(seed: string, passphrase: string): string {
  keysOf(seed);
  hold(spelled(passphrase).length >= SHORTEST, "short", "$", `a passphrase has at least ${SHORTEST} characters`);
  const salt = random(SALT);
  const body = concat(salt, cipher(passphrase, salt).encrypt(utf8(seed)));
  return VERSION + crockford(concat(body, checksum(body)), BITS);
}

/**
 * The seed on a sheet that was scanned or typed.
 * @throws Fault `other` (not such a sheet), `misread` (a slip in it), `passphrase` (not the one it was locked with)
 */
export function unlock(sheet: string, passphrase: string): string {
  const read = sheet.replace(/[\s-]/g, "").toUpperCase();
  hold(read.startsWith(VERSION), "other", "$", "not a sheet of a key holder");
  const body = bodyOf(read.slice(VERSION.length));
  hold(body, "misread", "$", "the sheet was misread: scan it again, or compare letter by letter");
  let seed = "";
  try {
    seed = text(cipher(passphrase, body.subarray(0, SALT)).decrypt(body.subarray(SALT)));
  } catch {
    // the tag does not fit
  }
  hold(seed, "passphrase", "$", "another passphrase than the one that the sheet was locked with");
  return seed;
}

function bodyOf(letters: string): Uint8Array | null {
  try {
    const all = fromCrockford(letters, BITS);
    const body = all.slice(0, SALT + SEALED);
    return equal(all.subarray(SALT + SEALED), checksum(body)) ? body : null;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

function checksum(body: Uint8Array): Uint8Array {
  return sha256(concat(utf8(VERSION), body)).slice(0, CHECK);
}

function spelled(passphrase: string): string {
  return passphrase.normalize("NFKC").trim();
}

function cipher(passphrase: string, salt: Uint8Array): ReturnType<typeof gcm> {
  const key = scrypt(utf8(spelled(passphrase)), salt, { N: 2 ** 15, r: 8, p: 1, dkLen: 32 });
  return gcm(key, new Uint8Array(12), utf8(VERSION));
}
