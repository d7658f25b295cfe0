"""The pages of the hall: screen, console and desk are shells for their scripts; the checkpoint is drawn here.

The screen's key stands behind the `#` and never gets here.
"""

import asyncio
from functools import lru_cache
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from sqlalchemy import Engine, select

from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.engine import reading
from ballots.merkle import MAX_SIZE
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from ballots.tokens import TokenError, parse_card
from deliberation.state import State
from web.assets import asset
from web.people.tables import cards, members
from web.print.qr import qr_svg
from web.render import page
from web.service import running_of, service_of
from web.texts import Language, language, texts


async def _shell(request: Request[Any, Any, Any], hearing: str, client: str) -> Response[str]:
    running = await running_of(request, hearing)
    community, origin = await running.ask(_named)
    told = {"client": client, "hearing": hearing, "rehearsal": running.rehearsal, "community": community}
    return page(request, f"{client}.html", told | {"address": origin.removesuffix("/rehearsal")})


def _named(state: State) -> tuple[str, str]:
    assert state.convene is not None
    return state.convene.community, state.convene.origin


@get("/h/{hearing:str}/screen", include_in_schema=False)
async def get_screen(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The big screen of the hall."""
    return await _shell(request, hearing, "screen")


@get("/h/{hearing:str}/console", include_in_schema=False)
async def get_console(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The chair's console, and a supervisor's view of it."""
    return await _shell(request, hearing, "console")


@get("/h/{hearing:str}/keys", include_in_schema=False)
async def get_keys(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The key holder's page: what is secret on a backup sheet stands behind the `#` and never gets here."""
    running = await running_of(request, hearing)
    told = {
        "client": "keys",
        "hearing": hearing,
        "rehearsal": running.rehearsal,
        "worker": asset("keys-worker", "js"),
        "script": keys_texts(language(request)),
    }
    return page(request, "keys.html", told)


def keys_texts(lang: Language) -> dict[str, str]:
    """What its script says: its own words, and those of the auditor for what does not fit in a record."""
    told = texts(lang)
    words: dict[str, str] = {f"finding-{code}": says for code, says in told["findings"].items()}
    words |= told["keys"]["script"]
    return words


@get("/h/{hearing:str}/desk", include_in_schema=False)
async def get_desk_page(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The desk at the door."""
    return await _shell(request, hearing, "desk")


@get("/c/{card:str}", include_in_schema=False)
async def get_card(request: Request[Any, Any, Any], card: FromPath[str]) -> Redirect:
    """Where a card's outer code leads: to the desk of its bearer's hearing, which alone can read the number.

    Raises:
        Refused: `unknown-card` where it is no good card, or its bearer has no hearing.
    """
    service = service_of(request)
    try:
        number = parse_card(card)
    except TokenError:
        raise Refused("unknown-card") from None
    for hearing in await asyncio.to_thread(_hearings_of, service.hearings.engine, number):
        running = await running_of(request, hearing)
        if await running.ask(lambda state: state.phase) != "adjourned":
            return Redirect(f"/h/{hearing}/desk?card={number}", status_code=303)
    raise Refused("unknown-card")


def _hearings_of(engine: Engine, number: str) -> list[str]:
    """The hearings in which the bearer of a good card has a seat."""
    query = select(members.c.hearing).distinct().join(cards, cards.c.person == members.c.person)
    with reading(engine) as connection:
        return list(connection.scalars(query.where(cards.c.number == number, cards.c.revoked_at.is_(None))))


@get("/h/{hearing:str}/checkpoint.svg", include_in_schema=False)
async def get_checkpoint_image(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    size: Annotated[int, QueryParameter(ge=1, le=MAX_SIZE)],
) -> Response[str]:
    """The signed checkpoint of a moment of the hearing, as a QR code that screens show for comparison.

    Raises:
        Refused: `unknown-size` where nothing stood still at that size.
    """
    running = await running_of(request, hearing)
    root = await running.ask(lambda state: _root_at_moment(state, size))
    if root is None:
        raise Refused("unknown-size")
    note = Checkpoint(running.record.origin, size, bytes.fromhex(root))
    key = service_of(request).keys.service
    svg = await asyncio.to_thread(_drawn, key, note)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


def _root_at_moment(state: State, size: int) -> str | None:
    return state.roots(size) if any(moment.size == size for moment in state.moments) else None


@lru_cache(maxsize=64)
def _drawn(key: PrivateKey, checkpoint: Checkpoint) -> str:
    return qr_svg(sign_checkpoint(key, checkpoint).decode())
