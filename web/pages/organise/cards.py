"""Printing cards: they are issued, and their paper is made, in one request; nobody keeps the tokens.

A form says what its page showed (`seen`). Cards that were issued since then make it stale: pressed twice,
it issues nothing the second time, and says so.
"""

import asyncio
import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from sqlalchemy import Connection as Database
from sqlalchemy import select

from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import PRIVATE, community_of, now, read, show, write
from web.pages.organise.reach import advice, reach
from web.pages.organise.summary import convened
from web.pages.words import Words
from web.people.cards import Card, IssuedCard, cards_of, good_tokens, issue_cards
from web.people.register import Community, Person, get_persons
from web.people.tables import communities
from web.print.cards import cards_page, cards_pdf, face, page_policy
from web.print.errors import PaperError
from web.service import service_of
from web.texts import language

CARDS = "/organise/cards"
MADE = "hearing-cards"
"""Cookie that tells the page's script that the paper has come: what the form had seen. It opens nothing."""
_log = logging.getLogger(__name__)


@get(CARDS, include_in_schema=False)
async def get_cards(request: Request[Any, Any, Any]) -> Response[str]:
    """Who has a card and who has none, and what printing does."""
    return await _show(request, Form())


@post(CARDS, status_code=200, include_in_schema=False)
async def post_cards(request: Request[Any, Any, Any]) -> Response[Any]:
    """Issue cards and give their paper: to those who have none, to everybody anew, or to one person.

    The tokens are in this answer and nowhere else. A form whose page showed other cards issues none.
    """
    community = await community_of(request)
    form = await read_form(request)
    who, seen = form.typed("who"), form.typed("seen")
    if who != "lacking" and not form.has("sure", "yes"):
        form.wrong["sure"] = "sure"
        return await _show(request, form, 422)
    issued = await write(request, lambda database: _issue(database, community, who, seen))
    if not issued:
        form.wrong["who"] = "cards-changed" if issued is None else "nobody"
        return await _show(request, form, 422)
    answer = await asyncio.to_thread(_paper, community, issued, service_of(request).settings.url)
    answer.set_cookie(Cookie(MADE, value=seen, path=CARDS, max_age=600, samesite="strict"))
    return answer


def _issue(database: Database, community: Community, who: str, seen: str) -> list[IssuedCard] | None:
    """The new cards; None where others were issued since the page was shown."""
    database.execute(select(communities.c.id).where(communities.c.id == community.id).with_for_update())
    people = get_persons(database, community.id)
    holders = good_tokens(database, people)
    if seen != _fingerprint(holders):
        return None
    return issue_cards(database, [person for person in people if _is_meant(person, who, holders)], now())


def _fingerprint(holders: dict[int, bytes]) -> str:
    """SHA-256 in hex of who holds which card, by their public keys."""
    held = (b"%d %s\n" % (person, holders[person].hex().encode()) for person in sorted(holders))
    return hashlib.sha256(b"".join(held)).hexdigest()


def _is_meant(person: Person, who: str, holders: dict[int, bytes]) -> bool:
    return who == "all" or (who == "lacking" and person.id not in holders) or who == str(person.id)


def _paper(community: Community, issued: list[IssuedCard], base: str) -> Response[Any]:
    """The PDF, or where none can be made here the page that the browser prints."""
    at = datetime.now(UTC)
    faces = [face(community, card, base) for card in issued]
    try:
        pdf = cards_pdf(faces, at)
    except Exception as why:  # noqa: BLE001 - the cards are issued: whatever fails, their paper must come out
        install = why.install if isinstance(why, PaperError) else None
        _log.warning("cards are shown for the browser to print: %s", type(why).__name__)
        headers = {**PRIVATE, "Content-Security-Policy": page_policy()}
        return Response(cards_page(faces, install), media_type=MediaType.HTML, headers=headers)
    name = f"cards-{at:%Y%m%d-%H%M}.pdf"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


async def _show(request: Request[Any, Any, Any], form: Form, status: int = 200) -> Response[str]:
    community = await community_of(request)

    one = form.typed("who") or request.query_params.get("person", "")

    def query(database: Database) -> tuple[list[Person], dict[int, bytes], list[Card]]:
        people = get_persons(database, community.id)
        known = (card for person in people if str(person.id) == one for card in cards_of(database, person.id))
        return people, good_tokens(database, people), [card for card in known if card.revoked_at is None]

    people, holders, held = await read(request, query)
    going_on = [hearing for hearing in await convened(request) if hearing.phase != "adjourned"]
    chosen = next((p for p in people if str(p.id) == one), None)
    settings = service_of(request).settings
    reached = await reach(request, chosen) if chosen else []
    context = {
        "form": form,
        "total": len(people),
        "lacking": [person for person in people if person.id not in holders],
        "chosen": chosen,
        "held": held[-1] if held else None,
        "seen": _fingerprint(holders),
        "going_on": going_on,
        "reach": reached,
        "advice": advice(reached, printing=True),
        "words": Words(language(request), community.zone),
        "url": settings.url,
        "only_here": settings.only_here,
    }
    return await show(request, "cards", context, status)
