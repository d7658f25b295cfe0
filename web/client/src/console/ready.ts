/** Who can take part in a secret vote: phones that are ready before it opens, people who are shut out once it has. */

import type { DeskMember, Office } from "../hall/office";
import { homeOf, missingIn, nameOf } from "../hall/people";
import { type HallPoll, type HallQuestion, type HallState, nextQuestion } from "../hall/state";
import type { Model, Row } from "../page/bind";
import { t } from "../page/texts";

const NAMED = 6; // people at most whose names stand in a sentence

/** Before a secret vote is opened: how many phones can take part; false of other questions. */
export function readiness({ offers, electorate }: HallQuestion): string | false {
  if (!offers) return false;
  if (offers.offered === offers.asked) return t("offers-all", { ...offers });
  return t(electorate === "roll" ? "offers-roll" : "offers", { ...offers });
}

/** What it would be better to wait for before a question is put: phones that are not ready yet. */
export function worthWaiting({ offers }: HallQuestion): string | undefined {
  const count = offers ? offers.asked - offers.offered : 0;
  return count > 0 ? t("offers-wait", { count }) : undefined;
}

/** The names of those whom the chair waits for, or some of them; empty where nobody is, or no name has come yet. */
export function namesMissing(office: Office, question: HallQuestion): string {
  const missing = unready(office, question);
  const names = missing.slice(0, NAMED).map(nameOf).join(t("comma"));
  const more = missing.length - NAMED;
  return names && t("offers-names", { names: more > 0 ? t("and-more", { names, count: more }) : names });
}

/** The list that only officers see: who has not voted, who is not ready for the secret vote to come, who is shut out of one. */
export function missingModel(office: Office, state: HallState): Model {
  const open = state.polls.filter((one) => one.stage === "open").pop();
  if (open && !open.box) return listed("missing", open.electorate - open.cast, missingIn(voters(office), open));
  if (open && open.box) return listed("shut-out", open.electorate - open.box.issued, shutOut(office, state, open));
  const next = state.phase === "open" && nextQuestion(state);
  if (!next || !next.offers) return { has_missing: false };
  return listed("unready", next.offers.asked - next.offers.offered, unready(office, next));
}

/** The numbers are everybody's and come first; the names a little later. */
function listed(what: string, count: number, people: readonly DeskMember[]): Model {
  return { has_missing: count > 0, missing_title: t(what, { count }), missing: people.map((one) => personRow(one, what === "unready")) };
}

function personRow(one: DeskMember, reasons: boolean): Row {
  const why = !reasons ? "" : one.present_since === null ? t("not-here") : one.device === null ? t("no-device") : "";
  return { id: `missing-${one.id}`, name: nameOf(one), place: [homeOf(one), why].filter(Boolean).join(" · ") };
}

function voters({ people }: Office): DeskMember[] {
  return people.filter(({ role }) => role === "representative");
}

/** Whose phones have not offered for a question, those who are here first. */
function unready(office: Office, { election, electorate }: HallQuestion): DeskMember[] {
  const without = voters(office).filter(({ offered }) => election !== null && offered.indexOf(election) < 0);
  const here = without.filter((one) => one.present_since !== null);
  return electorate === "roll" ? [...here, ...without.filter((one) => one.present_since === null)] : here;
}

/** Who was asked when a secret vote opened, and has no ballot in it. */
function shutOut(office: Office, state: HallState, poll: HallPoll): DeskMember[] {
  const questions = state.items.reduce<HallQuestion[]>((all, item) => [...all, ...item.questions], []);
  const everybody = questions.some(({ hash, electorate }) => hash === poll.question && electorate === "roll");
  const asked = (one: DeskMember): boolean => everybody || (one.present_since !== null && one.present_since <= poll.opened_at);
  return voters(office).filter((one) => asked(one) && one.polls.some((each) => each.poll === poll.id && !each.may_vote));
}
