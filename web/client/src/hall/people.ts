/** The roll by name, as officers see it. No DOM here. */

import { clock, t } from "../page/texts";
import type { DeskMember, Office } from "./office";
import type { HallPoll, HallState } from "./state";

/** What a person is called: the name, or where it was erased, the entry's id. */
export function nameOf(member: DeskMember): string {
  return member.person ? member.person.name : member.id;
}

/** Who would join by a correction of the roll; null where the entry is not the register's: not to be signed. */
export function newcomer(office: Office, id: string): string | null {
  if (office.unknown.indexOf(id) >= 0) return null;
  return office.joining[id] || t("somebody"); // until the register has answered; never the name that others read
}

/** Grid, building and unit, as far as they are known. */
export function placeOf(member: DeskMember): string {
  return member.person ? member.person.place.filter(Boolean).join(" ") : "";
}

/** Building and unit: what neighbours call each other by. */
export function homeOf(member: DeskMember): string {
  return member.person ? member.person.place.slice(1).filter(Boolean).join(" ") : "";
}

/** How and when a person came in. */
export function cameIn(member: DeskMember, state: HallState): string {
  if (!member.present_since) return t("not-here");
  const how = member.present_by === "desk" ? "by-desk" : "by-code";
  return t(how, { time: clock(member.present_since, state.community.zone) });
}

/** Those who may vote in a poll and have not. */
export function missingIn(people: readonly DeskMember[], poll: HallPoll): DeskMember[] {
  return people.filter((one) => hasVoted(one, poll) === false);
}

/** Whether a person's ballot in a poll is in the record; null where they may not vote in it. */
export function hasVoted(member: DeskMember, poll: HallPoll): boolean | null {
  const found = member.polls.filter((each) => each.poll === poll.id)[0];
  return found && found.may_vote ? found.ballot !== null : null;
}

/** Whether what was typed or scanned fits: a part of the name, of the place, or the card's number. */
export function fits(member: DeskMember, typed: string): boolean {
  const wanted = cardNumber(typed) || typed.trim().toLowerCase();
  if (!wanted) return true;
  const { person } = member;
  const card = person && person.card ? plain(person.card) : "";
  if (card && card.indexOf(plain(wanted)) >= 0 && plain(wanted).length >= 3) return true;
  return `${nameOf(member)} ${placeOf(member)} ${person ? person.household : ""}`.toLowerCase().indexOf(wanted) >= 0;
}

/** The number in what a scanner typed: the address of a card's outer code. */
export function cardNumber(typed: string): string {
  const found = /\/c\/([^/?#\s]+)/.exec(typed);
  return found ? (found[1] as string) : "";
}

function plain(number: string): string {
  return number.replace(/[\s-]/g, "").toLowerCase();
}
