/** What a key holder's page shows, from what it has verified and what this device keeps. No DOM here. */

import type { HallState } from "../hall/state";
import type { Model, Row } from "../page/bind";
import { pick, sentences, t } from "../page/texts";
import type { Finding } from "../verify/findings";
import type { HolderPicture, Picture, PollPicture, Trouble } from "./holder";
import type { KeptSeed } from "./keeper";
import type { Accused } from "./making";
import { SHORTEST } from "./sizes";

/** Everything that the page is drawn from. */
export interface Shown {
  readonly member: string;
  readonly state: HallState;
  readonly picture: Picture | null;
  /** Whether the service no longer knows this device. */
  readonly ended: boolean;
  /** Whether this device has made a key at all. */
  readonly held: boolean;
  /** Whether it has shown its key before: the keys are being made anew. */
  readonly anew: boolean;
  /** The seed of the step at hand, as it is kept. */
  readonly kept: KeptSeed | null;
  /** Per cent of a check that goes on; null where none does. */
  readonly percent: number | null;
  /** Whether something of this device is on its way. */
  readonly busy: boolean;
  /** What another holder sent and does not fit. */
  readonly blamed: Trouble | null;
  readonly again: boolean;
  /** Whether the holder must say first that no other device has opened an election. */
  readonly asks: (election: string) => boolean;
}

/** Everything the page binds to once it knows the hearing's state. */
export function keysModel(shown: Shown): Model {
  const { state, picture, member, percent, ended } = shown;
  const { keys } = state;
  const { size = 0, threshold = 0 } = keys ? { size: keys.holders.length, threshold: keys.threshold } : {};
  const whole = picture !== null && !picture.older;
  const sound = whole && !picture.findings.length;
  const outside = keys !== null && keys.holders.every((one) => one.member !== member);
  return {
    title: pick(state.title),
    rehearsal: state.rehearsal,
    ended,
    no_keys: !keys,
    any_keys: keys !== null,
    lead: keys && t(size > 1 && threshold > 1 ? "lead" : "lead-one", { holders: size, threshold }),
    not_holder: outside && !shown.held,
    dropped: outside && shown.held,
    // Of the same moment as what comes next for this holder: the state may be newer than what has been verified.
    holders: (sound ? picture.holders : keys ? keys.holders : []).map((one) => holderRow(one, shown)),
    checking: percent !== null && t("checking", { percent }),
    faults: whole && !sound && findingRows(picture.findings),
    ...(sound && !ended ? stepModel(shown, picture) : {}),
    polls: sound && !ended ? picture.polls.map((poll) => pollRow(poll, shown)).reverse() : [],
    any_polls: sound && !ended && picture.polls.length > 0,
  };
}

function nameOf({ state }: Shown, member: string): string {
  return state.names[member] || t("somebody");
}

function namesOf(shown: Shown, members: readonly string[]): string {
  return members.map((one) => nameOf(shown, one)).join(t("comma"));
}

function holderRow(one: Omit<HolderPicture, "role">, shown: Shown): Row {
  const { member, refuses, left } = one;
  const stages = (["accepted", "share", "polynomial", "certificate"] as const).filter((stage) => one[stage]);
  const role = shown.picture && shown.picture.roles[member];
  return {
    id: `holder-${member}`,
    name: nameOf(shown, member),
    role: role && t(`role-${role}`),
    me: member === shown.member,
    progress: left ? t("stage-left") : refuses ? t("stage-refuses", { name: nameOf(shown, refuses) }) : t(`stage-${stages[0] || "none"}`),
  };
}

const STAGE_OF: { readonly [stage: string]: keyof HolderPicture } = {
  certificate: "certificate",
  polynomial: "polynomial",
  share: "share",
  accepted: "accepted",
};

function stepModel(shown: Shown, picture: Picture): Model {
  const { kept, busy, blamed, again } = shown;
  const { name, on } = picture.step;
  const refusing = blamed !== null && blamed.accused !== null;
  const making = name === "make" || name === "back-up";
  const sheet = kept && kept.sheet;
  return {
    step: name !== "none",
    step_name: refusing ? "refuse" : name,
    step_says: refusing ? refusal(shown, blamed) : name === "ready" && hasOpened(shown, picture.polls) ? t("step-opened") : stepSays(shown, picture, on),
    anew: shown.anew && (name === "wait" || name === "accept"),
    lock: making && !sheet,
    shortest: SHORTEST,
    back_up: making && sheet,
    sheet: sheet && (making || again),
    can_see: sheet && !making && !again,
    hide: sheet && !making && again,
    accept: name === "accept" && !busy && !refusing,
    refuse: refusing && !busy,
    accused: blamed && blamed.accused && nameOf(shown, blamed.accused.member),
    restore: name === "restore" || picture.polls.some(({ examined }) => examined !== null && examined.faults.some(isNoKey)),
    sending: busy,
  };
}

function stepSays(shown: Shown, { step, holders, polls }: Picture, on: readonly string[]): string {
  if (step.name === "wait") {
    const stage = Object.keys(STAGE_OF).filter((one) => holders.some((holder) => !holder[STAGE_OF[one] as keyof HolderPicture]))[0];
    return t(`step-wait-${stage || "accepted"}`, { names: namesOf(shown, on) });
  }
  const accusations = holders
    .filter(({ refuses }) => refuses !== null)
    .map(({ member, refuses }) => t("accuses", { name: nameOf(shown, member), other: nameOf(shown, refuses as string) }));
  const ended = step.name === "ready" || step.name === "left";
  const opening = ended && polls.some(({ examined }) => examined !== null && !examined.faults.length);
  const says = { says: sentences(accusations), names: namesOf(shown, on) };
  return t(`step-${opening ? "open" : ended && over(shown, polls) ? "used" : step.name}`, says);
}

/** Every box that these keys were made for has been opened. */
function over({ state }: Shown, polls: readonly PollPicture[]): boolean {
  const waits = polls.some(({ stage }) => stage === "open" || stage === "closed");
  const comes = state.items.some(({ questions }) => questions.some(({ visibility, election }) => visibility === "secret" && election !== null));
  return !waits && !comes && polls.some(({ stage }) => stage === "opened");
}

/** This holder has opened every box that is closed, and another holder is awaited. */
function hasOpened({ member }: Shown, polls: readonly PollPicture[]): boolean {
  const closed = polls.filter(({ stage, holders }) => stage === "closed" && holders.indexOf(member) >= 0);
  return closed.length > 0 && closed.every(({ decrypted }) => decrypted.indexOf(member) >= 0);
}

function refusal(shown: Shown, { accused, code }: Trouble): string {
  return t("step-refuse", { name: nameOf(shown, (accused as Accused).member), code });
}

/** Findings as sentences, each with its places for experts. */
export function findingRows(findings: readonly Finding[]): Row[] {
  const codes = Array.from(new Set(findings.map(({ code }) => code)));
  return codes.map((code) => {
    const places = findings.filter((one) => one.code === code).slice(0, 20);
    return {
      id: code,
      sentence: t(`finding-${code}`),
      places: places.map(({ where, detail }, at) => ({ id: String(at), text: [code, where, detail].filter(Boolean).join(" · ") })),
    };
  });
}

function pollRow(poll: PollPicture, shown: Shown): Row {
  const { id, title, stage, election, ballots, issued, examined, decrypted, holders, threshold } = poll;
  const faults = examined ? examined.faults : [];
  const few = faults.some(({ code }) => code === "too-few");
  const told = few || faults.every(isNoKey); // the next step says how to restore it
  const mine = decrypted.indexOf(shown.member) >= 0;
  const ready = examined !== null && !faults.length && !shown.busy;
  const asks = ready && shown.asks(election);
  const others = holders.filter((one) => one !== shown.member);
  const missing = threshold - decrypted.length;
  return {
    id: `poll-${id}`,
    poll: id,
    election,
    title: pick(title),
    says: t(`poll-${few ? "few" : sayingOf(stage, mine, missing)}`, {
      ballots,
      issued,
      missing,
      names: namesOf(shown, holders.filter((one) => decrypted.indexOf(one) < 0)),
    }),
    asked: stage === "closed" && !few && others.map((one) => ({
      id: one,
      name: nameOf(shown, one),
      progress: t(decrypted.indexOf(one) >= 0 ? "asked-done" : "asked-waits"),
    })),
    any_asked: stage === "closed" && !few && others.length > 0,
    fingerprint: examined && !faults.length && poll.fingerprint,
    objections: ready && poll.objections,
    asks,
    open: ready && !asks && !poll.objections,
    open_anyway: ready && !asks && poll.objections > 0,
    faults: told ? [] : findingRows(faults),
    any_faults: !told,
  };
}

/** The key of a poll, perhaps an earlier one, is not on this device. */
function isNoKey({ code }: Finding): boolean {
  return code === "no-key";
}

function sayingOf(stage: PollPicture["stage"], mine: boolean, missing: number): string {
  if (stage !== "closed") return stage;
  if (!mine) return "asked";
  return missing > 0 ? "mine" : "mine-done";
}
