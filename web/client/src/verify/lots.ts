/** The public lot: what was rolled in the hall decides between options that are tied (docs/spec.md: lot.draw). */

import { sha256 } from "@noble/hashes/sha2";
import { concat, hex, utf8 } from "../core/encoding";
import { allow } from "./findings";
import type { ActOf } from "./kinds";
import { ids } from "./question";
import type { Handler, Poll, State } from "./state";

export const drawLot: Handler<ActOf<"lot.draw">> = (state, act, place, signer) => {
  allow(isTied(state.poll(act.poll)), "no-tie");
  state.pending.set(place.leaf, { act, signer: signer.seat });
};

/** A supervisor has signed: the lot is drawn, and the poll needs its result anew. */
export function drawCosigned(state: State, act: ActOf<"lot.draw">): void {
  const poll = state.poll(act.poll);
  allow(isTied(poll), "no-tie");
  poll.lot = order(`${state.root(poll.closedSize) as string}/${act.rolled}/`, ids(poll.question));
  poll.result = poll.recount = null;
}

function isTied({ question, recount, voidReason }: Poll): boolean {
  return voidReason === null && question.rule.tie !== "revote" && recount !== null && recount.decision === "tied";
}

/** The options in the order in which they are drawn, by the construction of RFC 3797 with SHA-256. */
function order(line: string, options: readonly string[]): readonly string[] {
  const key = utf8(hex(sha256(utf8(line))));
  const left = options.slice();
  return options.map((_option, number) => {
    const counter = Uint8Array.of(number >> 8, number & 255);
    const digest = BigInt(`0x${hex(sha256(concat(counter, key, counter)))}`);
    return left.splice(Number(digest % BigInt(left.length)), 1)[0] as string;
  });
}
