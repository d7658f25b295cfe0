/** The item under discussion, its questions with their polls, and the comments on it, as the console shows them. */

import { minutes } from "../hall/clock";
import type { Office } from "../hall/office";
import { calledItem, type HallPoll, type HallQuestion, type HallState, numberOf } from "../hall/state";
import type { Model, Row } from "../page/bind";
import { clock, pick, t } from "../page/texts";

const BAR = 1000; // the length of a bar, in its own units

/** What the page binds to for the item under discussion; nothing once the meeting is over. */
export function itemModel(office: Office, state: HallState, chair: boolean): Model {
  const item = calledItem(state);
  if (!item || state.phase === "adjourned") return {};
  const comments = office.comments.filter((one) => one.text !== null || one.hidden !== null);
  return {
    item: true,
    item_number: t("item-number", { number: numberOf(state, item), all: state.items.length }),
    item_title: pick(item.title),
    item_text: pick(item.text),
    secret: item.ballot === "secret",
    questions: item.questions.map((question) => questionRow(office, state, question, chair)),
    comment_count: t("comment-count", { count: item.comments }),
    comments: comments.map((one) => ({
      id: `comment-${one.comment}`,
      comment: one.comment,
      name: one.name || t("somebody"),
      time: clock(one.at, state.community.zone),
      text: one.text,
      hidden: one.hidden !== null && t("hidden-because", { reason: one.hidden }),
      can_hide: chair && one.hidden === null && state.phase !== "adjourned",
    })),
  };
}

function questionRow(office: Office, state: HallState, question: HallQuestion, chair: boolean): Row {
  const poll = state.polls.filter((one) => one.id === question.poll)[0];
  return {
    id: `question-${question.hash}`,
    title: pick(question.title),
    wording: pick(question.text),
    rule: pick(question.rule_text),
    secrecy: t(question.visibility === "live" ? "live" : "sealed"),
    quorum: !poll && question.quorum.comparisons.map((one) => pick(one.text)).join("　"),
    turnout_bar: "0",
    ...(poll ? pollModel(office, state, poll, question, chair) : {}),
  };
}

function pollModel(office: Office, state: HallState, poll: HallPoll, question: HallQuestion, chair: boolean): Model {
  const { cast, electorate, result, closes } = poll;
  const voiding = state.pending.some((act) => act.about === poll.id);
  return {
    poll: poll.id,
    stage: t(`stage-${poll.stage}`),
    turnout: t("turnout", { cast, electorate }),
    turnout_bar: electorate ? String(Math.round((BAR * cast) / electorate)) : "0",
    countdown: poll.stage === "open" && closes && t("closes-in", { time: minutes(office.time.secondsTo(closes)) }),
    options: question.options.map(({ id, text }) => {
      const counted = result && result.options.filter((one) => one.id === id)[0];
      const area = counted && counted.total.area ? ` (${counted.total.area} m²)` : "";
      const heads = counted ? `${counted.total.heads}${area}` : poll.live ? String(poll.live[id]) : "";
      return { id, label: pick(text), heads };
    }),
    counted: result !== null || poll.live !== null,
    decision: poll.stage === "void" ? t("decision-void") : result && t(`decision-${result.decision}`),
    published: poll.stage === "void" && result && t("published", { decision: t(`decision-${result.decision}`) }),
    comparisons: (result ? result.comparisons : []).map((one, i) => ({ id: String(i), text: pick(one.text) })),
    why: result && result.reason && pick(result.reason),
    void_reason: poll.void_reason && t("void-because", { reason: poll.void_reason }),
    voiding: voiding && t("void-waits"),
    can_void: chair && state.phase === "open" && poll.stage !== "void" && !voiding,
  };
}
