/** What the desk shows: people as they come to it. No DOM here. */

import type { DeskMember, Office } from "../hall/office";
import { cameIn, fits, nameOf, placeOf } from "../hall/people";
import { type HallState, keyAsked } from "../hall/state";
import type { Model, Row } from "../page/bind";
import { clock, pick, t } from "../page/texts";

export const FILTERS = ["all", "away", "here", "no-phone"] as const;
export type Filter = (typeof FILTERS)[number];

const LONGEST = 100; // rows: who looks for one person types a part of the name

const passes: { readonly [name in Filter]: (member: DeskMember) => boolean } = {
  all: () => true,
  away: (member) => !member.present_since,
  here: (member) => Boolean(member.present_since),
  "no-phone": (member) => !member.device,
};

/** Everything the page binds to. `typed` is in the search field. */
export function deskModel(office: Office, typed: string, filter: Filter): Model {
  const { state, role } = office;
  const welcome = role === "desk" || role === "chair" || role === "supervisor";
  const trouble = { trouble: office.trouble, forked: office.forked, lost: !office.answers };
  if (!state) return { starting: true, ...trouble };
  if (!welcome) return { stranger: true, other_role: role !== "", title: pick(state.title), rehearsal: state.rehearsal, ...trouble };
  const { present, eligible, enrolled } = state.attendance;
  const found = office.people.filter((one) => fits(one, typed) && passes[filter](one)).sort(byName);
  return {
    officer: true,
    rehearsal: state.rehearsal,
    title: pick(state.title),
    who: [office.me && office.me.name, t(`role-${role}`)].filter(Boolean).join(" · "),
    present: t("present", { present, eligible }),
    enrolled: t("enrolled", { enrolled, eligible }),
    key: office.device !== null && keyAsked(state, office.device.seat.member),
    early: state.phase === "convened",
    over: state.phase === "adjourned",
    busy: office.busy && t(office.retrying ? "retrying" : "recording"),
    count: t("found", { count: found.length }),
    none: found.length === 0 && office.people.length > 0,
    more: found.length > LONGEST && t("more", { count: LONGEST }),
    people: found.slice(0, LONGEST).map((one) => personRow(office, state, one)),
    waiting: state.pending.filter((act) => act.kind === "device.revoke").map((act) => waitingRow(office, state, act)),
    ...trouble,
  };
}

function byName(a: DeskMember, b: DeskMember): number {
  return nameOf(a).localeCompare(nameOf(b), document.documentElement.lang);
}

function personRow(office: Office, state: HallState, member: DeskMember): Row {
  const open = state.phase === "open" && (office.role === "desk" || office.role === "chair");
  const waits = state.pending.some((act) => act.about === member.device && member.device !== null);
  const here = Boolean(member.present_since);
  return {
    id: `person-${member.id}`,
    member: member.id,
    device: member.device,
    name: nameOf(member),
    place: [t(`role-${member.role}`), placeOf(member), member.person && member.person.capacity].filter(Boolean).join(" · "),
    card: member.person && member.person.card && t("card", { number: member.person.card }),
    came: cameIn(member, state),
    here: here ? "yes" : "no",
    phone: member.device ? t("has-phone") : t("no-phone"),
    in_label: t("in-name", { name: nameOf(member) }),
    out_label: t("out-name", { name: nameOf(member) }),
    lost_label: t("lost-name", { name: nameOf(member) }),
    can_in: open && !here,
    can_out: open && here,
    can_lose: member.device !== null && !waits && state.phase !== "adjourned" && !isOwn(office, member.id),
    losing: waits && t("waits-device-revoke"),
    holds_key: holdsKey(state, member.id),
    in_secret: state.polls.some(({ stage, box }) => stage === "open" && box !== null),
  };
}

/** Whether somebody holds a key of the boxes that are to come, or of one that may still be opened. */
function holdsKey({ keys, polls }: HallState, member: string): boolean {
  const due = polls.some(({ stage, box }) => (stage === "open" || stage === "closed") && box !== null && box.holders.indexOf(member) >= 0);
  return due || (keys !== null && keys.holders.some((one) => one.member === member));
}

function isOwn(office: Office, member: string): boolean {
  return office.device !== null && office.device.seat.member === member;
}

type PendingAct = HallState["pending"][number];

function waitingRow(office: Office, state: HallState, act: PendingAct): Row {
  const named = (wanted: (one: DeskMember) => boolean): string => {
    const found = office.people.filter(wanted)[0];
    return found ? nameOf(found) : t("somebody");
  };
  return {
    id: `pending-${act.leaf}`,
    leaf: act.leaf,
    name: named((one) => one.device === act.about),
    asked: t("asked-by", {
      name: named((one) => one.id === act.signer),
      time: clock(act.at, state.community.zone),
      reason: act.reason,
    }),
    can_sign: !isOwn(office, act.signer),
    own: isOwn(office, act.signer),
  };
}
