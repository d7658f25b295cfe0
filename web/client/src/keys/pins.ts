/** What this device knows of a record by itself, held against a bundle: the anchor, heads, and its own receipts. */

import { fromB64url } from "../core/encoding";
import type { Head } from "../core/acts";
import type { Trust } from "../core/community";
import { anchorOf } from "../core/token";
import type { Audited } from "../verify/audit";
import { finding, type Finding } from "../verify/findings";

/** A receipt that this device has verified: the act's leaf hash and place. */
export interface Proof {
  readonly leaf: string;
  readonly seq: number;
}

export interface Pins {
  readonly trust: Trust;
  readonly heads: readonly Head[];
  readonly proofs: readonly Proof[];
}

/** Whether a bundle ends before something that this device has seen: a newer one is to be had. */
export function isOlder({ heads, proofs }: Pins, size: number): boolean {
  return heads.some((head) => head.size > size) || proofs.some(({ seq }) => seq >= size);
}

/** Everything in a bundle that is not the record which this device knows. */
export function checkPins({ trust, heads, proofs }: Pins, { state, log }: Audited): Finding[] {
  const act = state && state.convene;
  if (!act) return [finding("pinned-other", "log.jsonl:0")];
  const found: Finding[] = [];
  const same =
    act.hearing === trust.hearing &&
    act.origin === trust.origin &&
    act.service === trust.service &&
    anchorOf(fromB64url(act.root, 32)) === trust.anchor &&
    log.tree.root(1) === trust.genesis;
  if (!same) found.push(finding("pinned-other", "log.jsonl:0"));
  for (const { size, root } of heads) {
    if (size <= log.tree.size && log.tree.root(size) !== root) found.push(finding("pinned-head", "checkpoint", size));
  }
  for (const { seq, leaf } of proofs) {
    if (seq < log.tree.size && log.tree.leaf(seq) !== leaf) found.push(finding("pinned-receipt", `log.jsonl:${seq}`));
  }
  return found;
}
