"""The register of a community: who its people are. Everything here can be erased.

Functions take a connection and leave the transaction to the caller:
`with engine.begin() as conn: …`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from ballots.encoding import b64url, unb64url
from ballots.tokens import anchor
from voting.rules import Text
from web.people.tables import cards, communities, members, persons

Sex = Literal["female", "male", ""]
Role = Literal["chair", "supervisor", "desk", "representative", "observer"]
ROLES: tuple[Role, ...] = ("chair", "supervisor", "desk", "representative", "observer")


class Flat(NamedTuple):
    """One of several flats of an owner, with its area in 0.01 m², or None."""

    grid: str
    building: str
    unit: str
    area: int | None

    @property
    def place(self) -> tuple[str, str, str]:
        """Grid, building, unit."""
        return self.grid, self.building, self.unit

    @property
    def sort_key(self) -> tuple[list[tuple[bool, int, str]], ...]:
        """Puts 3号楼 before 10号楼."""
        return tuple(_natural(text) for text in self.place)


def _natural(text: str) -> list[tuple[bool, int, str]]:
    return [
        (not number, int(number or 0), other) for number, other in re.findall(r"([0-9]+)|([^0-9]+)", text)
    ]


@dataclass(frozen=True, slots=True)
class Community:
    """A neighbourhood body.

    Attributes:
        id: as in the address of its cards, ``/j/COMMUNITY``.
        name: in both languages.
        zone: IANA time zone.
        root: public root key, 32 bytes; its thumbprint makes the anchor.
    """

    id: str
    name: Text
    zone: str
    root: bytes

    @property
    def anchor(self) -> str:
        """What ties its cards, notices and records together: 16 Crockford characters."""
        return anchor(self.root)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """What the register says of a person.

    Attributes:
        name: in full.
        sex: for the composition checks that some statutes ask for, or "".
        capacity: in which they take part, such as 居民代表 or 居委会委员.
        household: number of the household or the owner, or "".
        area: of all that they own in 0.01 m², or None.
        contact: telephone or address, or "".
        roles: in hearings, in the order of `ROLES`.
        grid: second level of the tree, below the community.
        building: third level.
        unit: fourth level.
        flats: of an owner who has several, in order, the first being where grid, building and unit say.
    """

    name: str
    sex: Sex = ""
    capacity: str = ""
    household: str = ""
    area: int | None = None
    contact: str = ""
    roles: tuple[Role, ...] = ("representative",)
    grid: str = ""
    building: str = ""
    unit: str = ""
    flats: tuple[Flat, ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """Grid, building, unit."""
        return self.grid, self.building, self.unit

    @property
    def homes(self) -> tuple[Flat, ...]:
        """Their flats, be it one or several."""
        return self.flats or (Flat(*self.place, self.area),)

    def __repr__(self) -> str:
        """Nothing that could identify anybody in a log."""
        return f"<{type(self).__name__}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person(Entry):
    """An entry that is kept: `id` is of this database and means nothing outside."""

    id: int
    community: str


FIELDS = tuple(field.name for field in fields(Entry))
"""The fields of an entry, in order."""


def add_community(conn: Connection, community: Community) -> None:
    """Keep a community. Raises IntegrityError when its id is taken."""
    conn.execute(
        insert(communities).values(
            id=community.id,
            name={"zh": community.name.zh, "en": community.name.en},
            zone=community.zone,
            root=b64url(community.root),
        )
    )


def rename_community(conn: Connection, community: str, name: Text) -> None:
    """Give a community another name. Notices that are out keep the one they were published with."""
    told = {"zh": name.zh, "en": name.en}
    conn.execute(update(communities).where(communities.c.id == community).values(name=told))


def get_communities(conn: Connection) -> list[Community]:
    """All communities, by id."""
    return [
        Community(row.id, Text(**row.name), row.zone, unb64url(row.root, 32))
        for row in conn.execute(select(communities).order_by(communities.c.id))
    ]


def get_community(conn: Connection, community: str) -> Community | None:
    """A community by its id."""
    return next((found for found in get_communities(conn) if found.id == community), None)


def add_persons(conn: Connection, community: str, entries: Iterable[Entry]) -> list[Person]:
    """Put people into the register, in this order."""
    kept = list(entries)
    if not kept:
        return []
    ids = conn.scalars(
        insert(persons).returning(persons.c.id, sort_by_parameter_order=True),
        [{"community": community, **_values(entry)} for entry in kept],
    )
    return [
        Person(**_values(entry), community=community, id=person)
        for person, entry in zip(ids, kept, strict=True)
    ]


def change_person(conn: Connection, person: int, entry: Entry) -> None:
    """Replace what the register says of a person."""
    conn.execute(update(persons).where(persons.c.id == person).values(**_values(entry)))


def get_persons(conn: Connection, community: str) -> list[Person]:
    """The register of a community, in the order in which people came in."""
    query = select(persons).where(persons.c.community == community).order_by(persons.c.id)
    return [_person(row) for row in conn.execute(query).mappings()]


def get_person(conn: Connection, person: int) -> Person | None:
    """A person by id."""
    row = conn.execute(select(persons).where(persons.c.id == person)).mappings().first()
    return None if row is None else _person(row)


def erase_person(conn: Connection, person: int) -> None:
    """Forget a person: name, home, contact, cards, and what opened their entries in rolls.

    The record stays whole, and from then on nobody can say whose entry it was
    (个人信息保护法 47; docs/decisions/0006-erasable-people.md).
    """
    conn.execute(delete(members).where(members.c.person == person))
    conn.execute(delete(cards).where(cards.c.person == person))
    conn.execute(delete(persons).where(persons.c.id == person))


def _values(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in FIELDS}


def _person(row: RowMapping) -> Person:
    return Person(
        **{**row, "roles": tuple(row["roles"]), "flats": tuple(Flat(*flat) for flat in row["flats"])}
    )
