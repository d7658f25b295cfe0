"""Who the members of a roll are: for officers by name, for everybody masked. From the erasable tables."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Engine, select

from ballots.engine import reading
from web.people.names import mask
from web.people.tables import cards, members, persons


class Person(Struct, frozen=True):
    """A member of a roll by name. `place` is grid, building, unit; `card` the good card's number, or null."""

    member: str
    name: str
    capacity: str
    household: str
    place: tuple[str, str, str]
    card: str | None


def public_names(engine: Engine, hearing: str, wanted: Collection[str]) -> dict[str, str]:
    """Member → masked name (张*), for those of the wanted ones who have not been erased."""
    if not wanted:
        return {}
    query = select(members.c.member, persons.c.name).join(persons, persons.c.id == members.c.person)
    with reading(engine) as connection:
        rows = connection.execute(query.where(members.c.hearing == hearing, members.c.member.in_(wanted)))
        return {row.member: mask(row.name) for row in rows}


def people(engine: Engine, hearing: str) -> dict[str, Person]:
    """Member → person, for officers' eyes and each person's own."""
    query = (
        select(members.c.member, persons, cards.c.number)
        .join(persons, persons.c.id == members.c.person)
        .outerjoin(cards, (cards.c.person == persons.c.id) & cards.c.revoked_at.is_(None))
        .where(members.c.hearing == hearing)
    )
    with reading(engine) as connection:
        return {
            row.member: Person(
                row.member,
                row.name,
                row.capacity,
                row.household,
                (row.grid, row.building, row.unit),
                row.number,
            )
            for row in connection.execute(query)
        }
