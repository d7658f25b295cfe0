/** Ed25519 keys and signatures, strictly: one verdict for every signature, whatever the library. */

import { etc, getPublicKey, Point, sign as edSign } from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2";
import { b64url, concat, equal, hex, utf8 } from "./encoding";

etc.sha512Sync = (...parts: Uint8Array[]) => sha512(concat(...parts));

const ORDER = BigInt("0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");

/** A key pair; `seed` is the 32 secret bytes, `kid` the RFC 7638 thumbprint of the public key. */
export interface KeyPair {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly kid: string;
}

/** The key pair that grows from 32 secret bytes. */
export function keyPair(seed: Uint8Array): KeyPair {
  const publicKey = getPublicKey(seed);
  return { seed, publicKey, kid: thumbprint(publicKey) };
}

/** The 32 bytes of the RFC 7638 thumbprint of an Ed25519 public key. */
export function thumbprintBytes(publicKey: Uint8Array): Uint8Array {
  return sha256(utf8(`{"crv":"Ed25519","kty":"OKP","x":"${b64url(publicKey)}"}`));
}

/** The key id: the thumbprint, b64url. */
export function thumbprint(publicKey: Uint8Array): string {
  return b64url(thumbprintBytes(publicKey));
}

/** The 64-byte signature of a message. */
export function sign(message: Uint8Array, key: KeyPair): Uint8Array {
  return edSign(message, key.seed);
}

const points = new Map<string, Point | null>();

/** The point of a public key, or null unless it is canonical and of prime order. */
function point(publicKey: Uint8Array): Point | null {
  const name = hex(publicKey);
  let found = points.get(name);
  if (found === undefined) {
    found = null;
    try {
      const candidate = Point.fromBytes(publicKey);
      if (!candidate.is0() && candidate.isTorsionFree()) found = candidate;
    } catch {
      // not on the curve, or a second spelling of a point
    }
    points.set(name, found);
  }
  return found;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));
}

/** Whether 32 bytes are a public key that an honest signer can have. */
export function isPublicKey(bytes: Uint8Array): boolean {
  return bytes.length === 32 && point(bytes) !== null;
}

/** RFC 8032 without cofactor: S < ℓ, key canonical and of prime order, R not neutral and compared as bytes. */
export function verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const key = point(publicKey);
  const s = littleEndian(signature.subarray(32));
  if (!key || s >= ORDER) return false;
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512(concat(r, publicKey, message))) % ORDER;
  const expected = Point.BASE.multiply(s, false).add(key.multiply(k, false).negate());
  return !expected.is0() && equal(r, expected.toBytes());
}
