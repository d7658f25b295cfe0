"""QR cards: who holds which. The tables know a card's number and its token's public key, never the token.

A card is good for its bearer's term. A reprint is a re-issue: the old card still opens the hearings
whose roll was frozen with it, and is on no later roll.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ballots.encoding import b64url, unb64url
from ballots.tokens import Token, new_card
from web.people.register import Person
from web.people.tables import cards


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card just made. The token exists nowhere else: print it, and let it go."""

    person: Person
    number: str
    token: Token = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the tables know it.

    Attributes:
        number: 9 digits, public.
        person: id in the register.
        token: the token's public key, 32 bytes.
        issued_at: UTC.
        revoked_at: UTC, or None while the card is good.
    """

    number: str
    person: int
    token: bytes
    issued_at: str
    revoked_at: str | None


def issue_cards(conn: Connection, people: Iterable[Person], at: str) -> list[IssuedCard]:
    """Make a card for each person and revoke those they had.

    Args:
        conn: in the caller's transaction; print only after it is committed.
        people: of the register.
        at: now, UTC.
    """
    issued = []
    for person in people:
        revoke_cards(conn, person.id, at)
        card = IssuedCard(person, _unused_number(conn), Token.new())
        token = b64url(card.token.key.public)
        conn.execute(
            insert(cards).values(
                number=card.number, person=person.id, token=token, issued_at=at, revoked_at=None
            )
        )
        issued.append(card)
    return issued


def revoke_cards(conn: Connection, person: int, at: str) -> None:
    """A person's card is lost or given back: it is on no roll from now on."""
    conn.execute(
        update(cards).where(cards.c.person == person, cards.c.revoked_at.is_(None)).values(revoked_at=at)
    )


def cards_of(conn: Connection, person: int) -> list[Card]:
    """All cards that a person ever had, the good one last."""
    query = select(cards).where(cards.c.person == person).order_by(cards.c.issued_at)
    return [_card(row) for row in conn.execute(query)]


def get_card(conn: Connection, number: str) -> Card | None:
    """A card by its number (as `ballots.tokens.parse_card` returns it), revoked or not."""
    row = conn.execute(select(cards).where(cards.c.number == number)).first()
    return None if row is None else _card(row)


def good_tokens(conn: Connection, people: Iterable[Person]) -> dict[int, bytes]:
    """Person id → public key of their good card. Who has none is left out."""
    wanted = {person.id for person in people}
    query = select(cards.c.person, cards.c.token).where(cards.c.revoked_at.is_(None))
    return {row.person: unb64url(row.token, 32) for row in conn.execute(query) if row.person in wanted}


def _card(row: Row[Any]) -> Card:
    return Card(row.number, row.person, unb64url(row.token, 32), row.issued_at, row.revoked_at)


def _unused_number(conn: Connection) -> str:
    while True:
        number = new_card()
        if get_card(conn, number) is None:
            return number
