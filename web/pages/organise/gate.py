"""The organiser's door: who may come in, and what each of these pages has in common."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from litestar import Request, Response
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Connection as Database

from ballots.encoding import utc
from ballots.engine import reading
from ballots.refusal import Refused
from web.api.organiser import require_organiser
from web.people.register import Community, get_communities
from web.problems import on_refused
from web.render import page
from web.service import Connection, require_same_origin, service_of

PRIVATE = {"Cache-Control": "no-store"}
HOME = "/organise"

T = TypeVar("T")


def admit_organiser(connection: Connection, _handler: BaseRouteHandler) -> None:
    """The guard of all these routes. Raises Refused: `not-signed-in`; `wrong-origin` for a write."""
    require_organiser(connection)
    if connection.scope.get("method") != "GET":
        require_same_origin(connection)


def on_refused_here(request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    """Who is not signed in gets the page to sign in, and comes back here; all else is as everywhere."""
    if refused.code != "not-signed-in":
        return on_refused(request, refused)
    lost = request.method != "GET"
    return sign_in_page(request, HOME if lost else request.url.path, 401, lost=lost)


def sign_in_page(
    request: Request[Any, Any, Any], then: str, status: int = 200, *, lost: bool = False
) -> Response[str]:
    """Where the organiser's code is read; `lost` says that what was just sent was not carried out."""
    told = {"client": "organise", "then": then, "lost": lost}
    return page(request, "organise/sign_in.html", told, status, PRIVATE)


async def show(
    request: Request[Any, Any, Any], template: str, context: Mapping[str, Any], status: int = 200
) -> Response[str]:
    """A page of `templates/organise`, never kept by a cache."""
    told = {"client": "organise", **context}
    return await asyncio.to_thread(page, request, f"organise/{template}.html", told, status, PRIVATE)


async def read(request: Request[Any, Any, Any], query: Callable[[Database], T]) -> T:
    """What a few SELECTs find."""
    engine = service_of(request).hearings.engine

    def work() -> T:
        with reading(engine) as connection:
            return query(connection)

    return await asyncio.to_thread(work)


async def write(request: Request[Any, Any, Any], change: Callable[[Database], T]) -> T:
    """What a change gives, all of it in one transaction."""
    engine = service_of(request).hearings.engine

    def work() -> T:
        with engine.begin() as connection:
            return change(connection)

    return await asyncio.to_thread(work)


async def community_of(request: Request[Any, Any, Any]) -> Community:
    """The community of this service. Raises Refused("unknown-community") before there is one."""
    found = await read(request, get_communities)
    if not found:
        raise Refused("unknown-community")
    return found[0]


def now() -> str:
    """Now, UTC."""
    return utc(datetime.now(UTC))
