"""Whose entry of a roll is whose: the openings of its commitments, kept apart from the record.

The roll of a hearing knows members by ids that say nothing, with a salted commitment to each
person's card. Who is who stands only here, and can be erased.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select

from ballots.encoding import b64url, crockford, unb64url
from deliberation.acts import Member
from deliberation.roll import commitment
from voting.rules import Measure
from web.people.cards import good_tokens
from web.people.register import Person
from web.people.tables import members

_LONGEST_UNIT = 64
"""Characters, as in `deliberation.acts.Member`."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in one role in one hearing.

    Attributes:
        hearing: the hearing's id.
        member: the id in its roll.
        person: the id in the register.
        role: as in the roll.
        token: public key of the card that the commitment was made for, 32 bytes.
        salt: 32 bytes.
    """

    hearing: str
    member: str
    person: int
    role: str
    token: bytes
    salt: bytes


class SeatingError(ValueError):
    """The roll cannot be made: these people have no good card, or no area where the rule needs one.

    Attributes:
        reason: `no-card` or `no-area`.
        people: who.
    """

    def __init__(self, reason: str, people: list[Person]) -> None:
        super().__init__(f"{reason}: {len(people)}")
        self.reason = reason
        self.people = people


def seat_people(
    conn: Connection,
    hearing: str,
    people: Iterable[Person],
    measures: tuple[Measure, ...] = ("heads",),
    *,
    units: bool = False,
) -> tuple[Member, ...]:
    """Freeze people into the roll of a hearing: an entry for each of their roles, in random order.

    Args:
        conn: in the caller's transaction.
        hearing: the hearing's id.
        people: who takes part.
        measures: what the rules count: representatives carry one head, and their area in 0.01 m².
        units: whether a result is given by constituency: then each entry that carries a vote names its own.

    Raises:
        SeatingError: somebody lacks a card or an area; nothing was written.
    """
    people = list(people)
    tokens = good_tokens(conn, people)
    if lacking := [person for person in people if person.id not in tokens]:
        raise SeatingError("no-card", lacking)
    if "area" in measures and (
        lacking := [p for p in people if "representative" in p.roles and p.area is None]
    ):
        raise SeatingError("no-area", lacking)
    roll = []
    for person in people:
        for role in person.roles:
            salt, token = secrets.token_bytes(32), tokens[person.id]
            weights = weights_of(person, role, measures)
            unit = unit_of(person, role) if units else ""
            member = Member(_new_member_id(), role, commitment(salt, token), weights, unit)
            conn.execute(
                insert(members).values(
                    hearing=hearing, member=member.id, person=person.id, role=role,
                    token=b64url(token), salt=b64url(salt),
                )
            )  # fmt: skip
            roll.append(member)
    secrets.SystemRandom().shuffle(roll)
    return tuple(roll)


def seats_of_token(conn: Connection, token: bytes) -> list[Seat]:
    """The seats that a card opens, by its token's public key, in no particular order."""
    return [_seat(row) for row in conn.execute(select(members).where(members.c.token == b64url(token)))]


def seats_of_hearing(conn: Connection, hearing: str) -> list[Seat]:
    """All seats of a hearing whose people have not been erased."""
    query = select(members).where(members.c.hearing == hearing).order_by(members.c.member)
    return [_seat(row) for row in conn.execute(query)]


def seats_of_person(conn: Connection, hearing: str, person: int) -> list[Seat]:
    """The seats of a person in a hearing, former ones and such as are not in the record yet included."""
    query = select(members).where(members.c.hearing == hearing, members.c.person == person)
    return [_seat(row) for row in conn.execute(query.order_by(members.c.member))]


def seats_of_members(conn: Connection, hearing: str, wanted: Collection[str]) -> list[Seat]:
    """The seats of these ids of a hearing, as far as the service has made them, in no particular order."""
    query = select(members).where(members.c.hearing == hearing, members.c.member.in_(wanted))
    return [_seat(row) for row in conn.execute(query)]


def weights_of(person: Person, role: str, measures: tuple[Measure, ...]) -> dict[str, int]:
    """What a person's entry weighs: representatives carry one head, and their area where a rule counts it."""
    if role != "representative":
        return {"heads": 0}
    weights = {"heads": 1}
    if "area" in measures and person.area is not None:
        weights["area"] = person.area
    return weights


def unit_of(person: Person, role: str) -> str:
    """The constituency of a person's entry: the building, with its grid before it if the register names one.

    Nothing finer: whoever reads the record may learn the building, and no flat (docs/threats.md).
    """
    if role != "representative":
        return ""
    name = " ".join(part for part in (person.grid, person.building) if part)
    return name if len(name) <= _LONGEST_UNIT else name[: _LONGEST_UNIT - 1] + "…"


def _new_member_id() -> str:
    return "m" + crockford(secrets.token_bytes(7), 50).lower()


def _seat(row: Row[tuple[str, str, int, str, str, str]]) -> Seat:
    return Seat(
        row.hearing, row.member, row.person, row.role, unb64url(row.token, 32), unb64url(row.salt, 32)
    )
