/** The fold: a hearing's state from its acts, one at a time, and why an act is refused (docs/spec.md, section 10). */

import { sha256 } from "@noble/hashes/sha2";
import { thumbprint } from "../core/ed25519";
import { fromB64url, hex } from "../core/encoding";
import { notice, type Notice, roll } from "./blobs";
import * as boxes from "./boxes";
import * as credentials from "./credentials";
import { allow, readOr } from "./findings";
import * as holders from "./holders";
import type { Act, ActOf, Kind } from "./kinds";
import { drawLot } from "./lots";
import * as meeting from "./meeting";
import * as polls from "./polls";
import { type Question, readQuestion } from "./question";
import * as people from "./roll";
import { exists, readCanonical, type Shape } from "./schema";
import { type Handler, newSeat, type Phase, type Place, type Role, type Signer, State, votes } from "./state";
import type { Tree } from "./tree";

interface Permit<K extends Kind> {
  readonly by: readonly Role[];
  readonly phases: readonly Phase[];
  readonly handler: Handler<ActOf<K>>;
}

const EVERYBODY: readonly Role[] = ["chair", "supervisor", "desk", "representative", "observer"];
const OFFICERS: readonly Role[] = ["chair", "supervisor", "desk"];
const EARLY: readonly Phase[] = ["convened", "open"];
const OPEN: readonly Phase[] = ["open"];
const ALWAYS: readonly Phase[] = ["convened", "open", "adjourned"];
/** What is said of an act that is not for this phase. */
const OTHERWISE: { readonly [P in Phase]: string } = {
  empty: "hearing-not-open",
  convened: "hearing-not-open",
  open: "already-open",
  adjourned: "hearing-adjourned",
};
/** Who speaks when decides nothing: its own rules are not checked here. */
const nothing: Handler<unknown> = () => undefined;

/** Which kind of act is allowed to whom and when (docs/spec.md, section 11). */
const PERMITS: { readonly [K in Exclude<Kind, "hearing.convene">]: Permit<K> } = {
  "hearing.open": { by: ["chair"], phases: ["convened"], handler: meeting.openHearing },
  "role.grant": { by: ["root", "chair"], phases: EARLY, handler: people.grant },
  "role.end": { by: ["root", "chair"], phases: EARLY, handler: people.endRole },
  "roll.amend": { by: ["chair", "supervisor"], phases: EARLY, handler: people.amend },
  "device.enrol": { by: ["token"], phases: EARLY, handler: people.enrol },
  "device.revoke": { by: EVERYBODY, phases: EARLY, handler: people.revoke },
  "presence.in": { by: EVERYBODY, phases: OPEN, handler: people.comeIn },
  "presence.out": { by: EVERYBODY, phases: OPEN, handler: people.goOut },
  "item.call": { by: ["chair"], phases: OPEN, handler: meeting.callItem },
  "comment.post": { by: EVERYBODY, phases: EARLY, handler: meeting.postComment },
  "comment.hide": { by: ["chair"], phases: ALWAYS, handler: meeting.hideComment },
  "blob.erase": { by: ["chair", "supervisor"], phases: ALWAYS, handler: meeting.eraseBlob },
  "floor.request": { by: EVERYBODY, phases: OPEN, handler: nothing },
  "floor.withdraw": { by: EVERYBODY, phases: OPEN, handler: nothing },
  "floor.give": { by: ["chair"], phases: OPEN, handler: nothing },
  "floor.end": { by: EVERYBODY, phases: OPEN, handler: nothing },
  "poll.open": { by: ["chair"], phases: OPEN, handler: polls.openPoll },
  "ballot.cast": { by: ["representative"], phases: OPEN, handler: polls.cast },
  "poll.close": { by: ["chair", "service"], phases: OPEN, handler: polls.close },
  "poll.reveal": { by: ["service"], phases: OPEN, handler: polls.reveal },
  "ballot.open": { by: ["representative"], phases: OPEN, handler: polls.openBallot },
  "tally.publish": { by: ["service"], phases: OPEN, handler: polls.publish },
  "poll.void": { by: ["chair"], phases: OPEN, handler: polls.voidPoll },
  "lot.draw": { by: ["chair"], phases: OPEN, handler: drawLot },
  "act.cosign": { by: OFFICERS, phases: ALWAYS, handler: meeting.cosign },
  "minutes.publish": { by: ["chair"], phases: OPEN, handler: meeting.publishMinutes },
  "hearing.adjourn": { by: ["chair"], phases: OPEN, handler: meeting.adjourn },
  "key.certificate": { by: EVERYBODY, phases: EARLY, handler: holders.certificate },
  "key.polynomial": { by: EVERYBODY, phases: EARLY, handler: holders.polynomial },
  "key.share": { by: EVERYBODY, phases: EARLY, handler: holders.share },
  "key.accept": { by: EVERYBODY, phases: EARLY, handler: holders.accept },
  "key.refuse": { by: EVERYBODY, phases: EARLY, handler: holders.refuse },
  "key.restart": { by: ["chair"], phases: EARLY, handler: holders.restart },
  "credential.offer": { by: ["representative"], phases: EARLY, handler: credentials.offer },
  "poll.setup": { by: ["service"], phases: OPEN, handler: credentials.setUp },
  "credential.object": { by: ["representative"], phases: OPEN, handler: credentials.object },
  "ballot.spoil": { by: ["service"], phases: OPEN, handler: boxes.spoil },
  "ballot.batch": { by: ["service"], phases: OPEN, handler: boxes.castBatch },
  "key.decrypt": { by: EVERYBODY, phases: OPEN, handler: boxes.decrypt },
};

export class Hearing {
  readonly state: State;
  private readonly nonces = new Set<string>();

  constructor(
    files: ReadonlyMap<string, Uint8Array>,
    private readonly tree: Tree,
  ) {
    this.state = new State(files, (size) => tree.root(size));
  }

  /** Pass if the act's key is known here; nobody can say of another that it did not sign. Throws `Refused`. */
  requireKey(act: Act, place: Place): void {
    if (act.act === "hearing.convene") allow(thumbprint(people.publicKey(act.root)) === place.kid, "unknown-key");
    else if (act.act === "device.enrol") allow(thumbprint(people.publicKey(act.token)) === place.kid, "unknown-key");
    else allow(this.state.keys.has(place.kid), "unknown-key");
  }

  /** Apply an act whose signature is good. Throws `Refused`, and the state is as it was. */
  apply(act: Act, place: Place): void {
    const once = `${place.kid} ${act.nonce}`;
    allow(!this.nonces.has(once), "nonce-reused");
    if (act.act === "hearing.convene") {
      convene(this.state, act, place);
    } else {
      const { by, phases, handler } = PERMITS[act.act];
      const signer = this.check(act, place, by, phases);
      (handler as Handler)(this.state, act, place, signer);
    }
    this.nonces.add(once);
  }

  /** What holds for every act but the first. */
  private check(act: Act, place: Place, by: readonly Role[], phases: readonly Phase[]): Signer {
    const { state } = this;
    allow(state.convene && act.hearing === state.convene.hearing, "wrong-hearing");
    const { signer, since } = this.signer(act, place);
    const { size, root } = act.head;
    allow(size <= place.seq && this.tree.root(size) === root, "head-unknown");
    allow(size > since, "head-too-old");
    allow(phases.indexOf(state.phase) >= 0, OTHERWISE[state.phase]);
    allow(by.indexOf(signer.role) >= 0, "not-permitted");
    return signer;
  }

  private signer(act: Act, { kid }: Place): { signer: Signer; since: number } {
    if (act.act === "device.enrol") return { signer: { role: "token", kid, seat: null }, since: 0 };
    const key = this.state.keys.get(kid);
    allow(key && (key.seat || key.kind !== "device"), "device-revoked");
    const role: Role = key.seat ? key.seat.member.role : (key.kind as "root" | "service");
    return { signer: { role, kid, seat: key.seat }, since: key.since };
  }
}

/** Entry 0: freezes agenda, questions, rules and roll, and names the keys. */
function convene(state: State, act: ActOf<"hearing.convene">, place: Place): void {
  allow(place.seq === 0 && state.convene === null, "already-convened");
  allow(act.origin.endsWith(`/h/${act.hearing}${act.rehearsal ? "/rehearsal" : ""}`), "bad-origin");
  const service = people.publicKey(act.service);
  allow(act.service !== act.root, "bad-key");
  const frozen = frozenBlob(state, act.notice, notice);
  const { members } = frozenBlob(state, act.roll, roll);
  const questions = questionsOf(state, frozen);
  const seats = members.map(newSeat);
  const unique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
  allow(frozen.community.id === act.community && unique(frozen.agenda.map(({ id }) => id)), "bad-notice");
  allow(exists(frozen.starts), "bad-time");
  allow(unique(members.map(({ id }) => id)) && seats.some(votes), "bad-roll");
  allow(
    members.some(({ role }) => role === "chair"),
    "bad-roll",
  );
  checkAgenda(frozen, questions);
  for (const seat of seats) allow(!votes(seat) || people.hasWeights(seat.member, questions), "bad-member");
  people.checkTotals(members);
  const byId = new Map(seats.map((seat) => [seat.member.id, seat]));
  const keys = frozen.keys ? holders.keysOf(byId, frozen.keys.holders, frozen.keys.threshold) : null;

  state.convene = act;
  state.notice = frozen;
  questions.forEach((question, name) => state.questions.set(name, question));
  state.holders = keys;
  byId.forEach((seat, id) => state.seats.set(id, seat));
  state.keys.set(place.kid, { bytes: fromB64url(act.root, 32), kind: "root", seat: null, since: 0 });
  state.keys.set(thumbprint(service), { bytes: service, kind: "service", seat: null, since: 0 });
  for (const name of [act.notice, act.roll, ...questions.keys()]) state.blobNames.add(name);
  state.phase = "convened";
}

/** Every item is decided as it says; where ballots are secret, somebody holds the keys. */
function checkAgenda({ agenda, keys }: Notice, questions: ReadonlyMap<string, Question>): void {
  const isSecret = (name: string): boolean => (questions.get(name) as Question).visibility === "secret";
  const some = Array.from(questions.keys()).some(isSecret);
  allow(some === (keys !== undefined), "bad-notice");
  for (const { ballot, questions: asked } of agenda) {
    if (ballot === "secret") allow(asked.every(isSecret), "bad-notice");
    else allow(asked.length > 0 === (ballot === "named") && !asked.some(isSecret), "bad-notice");
  }
}

function questionsOf(state: State, { agenda }: Notice): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const item of agenda) {
    for (const name of item.questions) {
      allow(!questions.has(name), "bad-notice");
      const raw = blob(state, name);
      questions.set(
        name,
        readOr("bad-blob", () => readQuestion(raw)),
      );
    }
  }
  allow(new Set(Array.from(questions.values(), ({ id }) => id)).size === questions.size, "bad-notice");
  return questions;
}

function frozenBlob<T>(state: State, name: string, shape: Shape<T>): T {
  const raw = blob(state, name);
  return readOr("bad-blob", () => readCanonical(raw, shape));
}

function blob(state: State, name: string): Uint8Array {
  const raw = state.blob(name);
  allow(raw && hex(sha256(raw)) === name, "blob-missing");
  return raw;
}
