/** The hash tree of RFC 6962 and the two proofs of RFC 9162 §2.1, over SHA-256. */

import { sha256 } from "@noble/hashes/sha2";
import { concat, equal } from "./encoding";

/** The hash of an entry's bytes as a leaf. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(0), entry));
}

/** The hash of two subtrees. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(Uint8Array.of(1), left, right));
}

const half = (n: number): number => Math.floor(n / 2);
const odd = (n: number): boolean => n % 2 === 1;

/** Whether `leaf` is number `index` of the `size` leaves under `root` (RFC 9162 §2.1.3.2). */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (odd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!odd(node) && node) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(hash, root);
}

/** Whether the tree of `size` leaves begins with the tree of `oldSize` (RFC 9162 §2.1.4.2). */
export function isConsistent(
  oldSize: number,
  oldRoot: Uint8Array,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (oldSize > size) return false;
  if (oldSize === size) return !proof.length && equal(oldRoot, root);
  if (oldSize === 0) return !proof.length && equal(oldRoot, sha256(new Uint8Array()));
  let node = oldSize - 1;
  let last = size - 1;
  while (odd(node)) [node, last] = [half(node), half(last)];
  const path = node ? proof.slice() : [oldRoot, ...proof];
  const seed = path.shift();
  if (!seed) return false;
  let [before, after] = [seed, seed];
  for (const sibling of path) {
    if (last === 0) return false;
    if (odd(node) || node === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (!odd(node) && node) [node, last] = [half(node), half(last)];
    } else {
      after = nodeHash(after, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && equal(before, oldRoot) && equal(after, root);
}
