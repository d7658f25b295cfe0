/** Secret polls on a phone: what counts as a receipt, ballots on their way, and what the page says of them. */

import { json, service, wipe } from "./browser";
import "./locale";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Device } from "../src/core/device";
import { keyPair } from "../src/core/ed25519";
import { b64url, hex, Malformed, utf8 } from "../src/core/encoding";
import { signJws } from "../src/core/jws";
import { leafHash } from "../src/core/merkle";
import { Store } from "../src/core/store";
import type { Model } from "../src/page/bind";
import type { Facts } from "../src/phone/model";
import { prove } from "../src/voter/evidence";
import { over, type Voter } from "../src/voter/model";
import { type Boxed, Sender } from "../src/voter/sender";
import { Record } from "./record";

const HEARING = "abcdefghjkmn";
const POLL = "ab".repeat(32);
const ID = "cd".repeat(32);
const ELECTION = "1".repeat(22);
const SEED = new Uint8Array(32).fill(3);
const { kid } = keyPair(SEED);
let record: Record;

/** An act of the record, signed by the service or by somebody else. */
function act(says: object, key = record.key): string {
  return record.append(signJws(utf8(JSON.stringify({ v: 1, hearing: HEARING, ...says })), key));
}

function leaf(): string {
  return hex(leafHash(record.entries[record.entries.length - 1] as Uint8Array));
}

function open(): Device {
  const { origin, noteKey } = record;
  const store = new Store(HEARING);
  const service = b64url(noteKey.publicKey);
  store.set("trust", { hearing: HEARING, community: "c", anchor: "A", origin, service, genesis: record.rootHex(1) });
  store.set("seat", { member: "m", role: "representative", seed: b64url(SEED) });
  return Device.open(HEARING, () => undefined) as Device;
}

function proofs(path: string): Response {
  const { searchParams: q } = new URL(path, "http://hall.example");
  return json({ proof: record.proof(Number(q.get("from")), Number(q.get("to"))) });
}

const ballot: Boxed = { poll: POLL, kind: "ballots", id: ID, hash: "h".repeat(43), body: "{}", state: "waiting" };

async function until(sender: Sender, done: (kept: Boxed) => boolean): Promise<Boxed> {
  for (let i = 0; i < 400 && !done(sender.kept("ballots", POLL) as Boxed); i++) {
    sender.wake();
    await new Promise((go) => setTimeout(go, 5));
  }
  return sender.kept("ballots", POLL) as Boxed;
}

beforeEach(() => {
  wipe();
  record = new Record("hall.example/h/" + HEARING);
  service.answer = async (path) => proofs(path);
});

test("only an act of the right kind, of this hearing, signed by the service, in this record is a proof", async () => {
  const device = open();
  const batch = { act: "ballot.batch", poll: POLL, ballots: [ID] };
  const proven = await prove(device, act(batch), "ballot.batch", true);
  assert.deepEqual(proven.said.ballots, [ID]);
  await assert.rejects(prove(device, act(batch), "poll.setup", true), Malformed);
  const forged = act(batch, keyPair(SEED));
  await assert.rejects(prove(device, forged, "ballot.batch", true), Malformed);
  assert.equal((await prove(device, forged, "ballot.batch", false)).jws.kid, kid);
  await assert.rejects(prove(device, act({ ...batch, hearing: "nmkjhgfedcba" }), "ballot.batch", true), Malformed);
  const other = new Record(record.origin);
  Object.assign(other, { key: record.key });
  other.append("another history");
  const receipt = other.append(signJws(utf8(JSON.stringify({ v: 1, hearing: HEARING, ...batch })), record.key));
  await assert.rejects(prove(device, receipt, "ballot.batch", true));
  assert.ok(device.heads.alarm());
});

test("a ballot is sent as the same bytes, without a cookie, until its receipt verifies", async () => {
  const sent: { path: string; body: unknown; credentials: unknown }[] = [];
  let answer = (): Response => json({ ballot: ID, leaf: null, receipt: null }, 202);
  service.answer = async (path, { body, credentials }) => {
    if (path.indexOf("/consistency") > 0) return proofs(path);
    sent.push({ path, body, credentials });
    if (sent.length < 3) throw new TypeError("lost");
    return answer();
  };
  const first = new Sender(open(), () => undefined);
  first.send(ballot);
  assert.equal((await until(first, ({ state }) => state === "held")).state, "held");
  const reloaded = new Sender(open(), () => undefined);
  const wrong = act({ act: "ballot.batch", poll: POLL, ballots: ["ef".repeat(32)] });
  answer = () => json({ ballot: ID, leaf: leaf(), receipt: wrong });
  await new Promise((go) => setTimeout(go, 50));
  assert.equal((await until(reloaded, () => reloaded.troubled)).state, "held", "a batch without this ballot");
  const receipt = act({ act: "ballot.batch", poll: POLL, ballots: [ID] });
  answer = () => json({ ballot: ID, leaf: leaf(), receipt });
  const kept = await until(reloaded, ({ state }) => state === "received");
  first.wake(); // the other tab finds that all is done
  await new Promise((go) => setTimeout(go, 20));
  assert.equal(kept.receipt, receipt);
  assert.equal(kept.body, ballot.body);
  assert.deepEqual(new Set(sent.map(({ credentials }) => credentials)), new Set(["omit"]));
  assert.deepEqual(new Set(sent.map(({ body }) => body)), new Set([ballot.body, undefined]));
  assert.ok(sent.filter(({ body }) => !body).every(({ path }) => path.endsWith(`/${POLL}/ballots/${ID}`)));
});

/** What becomes of a ballot that gets these answers: "taken", or a refusal's code. */
async function answered(...answers: string[]): Promise<[kept: Boxed, posts: number]> {
  let posts = 0;
  service.answer = async (_, { body }) => {
    if (body) posts++;
    const code = answers.shift();
    return code === "taken" ? json({ ballot: ID, leaf: null, receipt: null }, 202) : json({ code, title: "t", detail: "d" }, 409);
  };
  const sender = new Sender(open(), () => undefined);
  sender.send(ballot);
  return [await until(sender, ({ state }) => state === "refused"), posts];
}

test("what the service had taken and will not seal is lost, and said to be; what it forgot is sent again", async () => {
  const [kept, posts] = await answered("taken", "unknown-ballot", "taken", "poll-closed");
  assert.deepEqual([kept.state, kept.lost, posts], ["refused", true, 2]);
  wipe();
  const [forgotten, twice] = await answered("taken", "unknown-ballot", "poll-closed");
  assert.deepEqual([forgotten.lost, twice], [true, 2], "taken, forgotten, and too late when it was sent again");
  wipe();
  const [late] = await answered("poll-closed");
  assert.deepEqual([late.lost, late.code], [false, "poll-closed"]);
});

test("of a ballot in a poll that has ended the phone says whether it is lost, came too late, or nobody knows yet", () => {
  const over_ = { state: { ...state, polls: [{ ...poll, stage: "closed" }] } };
  const is = (kept: Partial<Boxed>): object => {
    const [row] = ballotOf(over_, { kept: (kind) => (kind === "ballots" ? { ...ballot, ...kept } : null) })["over"] as Model[];
    return ((row as Model)["boxed"] as Model)["is"] as object;
  };
  assert.deepEqual(is({ state: "waiting" }), { unsure: true });
  assert.deepEqual(is({ state: "refused", code: "poll-closed", lost: false }), { late: true });
  assert.deepEqual(is({ state: "refused", code: "poll-closed", lost: true }), { lost: true });
  assert.deepEqual(is({ state: "refused", code: "bad-secret-ballot", lost: false }), { refused: true });
  assert.deepEqual(is({ state: "held" }), { held: true });
});

const poll = {
  id: POLL,
  item: "i",
  question: "q",
  stage: "open",
  cast: 0,
  result: null,
  box: { election: ELECTION, holders: ["m1", "m2"], threshold: 2, ready: true, least: 5, decrypted: [], openable: false },
};
const state = {
  community: { zone: "Asia/Shanghai" },
  items: [{ id: "i", questions: [{ hash: "q", visibility: "secret", election: null }] }],
  polls: [poll],
  names: { m1: "周*", m2: "郑*" },
};
const offered = { kind: "credential.offer", about: { election: ELECTION }, state: "received" };
const facts = {
  state,
  me: { polls: [{ poll: POLL, may_vote: true }] },
  role: "representative",
  acts: [offered],
  route: ["poll", POLL],
} as unknown as Facts;
const shown = { open: [{ id: POLL }], over: [], ballot: { id: POLL, review: { lines: [] } }, item: null };
const voter: Voter = {
  verdicts: { [POLL]: { is: "good", election: "{}", changed: false } },
  sealing: null,
  unready: false,
  kept: () => null,
  holds: () => true,
  picture: () => "data:",
};
const ballotOf = (changed: object, by: Partial<Voter> = {}): Model =>
  over({ ...facts, ...changed } as Facts, shown, { ...voter, ...by })["ballot"] as Model;

test("a phone votes only where everything was found to be in order, and says why not", () => {
  assert.ok(ballotOf({})["may"]);
  assert.match(ballotOf({})["sees"] as string, /2 keys .* 周\*, 郑\*; it takes 2 /);
  assert.ok(!ballotOf({})["others"]);
  const renamed = ballotOf({}, { verdicts: { [POLL]: { is: "good", election: "{}", changed: true } } });
  assert.ok(renamed["may"]);
  assert.match(renamed["others"] as string, /no longer held as the notice says: .* 周\*, 郑\*, of whom 2 /);
  const closed: [object, Partial<Voter>, string][] = [
    [{}, { verdicts: {} }, "checking"],
    [{ me: null }, {}, "checking"],
    [{ state: { ...state, polls: [{ ...poll, box: { ...poll.box, ready: false } }] } }, {}, "preparing"],
    [{}, { verdicts: { [POLL]: { is: "missing" } } }, "omitted"],
    [{}, { verdicts: { [POLL]: { is: "bad", why: "x" } } }, "bad"],
    [{}, { verdicts: { [POLL]: { is: "late" } } }, "why"],
    [{}, { holds: () => false }, "why"],
    [{ acts: [] }, {}, "why"],
    [{ acts: [offered, { kind: "device.enrol", about: {}, state: "received" }] }, {}, "why"],
    [{ me: { polls: [{ poll: POLL, may_vote: false }] } }, {}, "why"],
    [{ role: "observer" }, {}, "why"],
    [{}, { kept: (kind) => (kind === "ballots" ? { ...ballot, state: "held" } : null) }, "boxed"],
  ];
  for (const [changed, by, told] of closed) {
    const found = ballotOf(changed, by);
    assert.ok(found[told], told);
    assert.ok(!found["may"] && !found["review"], told);
  }
  assert.ok(ballotOf({}, { kept: (kind) => (kind === "ballots" ? { ...ballot, state: "refused" } : null) })["may"]);
});

test("whoever holds a key is told what to do with it, an observer as well, and nobody else hears of it", () => {
  const key = (box: object | null, accepted: boolean, more: object = {}): unknown => {
    const polls = box ? [{ ...poll, stage: "closed", box: { ...poll.box, ...box } }] : [];
    const told = { ...state, polls, keys: { holders: [{ member: "m1", accepted }] }, ...more };
    return over({ ...facts, state: told, role: "observer", member: "m1", route: [] } as unknown as Facts, { open: [], over: [] }, voter)["key"];
  };
  assert.deepEqual(key(null, false), { make: true });
  assert.deepEqual(key(null, true), { kept: true });
  assert.deepEqual(key({ openable: true }, true), { open: true });
  assert.deepEqual(key({ openable: true, decrypted: ["m1"] }, true), { kept: true });
  assert.deepEqual(key({ openable: true }, true, { keys: { holders: [] } }), { open: true }, "a key of keys since made anew");
  assert.deepEqual(key(null, true, { phase: "adjourned" }), { over: true });
  assert.equal(key(null, true, { keys: { holders: [{ member: "m2", accepted: true }] } }), null);
  assert.equal(key(null, true, { keys: null }), null);
});

test("progress is told once it takes long; cast or test is asked only with the hash in sight", () => {
  const sealing = { poll: POLL, share: 0.256, slow: false };
  const at = (more: object): Model => ballotOf({ route: ["seal", POLL] }, { sealing: { ...sealing, ...more } })["seal"] as Model;
  assert.deepEqual([at({})["working"], at({})["slow"], at({})["decide"]], [true, false, undefined]);
  assert.deepEqual([at({ slow: true })["slow"], at({ slow: true })["percent"]], [true, 25]);
  const made = at({ hash: "abcdefgh", slow: true });
  assert.deepEqual([made["decide"], made["slow"], made["hash"]], [true, false, "abcd efgh"]);
  assert.ok(!at({ hash: "abcdefgh", asking: true })["decide"]);
  assert.ok(!at({ hash: "abcdefgh", busy: true })["decide"]);
  assert.ok(!ballotOf({ route: ["seal", POLL] })["seal"], "after a reload nothing is locked");
});
