/** The console: a meeting run from one screen, with one obvious next step. */

import {
  adjourn,
  callItem,
  closePoll,
  cosign,
  drawLot,
  endFloor,
  eraseBlob,
  giveFloor,
  hideComment,
  openHearing,
  openPoll,
  voidPoll,
  withdrawFloor,
} from "./core/acts";
import { consoleModel, stepOf } from "./console/model";
import { publish, showDraft } from "./console/minutes";
import { opening, questionTitle, rolledNumbers, type Step } from "./console/steps";
import { Keys } from "./console/keys";
import { More } from "./console/more";
import { confirmed, isAsking, listenToDialog } from "./hall/dialog";
import { Office } from "./hall/office";
import { calledItem, nextQuestion } from "./hall/state";
import { fill, listen, type Row } from "./page/bind";
import { t } from "./page/texts";

const SETTLE = 700; // ms in which a button that has just changed does nothing: nobody could have read it
const SETTLE_KEY = 1500; // ms in which a key that was meant for the step before does nothing
const SPEECH = 120; // s

const hearing = document.body.dataset.hearing as string;
const primary = document.getElementById("primary") as HTMLButtonElement;
const remarks = document.getElementById("remarks") as HTMLTextAreaElement;
const draft = document.getElementById("draft") as HTMLElement;
let shownStep = "";
let changedAt = 0;
let ending = false;

const office = new Office(hearing, () => draw());
const more = new More(office, () => draw());
const keys = new Keys(office, () => draw());

function draw(): void {
  const { state } = office;
  if (state) keys.refresh(state);
  fill(document.body, consoleModel(office, ending, more, keys));
  if (!state) return;
  more.refresh(state);
  const { name, target } = stepOf(office, state, ending, keys.waiting);
  if (`${name} ${target}` === shownStep) return;
  shownStep = `${name} ${target}`;
  changedAt = Date.now();
  if (name === "minutes" || name === "adjourn") void showDraft(hearing, draft);
}

async function takeStep(step: Step): Promise<void> {
  const { name, target, label, says } = step;
  if (name === "call") office.act(callItem(target), { item: target });
  else if (name === "give") office.act(giveFloor(target, SPEECH));
  else if (name === "end") office.act(endFloor(target));
  else if (name === "poll") await startPoll(step);
  else if (name === "lot") await enterRoll(step);
  else if (name === "minutes") publish(office, remarks.value);
  else if (name === "cosign") await sign(target, label, says);
  else if (!(await confirmed(label, says))) return;
  else if (name === "open") office.act(openHearing());
  else if (name === "publish") await office.publish(target);
  else if (name === "close") office.act(closePoll(target), { poll: target });
  else if (name === "adjourn") office.act(adjourn());
}

const MINUTES = [3, 5, 10, 15];
const HOURS = [24, 72];

async function startPoll({ target, label, says, wait }: Step): Promise<void> {
  const { state } = office;
  const item = state && calledItem(state);
  const question = item && item.questions.filter((one) => one.hash === target)[0];
  if (!item || !question) return;
  const limits =
    question.electorate === "roll" && question.method !== "grading" // an appraisal is done while people are here
      ? HOURS.map((hours) => [String(hours * 3600), t("limit-hours", { hours })] as const)
      : MINUTES.map((minutes) => [String(minutes * 60), t("limit-minutes", { minutes })] as const);
  const options = [["", t("limit-none")] as const, ...limits];
  const choice = { label: t("limit"), options };
  const answer = await confirmed(label, wait ? `${says} ${wait}` : says, { choice, ...(wait && { no: t("wait") }) });
  if (!answer) return;
  const end = office.time.now() + Number(answer.choice) * 1000;
  office.act(openPoll(item.id, target, answer.choice ? new Date(end).toISOString() : null), { item: item.id });
}

/** What was rolled; nothing is drawn before a supervisor has signed. */
async function enterRoll(step: Step): Promise<void> {
  const answer = await confirmed(step.label, step.says, { reason: t("rolled-label") });
  if (!answer) return;
  const rolled = rolledNumbers(answer.reason);
  if (rolled) office.act(drawLot(step.target, rolled), { poll: step.target });
  else await enterRoll({ ...step, says: t("rolled-wrong") });
}

async function sign(leaf: string, label: string, says: string): Promise<void> {
  const { state } = office;
  const waits = state !== null && state.pending.some((act) => act.leaf === leaf);
  if (waits && !(await confirmed(label, says))) return;
  office.act(cosign(leaf), { text: leaf });
}

const actions: { readonly [name: string]: (row: Row, element: HTMLElement) => void } = {
  go() {
    const { state } = office;
    if (!state || office.busy || Date.now() - changedAt < SETTLE) return;
    const step = stepOf(office, state, ending, keys.waiting);
    if (step.blocked === undefined) void takeStep(step);
  },
  call: (row) => office.act(callItem(String(row.item)), { item: String(row.item) }),
  "poll-now"() {
    const { state } = office;
    const question = state && nextQuestion(state);
    if (state && question && !office.busy) void startPoll(opening(state, question));
  },
  give: (row, element) => office.act(giveFloor(String(row.request), Number(element.dataset.seconds))),
  clear: (row) => office.act(withdrawFloor(String(row.request))),
  async end() {
    const speaker = office.state && office.state.speaker;
    if (speaker) office.act(endFloor(speaker.request));
  },
  async hide(row) {
    const answer = await confirmed(t("hide"), t("says-hide"), { reason: t("reason-label") });
    if (answer) office.act(hideComment(String(row.comment), answer.reason), { text: String(row.text) });
  },
  async void(row) {
    const id = String(row.poll);
    const poll = office.state && office.state.polls.filter((one) => one.id === id)[0];
    if (!office.state || !poll) return;
    const opened = poll.box && poll.box.decrypted.length >= poll.box.threshold;
    const closed = opened ? "says-void-opened" : "says-void-closed";
    const says = t(poll.stage === "open" ? "says-void" : closed, { title: questionTitle(office.state, poll) });
    const answer = await confirmed(t("void"), says, { reason: t("reason-label") });
    if (answer) office.act(voidPoll(id, answer.reason), { poll: id });
  },
  sign: (row) => void sign(String(row.leaf), t("do-cosign", { what: String(row.label) }), String(row.says)),
  async erase(row) {
    const answer = await confirmed(t("erase"), t("says-erase"), { reason: t("reason-label") });
    if (answer) office.act(eraseBlob(String(row.blob), answer.reason), { text: String(row.comment) });
  },
  "keys-again": () => keys.toggle(),
  "key-choose": (row) => keys.choose(row),
  "key-need": (_, element) => keys.need(Number(element.dataset.by)),
  "keys-restart": () => keys.restart(),
  more: () => more.toggle(),
  find: () => void more.find((document.getElementById("find") as HTMLInputElement).value),
  appoint: (row) => more.appoint(row),
  retire: (row) => more.retire(row),
  join: (row) => more.join(row),
  leave: (row) => more.leave(row),
  "end-early"() {
    ending = !ending;
    draw();
  },
  "minutes-again": () => publish(office, remarks.value),
  dismiss: () => office.dismiss(),
};

listen(actions);
listenToDialog();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = document.activeElement;
  const held = event.repeat && at instanceof HTMLButtonElement; // one press is one answer, however long it lasts
  const idle = at === document.body || at === document.getElementById("main") || at === primary;
  if (!held && (!idle || isAsking())) return;
  event.preventDefault();
  if (!event.repeat && Date.now() - changedAt >= SETTLE_KEY) primary.click();
});
setInterval(draw, 1000);
draw();
