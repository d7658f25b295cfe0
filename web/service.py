"""What handlers work with, in one place: settings, keys, hearings, sessions, limits."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar.connection import ASGIConnection

from ballots.refusal import Refused
from deliberation.state import Seat, State
from web.access import checkin
from web.access.limits import Buckets
from web.access.moves import Moves
from web.access.sessions import Sessions
from web.keys import Keys
from web.records.hearings import Hearings
from web.records.running import Running
from web.settings import Settings

COOKIE = "hearing-{}"
"""The name of a session's cookie; one browser may sit in several hearings."""

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """The running service.

    Attributes:
        acts: how often one device may act.
        codes: how often one device may try a check-in code.
    """

    settings: Settings
    keys: Keys
    hearings: Hearings
    sessions: Sessions
    moves: Moves
    acts: Buckets
    codes: Buckets

    def check_code(self, hearing: str, kid: str, typed: str) -> None:
        """Pass if this is the code on the screen. Raises Refused: `wrong-code`, `slow-down`."""
        self.codes.take((hearing, kid))
        if not checkin.is_current(self.keys, hearing, typed, datetime.now(UTC)):
            raise Refused("wrong-code")


def service_of(connection: Connection) -> Service:
    """The service that the application runs."""
    service: Service = connection.app.state.service
    return service


async def running_of(connection: Connection, hearing: str) -> Running:
    """The hearing that a path names. Raises Refused("unknown-hearing")."""
    hearings = service_of(connection).hearings
    return hearings.at_hand(hearing) or await hearings.get(hearing)


async def member_of(connection: Connection, running: Running, *roles: str) -> str:
    """The member whose device holds the session's cookie; with `roles`, only in one of these.

    Raises:
        Refused: `not-signed-in`, `not-permitted`.
    """
    cookie = connection.cookies.get(COOKIE.format(running.id))
    kid = service_of(connection).sessions.holder(running.id, cookie)
    found = await running.ask(lambda state: _member(state, kid))
    if found is None:
        raise Refused("not-signed-in")
    member, role = found
    if roles and role not in roles:
        raise Refused("not-permitted", role=role)
    return member


def require_same_origin(connection: Connection) -> None:
    """Pass unless a page of another site makes this browser write. Raises Refused("wrong-origin").

    For writes by cookie only: acts are signed and need no cookie.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None and site != "same-origin":
        raise Refused("wrong-origin")
    if origin is not None and origin.partition("://")[2] != connection.headers.get("host"):
        raise Refused("wrong-origin")
    if site is None and origin is None:
        raise Refused("wrong-origin")


def _member(state: State, kid: str) -> tuple[str, str] | None:
    seat = seat_of(state, kid)
    return None if seat is None else (seat.id, seat.role)


def seat_of(state: State, kid: str) -> Seat | None:
    """The entry of the roll that this device acts for now."""
    key = state.keys.get(kid)
    return None if key is None or key.seat is None or key.seat.ended else key.seat
