/** Polls: opening, ballots, close, reveal, tally, void (docs/spec.md: poll.*, ballot.*, tally.publish). */

import { sha256 } from "@noble/hashes/sha2";
import { b64url, concat, fromB64url, hex, utf8 } from "../core/encoding";
import { openings } from "./blobs";
import { seal } from "./boxes";
import { isValid } from "./choices";
import { count, resultBytes } from "./count";
import { newBox } from "./credentials";
import { allow, readOr } from "./findings";
import type { ActOf } from "./kinds";
import type { Question } from "./question";
import { areOk, figuresOf, quorum, total } from "./rules";
import { exists, readCanonical, write } from "./schema";
import { type Ballot, type Handler, isDue, isLast, isOpen, type Poll, returned, type State } from "./state";

export const openPoll: Handler<ActOf<"poll.open">> = (state, act, place) => {
  const item = state.notice && state.notice.agenda.filter(({ id }) => id === act.item)[0];
  allow(item, "unknown-item");
  allow(item.id === state.called, "item-not-called");
  const question = state.questions.get(act.question);
  allow(question && item.questions.indexOf(act.question) >= 0, "unknown-question");
  for (const poll of state.polls.values()) {
    allow(poll.questionHash !== act.question || !isLast(poll), "already-polled");
  }
  allow(act.closes === null || exists(act.closes), "bad-time");
  allow(act.closes === null || act.closes > place.at, "closes-in-the-past");
  const voters = state.voters();
  const eligible = voters.map((seat) => seat.member);
  const present = voters.filter((seat) => seat.present).map((seat) => seat.member);
  const { rule } = question;
  const nothing = total(rule, []);
  const here = { eligible: total(rule, eligible), present: total(rule, present), cast: nothing, valid: nothing };
  allow(areOk(quorum(rule, figuresOf(rule, here))), "quorum-missing");
  const electorate = question.electorate === "present" ? present : eligible;
  const box = newBox(
    state,
    act.question,
    electorate.map(({ id }) => id),
  );
  state.polls.set(place.leaf, {
    id: place.leaf,
    item: item.id,
    questionHash: act.question,
    question,
    openedAt: place.at,
    closes: act.closes,
    electorate: new Map(electorate.map((member) => [member.id, member])),
    eligible,
    ballots: new Map(),
    closed: false,
    closedSize: 0,
    revealed: false,
    result: null,
    recount: null,
    voidReason: null,
    lot: null,
    box,
  });
};

export const cast: Handler<ActOf<"ballot.cast">> = (state, act, place, { seat }) => {
  const poll = state.poll(act.poll);
  const { question } = poll;
  allow(isOpen(poll) && !isDue(poll, place), "poll-closed");
  allow(!poll.box, "wrong-ballot-form");
  const onRoll = seat && poll.electorate.has(seat.member.id);
  allow(onRoll, question.electorate === "present" ? "not-present-at-opening" : "not-on-roll");
  const current = poll.ballots.get(seat.member.id);
  if (current) {
    allow(question.change !== "none", "ballot-final");
    allow(!seat.finalIn.has(poll.id), "ballot-stands");
  }
  allow(act.replaces === (current ? current.leaf : null), "superseded");
  const { commitment = null } = act;
  const live = question.visibility === "live";
  allow(live === (act.choice !== undefined) && live === (commitment === null), "wrong-ballot-form");
  const choice = live ? write(act.choice) : null;
  allow(choice === null || isValid(question, choice), "invalid-choice");
  poll.ballots.delete(seat.member.id);
  poll.ballots.set(seat.member.id, { leaf: place.leaf, seq: place.seq, commitment, choice });
};

export const close: Handler<ActOf<"poll.close">> = (state, act, place, signer) => {
  const poll = state.poll(act.poll);
  allow(isOpen(poll), "poll-closed");
  const complete = returned(poll) === (poll.box ? poll.box.offers : poll.electorate).size;
  const early = !isDue(poll, place);
  allow(!early || (signer.role !== "service" && (poll.closes === null || complete)), "not-yet-due");
  poll.closed = true;
  poll.closedSize = place.seq + 1;
  seal(poll);
  state.cosignable.set(place.leaf, signer.seat);
  state.moments.push({ what: "closed", poll: poll.id, size: place.seq + 1 });
};

export const reveal: Handler<ActOf<"poll.reveal">> = (state, act) => {
  const poll = state.poll(act.poll);
  allow(poll.closed, "poll-not-closed");
  allow(!poll.revealed && (poll.result === null || poll.voidReason !== null), "already-revealed");
  allow(poll.question.visibility === "sealed", "not-sealed");
  const raw = state.blob(act.openings);
  const opened = raw ? readOpenings(poll, raw) : new Map<Ballot, string>();
  opened.forEach((choice, ballot) => (ballot.choice = choice));
  poll.revealed = true;
  state.blobNames.add(act.openings);
};

function readOpenings(poll: Poll, raw: Uint8Array): Map<Ballot, string> {
  const read = readOr("openings-wrong", () => readCanonical(raw, openings));
  allow(read.poll === poll.id, "openings-wrong");
  const byLeaf = new Map(Array.from(poll.ballots.values(), (ballot) => [ballot.leaf, ballot]));
  const opened = new Map<Ballot, string>();
  let last = -1;
  for (const { ballot: leaf, salt, choice } of read.openings) {
    const ballot = byLeaf.get(leaf);
    allow(ballot && ballot.seq > last, "openings-wrong");
    last = ballot.seq;
    opened.set(ballot, open(poll.question, ballot, salt, choice));
  }
  return opened;
}

/** The exact JSON of a choice whose salt opens the ballot's commitment. */
function open(question: Question, ballot: Ballot, salt: string, said: unknown): string {
  const choice = write(said);
  const commitment = b64url(sha256(concat(fromB64url(salt, 32), utf8(choice))));
  allow(commitment === ballot.commitment, "commitment-mismatch");
  allow(isValid(question, choice), "invalid-choice");
  return choice;
}

export const openBallot: Handler<ActOf<"ballot.open">> = (state, act, _place, { seat }) => {
  const poll = state.poll(act.poll);
  allow(poll.closed, "poll-not-closed");
  allow(poll.result === null, "already-published");
  const ballot = seat && poll.ballots.get(seat.member.id);
  allow(ballot && ballot.leaf === act.ballot, "unknown-ballot");
  allow(ballot.choice === null, "already-revealed");
  ballot.choice = open(poll.question, ballot, act.salt, act.choice);
};

/** The tally is what the ballots and the frozen rule give, byte for byte. */
export const publish: Handler<ActOf<"tally.publish">> = (state, act, place, signer) => {
  const poll = state.poll(act.poll);
  allow(poll.result === null, "already-published");
  allow(poll.closed, "poll-not-closed");
  allow(poll.question.visibility !== "sealed" || poll.revealed, "poll-not-revealed");
  const recount = count(poll);
  allow(hex(sha256(resultBytes(recount))) === act.result, "result-mismatch");
  poll.result = act.result;
  poll.recount = recount;
  state.cosignable.set(place.leaf, signer.seat);
  state.moments.push({ what: "result", poll: poll.id, size: place.seq + 1 });
};

/** results/POLL.json as it stands in the bundle. */
export function resultFile(state: State, poll: Poll): Uint8Array | undefined {
  return state.files.get(`results/${poll.id}.json`);
}

export const voidPoll: Handler<ActOf<"poll.void">> = (state, act, place, signer) => {
  const poll = state.poll(act.poll);
  allow(poll.voidReason === null, "already-void");
  if (poll.closed || isDue(poll, place)) state.pending.set(place.leaf, { act, signer: signer.seat });
  else poll.voidReason = act.reason;
};

/** A supervisor has signed: the poll is void; a result that was published stays readable. */
export function voidCosigned(state: State, act: ActOf<"poll.void">): void {
  const poll = state.poll(act.poll);
  allow(poll.voidReason === null, "already-void");
  poll.voidReason = act.reason;
}
