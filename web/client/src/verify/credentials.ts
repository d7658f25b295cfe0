/** Credentials that voters' phones offer, and the setup of a secret poll (docs/spec.md: credential.*, poll.setup). */

import { sha256 } from "@noble/hashes/sha2";
import { b64url, concat, fromB64url, hex, utf8 } from "../core/encoding";
import { readElection, writeElection } from "../secret/election";
import { decode, hold, list, record } from "../secret/form";
import { decimal, element, p } from "../secret/group";
import { electionId } from "../secret/offer";
import { proofShape } from "../secret/proofs";
import { Box, LEAST, type Sent } from "./box";
import { allow, readOr } from "./findings";
import { departed, named } from "./holders";
import type { ActOf } from "./kinds";
import { words } from "./schema";
import { line, sheetsOf } from "./sheets";
import { type Handler, isLast, isOpen, type Poll, type State } from "./state";

const offerShape = record({ credential: words(Infinity), proof: proofShape });

/** The election of the next poll on a secret question; null while one counts, or once one was opened. */
function upcoming(state: State, question: string): string | null {
  const before = Array.from(state.polls.values()).filter(({ questionHash }) => questionHash === question);
  if (!state.convene || before.some(isLast)) return null;
  return electionId(state.convene.hearing, question, before.length);
}

/** A phone commits to its credential; what it is, is not in the record. */
export const offer: Handler<ActOf<"credential.offer">> = (state, act, _place, { seat }) => {
  const secret = Array.from(state.questions).filter(([, { visibility }]) => visibility === "secret");
  allow(seat && secret.some(([name]) => upcoming(state, name) === act.election), "offer-too-late");
  const offers = state.offers.get(act.election) || new Map<string, string>();
  state.offers.set(act.election, offers.set(seat.member.id, act.commitment));
};

/** The empty box of a poll that is being opened; null where it is not secret. Throws `Refused`. */
export function newBox(state: State, name: string, asked: readonly string[]): Box | null {
  const question = state.questions.get(name);
  if (!question || question.visibility !== "secret") return null;
  allow(state.holders && state.holders.ready && !departed(state).length, "keys-not-ready");
  const election = upcoming(state, name) as string;
  const offered = state.offers.get(election) || new Map<string, string>();
  const offers = new Map(Array.from(offered).filter(([member]) => asked.indexOf(member) >= 0));
  allow(offers.size >= LEAST, "too-few-offers");
  return new Box(election, state.holders, offers);
}

/** The exact bytes of the election that a poll is. */
function electionOf({ question }: Poll, box: Box): Uint8Array {
  const { read } = box.keys.trustees as NonNullable<typeof box.keys.trustees>;
  return writeElection({
    uuid: box.election,
    name: line(question.title),
    description: line(question.text),
    questions: sheetsOf(question),
    publicKey: read.electionKey,
  });
}

/** Election and keys are what the record says; credentials are as many as offers, in rising order. */
export const setUp: Handler<ActOf<"poll.setup">> = (state, act) => {
  const { poll, box } = state.secretPoll(act.poll);
  allow(isOpen(poll), "poll-closed");
  allow(!box.setup, "already-set-up");
  const raw = electionOf(poll, box);
  const { text } = box.keys.trustees as Sent<unknown>;
  const same = hex(sha256(raw)) === act.election && hex(sha256(utf8(text))) === act.trustees;
  allow(same, "setup-mismatch");
  named(state, act.election);
  named(state, act.trustees);
  const credentials = named(state, act.credentials);
  const listed = readOr("setup-mismatch", () => readListed(credentials));
  allow(listed.length === box.offers.size, "setup-mismatch");
  box.setup = { raw, election: readElection(raw), credentials, listed: new Set(listed) };
  for (const name of [act.election, act.trustees, act.credentials]) state.blobNames.add(name);
};

/** Public credentials in rising order; whether they are in the group is seen in the archive. */
function readListed(raw: Uint8Array): readonly string[] {
  const listed = decode(raw, list(words(Infinity)));
  let last = -1n;
  for (const one of listed) {
    const number = decimal(one, p);
    hold(number > last, "order", "$", "not in rising order");
    last = number;
  }
  return listed;
}

/** A voter shows a credential that was offered and is not listed: proof that the service left it out. */
export const object: Handler<ActOf<"credential.object">> = (state, act, _place, { seat }) => {
  const { box } = state.secretPoll(act.poll);
  const offered = seat && box.offers.get(seat.member.id);
  allow(seat && box.setup && offered !== undefined, "nothing-offered");
  const said = utf8(act.offer);
  const commitment = b64url(sha256(concat(fromB64url(act.salt, 32), said)));
  allow(commitment === offered, "commitment-mismatch");
  const credential = readOr("bad-offer", () => {
    const opened = decode(said, offerShape);
    element(opened.credential);
    return opened.credential;
  });
  allow(!box.setup.listed.has(credential), "credential-listed");
  box.objections.add(seat.member.id);
};
