/** The phone of somebody who takes part: everything they do in a hearing, on one page. */

import { sha256 } from "@noble/hashes/sha2";
import { comeIn, endFloor, postComment, requestFloor, withdrawFloor } from "./core/acts";
import { Device } from "./core/device";
import { base64, concat, fromHex, hex, random, utf8 } from "./core/encoding";
import { fingerprint } from "./core/fingerprint";
import { getJson, pause } from "./core/http";
import { Live } from "./core/live";
import { Problem } from "./core/problem";
import { fill, listen, type Model, type Row } from "./page/bind";
import { rememberSize } from "./page/size";
import { type CommentState, type HearingState, type MemberState, type PollState, type QuestionState, questionOf } from "./page/state";
import { t } from "./page/texts";
import { cast, check, type Finding, picksIn } from "./phone/ballots";
import { type Picks, read, write } from "./phone/choices";
import { type Tap, taps } from "./phone/filling";
import { type Facts, page, type Print } from "./phone/model";

const hearing = document.body.dataset.hearing as string;
const device = Device.open(hearing, changed);

let state: HearingState | null = null;
let me: MemberState | null = null;
let revoked = false;
let meAfter = -1; // how many acts of this device were in the record when `me` was asked for
let meAt = ""; // and where the hearing stood
let comments: readonly CommentState[] = [];
let chosen: string | null = null;
let print: Print | null = null;
let answers = true;
const findings: { [poll: string]: Finding } = {};
/** What was fetched last, by what it was fetched for: nothing is asked for twice. */
const asked: { [what: string]: string } = {};
/** How often that has failed since it last went well. */
const failed: { [what: string]: number } = {};
let live: Live<HearingState> | null = null;

/** Whether the digits of a new phone are on their way, and why they were not taken. */
let move: { readonly sending?: boolean; readonly failed?: string } = {};

/** Which part of the page is shown: `item/ID`, `poll/ID`, `review/ID`, `acts`, `move`, or home. */
let route = location.hash.slice(1).split("/");

/** What a larger bundle (src/phone-secret.ts) does whenever something has changed, and shows instead. */
export type More = (facts: Facts, shown: Model) => Model;
let more: More | undefined;

/** Let this page do more. */
export function extend(make: (own: Device, changed: () => void) => More): void {
  if (device) more = make(device, changed);
  render();
}

const receivedActs = (own: Device): number => own.acts().filter((sent) => sent.state === "received").length;

function render(): void {
  if (!device) return fill(document.body, { nobody: true });
  const { heads, store, outbox, seat, kid } = device;
  const fresh = meAfter === receivedActs(device);
  const acts = device.acts();
  const picks = begun(device);
  const agreed = device.agreed();
  const facts = state && { ...seat, kid, me, fresh, revoked, acts, route, picks, chosen, comments, findings, print, state, agreed, move };
  const shown = facts && page(facts);
  const alarm = heads.alarm();
  fill(document.body, {
    state,
    me,
    alarm,
    loading: !state,
    fragile: !store.durable,
    offline: !answers || outbox.troubled,
    ...shown,
    ...(more && facts && more(facts, shown as Model)),
  });
}

/** An act of this device has come a step further. */
function changed(): void {
  if (live) live.nudge();
  follow();
  render();
}

/** Do something once for each value of `key`; where it fails, again within seconds. */
async function once(what: string, key: unknown, work: () => Promise<void>): Promise<void> {
  const wanted = JSON.stringify(key);
  if (asked[what] === wanted) return;
  asked[what] = wanted;
  try {
    await work();
    failed[what] = 0;
    follow(); // something else may hang on it
  } catch {
    delete asked[what];
    const times = failed[what] || 0;
    failed[what] = times + 1;
    setTimeout(follow, pause(times));
  }
  render();
}

/** Ask the service for this person's own place; a device that it does not know any more is told so. */
async function readPlace(own: Device, received: number, at: string): Promise<void> {
  try {
    me = await own.read<MemberState>(`/api/h/${hearing}/me`);
    meAfter = received;
    meAt = at;
  } catch (error) {
    revoked = error instanceof Problem && error.code === "unknown-key";
    throw error;
  }
}

/** Fetch what hangs on the state: own place, comments, counted ballots, the fingerprint. */
function follow(): void {
  if (!state || !device) return;
  const { polls, attendance, phase, items, moments, origin } = state;
  const received = receivedActs(device);
  const arrivals = me && !me.present_since ? attendance.present : 0; // one of them may be this person, at the desk
  const leaving = device.agreed() && state.size; // whatever comes next may be the new phone
  const place = [phase, arrivals, polls.map((poll) => poll.stage), received, leaving];
  const at = JSON.stringify(place);
  if (received && !revoked) void once("me", place, () => readPlace(device, received, at));
  for (const { id, comments: count } of items) {
    if (id !== route[1]) continue;
    // Hiding a comment does not change their number: they are read again now and then.
    void once("comments", [id, count, Math.floor(Date.now() / 30_000)], async () => {
      ({ comments } = await getJson<{ comments: CommentState[] }>(`/api/h/${hearing}/comments?item=${id}`));
    });
  }
  for (const poll of polls) {
    // Not before it is known which ballot is the last one: another device of this person may have cast it.
    if (poll.stage === "open" || findings[poll.id] || meAt !== at) continue;
    void once(poll.id, [poll.stage, me], async () => {
      const finding = await check(device, poll, me);
      if (finding) findings[poll.id] = finding;
    });
  }
  const moment = moments[moments.length - 1];
  if (!moment) return;
  const { size, root } = moment;
  void once("print", size, async () => {
    await device.heads.confirm({ size, root });
    print = { size, text: fingerprint(`${origin}\n${size}\n${base64(fromHex(root))}\n`) };
  });
}

/** Do something with the poll on the page. */
function atHand(work: (poll: PollState, question: QuestionState) => void): void {
  for (const poll of state ? state.polls : []) {
    const question = questionOf(state as HearingState, poll);
    if (poll.id === route[1] && question) work(poll, question);
  }
}

/** Show what was chosen, to be confirmed. */
function review(choice: string): void {
  chosen = choice;
  location.hash = `#review/${route[1]}`;
}

/** The ballot on the page, if it was begun: it is kept, for phones reload pages as they please. */
const begun = ({ store, kid }: Device): Picks | null => store.get(`draft/${kid}/${route[1]}`);
const keep = ({ store, kid }: Device, picks: Picks): void => store.set(`draft/${kid}/${route[1]}`, picks);
const picksOn = (own: Device, poll: PollState, question: QuestionState): Picks =>
  begun(own) || picksIn(own.acts(), poll, question);

function vote(own: Device): void {
  atHand((poll, question) => {
    if (!chosen) return;
    cast(own, me, poll, question, chosen);
    keep(own, read(question, chosen));
  });
  location.replace(`#poll/${route[1]}`);
}

function comment(own: Device, input: HTMLTextAreaElement): void {
  const text = input.value.replace(/[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, " ").trim();
  const item = route[1] as string;
  const blob = concat(random(32), utf8(text));
  if (text) own.submit(postComment(item, hex(sha256(blob))), { item, text }, [blob]);
  input.value = "";
}

async function agree(own: Device, input: HTMLInputElement): Promise<void> {
  move = { sending: true };
  render();
  try {
    await own.agree(input.value.replace(/\D/g, ""));
    move = {};
    input.value = "";
  } catch (error) {
    move = { failed: error instanceof Problem ? `${error.title} ${error.detail}` : t("not-agreed") };
  }
  changed();
}

function start(own: Device): void {
  live = new Live<HearingState>(
    hearing,
    (now) => {
      state = now;
      render();
    },
    (reached) => {
      answers = reached;
      follow();
      render();
    },
  );
  const field = <E extends HTMLElement>(form: HTMLElement): E => form.querySelector<E>("input,textarea") as E;
  const filling: { [what: string]: (row: Row) => void } = {};
  for (const what in taps) {
    filling[what] = (row) => {
      atHand((poll, question) => keep(own, (taps[what] as Tap)(picksOn(own, poll, question), row, question)));
      render();
    };
  }
  listen({
    ...filling,
    "check-in": (_, form) => {
      const input = field<HTMLInputElement>(form);
      own.submit(comeIn(own.seat.member, input.value.replace(/\D/g, "")));
      input.value = "";
    },
    ask: () => state && state.called && own.submit(requestFloor(state.called)),
    withdraw: (_, { dataset }) => own.submit(withdrawFloor(dataset.request as string)),
    done: (_, { dataset }) => own.submit(endFloor(dataset.request as string)),
    choose: ({ id }) => review(JSON.stringify(id)),
    review: () => atHand((poll, question) => review(write(question, picksOn(own, poll, question)))),
    abstain: () => atHand((_, question) => review(write(question, []))),
    confirm: () => vote(own),
    comment: (_, form) => comment(own, field(form)),
    agree: (_, form) => agree(own, field(form)),
  });
}

addEventListener("hashchange", () => {
  if (location.hash === "#main") return; // the link that skips to the content
  route = location.hash.slice(1).split("/");
  if (route[0] !== "review") chosen = null;
  render();
  follow();
  scrollTo(0, 0);
  const heading = document.querySelector<HTMLElement>("main > section:not([hidden]) h2");
  if (heading) heading.focus();
});
// Among the grades of one option arrow keys choose, as among all radio buttons.
addEventListener("keydown", (event) => {
  const radio = event.target as HTMLElement;
  const arrow = /^Arrow([DR])?/.exec(event.key);
  if (!arrow || radio.getAttribute("role") !== "radio") return;
  event.preventDefault();
  const other = (arrow[1] ? radio.nextElementSibling : radio.previousElementSibling) as HTMLElement | null;
  if (!other) return;
  other.focus();
  other.click();
});
rememberSize();
render();
if (device) start(device);
