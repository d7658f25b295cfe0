/** Bytes as text and back, strictly: each value has one spelling, and any other is refused. */

/** Text that is not what it should be: a key, a note, a receipt, a card. */
export class Malformed extends Error {}

/** Throw `Malformed` unless `condition` holds. */
export function must(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Malformed(what);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; anything that is not UTF-8 is `Malformed`. */
export function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Malformed("not UTF-8");
  }
}

/** Whether two byte strings are the same. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Byte strings one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes as lower-case hex. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
}

/** Lower-case hex to bytes. */
export function fromHex(value: string): Uint8Array {
  must(/^([0-9a-f]{2})*$/.test(value), "not hex");
  return Uint8Array.from(value.match(/../g) || [], (pair) => parseInt(pair, 16));
}

/** Bytes to base64 as RFC 4648 §4 has it, with padding. */
export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Base64 with padding to bytes; blanks and stray bits are `Malformed`. */
export function fromBase64(value: string): Uint8Array {
  must(/^[A-Za-z0-9+/]*=*$/.test(value) && value.length % 4 === 0, "not base64");
  const binary = atob(value);
  must(btoa(binary) === value, "not base64");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Bytes to base64url without padding (RFC 4648 §5). */
export function b64url(bytes: Uint8Array): string {
  return base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

/** Base64url without padding to bytes; with `length`, exactly so many. */
export function fromB64url(value: string, length?: number): Uint8Array {
  must(/^[A-Za-z0-9_-]*$/.test(value), "not base64url");
  const padding = "=".repeat((4 - (value.length % 4)) % 4);
  const bytes = fromBase64(value.replace(/-/g, "+").replace(/_/g, "/") + padding);
  must(length === undefined || bytes.length === length, "another length");
  return bytes;
}

/** So many random bytes from the device's own generator. */
export function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
