import { disk, json, service, wipe } from "./browser";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Heads } from "../src/core/heads";
import { pause } from "../src/core/http";
import { openCheckpoint } from "../src/core/note";
import { Outbox } from "../src/core/outbox";
import { Store } from "../src/core/store";
import { Record } from "./record";

const HEARING = "abcdefghjkmn";
let record: Record;
let bodies: string[];

function honest(path: string, options: RequestInit): Response {
  const url = new URL(path, "http://hall.example");
  if (url.pathname.endsWith("/consistency")) {
    const { searchParams: q } = url;
    return json({ proof: record.proof(Number(q.get("from")), Number(q.get("to"))) });
  }
  if (url.pathname.endsWith("/checkpoint")) return new Response(record.note());
  const body = String(options.body);
  bodies.push(body);
  return json({ receipt: record.append((JSON.parse(body) as { jws: string }).jws) }, 201);
}

function tab(changed: () => void = () => undefined): { outbox: Outbox; heads: Heads; store: Store } {
  const store = new Store(HEARING);
  const heads = new Heads(store, HEARING, record.noteKey, { size: 1, root: record.rootHex(1), note: "" });
  return { store, heads, outbox: new Outbox(store, HEARING, record.noteKey, heads, changed) };
}

async function settled(outbox: Outbox): Promise<void> {
  for (let i = 0; i < 400 && outbox.acts("m").some((sent) => sent.state === "waiting"); i++) {
    outbox.wake();
    await new Promise((done) => setTimeout(done, 5));
  }
}

const act = (name: string) => ({ jws: `${name}.payload.${"s".repeat(22)}${name}`, blobs: [], opening: null });

beforeEach(() => {
  wipe();
  record = new Record("hall.example/h/" + HEARING);
  bodies = [];
  service.answer = async (path, options) => honest(path, options);
});

test("under 60 % loss an act is recorded once, and the receipt is kept", async () => {
  let seed = 1;
  service.answer = async (path, options) => {
    seed = (seed * 48271) % 2147483647;
    const dice = seed / 2147483647;
    if (dice < 0.35) throw new TypeError("lost on the way there");
    const answer = honest(path, options);
    if (dice < 0.6) throw new TypeError("lost on the way back");
    return answer;
  };
  const { outbox, heads } = tab();
  for (const name of ["a", "b", "c", "d"]) outbox.submit("m", "presence.in", {}, act(name));
  await settled(outbox);
  assert.deepEqual(outbox.acts("m").map((sent) => sent.state), Array(4).fill("received"));
  assert.equal(record.entries.length, 5);
  assert.ok(bodies.length > 4, "some were sent again");
  assert.equal(new Set(bodies).size, 4, "always the same bytes");
  assert.ok(heads.latest().size > 1);
});

test("a reload and a second tab send the same bytes and end with the same receipt", async () => {
  service.answer = () => Promise.reject(new TypeError("offline"));
  const first = tab();
  first.outbox.submit("m", "ballot.cast", { poll: "p" }, act("a"));
  await new Promise((done) => setTimeout(done, 20));
  assert.ok(first.outbox.troubled);
  service.answer = async (path, options) => honest(path, options);
  const second = tab();
  second.outbox.resume();
  first.outbox.wake();
  await settled(second.outbox);
  await settled(first.outbox);
  const [kept] = first.outbox.acts("m");
  assert.equal(kept && kept.state, "received");
  assert.deepEqual(first.outbox.acts("m"), second.outbox.acts("m"));
  assert.equal(record.entries.length, 2);
  assert.equal(new Set(bodies).size, 1);
});

test("a refusal ends the retry and is shown; a busy service or a captive portal does not", async () => {
  const answers = [
    json({ code: "overloaded", detail: "later" }, 503),
    new Response("<html>please log in</html>", { status: 200 }),
    new Response("<html>no</html>", { status: 403 }),
    json({ code: "poll-closed", title: "Closed", detail: "Nothing is lost." }, 409),
  ];
  let asked = 0;
  service.answer = async () => answers[asked++] as Response;
  const { outbox } = tab();
  outbox.submit("m", "ballot.cast", {}, act("a"));
  await settled(outbox);
  const [sent] = outbox.acts("m");
  assert.deepEqual([sent?.state, sent?.code, sent?.detail], ["refused", "poll-closed", "Nothing is lost."]);
  assert.equal(asked, 4);
});

test("a receipt for another act is no receipt", async () => {
  const { outbox } = tab();
  const other = record.append("another.act.altogether");
  let lies = 0;
  service.answer = async (path, options) => {
    if (path.endsWith("/acts") && lies++ < 2) return json({ receipt: other });
    return honest(path, options);
  };
  outbox.submit("m", "presence.in", {}, act("a"));
  await settled(outbox);
  assert.equal(lies, 3);
  assert.equal(outbox.acts("m")[0]?.state, "received");
});

test("a forked record raises an alarm that stays, with both notes", async () => {
  const { outbox, heads } = tab();
  outbox.submit("m", "presence.in", {}, act("a"));
  await settled(outbox);
  record = new Record("hall.example/h/" + HEARING);
  for (const jws of ["other.one.x", "other.two.x", "other.three.x"]) record.append(jws);
  outbox.submit("m", "floor.request", {}, act("b"));
  await settled(outbox);
  assert.equal(outbox.acts("m")[1]?.state, "forked");
  const alarm = tab().heads.alarm();
  assert.match(alarm?.kept || "", /\n2\n/);
  assert.match(alarm?.found || "", /\n5\n/);
  assert.equal(heads.latest().size, 2, "the other record is not vouched for");
});

test("another root of the same size is a fork even without a proof", async () => {
  const { outbox, heads } = tab();
  outbox.submit("m", "presence.in", {}, act("a"));
  await settled(outbox);
  const other = new Record("hall.example/h/" + HEARING);
  other.append("other.one.x");
  await assert.rejects(heads.accept(openCheckpoint(other.note(), record.noteKey)));
  assert.ok(heads.alarm());
});

test("an older checkpoint is proven against the newer one that is kept", async () => {
  const { heads } = tab();
  for (const jws of ["b.b.b", "c.c.c", "d.d.d", "e.e.e"]) record.append(jws);
  await heads.refresh();
  await heads.accept(openCheckpoint(record.note(3), record.noteKey));
  assert.deepEqual(heads.kept().map((head) => head.size), [1, 3, 5]);
  assert.equal(heads.latest().size, 5);
});

test("where storage fails the outbox goes on in memory, and says so", async () => {
  disk.full = true;
  const { outbox, store } = tab();
  assert.equal(store.durable, false);
  outbox.submit("m", "presence.in", {}, act("a"));
  await settled(outbox);
  assert.equal(outbox.acts("m")[0]?.state, "received");
});

test("pauses double up to four seconds and are spread", () => {
  assert.equal(pause(0, 1), 500);
  assert.equal(pause(2, 1), 2000);
  assert.equal(pause(50, 1), 4000);
  assert.equal(pause(50, 0), 2000);
});
