/** Crockford base32, for what people copy by hand. */

import { must } from "./encoding";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first `bits` bits, upper-case, filled up with zero bits. */
export function crockford(bytes: Uint8Array, bits: number): string {
  let result = "";
  for (let at = 0; at < bits; at += 5) {
    let digit = 0;
    for (let bit = at; bit < at + 5; bit++) {
      const byte = bit < bits ? (bytes[bit >> 3] as number) : 0;
      digit = (digit << 1) | ((byte >> (7 - (bit & 7))) & 1);
    }
    result += ALPHABET.charAt(digit);
  }
  return result;
}

/** `bits` bits, filled up to whole bytes; upper or lower case, I and L read as 1, O as 0. */
export function fromCrockford(value: string, bits: number): Uint8Array {
  must(/^[0-9A-TV-Z]*$/i.test(value) && value.length === Math.ceil(bits / 5), "not Crockford");
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  let at = 0;
  for (const letter of value.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1")) {
    const digit = ALPHABET.indexOf(letter);
    for (let shift = 4; shift >= 0; shift--, at++) {
      const bit = (digit >> shift) & 1;
      must(at < bits || !bit, "bits left over");
      if (bit) (bytes[at >> 3] as number) |= 128 >> (at & 7);
    }
  }
  return bytes;
}

/** Characters in groups, for reading aloud. */
export function grouped(value: string, size: number): string {
  return (value.match(new RegExp(`.{1,${size}}`, "g")) || []).join("-");
}
