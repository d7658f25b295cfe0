"""签到表: who is due and who came, with full names: for officers and the archive."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ballots import entry
from ballots.signing import split
from deliberation import acts
from web.pages.paper.teller import Teller
from web.people.who import Person
from web.print import forms


@dataclass(frozen=True, slots=True)
class Arrival:
    """When somebody first came in, and whether by the code on the screen."""

    at: str
    by_code: bool


def arrivals(entries: Iterable[bytes]) -> dict[str, Arrival]:
    """Member → how they first came in, from the entries of a record."""
    found: dict[str, Arrival] = {}
    for raw in entries:
        line = entry.parse(raw)
        act = acts.decode(split(line.jws).payload)
        if isinstance(act, acts.ComeIn):
            found.setdefault(act.member, Arrival(line.at, act.code is not None))
    return found


def sign_in(teller: Teller, people: Mapping[str, Person], came: Mapping[str, Arrival]) -> forms.SignInSheet:
    """The sheet: to be signed before the meeting, filled in once it has begun.

    Args:
        teller: says it; its names are full ones.
        people: the members of the roll who have not been erased.
        came: how they came in.
    """
    source = teller.source
    roles: dict[object, list[str]] = {}
    entries: dict[object, str] = {}
    for member, role in source.roll.items():
        who = _identity(people, member)
        roles.setdefault(who, []).append(role)
        if role == "representative" or who not in entries:
            entries[who] = member

    def attendees(*, due: bool) -> tuple[forms.Attendee, ...]:
        found = [who for who in entries if ("representative" in roles[who]) == due]
        found.sort(key=lambda who: _order(people.get(entries[who])))
        return tuple(_attendee(teller, entries[who], roles[who], people, came) for who in found)

    return forms.SignInSheet(
        heading=teller.heading(),
        when=teller.words.when(source.draft.starts),
        place=teller.say(source.draft.place),
        people=attendees(due=True),
        others=attendees(due=False),
        present=None if source.phase == "convened" else source.present,
    )


def _attendee(
    teller: Teller,
    member: str,
    roles: list[str],
    people: Mapping[str, Person],
    came: Mapping[str, Arrival],
) -> forms.Attendee:
    t, person, arrival = teller.t["sign_in"], people.get(member), came.get(member)
    offices = teller.t["comma"].join(teller.t["role"][role] for role in roles if role != "representative")
    capacity = person.capacity if person else ""
    if capacity and offices:
        capacity = t["capacity"].format(capacity=capacity, role=offices)
    arrived = ""
    if arrival is not None:
        arrived = t["code" if arrival.by_code else "desk"].format(at=teller.words.time(arrival.at))
    return forms.Attendee(
        name=teller.who(member),
        group=(person.place[1] or person.place[0]) if person else "",
        capacity=capacity or offices or teller.t["role"]["representative"],
        arrived=arrived,
    )


def _identity(people: Mapping[str, Person], member: str) -> object:
    """Who somebody is: entries of one person in two roles have the same."""
    person = people.get(member)
    return member if person is None else (person.name, person.place, person.household)


def _order(person: Person | None) -> tuple[bool, list[tuple[int, str]], str]:
    """By building, the second before the tenth, then by name; who has been erased comes last."""
    if person is None:
        return True, [], ""
    grid, building, unit = person.place
    parts = re.findall(r"\d+|\D+", f"{building}\0{unit}\0{grid}")
    return False, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], person.name
