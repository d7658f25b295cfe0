/** A growing tree (RFC 6962) that knows its root at every size so far. */

import { sha256 } from "@noble/hashes/sha2";
import { hex } from "../core/encoding";
import { nodeHash } from "../core/merkle";

export class Tree {
  /** The hashes of complete subtrees: of one leaf, of two, of four … */
  private readonly levels: Uint8Array[][] = [[]];
  private readonly known = new Map<number, string>();

  get size(): number {
    return (this.levels[0] as Uint8Array[]).length;
  }

  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let level = 0; ; level++) {
      const nodes = this.levels[level] || (this.levels[level] = []);
      nodes.push(hash);
      if (nodes.length % 2) return;
      hash = nodeHash(nodes[nodes.length - 2] as Uint8Array, hash);
    }
  }

  /** The hash of one leaf in hex; empty where there is none. */
  leaf(index: number): string {
    const leaf = (this.levels[0] as Uint8Array[])[index];
    return leaf ? hex(leaf) : "";
  }

  /** The root in hex of the first `size` entries, or null where there are not so many. */
  root(size: number): string | null {
    if (size > this.size) return null;
    let root = this.known.get(size);
    if (root === undefined) this.known.set(size, (root = hex(this.compute(size))));
    return root;
  }

  private compute(size: number): Uint8Array {
    let root: Uint8Array | null = null;
    this.levels.forEach((nodes, level) => {
      const complete = Math.floor(size / 2 ** level);
      if (complete % 2 === 0) return;
      const node = nodes[complete - 1] as Uint8Array;
      root = root ? nodeHash(node, root) : node;
    });
    return root || sha256(new Uint8Array());
  }
}
