/** The one obvious next step of a meeting, from its public state alone. No DOM here. */

import {
  calledItem,
  type HallItem,
  type HallMoment,
  type HallPoll,
  type HallQuestion,
  type HallState,
  nextQuestion,
  numberOf,
  type Pending,
  rolledFor,
  standingPoll,
} from "../hall/state";
import { type BoxState, questionOf } from "../page/state";
import { pick, sentences, t } from "../page/texts";
import { keysSays, restartSays } from "./keys";
import { worthWaiting } from "./ready";

/** What the primary button can do; `done`, `wait` and `keys` have no button. */
export type StepName =
  | "open"
  | "call"
  | "give"
  | "end"
  | "poll"
  | "close"
  | "publish"
  | "keys"
  | "lot"
  | "minutes"
  | "adjourn"
  | "cosign"
  | "wait"
  | "done";

/** A step: its button, what will happen, why it is not possible yet, what else is worth knowing. */
export interface Step {
  readonly name: StepName;
  readonly label: string;
  readonly says: string;
  readonly blocked?: string | undefined;
  readonly note?: string | undefined;
  /** What it would be better to wait for. */
  readonly wait?: string | undefined;
  /** What it is about: an item, a request, a question, a poll, or the leaf hash of an act. */
  readonly target: string;
}

type Values = { readonly [name: string]: string | number };

function step(name: StepName, target = "", values: Values = {}, more: Partial<Step> = {}): Step {
  return { name, target, label: t(`do-${name}`, values), says: t(`says-${name}`, values), ...more };
}

/**
 * What the chair does next. `now` is the service's time in ms; `ending`: the chair leaves the rest of the agenda;
 * `waiting`: encrypted ballots that have come and enter the record with others.
 */
export function chairStep(state: HallState, now: number, ending = false, waiting = 0): Step {
  if (state.phase === "convened") return step("open");
  if (state.phase === "adjourned") return step("done");
  const running = state.polls.filter((poll) => poll.stage === "open")[0];
  if (running) return running.box ? closingBox(state, running, running.box, now, waiting) : closing(state, running, now);
  const unpublished = state.polls.filter((poll) => poll.stage === "closed" || poll.stage === "revealed")[0];
  if (unpublished) return unpublished.box ? unlocking(state, unpublished, unpublished.box) : publishing(state, unpublished);
  const { speaker } = state;
  if (speaker) return step("end", speaker.request, { name: nameIn(state, speaker.member) });
  if (ending) return recording(state);
  const tie = tiedPoll(state);
  if (tie) return drawing(state, tie);
  const called = calledItem(state);
  const question = called && nextQuestion(state);
  // Once all of an item is decided the meeting goes on; who still wants to speak about it stays in the queue.
  const decided = called && called.questions.length > 0 && !question;
  const [asked] = state.queue;
  if (asked && !decided) return step("give", asked.request, { name: nameIn(state, asked.member) });
  if (question) return opening(state, question);
  const item = state.items.filter((one) => !one.called)[0];
  if (item) return calling(state, item);
  return recording(state);
}

/** The minutes, then the end; items that were not taken, or not decided, are never passed over in silence. */
function recording(state: HallState): Step {
  if (state.minutes) return step("adjourn");
  const settled = (item: HallItem): boolean => item.questions.every((question) => standingPoll(state, question) !== undefined);
  const count = state.items.filter((item) => !item.called || !settled(item)).length;
  return count > 0 ? step("minutes", "", {}, { says: t("says-minutes-early", { count }) }) : step("minutes");
}

function nameIn(state: HallState, member: string): string {
  return state.names[member] || t("somebody");
}

function calling(state: HallState, item: HallItem): Step {
  const { present, eligible } = state.attendance;
  const question = item.questions[0];
  const short = question && !question.quorum.met;
  const note = short ? t("call-short", { quorum: quorumText(question) }) : undefined;
  const values = { number: numberOf(state, item), title: pick(item.title), present, eligible };
  return step("call", item.id, values, { note });
}

/** Putting a question to the vote; the quorum must be there, and for a secret one the keys and some phones. */
export function opening(state: HallState, question: HallQuestion): Step {
  const { electorate, offers } = question;
  const voters = electorate === "roll" ? state.attendance.eligible : state.attendance.present;
  const values = { title: pick(question.title), voters, ...offers };
  const quorum = question.quorum.met ? undefined : t("no-quorum", { quorum: quorumText(question) });
  const few = offers && offers.offered < offers.least ? t("offers-few", { ...offers }) : undefined;
  const blocked = quorum || keysMissing(state, question) || few;
  const says = t(`says-poll${offers ? "-secret" : ""}${electorate === "roll" ? "-roll" : ""}`, values);
  const form = question.form.kind === "one" ? "" : formText(question);
  const note = sentences([form, question.visibility === "secret" && t("poll-secret")]) || undefined;
  return step("poll", question.hash, values, { says, blocked, note, wait: blocked ? undefined : worthWaiting(question) });
}

/** Why a secret vote cannot begin: its keys are not ready. */
function keysMissing({ keys, names, pending }: HallState, { visibility }: HallQuestion): string | undefined {
  if (visibility !== "secret" || (keys && keys.ready)) return undefined;
  const named = (member: string): string => names[member] || t("somebody");
  const waits = restartSays(pending, named) || (keys ? keysSays(keys, named) : "");
  return t("keys-not-ready", { waits });
}

/** What a ballot asks of the voter. */
export function formText({ form, seats }: HallQuestion): string {
  return t(`form-${form.kind}`, { most: "most" in form ? form.most : 0, seats });
}

function quorumText(question: HallQuestion): string {
  return question.quorum.comparisons.map((one) => pick(one.text)).join("　");
}

function closing(state: HallState, poll: HallPoll, now: number): Step {
  const { cast, electorate, closes } = poll;
  const early = closes !== null && Date.parse(closes) > now && cast < electorate;
  const blocked = early ? t("closes-itself") : undefined;
  const missing = electorate - cast;
  const note = missing > 0 ? t("not-voted", { count: missing }) : t("all-voted");
  return step("close", poll.id, { title: questionTitle(state, poll), cast, electorate }, { blocked, note });
}

/** Encrypted ballots enter by batches: those that wait have come as well. */
function closingBox(state: HallState, poll: HallPoll, box: BoxState, now: number, waiting: number): Step {
  const { cast, issued, ready } = box;
  const values = { title: questionTitle(state, poll), cast: cast + waiting, electorate: issued };
  const early = poll.closes !== null && Date.parse(poll.closes) > now && cast < issued;
  const blocked = !ready ? t("box-setting-up") : early ? t("closes-itself") : undefined;
  const missing = issued - cast - waiting;
  const out = poll.electorate - issued;
  const notes = [
    missing > 0 ? t("not-voted", { count: missing }) : t("all-voted"),
    waiting > 0 && t("box-waiting", { count: waiting }),
    out > 0 && t("box-out", { count: out }),
    box.objections > 0 && t("box-objections", { count: box.objections }),
  ];
  return step("close", poll.id, values, { blocked, note: sentences(notes) });
}

/** After the close of a secret poll the key holders open it, and the service publishes what they opened. */
function unlocking(state: HallState, poll: HallPoll, { cast, least, holders, decrypted, threshold, objections }: BoxState): Step {
  const title = questionTitle(state, poll);
  const named = (members: readonly string[]): string => members.map((one) => nameIn(state, one)).join(t("comma"));
  const asked = holders.filter((one) => decrypted.indexOf(one) < 0);
  const values = { title, cast, least, have: decrypted.length, need: threshold, asked: named(asked), done: named(decrypted) };
  if (cast < least) return step("keys", poll.id, values, { label: "", says: t("says-keys-few", values) });
  const note = objections > 0 ? t("box-objections", { count: objections }) : undefined;
  return step("keys", poll.id, values, { note, ...(decrypted.length >= threshold ? { says: t("says-keys-enough", values) } : {}) });
}

function publishing(state: HallState, poll: HallPoll): Step {
  const close = state.moments.filter((moment) => moment.what === "closed" && moment.poll === poll.id)[0];
  const signed = close && state.cosigned.some((one) => one.target === close.leaf && one.role === "supervisor");
  const waits = poll.stage === "revealed" && poll.unopened > 0;
  const note = waits ? t("unopened", { count: poll.unopened }) : signed ? t("close-cosigned") : t("close-unsigned");
  return step("publish", poll.id, { title: questionTitle(state, poll) }, { note });
}

/** A poll that only a lot can decide: on the item under discussion, or on any one when all have been called. */
function tiedPoll(state: HallState): HallPoll | undefined {
  const all = state.items.every((item) => item.called);
  return state.polls.filter((poll) => poll.tied.length > 0 && (all || poll.item === state.called))[0];
}

/** Entering what was rolled; again, as long as no supervisor has signed it. */
function drawing(state: HallState, poll: HallPoll): Step {
  const question = questionOf(state, poll);
  const tied = question ? question.options.filter(({ id }) => poll.tied.indexOf(id) >= 0) : [];
  const rolled = rolledFor(state, poll);
  const values = { title: questionTitle(state, poll), names: tied.map(({ text }) => pick(text)).join(t("comma")), rolled };
  return step("lot", poll.id, values, rolled ? { label: t("do-lot-again", values), says: t("says-lot-waits", values) } : {});
}

/** Numbers as the record writes them, however they were typed; empty where there are none, or too many. */
export function rolledNumbers(typed: string): string {
  const numbers = typed.normalize("NFKC").match(/[0-9]+/g) || [];
  const rolled = numbers.map((one) => one.replace(/^0+(?=[0-9])/, "")).join(" ");
  return rolled.length > 100 ? "" : rolled;
}

/** The title of the question that a poll puts. */
export function questionTitle(state: HallState, poll: HallPoll): string {
  for (const item of state.items) {
    for (const question of item.questions) if (question.hash === poll.question) return pick(question.title);
  }
  return "";
}

/** What an officer may sign: acts that wait for a second officer, and the moments of the record. */
export interface Signable {
  readonly leaf: string;
  readonly label: string;
  readonly reason: string;
  /** What to do before signing. */
  readonly advice: string;
  /** What the signature says, and what it brings about. */
  readonly says: string;
  /** Acts that wait have no effect before they are signed. */
  readonly waits: boolean;
  readonly signed: readonly string[];
}

/** Names, for officers' eyes: of the person whose device it is, of an entry of the roll, and of one that is to be added. */
export interface Who {
  readonly device: (kid: string | null) => string;
  readonly member: (id: string) => string;
  /** Null where the entry was not made from the register. */
  readonly newcomer: (id: string) => string | null;
}

/** Everything that can be cosigned: what waits first, then from the latest on minutes and moments. */
export function signables(state: HallState, who: Who): Signable[] {
  const by = (leaf: string): string[] => state.cosigned.filter((one) => one.target === leaf).map((one) => one.role);
  const open = state.phase !== "adjourned";
  const waiting = (open ? state.pending : []).map((act) => ({ ...fromPending(state, act, who), signed: by(act.leaf) }));
  const moments = state.moments.map((moment) => ({ ...fromMoment(state, moment), signed: by(moment.leaf) })).reverse();
  if (state.minutes_leaf) moments.splice(open ? 0 : 1, 0, { ...fromMinutes(state.minutes_leaf), signed: by(state.minutes_leaf) });
  return [...waiting, ...moments];
}

type Unsigned = Omit<Signable, "signed">;

function fromPending(state: HallState, act: Pending, who: Who): Unsigned {
  const { leaf, kind, reason, about, added, removed, rolled } = act;
  if (kind === "key.restart") return fromRestart(act, who);
  const poll = state.polls.filter((one) => one.id === about)[0];
  const newcomers = added.map((one) => who.newcomer(one));
  const joins = newcomers.map((name) => t("joins", { name: name === null ? t("not-in-register") : name }));
  const changes = [...joins, ...removed.map((one) => t("leaves", { name: who.member(one) }))].join(" · ");
  const { eligible } = state.attendance;
  const after = eligible + added.length - removed.length;
  const correcting = newcomers.indexOf(null) >= 0 ? "says-cosign-stranger" : "says-cosign-roll";
  const says = changes ? t(correcting, { changes, eligible, after }) : t(rolled ? "says-cosign-lot" : "says-cosign", { rolled });
  const label = named(t(`waits-${kind.replace(".", "-")}`, { rolled }), changes || (poll ? questionTitle(state, poll) : who.device(about)));
  return { leaf, label, reason, waits: true, advice: "", says };
}

/** Who is to hold keys, and how many of them open a box together: what a supervisor answers for. */
function fromRestart({ leaf, reason, added, threshold }: Pending, who: Who): Unsigned {
  const names = added.map(who.member).join(t("comma"));
  const rule = t("keys-rule", { holders: added.length, threshold });
  const says = t("says-cosign-restart", { names, holders: added.length, threshold });
  return { leaf, label: named(t("waits-key-restart"), named(names, rule)), reason, waits: true, advice: "", says };
}

function fromMinutes(leaf: string): Unsigned {
  return { leaf, label: t("moment-minutes"), reason: "", waits: false, advice: t("read-first"), says: t("says-cosign") };
}

function fromMoment(state: HallState, { leaf, what, poll }: HallMoment): Unsigned {
  const of = state.polls.filter((one) => one.id === poll)[0];
  const label = named(t(`moment-${what}`), of && questionTitle(state, of));
  const advice = what === "closed" ? t("compare-first") : "";
  return { leaf, label, reason: "", waits: false, advice, says: t("says-cosign") };
}

function named(what: string, title: string | undefined): string {
  return title ? `${what} · ${title}` : what;
}

/** What a supervisor does next: sign the oldest moment that they have not signed. */
export function supervisorStep(state: HallState, done: (leaf: string) => boolean, who: Who): Step {
  const all = signables(state, who);
  const open = all.filter((one) => one.waits && !done(one.leaf))[0] || all.filter((one) => !done(one.leaf)).pop();
  if (!open) return step(state.phase === "adjourned" ? "done" : "wait");
  const note = open.reason ? t("reason", { reason: open.reason }) : open.advice || undefined;
  return step("cosign", open.leaf, { what: open.label }, { note, says: open.says });
}
