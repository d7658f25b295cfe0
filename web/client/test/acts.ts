/** One act of each kind that a browser signs. */

import * as say from "../src/core/acts";
import * as keys from "../src/keys/acts";
import { commitment, seal } from "../src/core/ballot";
import { keyPair } from "../src/core/ed25519";
import { b64url } from "../src/core/encoding";
import { tokenKey } from "../src/core/token";

const HEARING = "abcdefghjkmn";
const HASH = "0123456789abcdef".repeat(4);
const MEMBER = "m0123456789";
const device = keyPair(new Uint8Array(32).fill(9));
const card = tokenKey(new Uint8Array(16).fill(5));
const head = { size: 9007199254740991, root: HASH };
const REASON = 'Because "quoted" \\ — 理由 🏠';
// Members in another order than they are signed in.
const member = {
  weights: { heads: 0 },
  unit: "3号楼",
  role: "desk" as const,
  id: MEMBER,
  commitment: HASH,
};
const opening = seal('"for"');

const said = [
  say.openHearing(),
  say.grantRole(member),
  say.endRole(MEMBER, REASON),
  say.amendRoll([{ ...member, role: "representative", weights: { heads: 1, area: 8950 } }], [MEMBER], REASON),
  say.revokeDevice(b64url(device.publicKey), REASON, true),
  say.comeIn(MEMBER, "012345"),
  say.comeIn(MEMBER, null),
  say.goOut(MEMBER),
  say.callItem("stalls"),
  say.postComment("stalls", HASH),
  say.hideComment(HASH, REASON),
  say.eraseBlob(HASH, REASON),
  say.requestFloor("stalls"),
  say.withdrawFloor(HASH),
  say.giveFloor(HASH, 180),
  say.endFloor(HASH),
  say.openPoll("stalls", HASH, "2026-11-21T08:00:00.000Z"),
  say.openPoll("stalls", HASH, null),
  say.castSealed(HASH, null, commitment(opening)),
  say.castLive(HASH, HASH, '"against"'),
  say.castLive(HASH, HASH, '["b","a"]'),
  say.castLive(HASH, HASH, '{"2":2,"1":1,"a":0}'),
  say.closePoll(HASH),
  say.openBallot(HASH, HASH, opening.salt, opening.choice),
  say.offerCredential("1".repeat(22), commitment(opening)),
  say.objectToSetup(HASH, opening.salt, '{"credential":"1","proof":{"challenge":"2","response":"3"}}'),
  say.voidPoll(HASH, REASON),
  say.drawLot(HASH, "3 6 1"),
  say.cosign(HASH),
  say.publishMinutes(HASH),
  say.adjourn(),
  keys.sendCertificate(HASH),
  keys.sendPolynomial(HASH),
  keys.sendShare(HASH),
  keys.acceptKeys(HASH),
  keys.refuseMessage(HASH, REASON),
  keys.restartKeys([MEMBER], 1, REASON),
  keys.decryptTally(HASH, HASH),
];

export const acts = {
  acts: [
    ...said.map((each) => say.signAct(each, HEARING, head, device)),
    say.signEnrol(HEARING, head, { member: MEMBER, salt: opening.salt }, card, device, say.newNonce(), null),
  ],
  device: b64url(device.publicKey),
  card: b64url(card.publicKey),
};
