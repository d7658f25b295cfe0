/** What the phone page shows, computed from the public state and from what this device holds. No DOM here. */

import type { Sent } from "../core/outbox";
import type { Row } from "../page/bind";
import type { CommentState, FloorState, HearingState, ItemState, MemberState, PollState, QuestionState } from "../page/state";
import { questionOf } from "../page/state";
import { clock, pick, t } from "../page/texts";
import { ballotsIn, currentBallot, type Finding, placeIn } from "./ballots";

/** Everything that a page is computed from. */
export interface Facts {
  readonly state: HearingState;
  readonly me: MemberState | null;
  readonly member: string;
  readonly role: string;
  readonly kid: string;
  readonly acts: readonly Sent[];
  readonly route: readonly string[];
  /** The option that is being reviewed, not cast yet. */
  readonly chosen: string | null;
  readonly comments: readonly CommentState[];
  readonly findings: { readonly [poll: string]: Finding };
  /** The fingerprint at the newest moment that stands still, once this device has confirmed it. */
  readonly print: string | null;
}

const last = (acts: readonly Sent[], kind: string): Sent | undefined => acts.filter((sent) => sent.kind === kind).pop();
const one = <T extends { readonly id: string }>(all: readonly T[], id: string | undefined): T | undefined =>
  all.filter((each) => each.id === id)[0];

/** The words for an option. */
function optionText(question: QuestionState | undefined, option: string | undefined): string {
  const found = question && one(question.options, option);
  return found ? pick(found.text) : option || "";
}

/** How far an act has come, in words; what was refused says why. */
export function progress(sent: Sent, zone: string): string {
  if (sent.state === "received") return t("received", { time: clock(sent.at as string, zone) });
  if (sent.state === "refused") return `${sent.title} ${sent.detail}`;
  return t(sent.state);
}

/** Whether this person is checked in, and since when. */
function presence({ me, acts, state }: Facts): string | null {
  const own = last(acts, "presence.in");
  const since = me ? me.present_since : own && own.state === "received" ? own.at : null;
  if (!since) return null;
  const how = me && me.present_by === "desk" ? "present-desk" : "present-code";
  return t(how, { time: clock(since, state.community.zone) });
}

/** The whole page. */
export function page(facts: Facts): { readonly [name: string]: unknown } {
  const { state, me, acts, route, role } = facts;
  const zone = state.community.zone;
  const enrol = last(acts, "device.enrol");
  const enrolled = enrol !== undefined && enrol.state === "received";
  const open = state.phase === "open";
  const here = presence(facts);
  const poll = one(state.polls, route[1]);
  const item = one(state.items, route[1]);
  return {
    rehearsal: state.rehearsal,
    community: pick(state.community.name),
    title: pick(state.title),
    who: `${me ? me.name + " · " : ""}${t("role-" + role)}`,
    replaced: me !== null && me.device !== null && me.device !== facts.kid,
    enrolling: enrolled || !enrol ? "" : progress(enrol, zone),
    home: !poll && !item && route[0] !== "acts",
    ...home(facts, enrolled, here),
    ...(route[0] === "item" && item ? agendaItem(facts, item, enrolled) : {}),
    ...(poll ? ballot(facts, poll, open && enrolled) : {}),
    acts: route[0] === "acts",
    sent: acts.slice().reverse().map((sent) => actRow(facts, sent)),
  };
}

function home(facts: Facts, enrolled: boolean, here: string | null): object {
  const { state, acts } = facts;
  const zone = state.community.zone;
  const arriving = last(acts, "presence.in");
  const underway = !here && arriving !== undefined && arriving.state === "waiting";
  const called = one(state.items, state.called || "");
  const moment = state.moments[state.moments.length - 1];
  return {
    phase: t("phase-" + state.phase, { time: clock(state.starts, zone, true), place: pick(state.place) }),
    arrive: state.phase === "open" && enrolled && !here && !underway,
    arriving: underway || (arriving && !here && arriving.state === "refused") ? progress(arriving as Sent, zone) : "",
    here: here || "",
    open: state.polls.filter((poll) => poll.stage === "open").map((poll) => pollRow(facts, poll)),
    over: state.polls.filter((poll) => poll.stage !== "open").reverse().map((poll) => pollRow(facts, poll)),
    called: called ? pick(called.title) : "",
    calledLink: called ? "#item/" + called.id : "",
    ...(called && here ? floor(facts) : {}),
    items: state.items.map((item) => itemRow(item, state.called)),
    print: facts.print || "",
    printWhat: moment ? t("moment-" + moment.what) : "",
  };
}

function floor({ state, member, acts }: Facts): object {
  const mine = (request: FloorState): boolean => request.member === member;
  const asked = last(acts, "floor.request");
  const place = state.queue.map(mine).indexOf(true) + 1;
  const waiting = asked !== undefined && asked.state === "waiting";
  const speaking = state.speaker !== null && mine(state.speaker);
  return {
    ask: !place && !speaking && !waiting,
    asking: waiting ? t("waiting") : "",
    queued: place ? t("queued", { place }) : "",
    speaking: speaking && state.speaker ? t("speaking", { minutes: Math.ceil(state.speaker.seconds / 60) }) : "",
    request: speaking && state.speaker ? state.speaker.request : place ? (state.queue[place - 1] as FloorState).request : "",
  };
}

function itemRow(item: ItemState, called: string | null): Row {
  const note = item.id === called ? t("item-now") : item.called ? t("item-done") : "";
  return { id: item.id, link: "#item/" + item.id, title: pick(item.title), note };
}

function agendaItem(facts: Facts, item: ItemState, enrolled: boolean): object {
  const { state, acts, member } = facts;
  const zone = state.community.zone;
  const pending = acts.filter((sent) => sent.kind === "comment.post" && sent.about.item === item.id);
  return {
    item: true,
    itemTitle: pick(item.title),
    itemText: pick(item.text),
    itemHow: t("ballot-" + item.ballot),
    questions: item.questions.map((question) => ({
      id: question.hash,
      title: pick(question.title),
      text: pick(question.text),
      rule: pick(question.rule_text),
      link: question.poll ? "#poll/" + question.poll : "",
    })),
    comment: enrolled && state.phase !== "adjourned",
    unsent: pending
      .filter((sent) => sent.state !== "received")
      .map((sent) => ({ id: sent.id, text: sent.about.text, note: progress(sent, zone) })),
    comments: facts.comments.map((comment) => ({
      id: comment.comment,
      who: comment.member === member ? t("me") : comment.name || t("somebody"),
      time: clock(comment.at, zone),
      text: comment.text || (comment.hidden ? t("hidden", { reason: comment.hidden }) : t("erased")),
    })),
  };
}

/** Whether, and if not why not, this person may choose now. */
function mayVote({ me, acts, role }: Facts, poll: PollState, question: QuestionState): string {
  const known = placeIn(me, poll.id);
  if (role !== "representative") return "no-vote-role";
  if (poll.stage !== "open") return "no-vote-closed";
  if (known && !known.may_vote) return "no-vote-absent";
  const newest = ballotsIn(acts, poll.id).pop();
  if (newest && newest.state === "waiting") return "waiting";
  const voted = currentBallot(acts, poll.id) || (known && known.ballot);
  if (voted && (question.change === "none" || (known && known.final))) return "no-vote-final";
  return question.method === "motion" ? "" : "no-vote-method";
}

function pollRow(facts: Facts, poll: PollState): Row {
  const { state, acts, findings, me } = facts;
  const question = questionOf(state, poll) as QuestionState;
  const own = currentBallot(acts, poll.id);
  const known = placeIn(me, poll.id);
  const finding = findings[poll.id];
  const { result } = poll;
  return {
    id: poll.id,
    link: "#poll/" + poll.id,
    title: pick(question.title),
    turnout: t("turnout", { cast: poll.cast, of: poll.electorate }),
    closes: poll.closes ? t("closes", { time: clock(poll.closes, state.community.zone) }) : "",
    todo: !own && mayVote(facts, poll, question) === "",
    mine: own ? t("mine", { option: optionText(question, own.about.choice) }) : known && known.ballot ? t("voted") : "",
    counted: finding === "counted",
    missing: finding === "missing",
    decision: poll.void_reason !== null ? t("decision-void") : t(result ? "decision-" + result.decision : "counting"),
    why: poll.void_reason || (result && result.reason ? pick(result.reason) : ""),
    totals: result ? result.options.map((option) => `${pick(option.text)} ${option.total.heads}`).join(" · ") : "",
    reasons: (result ? result.comparisons : []).map((each, i) => ({ id: String(i), text: pick(each.text) })),
  };
}

function ballot(facts: Facts, poll: PollState, ready: boolean): object {
  const { state, acts, route, chosen } = facts;
  const question = questionOf(state, poll) as QuestionState;
  const row = pollRow(facts, poll);
  const reason = ready ? mayVote(facts, poll, question) : "no-vote-closed";
  const newest = ballotsIn(acts, poll.id).pop();
  const review = route[0] === "review" && !reason && chosen !== null;
  return {
    poll: !review,
    review,
    row: [row],
    pollTitle: row.title,
    pollText: pick(question.text),
    pollRule: pick(question.rule_text),
    pollOver: poll.stage !== "open",
    sees: t("sees-" + question.visibility),
    change: t("change-" + question.change),
    mine: row.mine,
    ballotNote: newest ? progress(newest, state.community.zone) : "",
    ballotTone: newest ? newest.state : "",
    reason: reason && reason !== "waiting" && poll.stage === "open" ? t(reason) : "",
    options: reason ? [] : question.options.map((option) => ({ id: option.id, text: pick(option.text), tone: option.id })),
    chosen: optionText(question, chosen || ""),
    chosenTone: chosen || "",
  };
}

function actRow({ state }: Facts, sent: Sent): Row {
  const zone = state.community.zone;
  const { item, poll, choice, text } = sent.about;
  const about = one(state.items, item);
  const asked = one(state.polls, poll);
  const question = asked && questionOf(state, asked);
  const what = question ? pick(question.title) : about ? pick(about.title) : "";
  return {
    id: sent.id,
    kind: t("act-" + sent.kind),
    what: [what, optionText(question, choice), text].filter(Boolean).join(" · "),
    note: progress(sent, zone),
    tone: sent.state,
    leaf: sent.leaf || "",
    receipt: sent.receipt || "",
  };
}
