/** The secret in a representative's QR card, and the key that grows from it. */

import { hkdf } from "@noble/hashes/hkdf";
import { sha256 } from "@noble/hashes/sha2";
import { crockford, fromCrockford } from "./crockford";
import { concat, must, utf8 } from "./encoding";
import { type KeyPair, keyPair, thumbprintBytes } from "./ed25519";

/** A card that was read: its key, and the anchor of the community that issued it. */
export interface Card {
  readonly key: KeyPair;
  readonly anchor: string;
}

/** The 16 secret bytes of a token, as scanned or typed; its last 12 bits must be their checksum. */
export function tokenBytes(token: string): Uint8Array {
  const all = fromCrockford(bare(token), 140);
  const secret = all.slice(0, 16);
  must(crockford(concat(secret, sha256(secret)), 140) === crockford(all, 140), "the token has a slip in it");
  return secret;
}

/** The key of a token. */
export function tokenKey(secret: Uint8Array): KeyPair {
  return keyPair(hkdf(sha256, secret, undefined, utf8("hearing/token/v1"), 32));
}

/** Read `TOKEN.ANCHOR`. */
export function parseCard(fragment: string): Card {
  const parts = fragment.split(".");
  must(parts.length === 2, "not a card");
  const [token, anchor] = parts as [string, string];
  return { key: tokenKey(tokenBytes(token)), anchor: crockford(fromCrockford(bare(anchor), 80), 80) };
}

function bare(typed: string): string {
  return typed.replace(/[\s-]/g, "");
}

/** The anchor of a community: the first 80 bits of its root key's thumbprint. */
export function anchorOf(rootKey: Uint8Array): string {
  return crockford(thumbprintBytes(rootKey), 80);
}
