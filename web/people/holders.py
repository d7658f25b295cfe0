"""Who will hold the keys of a hearing's secret polls (钥匙保管人), before the notice names them.

Unless the organiser says otherwise it is two of three: a chair, a supervisor, and one more
(an observer, such as the subdistrict's, or a desk officer, or another supervisor).
"""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import Connection, select

from deliberation.notice import KeyHolders
from web.people.register import Person
from web.people.tables import members

OFFICES = ("chair", "supervisor", "observer", "desk", "representative")
"""In which of a person's entries they hold a key: the first of these that they have."""
_THIRD = ("observer", "desk", "supervisor", "chair", "representative")


class DraftKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """The organiser's choice: persons of the register, and how many of them open a poll together."""

    holders: Annotated[tuple[int, ...], Meta(max_length=9)] = ()
    threshold: Annotated[int, Meta(ge=1, le=9)] = 2


class HoldersError(ValueError):
    """Nobody suitable holds the keys.

    Attributes:
        code: `too-few-holders` (fewer than two persons, or than the threshold), `not-taking-part`,
            or `too-few-to-open` (two groups of them, that share nobody, could each open a poll).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def chosen(keys: DraftKeys, people: Sequence[Person]) -> tuple[list[Person], int]:
    """The persons who will hold keys, and how many of them open a poll. Raises HoldersError."""
    if not keys.holders:
        return _usual(people), 2
    known = {person.id: person for person in people}
    if any(one not in known for one in keys.holders):
        raise HoldersError("not-taking-part")
    if len(set(keys.holders)) < max(2, keys.threshold):
        raise HoldersError("too-few-holders")
    holders = [known[one] for one in dict.fromkeys(keys.holders)]
    if 2 * keys.threshold <= len(holders):
        raise HoldersError("too-few-to-open")
    return holders, keys.threshold


def seated(connection: Connection, hearing: str, keys: DraftKeys, people: Sequence[Person]) -> KeyHolders:
    """The holders as entries of a roll that people were just seated in. Raises HoldersError."""
    persons, threshold = chosen(keys, people)
    rows = connection.execute(
        select(members.c.person, members.c.role, members.c.member).where(members.c.hearing == hearing)
    )
    entries = {(person, role): member for person, role, member in rows}
    held = [next(entries[one.id, role] for role in OFFICES if (one.id, role) in entries) for one in persons]
    return KeyHolders(tuple(held), threshold)


def _usual(people: Sequence[Person]) -> list[Person]:
    """A chair, a supervisor and a third person; two of them if there is no third."""
    found: list[Person] = []
    for roles in (("chair",), ("supervisor",), _THIRD):
        fitting = (person for role in roles for person in people if role in person.roles)
        found += [person for person in fitting if person not in found][:1]
    if len(found) < 2:
        raise HoldersError("too-few-holders")
    return found
