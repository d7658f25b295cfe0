/** The documents that acts name by their hash (docs/spec.md, section 9): notice, roll, openings, minutes, comments. */

import { Malformed, must, text } from "../core/encoding";
import { attempt } from "./findings";
import { hearingId, holders, member, memberId, threshold } from "./kinds";
import {
  bytes32,
  choice,
  hash,
  isBlank,
  listOf,
  localId,
  object,
  type Of,
  oneOf,
  optional,
  pattern,
  said,
  time,
  words,
} from "./schema";

export type Text = Of<typeof said>;

export const notice = object({
  v: oneOf(1),
  community: object({ id: localId, name: said, zone: pattern(/^[A-Za-z0-9_+/-]{1,64}$/) }),
  kind: oneOf("assembly", "representatives", "hearing", "coordination", "appraisal", "council", "owners"),
  title: said,
  place: said,
  starts: time,
  agenda: listOf(
    object({ id: localId, title: said, text: said, ballot: oneOf("named", "secret", "none"), questions: listOf(hash) }),
  ),
  keys: optional(object({ holders, threshold })),
});
export type Notice = Of<typeof notice>;

export const roll = object({ v: oneOf(1), members: listOf(member) });
export const minutes = object({ v: oneOf(1), remarks: words(4000) });
export const openings = object({
  v: oneOf(1),
  poll: hash,
  openings: listOf(object({ ballot: hash, salt: bytes32, choice })),
});
/** Who is who on the roll: the second file, which an authorised auditor brings along. */
export const rollOpenings = object({
  v: oneOf(1),
  hearing: hearingId,
  members: listOf(object({ id: memberId, name: words(Infinity), salt: bytes32, token: bytes32 })),
});
export type RollEntry = Of<typeof rollOpenings>["members"][number];

/** Read a comment: 32 random bytes, then 1 to 500 characters for people. */
export function readComment(bytes: Uint8Array): string {
  const comment = text(bytes.subarray(32));
  must(!isBlank(comment) && Array.from(comment).length <= 500, "not a comment's length");
  must(!/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(comment), "not for people");
  // Random bytes are practically never UTF-8: a whole text may be the double of another document.
  must(attempt(() => text(bytes)) instanceof Malformed, "no random bytes");
  return comment;
}
