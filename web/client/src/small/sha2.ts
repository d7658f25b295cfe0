/**
 * SHA-256 and SHA-512 (FIPS 180-4) in little space, for the phone page, where every kilobyte counts.
 *
 * Stands in for `@noble/hashes/sha2` there (docs/decisions/0004-browser-client.md): a tenth of the size, slower,
 * and quite fast enough for the few kilobytes that a phone hashes. Words of both widths are BigInts, and the
 * tables are computed as the standard defines them.
 */

/** The first 64 bits of the fractional parts of the `degree`-th roots of the first `count` primes (§4.2, §5.3). */
function roots(count: number, degree: bigint): bigint[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  return primes.map((prime) => {
    const power = BigInt(prime) << (64n * degree);
    let root = 0n;
    for (let bit = 1n << 68n; bit; bit >>= 1n) if ((root + bit) ** degree <= power) root += bit;
    return BigInt.asUintN(64, root);
  });
}

const K = roots(80, 3n);
const START = roots(8, 2n);

/** Rotations of Σ0, Σ1, σ0, σ1; the last of each σ is a shift. */
type Turns = readonly (readonly [number, number, number])[];

function sha2(bits: number, rounds: number, turns: Turns): (message: Uint8Array) => Uint8Array {
  const word = (value: bigint): bigint => BigInt.asUintN(bits, value);
  const cut = BigInt(64 - bits);
  const width = BigInt(bits);
  const mix = (which: number, x: bigint): bigint =>
    (turns[which] as readonly number[]).reduce((sum, turn, i) => {
      const right = x >> BigInt(turn);
      return sum ^ (which > 1 && i > 1 ? right : right | word(x << (width - BigInt(turn))));
    }, 0n);
  return (message) => {
    const block = bits * 2; // bytes
    const padded = new Uint8Array(Math.ceil((message.length + 1 + bits / 4) / block) * block);
    padded.set(message);
    padded[message.length] = 128;
    new DataView(padded.buffer).setUint32(padded.length - 4, message.length * 8);
    const state = START.map((value) => value >> cut);
    for (let at = 0; at < padded.length; at += block) {
      const w: bigint[] = [];
      let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
      for (let t = 0; t < rounds; t++) {
        const past = (n: number): bigint => w[t - n] as bigint;
        if (t < 16) {
          w[t] = 0n;
          for (let i = 0; i < bits / 8; i++) w[t] = (past(0) << 8n) | BigInt(padded[at + (t * bits) / 8 + i] as number);
        } else {
          w[t] = word(past(16) + mix(2, past(15)) + past(7) + mix(3, past(2)));
        }
        const one = h + mix(1, e) + ((e & f) ^ (~e & g)) + ((K[t] as bigint) >> cut) + past(0);
        const two = mix(0, a) + ((a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, word(d + one), c, b, a, word(one + two)];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = word((state[i] as bigint) + value)));
    }
    const digest = new Uint8Array(bits);
    return digest.map((_, i) => Number((state[(i * 8) / bits | 0] as bigint) >> BigInt(bits - 8 - ((i * 8) % bits)) & 255n));
  };
}

/** SHA-256 of a message of under 512 MiB. */
export const sha256 = sha2(32, 64, [[2, 13, 22], [6, 11, 25], [7, 18, 3], [17, 19, 10]]);

/** SHA-512 of a message of under 512 MiB. */
export const sha512 = sha2(64, 80, [[28, 34, 39], [14, 18, 41], [1, 8, 7], [19, 61, 6]]);
