"""What a card opens: the bearer's community, and their seats in its hearings."""

import asyncio
from typing import Any

from litestar import Request, post
from litestar.params import JSONBody
from msgspec import Struct
from sqlalchemy import Engine, select

from ballots.encoding import b64url, unb64url
from ballots.engine import reading
from ballots.refusal import Refused
from deliberation.acts import Bytes32
from deliberation.state import State
from voting.rules import Text
from web.people.register import Community, get_community
from web.people.seats import Seat, seats_of_token
from web.people.tables import cards, persons
from web.problems import problems
from web.records.running import Running
from web.service import Service, service_of


class CardIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The public key of the card's token, b64url. The token itself never leaves the phone."""

    token: Bytes32


class CommunityOut(Struct, frozen=True):
    """The body that issued the card; phones compare `anchor` with what the card says."""

    id: str
    name: Text
    zone: str
    anchor: str


class SeatOut(Struct, frozen=True):
    """A seat that the card opens: `salt` opens the roll's commitment, `vkey` verifies the record.

    `device` is the key id of the device that acts for its bearer now.
    """

    hearing: str
    title: Text
    member: str
    role: str
    salt: str
    phase: str
    starts: str
    vkey: str
    device: str | None
    rehearsal: bool


class CardOut(Struct, frozen=True):
    """What a card opens, the hearing that starts last first.

    `replaced`: its bearer has got another since, or it was given back; it is on no later roll.
    """

    community: CommunityOut
    replaced: bool
    seats: tuple[SeatOut, ...]


@post("/api/cards", status_code=200, responses=problems(404), tags=["cards"], summary="What a card opens")
async def post_card(request: Request[Any, Any, Any], data: JSONBody[CardIn]) -> CardOut:
    """The community and the seats of a card. Nothing is consumed: a card can be looked at again and again."""
    service = service_of(request)
    token = unb64url(data.token, 32)
    community, replaced, seats = await asyncio.to_thread(_look_up, service.hearings.engine, token)
    if community is None:
        raise Refused("unknown-card")
    opened = [seat for seat in [await _seat(service, seat) for seat in seats] if seat is not None]
    opened.sort(key=lambda seat: seat.starts, reverse=True)
    body = CommunityOut(community.id, community.name, community.zone, community.anchor)
    return CardOut(body, replaced, tuple(opened))


def _look_up(engine: Engine, token: bytes) -> tuple[Community | None, bool, list[Seat]]:
    """Whose card it is, whether it was replaced, and its seats."""
    query = select(persons.c.community, cards.c.revoked_at).join(cards, cards.c.person == persons.c.id)
    with reading(engine) as connection:
        found = connection.execute(query.where(cards.c.token == b64url(token))).one_or_none()
        if found is None:
            return None, False, []
        community = get_community(connection, found.community)
        return community, found.revoked_at is not None, seats_of_token(connection, token)


async def _seat(service: Service, seat: Seat) -> SeatOut | None:
    try:
        running = await service.hearings.get(seat.hearing)
    except Refused:
        return None  # the roll was made, and the service stopped before the notice was in the record
    return await running.ask(lambda state: _seen(running, state, seat))


def _seen(running: Running, state: State, seat: Seat) -> SeatOut | None:
    assert state.notice is not None
    entry = state.seats.get(seat.member)
    if entry is None or entry.ended:
        return None  # an officer has not signed it yet, or it has ended
    return SeatOut(
        hearing=seat.hearing,
        title=state.notice.title,
        member=seat.member,
        role=seat.role,
        salt=b64url(seat.salt),
        phase=state.phase,
        starts=state.notice.starts,
        vkey=running.vkey,
        device=entry.kid,
        rehearsal=state.convene is not None and state.convene.rehearsal,
    )
