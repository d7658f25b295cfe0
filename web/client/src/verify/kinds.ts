/** Every kind of act as it must be written (docs/spec.md, sections 4 and 12). */

import { must } from "../core/encoding";
import {
  bytes32,
  bytes64,
  choice,
  flag,
  hash,
  integer,
  isBlank,
  listOf,
  localId,
  mapOf,
  object,
  type Of,
  oneOf,
  optional,
  orNull,
  parseJson,
  pattern,
  readCanonical,
  type Shape,
  time,
  words,
} from "./schema";

export const hearingId = pattern(/^[0-9abcdefghjkmnpqrstvwxyz]{12}$/);
export const memberId = pattern(/^m[0-9abcdefghjkmnpqrstvwxyz]{10}$/);
/** A line for people: not blank, no control characters, nothing that turns the direction of writing. */
const reason: Shape<string> = (value) => {
  const said = words(200)(pattern(/^[^\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]+$/)(value));
  must(!isBlank(said), "a blank reason");
  return said;
};

/** Numbers as they were rolled, one blank between them. */
const rolled: Shape<string> = (value) => words(100)(pattern(/^(0|[1-9][0-9]*)( (0|[1-9][0-9]*))*$/)(value));

/** One entry of the roll. */
export const member = object({
  id: memberId,
  role: oneOf("chair", "supervisor", "desk", "representative", "observer"),
  commitment: hash,
  weights: mapOf(integer(0)),
  unit: words(64),
});
export type Member = Of<typeof member>;

/** Who holds the keys of secret polls, in the order of their shares; and how many of them open one together. */
export const holders = listOf(memberId, 1, 9);
export const threshold = integer(1, 9);
/** The id of an election. */
const uuid = pattern(/^[1-9A-HJ-NP-Za-km-z]{22}$/);
/** A SHA-256 in base64 without padding, as encrypted ballots have it. */
const digest = pattern(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/);

const MEMBERS = {
  "hearing.convene": {
    origin: pattern(/^[a-z0-9.:-]{1,100}\/h\/[0-9a-z]{12}(\/rehearsal)?$/),
    rehearsal: flag,
    community: localId,
    root: bytes32,
    service: bytes32,
    notice: hash,
    roll: hash,
  },
  "hearing.open": {},
  "role.grant": { member },
  "role.end": { member: memberId, reason },
  "roll.amend": { add: listOf(member), remove: listOf(memberId), reason },
  "device.enrol": {
    member: memberId,
    token: bytes32,
    salt: bytes32,
    device: bytes32,
    proof: bytes64,
    consent: orNull(bytes64),
  },
  "device.revoke": { device: bytes32, reason, reballot: flag },
  "presence.in": { member: memberId, code: orNull(pattern(/^[0-9]{6}$/)) },
  "presence.out": { member: memberId },
  "item.call": { item: localId },
  "comment.post": { item: localId, text: hash },
  "comment.hide": { comment: hash, reason },
  "blob.erase": { blob: hash, reason },
  "floor.request": { item: localId },
  "floor.withdraw": { request: hash },
  "floor.give": { request: hash, seconds: integer(10, 3600) },
  "floor.end": { request: hash },
  "poll.open": { item: localId, question: hash, closes: orNull(time) },
  "ballot.cast": { poll: hash, replaces: orNull(hash), commitment: optional(bytes32), choice: optional(choice) },
  "poll.close": { poll: hash },
  "poll.reveal": { poll: hash, openings: hash },
  "ballot.open": { poll: hash, ballot: hash, salt: bytes32, choice },
  "tally.publish": { poll: hash, result: hash },
  "poll.void": { poll: hash, reason },
  "lot.draw": { poll: hash, rolled },
  "act.cosign": { target: hash },
  "minutes.publish": { minutes: hash },
  "hearing.adjourn": {},
  "key.certificate": { message: hash },
  "key.polynomial": { message: hash },
  "key.share": { message: hash },
  "key.accept": { trustees: hash },
  "key.refuse": { message: hash, reason },
  "key.restart": { holders, threshold, reason },
  "credential.offer": { election: uuid, commitment: bytes32 },
  "poll.setup": { poll: hash, election: hash, trustees: hash, credentials: hash },
  "credential.object": { poll: hash, salt: bytes32, offer: words(1000) },
  "ballot.spoil": { poll: hash, hash: digest, opening: hash },
  "ballot.batch": { poll: hash, ballots: listOf(hash, 1, 500) },
  "key.decrypt": { poll: hash, decryption: hash },
};

export type Kind = keyof typeof MEMBERS;
type MembersOf<K extends Kind> = { readonly [N in keyof (typeof MEMBERS)[K]]: Of<(typeof MEMBERS)[K][N]> };

interface Begin {
  readonly hearing: string;
  readonly nonce: string;
  readonly head: { readonly size: number; readonly root: string };
}
/** An act of one kind. `hearing.convene` has no head. */
export type ActOf<K extends Kind> = Begin & { readonly act: K } & MembersOf<K>;
/** An act of any kind. */
export type Act = { [K in Kind]: ActOf<K> }[Kind];

const SHAPES: { [kind: string]: Shape<unknown> } = {};
for (const kind of Object.keys(MEMBERS)) {
  SHAPES[kind] = object({
    v: oneOf(1),
    hearing: hearingId,
    act: oneOf(kind),
    nonce: pattern(/^[A-Za-z0-9_-]{21}[AQgw]$/),
    ...(kind === "hearing.convene" ? {} : { head: object({ size: integer(1), root: hash }) }),
    ...(MEMBERS as { [kind: string]: { [name: string]: Shape<unknown> } })[kind],
  });
}

/** Read the payload of an act strictly. */
export function readAct(payload: Uint8Array): Act {
  const said = parseJson(payload) as { readonly act?: unknown } | null;
  const kind = String(said && said.act);
  must(Object.prototype.hasOwnProperty.call(SHAPES, kind), "not a kind of act");
  return readCanonical(payload, SHAPES[kind] as Shape<Act>);
}
