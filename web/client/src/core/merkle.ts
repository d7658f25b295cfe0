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

const half = (n: number): number => Math.floor(n / 2); // sizes go beyond 32 bits
const odd = (n: number): boolean => n % 2 === 1;

/**
 * Climb from a node to the root of a tree whose last node on that level is `last`.
 * Returns the root that the siblings lead to, and the root of the tree that ends with the node itself;
 * null where there are too many siblings or too few.
 */
function climb(
  start: Uint8Array,
  siblings: readonly Uint8Array[],
  node: number,
  last: number,
): [Uint8Array, Uint8Array] | null {
  let [whole, ended] = [start, start];
  for (const sibling of siblings) {
    if (!last) return null;
    if (odd(node) || node === last) {
      whole = nodeHash(sibling, whole);
      ended = nodeHash(sibling, ended);
      while (!odd(node) && node) [node, last] = [half(node), half(last)];
    } else {
      whole = nodeHash(whole, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last ? null : [whole, ended];
}

/** Whether `leaf` is number `index` of the `size` leaves under `root` (RFC 9162 §2.1.3.2). */
export function isIncluded(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const roots = index < size && climb(leaf, path, index, size - 1);
  return roots ? equal(roots[0], root) : false;
}

/** Whether the tree of `size` leaves begins with the tree of `oldSize` (RFC 9162 §2.1.4.2). */
export function isConsistent(
  oldSize: number,
  oldRoot: Uint8Array,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (oldSize === size) return !proof.length && equal(oldRoot, root);
  if (!oldSize) return !proof.length && equal(oldRoot, sha256(new Uint8Array()));
  let [node, last] = [oldSize - 1, size - 1];
  while (odd(node)) [node, last] = [half(node), half(last)];
  const [start, ...siblings] = node ? proof : [oldRoot, ...proof];
  const roots = start && oldSize < size && climb(start, siblings, node, last);
  return roots ? equal(roots[0], root) && equal(roots[1], oldRoot) : false;
}
