/** What a scene says, from the public state, the service's time and, where this screen has it, the check-in code. */

import { checkpointImage, fingerprintAt, momentOf } from "../hall/evidence";
import { HOUR, minutes, timeOfDay } from "../hall/clock";
import {
  calledItem,
  type Comparison,
  type Conclusion,
  type HallMoment,
  type HallPoll,
  type HallResult,
  type HallState,
  latestPoll,
  nextQuestion,
  numberOf,
  rolledFor,
} from "../hall/state";
import type { Model, Row } from "../page/bind";
import { type BoxState, type QuestionState, questionOf } from "../page/state";
import { clock, pick, t } from "../page/texts";
import type { Code } from "./code";
import { sceneOf } from "./scene";

const BAR = 1000;

/** How far a bar is filled, in its own units. */
function filled(part: number, whole: number): number {
  return whole > 0 ? Math.min(BAR, Math.round((BAR * part) / whole)) : 0;
}

/** Bars of scenes that are not shown are empty. */
export const EMPTY: Model = { filled: "0", mark: "0", marked: "none", spoken: "0", turnout_bar: "0", keys_bar: "0", ring: "0 30" };

/** Everything the page binds to. `now` is the service's time in ms. */
export function screenModel(state: HallState, now: number, code: Code | null): Model {
  const scene = sceneOf(state);
  const published = state.polls.filter((one) => one.result !== null && one.stage !== "void");
  const open = state.phase === "open";
  return {
    ...EMPTY,
    [scene]: true,
    title: pick(state.title),
    rehearsal: state.rehearsal,
    community: pick(state.community.name),
    place: pick(state.place),
    starts: clock(state.starts, state.community.zone, true),
    time: timeOfDay(now, state.community.zone),
    code: open && code && `${code.code.slice(0, 3)} ${code.code.slice(3)}`,
    chip: open && code && scene !== "checkin",
    ring: `${code ? code.left(now) : 0} 30`,
    nocode: open && !code,
    agenda: state.items.map((one) => ({ id: `item-${one.id}`, title: pick(one.title) })),
    decisions: published.map((one) => ({ id: `poll-${one.id}`, title: titleOf(state, one), decision: decisionOf(one) })),
    ...attendance(state),
    ...item(state),
    ...speech(state, now),
    ...poll(state, now),
    ...evidence(state, momentShown(state, scene)),
  };
}

function attendance(state: HallState): Model {
  const { present, eligible } = state.attendance;
  const question = nextQuestion(state);
  const test = question && question.quorum.comparisons.filter((one) => one.measure === "heads")[0];
  const needed = test ? Number(test.needed) : 0;
  return {
    present: String(present),
    eligible: String(eligible),
    needed: needed ? String(needed) : "",
    filled: filled(present, eligible),
    mark: filled(needed, eligible),
    marked: needed > 0 ? "mark" : "none",
    attendance: t("attendance", { present, eligible }),
    quorum: question && question.quorum.comparisons.map(said).join("　"),
    met: question && (question.quorum.met ? "yes" : "no"),
    rule: question && pick(question.rule_text),
  };
}

function item(state: HallState): Model {
  const called = calledItem(state);
  if (!called) return {};
  return {
    number: t("item_number", { number: numberOf(state, called), all: state.items.length }),
    item_title: pick(called.title),
    item_text: pick(called.text),
    waiting_to_speak: state.queue.length > 0 && t("waiting_to_speak", { count: state.queue.length }),
  };
}

function speech(state: HallState, now: number): Model {
  const { speaker } = state;
  if (!speaker || !speaker.given_at) return { quiet: true };
  // The clock of the service is known to half a second only: nobody gets more than they were given.
  const left = speaker.seconds - Math.max(0, (now - Date.parse(speaker.given_at)) / 1000);
  return {
    speaker: state.names[speaker.member] || t("speaker"),
    turn: speaker.turn > 1 && t("turn", { turn: speaker.turn }),
    left: left > 0 && minutes(left),
    over: left <= 0 && t("over", { time: minutes(-left) }),
    spoken: filled(Math.max(0, left), speaker.seconds),
  };
}

function poll(state: HallState, now: number): Model {
  const latest = latestPoll(state);
  const question = latest && questionOf(state, latest);
  if (!latest || !question) return {};
  const { box, result } = latest;
  const { cast, electorate } = box ? { cast: box.cast, electorate: box.issued } : latest;
  const left = latest.closes ? (Date.parse(latest.closes) - now) / 1000 : 0;
  const sealed = question.visibility !== "live";
  const plain = isPlain(question);
  const { conclusion } = latest;
  const standing = plain ? [] : conclusion ? markedRows(conclusion) : liveRows(latest, question);
  return {
    question: pick(question.title),
    wording: pick(question.text),
    cast: String(cast),
    electorate: String(electorate),
    turnout: t("turnout", { cast, electorate }),
    turnout_bar: filled(cast, electorate),
    countdown: latest.closes && left < HOUR && minutes(left),
    until: latest.closes && left >= HOUR && t("until", { time: clock(latest.closes, state.community.zone, true) }),
    sealed: question.visibility === "sealed",
    secret: question.visibility === "secret" && latest.stage === "open",
    ...(box && latest.stage === "closed" ? unlocking(box) : {}),
    options: optionRows(latest, question.options),
    how: !plain && t(`form_${question.form.kind}`, { most: "most" in question.form ? question.form.most : 0 }),
    choices: !plain && !(latest.live && standing.length > 0) && question.options.map((one) => pick(one.text)).join(t("between")),
    plain: plain && Boolean(result),
    live: plain && !sealed,
    shown: !plain && !sealed && standing.length > 0,
    method: question.method,
    amounts: conclusion && !plain && conclusion.amounts,
    units: plain && conclusion && conclusion.units.length > 0 && conclusion.units.map((text, i) => ({ id: String(i), text })),
    standing,
    columns: String(standing.length > 8 ? 3 : standing.length > 5 ? 2 : 1),
    visibility: sealed ? "no" : "yes",
    void_reason: latest.void_reason,
    lot: lotText(state, latest),
    turned_out: t("turned_out", { cast, electorate, missing: electorate - cast }),
    ...(result && conclusion ? outcome(result, conclusion) : {}),
  };
}

/** A closed box waits for its key holders; one with too few ballots is never opened. */
function unlocking({ openable, threshold, decrypted, cast, least }: BoxState): Model {
  if (cast < least) return { keys: t("too_few", { least }) };
  return { keys: openable && t("keys", { have: decrypted.length, need: threshold }), keys_bar: filled(decrypted.length, threshold) };
}

/** Where a lot decides: that one is to be drawn, or what was rolled. */
function lotText(state: HallState, latest: HallPoll): string {
  if (latest.lot) return t("lot_drawn", { rolled: latest.lot.rolled });
  const rolled = rolledFor(state, latest);
  return rolled ? t("lot_waits", { rolled }) : latest.tied.length ? t("lot_next") : "";
}

function optionRows(poll: HallPoll, options: HallPollOptions): Row[] {
  const totals: { [id: string]: string } = {};
  if (poll.result) {
    for (const one of poll.result.options) {
      totals[one.id] = String(one.total.heads);
      if (one.total.area) totals[one.id + ".area"] = `${one.total.area} m²`;
    }
  }
  for (const id of Object.keys(poll.live || {})) if (!poll.result) totals[id] = String((poll.live || {})[id]);
  return options.map(({ id, text }) => ({ id, label: pick(text), heads: totals[id], area: totals[id + ".area"] }));
}

type HallPollOptions = readonly { readonly id: string; readonly text: { readonly zh: string; readonly en: string } }[];

/** A question whose options are few and short words: their numbers stand side by side. */
function isPlain(question: QuestionState): boolean {
  return question.method === "motion" || question.method === "agreement";
}

/** Outcomes that one word tells; of all others the screen says who. */
const ONE_WORD = ["passed", "rejected", "no_quorum", "void", "unverified", "unopened"];

function outcome(result: HallResult, conclusion: Conclusion): Model {
  const { decision, comparisons } = result;
  const chosen = conclusion.standings.filter((one) => one.mark === "chosen");
  const first = decision === "counted" ? conclusion.says : conclusion.left;
  const more = [first, ...conclusion.more, conclusion.statutory].filter(Boolean);
  return {
    decision: t("decision_" + (chosen.length > 0 ? "decided" : decision)),
    outcome: decision,
    chosen: chosen.map(({ id, name }) => ({ id, name })),
    any_chosen: chosen.length > 0,
    more: more.map((text, i) => ({ id: String(i), text })),
    comparisons: comparisons.map((one, i) => ({ id: String(i), kind: one.kind, text: said(one) })),
  };
}

function markedRows(conclusion: Conclusion): Row[] {
  return conclusion.standings.map((one) => ({ ...one, mark: one.mark || "none", marked: one.mark && t("mark_" + one.mark) }));
}

/** A live poll counts marks as they come; rankings and numbers have no count before the end. */
function liveRows(poll: HallPoll, question: QuestionState): Row[] {
  const { live, cast } = poll;
  if (!live || (question.form.kind !== "one" && question.form.kind !== "marks")) return [];
  return question.options.map(({ id, text }) => {
    const votes = live[id] || 0;
    return { id, name: text, amount: String(votes), bar: filled(votes, cast), mark: "none" };
  });
}

function titleOf(state: HallState, one: HallPoll): string {
  const question = questionOf(state, one);
  return question ? pick(question.title) : "";
}

function decisionOf({ result, conclusion }: HallPoll): string {
  if (!result || !conclusion) return "";
  return ONE_WORD.indexOf(result.decision) >= 0 ? t("decision_" + result.decision) : pick(conclusion.says);
}

function said(one: Comparison): string {
  return pick(one.text);
}

function momentShown(state: HallState, scene: string): HallMoment | undefined {
  const latest = latestPoll(state);
  if (scene === "checkin") return momentOf(state, "opened");
  if (scene === "adjourned") return momentOf(state, "adjourned");
  if (!latest) return undefined;
  return scene === "closed" ? momentOf(state, "closed", latest.id) : momentOf(state, "result", latest.id);
}

function evidence(state: HallState, moment: HallMoment | undefined): Model {
  if (!moment) return {};
  return { fingerprint: fingerprintAt(state, moment), note: checkpointImage(state, moment) };
}
