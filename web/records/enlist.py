"""Joining a hearing that is under way: who of the register could, and the entry that an officer then signs.

As in convening, the service makes the entry from the register: a commitment to the person's good card,
and the weights that the frozen rules ask for. It counts once the officer's act is in the record.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection

from ballots.refusal import Refused
from deliberation.acts import AmendRoll, Member, Role
from deliberation.roll import commitment
from deliberation.state import State
from voting.rules import Measure
from web.people.cards import good_tokens
from web.people.register import Person, get_person, get_persons
from web.people.seats import (
    Seat,
    SeatingError,
    seat_people,
    seats_of_members,
    seats_of_person,
    unit_of,
    weights_of,
)


class Standing(NamedTuple):
    """How the entries of a roll stand.

    Attributes:
        community: whose register it was made from.
        measures: what the frozen rules count.
        units: whether a result is given by constituency.
        on: entries of the roll.
        waiting: new ones that wait for a second officer.
        ended: entries that were on it.
    """

    community: str
    measures: tuple[Measure, ...]
    units: bool
    on: frozenset[str]
    waiting: frozenset[str]
    ended: frozenset[str]


def standing(state: State) -> Standing:
    """How the entries stand now. Raises Refused("hearing-adjourned")."""
    if state.phase == "adjourned":
        raise Refused("hearing-adjourned")
    assert state.convene is not None
    changes = [pending.act for pending in state.pending.values()]
    return Standing(
        community=state.convene.community,
        measures=measures_of(state),
        units=any(question.breakdown == "unit" for question in state.questions.values()),
        on=frozenset(seat.id for seat in state.seats.values() if not seat.ended),
        waiting=frozenset(m.id for act in changes if isinstance(act, AmendRoll) for m in act.add),
        ended=frozenset(seat.id for seat in state.seats.values() if seat.ended),
    )


def measures_of(state: State) -> tuple[Measure, ...]:
    """What the weights of an entry count under the frozen rules."""
    return ("heads", "area") if "area" in state.measures else ("heads",)


class Found(NamedTuple):
    """Somebody of the register, whether they hold a good card, and their seats that stand or wait."""

    person: Person
    card: bool
    seats: tuple[Seat, ...]


def find(conn: Connection, hearing: str, known: Standing, typed: str, limit: int) -> list[Found]:
    """Whose name, home or household has what was typed in it; at most so many, as the register has them."""
    wanted = typed.strip().lower()
    people = [person for person in get_persons(conn, known.community) if wanted in _words(person)][:limit]
    cards = good_tokens(conn, people)
    return [
        Found(person, person.id in cards, _seats(conn, hearing, person, known.on | known.waiting))
        for person in people
    ]


def entry(conn: Connection, hearing: str, known: Standing, person_id: int, role: Role) -> Member:
    """The entry of a person in a role, ready to be signed; asked for again, the same one.

    Args:
        conn: in the caller's transaction.
        hearing: the hearing's id.
        known: how its entries stand.
        person_id: id in the register.
        role: what they join as.

    Raises:
        Refused: `unknown-person`, `already-on-roll`, `no-card`, `no-area`.
    """
    person = get_person(conn, person_id)
    if person is None or person.community != known.community:
        raise Refused("unknown-person")
    seats = [seat for seat in seats_of_person(conn, hearing, person_id) if seat.role == role]
    if any(seat.member in known.on | known.waiting for seat in seats):
        raise Refused("already-on-roll")
    token = good_tokens(conn, [person]).get(person_id)
    for seat in seats:
        if seat.member not in known.ended and seat.token == token:  # made before, and not signed yet
            unit = unit_of(person, role) if known.units else ""
            return _member(seat, person, role, known.measures, unit)
    try:
        alone = [replace(person, roles=(role,))]
        (made,) = seat_people(conn, hearing, alone, known.measures, units=known.units)
    except SeatingError as why:
        raise Refused("no-area" if why.reason == "no-area" else "no-card") from None
    return made


def strangers(
    conn: Connection, hearing: str, measures: tuple[Measure, ...], entries: Collection[Member]
) -> frozenset[str]:
    """The ids of those entries that are not, in all they say, as this service makes them from the register.

    The record cannot know: an id of ours beside a commitment to somebody else's key would give a
    person's name to whoever holds that key.
    """
    seats = {seat.member: seat for seat in seats_of_members(conn, hearing, {one.id for one in entries})}

    def is_ours(entry: Member) -> bool:
        seat = seats.get(entry.id)
        person = seat and get_person(conn, seat.person)
        if not seat or not person or seat.role != entry.role:
            return False
        unit = unit_of(person, entry.role) if entry.unit else ""
        return _member(seat, person, entry.role, measures, unit) == entry

    return frozenset(entry.id for entry in entries if not is_ours(entry))


def _member(seat: Seat, person: Person, role: Role, measures: tuple[Measure, ...], unit: str) -> Member:
    weights = weights_of(person, role, measures)
    return Member(seat.member, role, commitment(seat.salt, seat.token), weights, unit)


def _words(person: Person) -> str:
    return " ".join((person.name, *person.place, person.household)).lower()


def _seats(conn: Connection, hearing: str, person: Person, wanted: Collection[str]) -> tuple[Seat, ...]:
    return tuple(seat for seat in seats_of_person(conn, hearing, person.id) if seat.member in wanted)
