"""Which of the hearings that are published a person's cards open, and what to do where the new one does not.

The roll of a hearing holds a commitment to the card of that day: a card issued later opens it never,
the card of that day always, until two officers correct the roll.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar import Request
from sqlalchemy import Connection as Database

from deliberation.state import State
from web.pages.organise.gate import read
from web.pages.organise.summary import Summary, convened
from web.people.cards import Card, cards_of
from web.people.register import Person
from web.people.seats import Seat, seats_of_person
from web.service import running_of


@dataclass(frozen=True, slots=True)
class Held:
    """A seat of a person.

    Attributes:
        role: as in the roll.
        card: that opens it.
        phone: whether a phone acts for it, which needs no card any more.
    """

    role: str
    card: Card
    phone: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """A hearing that is published and not over, and the seats that a person has in it, if any."""

    hearing: Summary
    seats: tuple[Held, ...]


async def reach(request: Request[Any, Any, Any], person: Person) -> list[Reach]:
    """Every hearing that is published and not over, the latest first."""
    hearings = [hearing for hearing in await convened(request) if hearing.phase != "adjourned"]

    def query(database: Database) -> tuple[dict[bytes, Card], dict[str, list[Seat]]]:
        seats = {hearing.id: seats_of_person(database, hearing.id, person.id) for hearing in hearings}
        return {card.token: card for card in cards_of(database, person.id)}, seats

    cards, seats = await read(request, query)
    found = []
    for hearing in hearings:
        phones = await (await running_of(request, hearing.id)).ask(_phones)
        here = [
            Held(seat.role, cards[seat.token], phones[seat.member])
            for seat in seats[hearing.id]
            if seat.member in phones and seat.token in cards
        ]
        found.append(Reach(hearing, tuple(here)))
    return found


def advice(found: Iterable[Reach], *, printing: bool) -> list[str]:
    """What to say about them, as keys of `organise.reach` in the texts.

    Args:
        found: the hearings.
        printing: whether the card that is good now is about to be replaced.
    """
    told: dict[str, None] = {}
    for one in found:
        shut = [held for held in one.seats if printing or held.card.revoked_at is not None]
        if shut:
            told["keep"] = None
        told |= dict.fromkeys("phone" for held in shut if held.phone)
        told |= dict.fromkeys(f"lost_{held.role}" for held in shut)
        if not one.seats:
            told["absent"] = None
    return list(told)


def _phones(state: State) -> dict[str, bool]:
    """Every entry that stands, and whether a phone acts for it."""
    return {seat.id: seat.kid is not None for seat in state.seats.values() if not seat.ended}
