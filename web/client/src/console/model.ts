/** What the console shows, from the office's facts. No DOM here. */

import { fingerprintAt } from "../hall/evidence";
import type { DeskMember, Office } from "../hall/office";
import { cameIn, hasVoted, homeOf, nameOf, newcomer } from "../hall/people";
import { minutes, timeOfDay } from "../hall/clock";
import {
  calledItem,
  type HallItem,
  type HallPoll,
  type HallState,
  nextQuestion,
  numberOf,
  standingPoll,
} from "../hall/state";
import type { Model, Row } from "../page/bind";
import { clock, pick, t } from "../page/texts";
import { itemModel } from "./item";
import type { Keys } from "./keys";
import type { More } from "./more";
import { missingModel, namesMissing } from "./ready";
import { chairStep, opening, questionTitle, signables, type Step, supervisorStep, type Who } from "./steps";

/** Steps at which the chair may leave the rest of the agenda. */
const EARLY = ["call", "give", "poll", "lot"];
/** What takes effect only with a supervisor's signature. */
const SUPERVISED = ["poll.void", "lot.draw", "key.restart"];
const NO_BUTTON = ["wait", "done", "keys"];
const QUIET = 20; // s after which somebody at the console should know that nothing was heard

/** The step of this officer: the chair's, or a second officer's. `ending`: the chair leaves the rest of the agenda. */
export function stepOf(office: Office, state: HallState, ending: boolean, waiting = 0): Step {
  if (office.role === "chair") return chairStep(state, office.time.now(), ending, waiting);
  return supervisorStep(state, (leaf) => office.hasSigned(leaf), whoIs(office, state));
}

/** Names as this officer may read them; where they have not come yet, as everybody may. */
function whoIs(office: Office, state: HallState): Who {
  const first = (fits: (one: DeskMember) => boolean): string => office.people.filter(fits).map(nameOf)[0] || "";
  return {
    device: (kid) => first((one) => kid !== null && one.device === kid),
    member: (id) => first((one) => one.id === id) || state.names[id] || t("somebody"),
    newcomer: (id) => newcomer(office, id),
  };
}

/** Everything the page binds to, apart from the parts of dialogs. */
export function consoleModel(office: Office, ending: boolean, more: More, keys: Keys): Model {
  const { state, role } = office;
  const officer = role === "chair" || role === "supervisor";
  if (!state) return { starting: true, trouble: office.trouble, ...health(office) };
  if (!officer) return { ...heading(office, state), stranger: true, other_role: role !== "", desk: role === "desk", ...health(office) };
  const step = stepOf(office, state, ending, keys.waiting);
  const chair = role === "chair";
  const toSign = signables(state, whoIs(office, state));
  return {
    officer,
    chair,
    supervisor: !chair,
    ...heading(office, state),
    ...stepModel(office, state, step),
    can_end_early: chair && state.phase === "open" && !ending && EARLY.indexOf(step.name) >= 0,
    ending: ending && writes(step),
    agenda: state.items.map((item) => agendaRow(state, item, chair)),
    ...itemModel(office, state, chair, keys.waiting),
    ...people(office, state),
    ...floor(office, state, chair),
    ...more.model(state),
    ...keys.model(state),
    any_signables: toSign.length > 0,
    signables: toSign.map((one) => ({
      id: `sign-${one.leaf}`,
      leaf: one.leaf,
      says: one.says,
      label: one.label,
      waits: one.waits ? "yes" : "no",
      reason: one.reason && t("reason", { reason: one.reason }),
      signed: one.signed.length > 0 ? t("signed-by", { roles: one.signed.map((by) => t(`role-${by}`)).join(", ") }) : t("unsigned"),
      can: !office.hasSigned(one.leaf) && maySign(office, state, one.leaf),
      sign_label: t("sign-name", { what: one.label }),
    })),
    ...health(office),
  };
}

/** The first signer is not the second one; and only a supervisor's voids a poll, draws a lot or has keys made anew. */
function maySign(office: Office, state: HallState, leaf: string): boolean {
  const waiting = state.pending.filter((act) => act.leaf === leaf)[0];
  if (!waiting) return office.role === "supervisor";
  const mine = office.device !== null && office.device.seat.member === waiting.signer;
  return !mine && (SUPERVISED.indexOf(waiting.kind) < 0 || office.role === "supervisor");
}

function heading(office: Office, state: HallState): Model {
  const last = state.moments[state.moments.length - 1];
  return {
    rehearsal: state.rehearsal,
    title: pick(state.title),
    community: pick(state.community.name),
    phase: t(`phase-${state.phase}`),
    who: [office.me && office.me.name, office.role && t(`role-${office.role}`)].filter(Boolean).join(" · "),
    screen_link: office.me && office.me.screen_key && `/h/${state.hearing}/screen#${office.me.screen_key}`,
    fingerprint: last && fingerprintAt(state, last),
    fingerprint_of: last && t(`moment-${last.what}`),
  };
}

function writes(step: Step): boolean {
  return step.name === "minutes" || step.name === "adjourn";
}

function stepModel(office: Office, state: HallState, step: Step): Model {
  const { busy } = office;
  const question = office.role === "chair" && calledItem(state) && nextQuestion(state);
  const discussing = ["give", "end", "lot"].indexOf(step.name) >= 0;
  const writing = writes(step);
  return {
    step: step.name,
    step_button: NO_BUTTON.indexOf(step.name) < 0,
    step_label: step.label,
    step_says: step.says,
    step_blocked: step.blocked,
    step_note: step.note,
    step_wait: step.wait,
    step_missing: step.wait && question && namesMissing(office, question),
    step_busy: busy && t(office.retrying ? "retrying" : "recording"),
    step_off: String(busy || step.blocked !== undefined),
    can_poll: discussing && state.speaker === null && question && !opening(state, question).blocked,
    minutes: office.role === "chair" && writing,
    minutes_again: step.name === "adjourn",
    over: state.phase === "adjourned",
    decisions: state.polls.filter((poll) => poll.result && poll.stage !== "void").map((poll) => decisionRow(state, poll)),
  };
}

function decisionRow(state: HallState, poll: HallPoll): Row {
  return { id: `decision-${poll.id}`, title: questionTitle(state, poll), decision: poll.conclusion && poll.conclusion.says };
}

function agendaRow(state: HallState, item: HallItem, chair: boolean): Row {
  const current = state.called === item.id && state.phase === "open";
  const free = state.phase === "open" && !state.polls.some((poll) => poll.stage === "open") && !state.speaker;
  return {
    id: `item-${item.id}`,
    item: item.id,
    number: String(numberOf(state, item)),
    title: pick(item.title),
    status: itemStatus(state, item, current),
    current: current ? "step" : "false",
    can_call: chair && free && !current,
    call_label: t("call-name", { title: pick(item.title) }),
  };
}

function itemStatus(state: HallState, item: HallItem, current: boolean): string {
  const decisions = item.questions
    .map((question) => standingPoll(state, question))
    .map((poll) => poll && poll.conclusion && pick(poll.conclusion.says));
  const done = decisions.filter(Boolean);
  if (done.length > 0 && done.length === item.questions.length) return done.join(" · ");
  if (current && state.phase === "open") return t("item-current");
  return item.called ? t("item-called") : t("item-waiting");
}

function people(office: Office, state: HallState): Model {
  const { present, eligible, enrolled, by_code, by_desk } = state.attendance;
  const voters = office.people.filter((one) => one.role === "representative");
  const poll = state.polls.filter((one) => one.stage === "open").pop() || state.polls[state.polls.length - 1];
  const here = voters.filter((one) => one.present_since !== null);
  return {
    eligible: String(eligible),
    enrolled: String(enrolled),
    present: String(present),
    present_how: t("present-how", { code: by_code, desk: by_desk }),
    ...missingModel(office, state),
    roster_title: t("roster", { count: here.length }),
    roster: here.sort(byArrival).map((one) => ({
      id: `here-${one.id}`,
      name: nameOf(one),
      place: homeOf(one),
      came: cameIn(one, state),
      voted: poll ? votedWord(one, poll) : t("no-vote-here"),
    })),
  };
}

/** Whether somebody has voted; of a secret poll nobody knows it, but who may is known. */
function votedWord(one: DeskMember, poll: HallPoll): string {
  const voted = hasVoted(one, poll);
  if (voted === null) return t("no-vote-here");
  return t(poll.box ? "may-vote" : voted ? "has-voted" : "has-not-voted");
}

function byArrival(a: DeskMember, b: DeskMember): number {
  return String(a.present_since) < String(b.present_since) ? -1 : 1;
}

function floor(office: Office, state: HallState, chair: boolean): Model {
  const { speaker } = state;
  const left = speaker && speaker.given_at ? speaker.seconds + Math.min(0, office.time.secondsTo(speaker.given_at)) : 0;
  const named = whoIs(office, state).member;
  return {
    speaker: speaker && named(speaker.member),
    speaking: speaker && (left > 0 ? t("time-left", { time: minutes(left) }) : t("time-over", { time: minutes(-left) })),
    can_end: chair && speaker !== null,
    queue: state.queue.map((one, i) => ({
      id: `queue-${one.request}`,
      request: one.request,
      name: `${i + 1}. ${named(one.member)}`,
      turn: one.turn > 1 && t("turn", { turn: one.turn }),
      since: clock(one.at, state.community.zone),
      can_give: chair && !speaker,
      can_clear: chair,
    })),
    no_queue: state.queue.length === 0 && !speaker,
  };
}

function health(office: Office): Model {
  const silent = Math.round((Date.now() - office.contact) / 1000);
  const tone = !office.answers ? "bad" : silent > QUIET || office.retrying ? "fair" : "good";
  const behind = Math.round(office.time.behind);
  return {
    link: tone,
    link_text: t(`link-${tone}`),
    contact: t("contact", { seconds: silent }),
    skew: Math.abs(behind) > 5 && t("skew", { seconds: Math.abs(behind) }),
    clock: office.state && timeOfDay(office.time.now(), office.state.community.zone),
    size: office.state && t("record-size", { size: office.state.size }),
    checked: office.device && t("checked", { size: office.device.heads.latest().size }),
    lost: !office.answers,
    forked: office.forked,
    trouble: office.trouble,
  };
}
