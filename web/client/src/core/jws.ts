/** Acts as compact JWS (RFC 7515, 8037, 9864), with one header, spelt one way. */

import { type KeyPair, sign, thumbprint, verify } from "./ed25519";
import { b64url, fromB64url, must, text, utf8 } from "./encoding";

/** A compact JWS taken apart; its signature is not verified yet. */
export interface Jws {
  readonly kid: string;
  readonly payload: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

function header(kid: string): string {
  return `{"alg":"Ed25519","kid":"${kid}","typ":"hearing-act+jws"}`;
}

/** Sign a payload: `header.payload.signature`. */
export function signJws(payload: Uint8Array, key: KeyPair): string {
  const signed = `${b64url(utf8(header(key.kid)))}.${b64url(payload)}`;
  return `${signed}.${b64url(sign(utf8(signed), key))}`;
}

/** Take a compact JWS apart; only our one header, spelt our one way, is accepted. */
export function splitJws(jws: string): Jws {
  const parts = jws.split(".");
  must(parts.length === 3, "not a JWS");
  const [head, payload, signature] = parts as [string, string, string];
  const protectedHeader = text(fromB64url(head));
  const kid = (/"kid":"([^"]*)"/.exec(protectedHeader) || [])[1] || "";
  fromB64url(kid, 32);
  must(protectedHeader === header(kid), "another header");
  return {
    kid,
    payload: fromB64url(payload),
    signed: utf8(`${head}.${payload}`),
    signature: fromB64url(signature, 64),
  };
}

/** Whether a JWS is signed by this very key, under the key id that belongs to it. */
export function verifyJws(jws: Jws, publicKey: Uint8Array): boolean {
  return jws.kid === thumbprint(publicKey) && verify(jws.signature, jws.signed, publicKey);
}
