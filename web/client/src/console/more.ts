/**
 * The second place of the console: who works at the meeting, and who belongs on its roll.
 * Found people come from the community's register, by the service; what they may do here follows from the roll.
 */

import { amendRoll, endRole, grantRole, type Member } from "../core/acts";
import { confirmed } from "../hall/dialog";
import type { DeskMember, Office } from "../hall/office";
import { fits, nameOf, placeOf } from "../hall/people";
import type { HallState } from "../hall/state";
import type { Model, Row } from "../page/bind";
import { t } from "../page/texts";
import { commentRows } from "./item";

/** Somebody of the register: whether they hold a good card, and their entries of the roll. */
interface Found {
  readonly person: number;
  readonly name: string;
  readonly place: readonly string[];
  readonly card: boolean;
  readonly seats: readonly { readonly member: string; readonly role: string; readonly waits: boolean }[];
}

const LATER = ["desk", "observer"];

/** What the place shows and does. `changed` is called whenever some of it is new. */
export class More {
  private open = false;
  private typed = "";
  private found: readonly Found[] | null = null;
  private others = false;
  private size = 0;

  constructor(
    private readonly office: Office,
    private readonly changed: () => void,
  ) {}

  toggle(): void {
    this.open = !this.open;
    this.changed();
    const field = document.getElementById(this.open ? "find" : "more");
    if (field) field.focus();
  }

  /** Look for somebody, by a part of the name or of the home. */
  async find(typed: string): Promise<void> {
    this.typed = typed.trim();
    if (!this.typed) return;
    const told = await this.office.read<{ people: Found[]; more: boolean }>(`register?find=${encodeURIComponent(this.typed)}`);
    if (!told) return;
    this.found = told.people;
    this.others = told.more;
    this.changed();
  }

  /** What was found stands on the roll as it is now. */
  refresh({ size, phase }: HallState): void {
    const old = this.size;
    this.size = size;
    if (this.open && this.found && old !== size && phase !== "adjourned") void this.find(this.typed);
  }

  async appoint(row: Row): Promise<void> {
    const name = String(row.name);
    const options = LATER.filter((role) => String(row.roles).indexOf(role) < 0).map((role) => [role, t(`role-${role}`)] as const);
    const answer = await confirmed(t("appoint", { name }), t("says-appoint", { name }), { choice: { label: t("as"), options } });
    if (!answer) return;
    const member = await this.entry(row, answer.choice);
    if (member) this.office.act(grantRole(member), { text: name });
  }

  async retire(row: Row): Promise<void> {
    const name = String(row.name);
    const says = t("says-retire", { name });
    const answer = await confirmed(t("retire", { name, role: String(row.role) }), says, { reason: t("reason-label") });
    if (answer) this.office.act(endRole(String(row.member), answer.reason), { text: name });
  }

  async join(row: Row): Promise<void> {
    const answer = await this.correct("join", row, 1);
    if (!answer) return;
    const member = await this.entry(row, "representative");
    if (member) this.office.act(amendRoll([member], [], answer.reason), { text: String(row.name) });
  }

  async leave(row: Row): Promise<void> {
    const answer = await this.correct("leave", row, -1);
    if (answer) this.office.act(amendRoll([], [String(row.member)], answer.reason), { text: String(row.name) });
  }

  private correct(what: "join" | "leave", row: Row, by: number): ReturnType<typeof confirmed> {
    const { state, role } = this.office;
    const name = String(row.name);
    const eligible = state ? state.attendance.eligible : 0;
    const second = t(role === "chair" ? "role-supervisor" : "role-chair");
    const says = t(`says-${what}`, { name, eligible, after: eligible + by, second });
    return confirmed(t(what, { name }), says, { reason: t("reason-label") });
  }

  /** The entry that the service makes from the register, for an officer to sign. */
  private entry(row: Row, role: string): Promise<Member | null> {
    return this.office.request<Member>("entries", { person: row.person, role });
  }

  /** Everything that the page binds to for this place. */
  model(state: HallState): Model {
    const { office, open, found } = this;
    const chair = office.role === "chair";
    const over = state.phase === "adjourned";
    const polling = state.polls.some((poll) => poll.stage === "open");
    const free = !over && !polling;
    const nameless = found ? office.people.filter((one) => !one.person && fits(one, this.typed)) : [];
    const rows = [...(found || []).map((one) => this.foundRow(state, one, free)), ...nameless.map((one) => erasedRow(state, one, free))];
    return {
      more: open,
      expanded: String(open),
      searching: open && !over,
      polling: !over && polling,
      found: open && !over ? rows : [],
      nobody: open && found !== null && rows.length === 0 && t("nobody", { typed: this.typed }),
      others: open && this.others && t("others"),
      officers: open ? office.people.filter((one) => one.role !== "representative").map((one) => officerRow(one, chair && !over)) : [],
      all_comments: open && over ? commentRows(office, state, chair) : [],
    };
  }

  private foundRow(state: HallState, { person, name, place, card, seats }: Found, free: boolean): Row {
    const chair = this.office.role === "chair";
    const seat = seats.filter((one) => one.role === "representative")[0];
    const leaving = seat && isLeaving(state, seat.member);
    const roles = seats.map((one) => one.role);
    return {
      id: `person-${person}`,
      person,
      name,
      member: seat && seat.member,
      roles: roles.join(" "),
      place: place.filter(Boolean).join(" "),
      standing: roles.length > 0 ? roles.map((role) => t(`role-${role}`)).join(" · ") : t("not-on-roll"),
      waits: leaving ? t("leaving") : seat && seat.waits && t("joining"),
      no_card: !card && t("no-card"),
      can_join: free && card && !seat,
      can_leave: free && seat && !seat.waits && !leaving,
      can_appoint: chair && state.phase !== "adjourned" && card && LATER.some((role) => roles.indexOf(role) < 0),
    };
  }
}

/** Somebody on the roll whose name was erased from the register. */
function erasedRow(state: HallState, one: DeskMember, free: boolean): Row {
  const voter = one.role === "representative";
  const leaving = isLeaving(state, one.id);
  return {
    id: `entry-${one.id}`,
    name: nameOf(one),
    member: one.id,
    place: placeOf(one),
    standing: t(`role-${one.role}`),
    waits: leaving && t("leaving"),
    can_leave: free && voter && !leaving,
  };
}

function isLeaving(state: HallState, member: string): boolean {
  return state.pending.some((act) => act.removed.indexOf(member) >= 0);
}

function officerRow(one: DeskMember, mayEnd: boolean): Row {
  const role = t(`role-${one.role}`);
  return {
    id: `officer-${one.id}`,
    member: one.id,
    name: nameOf(one),
    role,
    device: t(one.device ? "with-device" : "no-device"),
    can_retire: mayEnd && LATER.indexOf(one.role) >= 0,
  };
}
