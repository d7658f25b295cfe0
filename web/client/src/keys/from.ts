/** From an audited record to what a key holder's page needs of it. */

import type { Audited } from "../verify/audit";
import type { Keys, Sent } from "../verify/box";
import { departed } from "../verify/holders";
import type { Poll, State } from "../verify/state";
import type { Facts, KeySet, SecretPoll } from "./facts";

/** The facts of a record that was audited and has no fault. */
export function factsOf({ state, log }: Audited): Facts {
  const { convene, seats, polls, holders } = state as State;
  const sets = new Map<Keys, KeySet>();
  const set = (keys: Keys): KeySet => {
    const known = sets.get(keys) || keySet(keys);
    sets.set(keys, known);
    return known;
  };
  const roles: { [member: string]: string } = {};
  seats.forEach(({ member }) => (roles[member.id] = member.role));
  const found: SecretPoll[] = [];
  polls.forEach((poll) => {
    if (poll.box) found.push(secretPoll(state as State, poll, set(poll.box.keys)));
  });
  return { size: log.tree.size, origin: convene ? convene.origin : "", keys: holders && set(holders), left: departed(state as State), roles, polls: found };
}

function keySet({ holders, threshold, certificates, polynomials, shares, trustees, accepted, refused }: Keys): KeySet {
  return {
    holders,
    threshold,
    certificates: texts(certificates),
    polynomials: texts(polynomials),
    shares,
    trustees: trustees && trustees.text,
    accepted,
    refused,
  };
}

function texts(messages: ReadonlyMap<string, Sent<unknown>>): Map<string, string> {
  return new Map(Array.from(messages, ([holder, { text }]) => [holder, text]));
}

function secretPoll(state: State, poll: Poll, keys: KeySet): SecretPoll {
  const { id, question, box, closed, closedSize, voidReason } = poll;
  const { election, setup, ballots, offers, objections, decryptions, totals } = box as NonNullable<Poll["box"]>;
  return {
    id,
    title: question.title,
    stage: voidReason !== null ? "void" : !closed ? "open" : totals ? "opened" : "closed",
    election,
    keys,
    raw: setup && setup.raw,
    credentials: setup && setup.credentials,
    ballots: Array.from(ballots.values()),
    issued: offers.size,
    objections: objections.size,
    decrypted: Array.from(decryptions.keys(), (number) => keys.holders[number - 1] as string),
    archive: state.files.get(`secret/${id}.bel`) || null,
    closed: closed ? { size: closedSize, root: state.root(closedSize) || "" } : null,
  };
}
