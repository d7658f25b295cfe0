/** The phone of somebody who takes part: everything they do in a hearing, on one page. */

import { sha256 } from "@noble/hashes/sha2";
import { comeIn, endFloor, postComment, requestFloor, withdrawFloor } from "./core/acts";
import { Device } from "./core/device";
import { base64, concat, fromHex, hex, random, utf8 } from "./core/encoding";
import { fingerprint } from "./core/fingerprint";
import { getJson } from "./core/http";
import { Live } from "./core/live";
import { fill, listen } from "./page/bind";
import { rememberSize } from "./page/size";
import { type CommentState, type HearingState, type MemberState, questionOf } from "./page/state";
import { pick, t } from "./page/texts";
import { cast, check, type Finding } from "./phone/ballots";
import { page } from "./phone/model";

const hearing = document.body.dataset.hearing as string;
const device = Device.open(hearing, render);

let state: HearingState | null = null;
let me: MemberState | null = null;
let comments: readonly CommentState[] = [];
let chosen: string | null = null;
let print: string | null = null;
let answers = true;
let status = "";
const findings: { [poll: string]: Finding } = {};
/** What was fetched last, by what it was fetched for: nothing is asked for twice. */
const asked: { [what: string]: string } = {};

const route = (): string[] => location.hash.slice(1).split("/");

function render(): void {
  if (!device) return fill(document.body, { nobody: true });
  const alarm = device.heads.alarm();
  const { member, role } = device.seat;
  const facts = { me, member, role, kid: device.kid, acts: device.acts(), route: route(), chosen, comments, findings, print };
  fill(document.body, {
    ...(state ? page({ ...facts, state }) : {}),
    loading: !state,
    alarm: alarm !== null,
    alarmText: alarm ? `${alarm.kept}\n${alarm.found}` : "",
    fragile: !device.store.durable,
    offline: !answers || device.outbox.troubled,
    status,
  });
}

/** Do something once for each value of `key`; where it fails, again when the state is looked at next. */
async function once(what: string, key: string, work: () => Promise<void>): Promise<void> {
  if (asked[what] === key) return;
  asked[what] = key;
  try {
    await work();
  } catch {
    delete asked[what];
  }
  render();
}

/** Fetch what hangs on the state: own place, comments, counted ballots, the fingerprint. */
async function follow({ polls, attendance, phase, items, moments, origin }: HearingState, own: Device): Promise<void> {
  const place = [phase, me && me.present_since ? 0 : attendance.present, polls.map((poll) => poll.stage), own.acts().length];
  void once("me", JSON.stringify(place), async () => {
    me = await own.read<MemberState>(`/api/h/${hearing}/me`);
  });
  const item = items.filter((each) => route()[0] === "item" && each.id === route()[1])[0];
  if (item) {
    void once("comments", `${item.id} ${item.comments}`, async () => {
      ({ comments } = await getJson<{ comments: CommentState[] }>(`/api/h/${hearing}/comments?item=${item.id}`));
    });
  }
  for (const poll of polls) {
    if (poll.stage === "open" || findings[poll.id]) continue;
    void once("check/" + poll.id, `${poll.stage} ${me !== null}`, async () => {
      const finding = await check(own, poll, me);
      if (finding) findings[poll.id] = finding;
    });
  }
  const moment = moments[moments.length - 1];
  if (moment) {
    void once("print", String(moment.size), async () => {
      await own.heads.confirm({ size: moment.size, root: moment.root });
      print = fingerprint(`${origin}\n${moment.size}\n${base64(fromHex(moment.root))}\n`);
    });
  }
}

/** Say aloud what has changed, for those who do not see it. */
function announce(before: HearingState | null, now: HearingState): void {
  for (const poll of now.polls) {
    const earlier = before && before.polls.filter((one) => one.id === poll.id)[0];
    const question = questionOf(now, poll);
    if (before && question && (!earlier || earlier.stage !== poll.stage)) {
      status = t("now-" + poll.stage, { title: pick(question.title) });
    }
  }
}

function start(own: Device): void {
  new Live<HearingState>(
    hearing,
    (now) => {
      announce(state, now);
      state = now;
      render();
    },
    (reached) => {
      answers = reached;
      if (state) void follow(state, own);
      render();
    },
  );
  listen({
    "check-in": (_, form) => {
      const input = form.querySelector("input") as HTMLInputElement;
      own.submit(comeIn(own.seat.member, input.value.trim()));
      input.value = "";
    },
    ask: () => own.submit(requestFloor((state as HearingState).called as string)),
    withdraw: (_, button) => own.submit(withdrawFloor(button.dataset.request as string)),
    done: (_, button) => own.submit(endFloor(button.dataset.request as string)),
    choose: (option) => {
      chosen = option.id;
      location.hash = `#review/${route()[1]}`;
    },
    confirm: () => {
      const poll = (state as HearingState).polls.filter((one) => one.id === route()[1])[0];
      const question = poll && questionOf(state as HearingState, poll);
      if (poll && question && chosen) cast(own, me, poll, question, chosen);
      location.replace(`#poll/${route()[1]}`);
    },
    comment: (_, form) => {
      const input = form.querySelector("textarea") as HTMLTextAreaElement;
      // eslint-disable-next-line no-control-regex
      const text = input.value.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ").trim();
      const blob = concat(random(32), utf8(text));
      const item = route()[1] as string;
      if (text) own.submit(postComment(item, hex(sha256(blob))), { item, text }, [blob]);
      input.value = "";
    },
  });
}

addEventListener("hashchange", () => {
  if (route()[0] !== "review") chosen = null;
  render();
  if (state && device) void follow(state, device);
  scrollTo(0, 0);
  const heading = document.querySelector<HTMLElement>("main section:not([hidden]) h2");
  if (heading) heading.focus();
});
rememberSize();
render();
if (device) start(device);
