/** What the phone page shows beyond the public state itself; the words are in the page. No DOM here. */

import type { Sent } from "../core/outbox";
import type { Model, Row } from "../page/bind";
import type { CommentState, HearingState, ItemState, MemberState, PollState, QuestionState } from "../page/state";
import { questionOf } from "../page/state";
import { clock, t } from "../page/texts";
import { ballotsIn, currentBallot, type Finding, picksIn, placeIn } from "./ballots";
import { lines, names, numberOf, type Picks, read, words } from "./choices";
import { filling } from "./filling";

/** Everything that a page is computed from. */
export interface Facts {
  readonly state: HearingState;
  readonly me: MemberState | null;
  /** Whether `me` was read after this device's last act was received. */
  readonly fresh: boolean;
  /** Whether the service no longer knows this device. */
  readonly revoked: boolean;
  readonly member: string;
  readonly role: string;
  readonly kid: string;
  readonly acts: readonly Sent[];
  readonly route: readonly string[];
  /** What is filled in on the ballot on the page, where somebody began to. */
  readonly picks: Picks | null;
  /** The choice that is being reviewed, not cast yet: exact JSON text. */
  readonly chosen: string | null;
  readonly comments: readonly CommentState[];
  readonly findings: { readonly [poll: string]: Finding };
  readonly print: Print | null;
  /** The digits of the phone that this one has agreed to be replaced by. */
  readonly agreed: string | null;
  readonly move: Model;
}

/** The fingerprint of the record at a size, once this device has confirmed it. */
export interface Print {
  readonly size: number;
  readonly text: string;
}

const last = (acts: readonly Sent[], kind: string): Sent | undefined => acts.filter((sent) => sent.kind === kind).pop();
const byId = <T extends { readonly id: string }>(all: readonly T[], id: string | null | undefined): T | undefined =>
  all.find((each) => each.id === id);
const told = (question: QuestionState | undefined, sent: Sent | undefined): string =>
  question && sent && sent.about.choice ? words(question, read(question, sent.about.choice)) : "";

/** An act as a row: `is.received`, `is.refused` … and `time` tell how far it has come. */
function progress({ state }: Facts, sent: Sent | undefined): Model {
  if (!sent) return {};
  const time = sent.at ? clock(sent.at, state.community.zone) : "";
  return { ...sent, is: { [sent.state]: true, unfinished: sent.state !== "received" }, time };
}

/** The whole page. */
export function page(facts: Facts): Model {
  const { state, me, acts, route, print } = facts;
  const zone = state.community.zone;
  const enrol = last(acts, "device.enrol");
  const replaced = facts.revoked || (me && me.device && me.device !== facts.kid);
  const enrolled = !replaced && (!enrol || enrol.state === "received");
  // A phone that acts no more knows nothing of what the person does now.
  const own: Facts = replaced ? { ...facts, me: null, member: "", role: "", acts: [] } : facts;
  const move = route[0] === "move" && enrolled;
  const poll = byId(state.polls, route[1]);
  const numbered = state.items.map((each, i) => ({ ...each, number: i + 1 }));
  const called = underDiscussion(state, numbered);
  const item = byId(numbered, route[1]);
  const moment = state.moments[state.moments.length - 1];
  return {
    role: t("role-" + facts.role),
    starts: clock(state.starts, zone, true),
    phase: { [state.phase]: true },
    [facts.agreed ? "moved" : "replaced"]: replaced,
    enrol: progress(facts, enrol),
    home: !poll && !item && route[0] !== "acts" && !move,
    ...arrival(own, enrolled),
    called,
    open: state.polls.filter((each) => each.stage === "open").map((each) => pollRow(own, each)),
    over: state.polls.filter((each) => each.stage !== "open").map((each) => pollRow(own, each)),
    items: numbered.map((each) => ({ ...each, now: each === called, done: each.called && each !== called })),
    moment: moment && t("moment-" + moment.what),
    print: print && moment && print.size === moment.size && print.text,
    item: item && agendaItem(own, item, enrolled),
    ballot: poll && ballot(own, poll, enrolled),
    acts: route[0] === "acts",
    idle: !acts.length,
    sent: acts.map((sent) => actRow(facts, sent)).reverse(),
    agreed: facts.agreed && facts.agreed.replace(/(....)/, "$1 "),
    mayMove: enrolled && state.phase !== "adjourned",
    move: move && moving(facts),
  };
}

/** The item that was called last, while the meeting goes on. */
function underDiscussion<I extends ItemState>({ phase, called }: HearingState, items: readonly I[]): I | undefined {
  return phase === "open" ? byId(items, called) : undefined;
}

/** Being here, and asking to speak. */
function arrival(facts: Facts, enrolled: boolean): Model {
  const { state, me, fresh, acts, member } = facts;
  const arriving = last(acts, "presence.in");
  const own = arriving && arriving.state === "received" ? arriving.at : null;
  const told = me && me.present_since;
  const since = fresh ? told : own || told;
  const sending = !since && arriving && arriving.state === "waiting";
  const asked = last(acts, "floor.request");
  const place = state.queue.map((each) => each.member).indexOf(member) + 1;
  const speech = state.speaker && state.speaker.member === member ? state.speaker : null;
  const request = speech || state.queue[place - 1];
  const asking = asked !== undefined && asked.state === "waiting";
  const called = underDiscussion(state, state.items);
  return {
    arrive: state.phase === "open" && enrolled && !since && !sending,
    arriving: since ? {} : progress(facts, arriving),
    [me && me.present_by === "desk" ? "atDesk" : "atScreen"]: since && clock(since, state.community.zone),
    next: since && enrolled && state.phase === "open" && state.polls.every((poll) => poll.stage !== "open"),
    mayAsk: called && enrolled && since && !request && !asking,
    asking,
    place,
    minutes: speech && Math.ceil(speech.seconds / 60),
    request: request && request.request,
  };
}

/** Handing over to a new phone: not before everything that this one has signed has arrived. */
function moving({ acts, agreed, move }: Facts): Model {
  const unsent = acts.some((sent) => sent.state === "waiting");
  return { ...move, unsent, ask: !unsent, agreed };
}

function agendaItem(facts: Facts, item: ItemState, enrolled: boolean): Model {
  const { state, acts, member, comments } = facts;
  return {
    ...item,
    how: t("ballot-" + item.ballot),
    questions: item.questions.map((question) => ({ ...question, id: question.hash })),
    mayComment: enrolled && state.phase !== "adjourned",
    unsent: acts
      .filter((sent) => sent.kind === "comment.post" && sent.about.item === item.id && sent.state !== "received")
      .map((sent) => progress(facts, sent)),
    comments: comments.map((comment) => ({
      ...comment,
      id: comment.comment,
      mine: comment.member === member,
      time: clock(comment.at, state.community.zone),
      gone: !comment.text && !comment.hidden,
    })),
  };
}

/** Why this person may not choose now: the name of a text, or "" where they may. */
function obstacle({ me, acts, role }: Facts, poll: PollState, question: QuestionState): string {
  const known = placeIn(me, poll.id);
  const newest = ballotsIn(acts, poll.id).pop();
  if (role !== "representative") return "role";
  if (poll.stage !== "open") return "closed";
  if (known && !known.may_vote) return "absent";
  if (newest && newest.state === "waiting") return "waiting";
  const voted = currentBallot(acts, poll.id) || (known && known.ballot);
  if (voted && (question.change === "none" || (known && known.final))) return "final";
  return "";
}

function pollRow(facts: Facts, poll: PollState): Row {
  const { state, acts, findings, me } = facts;
  const question = questionOf(state, poll) as QuestionState;
  const own = currentBallot(acts, poll.id);
  const known = placeIn(me, poll.id);
  const over = poll.stage !== "open" && poll.stage !== "void";
  const nothing = ballotsIn(acts, poll.id).every((sent) => sent.state === "refused");
  const { result } = poll;
  const voted = !own && known && known.ballot;
  const todo = !own && !voted && !obstacle(facts, poll, question);
  return {
    ...poll,
    question,
    elsewhere: facts.route[1] !== poll.id,
    until: poll.closes && clock(poll.closes, state.community.zone),
    todo,
    seen: !todo,
    mine: told(question, own),
    voted,
    unvoted: over && nothing && known && known.may_vote && !known.ballot,
    [findings[poll.id] || "unchecked"]: true,
    decision: t("decision-" + (poll.void_reason ? "void" : result ? result.decision : "counting")),
    elected: result && names(question, result.chosen || []),
    tied: result && names(question, result.tied || []),
    reasons: result ? result.comparisons.map((each, i) => ({ id: String(i), text: each.text })) : [],
  };
}

function ballot(facts: Facts, poll: PollState, enrolled: boolean): Model {
  const { acts, route, chosen } = facts;
  const row = pollRow(facts, poll);
  const question = row.question as QuestionState;
  const why = enrolled ? obstacle(facts, poll, question) : "waiting";
  const one = question.form.kind === "one";
  const review = route[0] === "review" && !why && chosen !== null;
  return {
    ...row,
    review: review && reviewed(question, read(question, chosen)),
    choose: !review,
    sees: t("sees-" + question.visibility),
    change: t("change-" + question.change),
    newest: progress(facts, ballotsIn(acts, poll.id).pop()),
    why: why && poll.stage === "open" && why !== "waiting" && t("no-vote-" + why),
    again: row.mine || row.voted,
    first: !row.mine && !row.voted,
    may: !why,
    choices: one && question.options,
    fill: !one && filling(question, facts.picks || picksIn(acts, poll, question)),
    over: poll.stage === "open" ? [] : [row],
    standing: poll.stage === "open" && row.mine,
  };
}

/** A choice read back as a whole, before it is cast. */
function reviewed(question: QuestionState, picks: Picks): Model {
  const others = question.options.map(({ id }) => id).filter((id) => numberOf(picks, id) === undefined);
  return {
    blank: !picks.length,
    lines: lines(question, picks).map((line, i) => ({ id: (picks[i] as Picks[0])[0], line })),
    left: question.form.kind !== "one" && picks.length && names(question, others),
  };
}

function actRow(facts: Facts, sent: Sent): Row {
  const { state } = facts;
  const { item, poll } = sent.about;
  const asked = byId(state.polls, poll);
  const question = asked && questionOf(state, asked);
  const subject = question || byId(state.items, item);
  const about = { subject: subject && subject.title, option: told(question, sent) };
  const time = sent.at && clock(sent.at, state.community.zone, true);
  return { ...progress(facts, sent), ...about, time, id: sent.id, what: t("act-" + sent.kind) };
}
