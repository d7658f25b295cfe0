/** The item under discussion, its questions with their polls, and the comments on it, as the console shows them. */

import { HOUR, minutes } from "../hall/clock";
import type { HallComment, Office } from "../hall/office";
import { calledItem, type Conclusion, type HallPoll, type HallQuestion, type HallState, numberOf, rolledFor, type Standing } from "../hall/state";
import type { Model, Row } from "../page/bind";
import type { BoxState } from "../page/state";
import { clock, pick, type Text, t } from "../page/texts";
import { readiness } from "./ready";
import { formText } from "./steps";

const BAR = 1000; // the length of a bar, in its own units

/** What the page binds to for the item under discussion; nothing once the meeting is over. */
export function itemModel(office: Office, state: HallState, chair: boolean, waiting = 0): Model {
  const item = calledItem(state);
  if (!item || state.phase === "adjourned") return {};
  return {
    item: true,
    item_number: t("item-number", { number: numberOf(state, item), all: state.items.length }),
    item_title: pick(item.title),
    item_text: pick(item.text),
    secret: item.ballot === "secret" && !item.questions.length,
    questions: item.questions.map((question) => questionRow(office, state, question, chair, waiting)),
    comment_count: t("comment-count", { count: item.comments }),
    comments: commentRows(office, state, chair),
  };
}

/** The comments that this officer has read; a hidden one has its reason, and after that its text can be destroyed. */
export function commentRows(office: Office, state: HallState, chair: boolean): Row[] {
  return office.comments
    .filter((one) => one.text !== null || one.hidden !== null)
    .map((one: HallComment) => ({
      id: `comment-${one.comment}`,
      comment: one.comment,
      blob: one.blob,
      name: one.name || t("somebody"),
      time: clock(one.at, state.community.zone),
      text: one.text,
      hidden: one.hidden !== null && t("hidden-because", { reason: one.hidden }),
      erased: one.erased && t("erased"),
      can_hide: chair && one.hidden === null,
      can_erase: one.hidden !== null && !one.erased,
    }));
}

function questionRow(office: Office, state: HallState, question: HallQuestion, chair: boolean, waiting: number): Row {
  const poll = state.polls.filter((one) => one.id === question.poll)[0];
  return {
    id: `question-${question.hash}`,
    title: pick(question.title),
    wording: pick(question.text),
    rule: pick(question.rule_text),
    secrecy: t(`visibility-${question.visibility}`),
    form: formText(question),
    quorum: !poll && question.quorum.comparisons.map((one) => pick(one.text)).join("　"),
    offers: readiness(question),
    turnout_bar: "0",
    ...(poll ? pollModel(office, state, poll, question, chair) : {}),
    ...(poll && poll.box ? boxModel(state, poll, poll.box, waiting) : {}),
  };
}

/** When a poll ends by itself: how long it still takes, or from an hour on, when that is. */
function closing(office: Office, state: HallState, closes: string): string {
  const left = office.time.secondsTo(closes);
  if (left >= HOUR) return t("closes-at", { time: clock(closes, state.community.zone, true) });
  return t("closes-in", { time: minutes(left) });
}

function marked(one: Standing): Row {
  return { ...one, mark: one.mark && t(`mark-${one.mark}`) };
}

/** A live poll counts marks as they come; rankings and numbers have no count before the end. */
function liveRows({ live }: HallPoll, { form, options }: HallQuestion): Row[] {
  if (!live || (form.kind !== "one" && form.kind !== "marks")) return [];
  return options.map(({ id, text }) => ({ id, name: text, amount: String(live[id] || 0) }));
}

function moreOf({ more, statutory }: Conclusion): readonly Text[] {
  return statutory ? [...more, statutory] : more;
}

/** What was rolled: for the lot that was drawn, or for one that waits. */
function lotText(state: HallState, poll: HallPoll): string {
  const rolled = rolledFor(state, poll);
  if (poll.lot) return t("lot-drawn", { rolled: poll.lot.rolled });
  return rolled && t("lot-waits", { rolled });
}

/** What is in the box, and who opens it. */
function boxModel({ names }: HallState, { stage }: HallPoll, { cast, issued, holders, decrypted, openable }: BoxState, waiting: number): Model {
  const all = cast + (stage === "open" ? waiting : 0);
  return {
    turnout: t("box-turnout", { cast: all, issued }),
    turnout_bar: issued ? String(Math.round((BAR * all) / issued)) : "0",
    box_waiting: stage === "open" && waiting > 0 && t("box-waiting", { count: waiting }),
    box_holders: openable
      ? holders.map((one) => ({
          id: one,
          name: names[one] || t("somebody"),
          progress: t(decrypted.indexOf(one) >= 0 ? "key-used" : "key-asked"),
        }))
      : [],
  };
}

function pollModel(office: Office, state: HallState, poll: HallPoll, question: HallQuestion, chair: boolean): Model {
  const { cast, electorate, result, conclusion, closes } = poll;
  const voiding = state.pending.some((act) => act.kind === "poll.void" && act.about === poll.id);
  return {
    poll: poll.id,
    stage: t(`stage-${poll.stage}`),
    turnout: t(poll.stage === "open" || cast === electorate ? "turnout" : "turnout-after", { cast, electorate, missing: electorate - cast }),
    turnout_bar: electorate ? String(Math.round((BAR * cast) / electorate)) : "0",
    countdown: poll.stage === "open" && closes && closing(office, state, closes),
    amounts: conclusion && conclusion.amounts,
    count: `/h/${state.hearing}#poll-${poll.id}`,
    standings: conclusion ? conclusion.standings.map(marked) : liveRows(poll, question),
    counted: conclusion !== null || liveRows(poll, question).length > 0,
    decision: poll.stage === "void" ? t("decision-void") : conclusion && conclusion.says,
    published: poll.stage === "void" && conclusion && t("published", { decision: pick(conclusion.says) }),
    comparisons: (result ? result.comparisons : []).map((one, i) => ({ id: String(i), text: pick(one.text) })),
    more: conclusion ? moreOf(conclusion).map((text, i) => ({ id: String(i), text })) : [],
    void_reason: poll.void_reason && t("void-because", { reason: poll.void_reason }),
    lot: lotText(state, poll),
    voiding: voiding && t("void-waits"),
    can_void: chair && state.phase === "open" && poll.stage !== "void" && !voiding,
  };
}
