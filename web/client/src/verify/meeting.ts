/** How a meeting opens, goes on, is countersigned and ends (docs/spec.md: hearing.*, item.*, comment.*, act.cosign, …). */

import { allow } from "./findings";
import { restartCosigned } from "./holders";
import type { ActOf } from "./kinds";
import { drawCosigned } from "./lots";
import { voidCosigned } from "./polls";
import { amendCosigned, revokeCosigned } from "./roll";
import { type Handler, type Pending, type Seat, type Signer, type State } from "./state";

export const openHearing: Handler = (state, _act, place, signer) => {
  state.phase = "open";
  state.cosignable.set(place.leaf, signer.seat);
  state.moments.push({ what: "opened", poll: null, size: place.seq + 1 });
};

export const callItem: Handler<ActOf<"item.call">> = (state, { item }) => {
  allow(state.notice && state.notice.agenda.some(({ id }) => id === item), "unknown-item");
  allow(state.called !== item, "item-already-called");
  allow(!state.openPolls().some(({ question }) => question.electorate === "present"), "poll-still-open");
  state.called = item;
};

export const postComment: Handler<ActOf<"comment.post">> = (state, act, place) => {
  allow(state.notice && state.notice.agenda.some(({ id }) => id === act.item), "unknown-item");
  allow(!state.blobNames.has(act.text), "blob-in-use");
  state.blobNames.add(act.text);
  state.comments.set(place.leaf, { blob: act.text, hidden: false, erased: false });
};

export const hideComment: Handler<ActOf<"comment.hide">> = (state, act) => {
  const comment = state.comments.get(act.comment);
  allow(comment, "unknown-comment");
  allow(!comment.hidden, "already-hidden");
  comment.hidden = true;
};

export const eraseBlob: Handler<ActOf<"blob.erase">> = (state, act) => {
  const comment = Array.from(state.comments.values()).filter(({ blob }) => blob === act.blob)[0];
  allow(comment, "unknown-comment");
  allow(comment.hidden, "not-hidden");
  allow(!comment.erased, "already-erased");
  comment.erased = true;
  state.erased.add(act.blob);
};

export const cosign: Handler<ActOf<"act.cosign">> = (state, { target }, _place, signer) => {
  const waiting = state.pending.get(target);
  allow(waiting || state.cosignable.has(target), "nothing-to-cosign");
  const second = signer.seat as Seat; // only officers get here
  const name = `${target} ${second.member.id}`;
  allow(!state.cosigned.has(name), "already-cosigned");
  const first = waiting ? waiting.signer : state.cosignable.get(target);
  allow(!first || (first !== second && first.card !== second.card), "same-officer");
  if (waiting) {
    allow(!second.granted, "not-permitted");
    takeEffect(state, waiting, signer);
    state.pending.delete(target);
  }
  state.cosigned.add(name);
};

function takeEffect(state: State, { act, signer }: Pending, { role, seat }: Signer): void {
  allow(state.phase !== "adjourned", "hearing-adjourned");
  if (act.act === "poll.void") {
    allow(role === "supervisor", "supervisor-needed");
    voidCosigned(state, act);
  } else if (act.act === "lot.draw") {
    allow(role === "supervisor", "supervisor-needed");
    drawCosigned(state, act);
  } else if (act.act === "key.restart") {
    allow(role === "supervisor", "supervisor-needed");
    restartCosigned(state, act, [signer, seat]);
  } else if (act.act === "roll.amend") {
    allow(role === "chair" || role === "supervisor", "supervisor-needed");
    amendCosigned(state, act);
  } else {
    revokeCosigned(state, act);
  }
}

export const publishMinutes: Handler<ActOf<"minutes.publish">> = (state, act, place, signer) => {
  allow(!state.blobNames.has(act.minutes), "blob-in-use");
  state.minutes = act.minutes;
  state.blobNames.add(act.minutes);
  state.cosignable.set(place.leaf, signer.seat);
};

export const adjourn: Handler = (state, _act, place, signer) => {
  allow(!state.openPolls().length, "poll-still-open");
  for (const poll of state.polls.values()) allow(!poll.closed || poll.result !== null, "poll-unpublished");
  state.phase = "adjourned";
  state.cosignable.set(place.leaf, signer.seat);
  state.moments.push({ what: "adjourned", poll: null, size: place.seq + 1 });
};
