"""Where the organiser begins: signing in, the community, and the home page with the next step."""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import Connection as Database

from ballots.encoding import groups
from voting.rules import Text
from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import HOME, community_of, read, show, sign_in_page, write
from web.pages.organise.summary import convened
from web.pages.words import Words
from web.people.cards import good_tokens
from web.people.drafts import Draft, get_drafts
from web.people.register import (
    Community,
    add_community,
    get_communities,
    get_persons,
    rename_community,
)
from web.service import service_of
from web.texts import language

COMMUNITY = "/organise/community"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei")
"""What the form offers; any other IANA zone can be typed."""


@get("/o", include_in_schema=False)
async def get_sign_in(request: Request[Any, Any, Any]) -> Response[str]:
    """Where the organiser's code leads. What is secret stands behind the `#` and never gets here."""
    return sign_in_page(request, HOME)


@get(HOME, include_in_schema=False)
async def get_home(request: Request[Any, Any, Any]) -> Response[str]:
    """The community, its register, its hearings, and the next step."""
    found = await read(request, get_communities)
    if not found:
        return await _community_form(request, Form.showing(zone=service_of(request).settings.zone))
    community = found[0]
    people, cardless, drafts = await read(request, lambda database: _register(database, community))
    hearings = await convened(request)
    published = {hearing.id for hearing in hearings}
    context = {
        "community": community,
        "anchor": groups(community.anchor, 4),
        "words": Words(language(request), community.zone),
        "people": people,
        "cardless": cardless,
        "drafts": [draft for draft in drafts if draft.id not in published],
        "hearings": hearings,
    }
    return await show(request, "home", context)


@post(HOME, include_in_schema=False)
async def post_community(request: Request[Any, Any, Any]) -> Response[Any]:
    """Found the community: its name, its id, its time zone; the service keeps its root key."""
    if await read(request, get_communities):
        return Redirect(HOME, status_code=303)
    form = await read_form(request)
    name = _name(form)
    zone = _zone(form)
    identity = form.typed("id")
    if not _ID.fullmatch(identity):
        form.wrong["id"] = "id"
    if form.wrong:
        return await _community_form(request, form, 422)
    community = Community(identity, name, zone, service_of(request).keys.community(identity).public)
    await write(request, lambda database: add_community(database, community))
    return Redirect(HOME, status_code=303)


@get(COMMUNITY, include_in_schema=False)
async def get_rename(request: Request[Any, Any, Any]) -> Response[str]:
    """The community's name, to be changed."""
    name = (await community_of(request)).name
    return await show(request, "rename", {"form": Form.showing(name__zh=name.zh, name__en=name.en)})


@post(COMMUNITY, include_in_schema=False)
async def post_rename(request: Request[Any, Any, Any]) -> Response[Any]:
    """Change the community's name; what was published keeps the old one."""
    community = await community_of(request)
    form = await read_form(request)
    name = _name(form)
    if form.wrong:
        return await show(request, "rename", {"form": form}, 422)
    await write(request, lambda database: rename_community(database, community.id, name))
    return Redirect(HOME, status_code=303)


def _name(form: Form) -> Text:
    return Text(zh=form.line("name.zh", limit=40), en=form.line("name.en", required=False, limit=60))


async def _community_form(request: Request[Any, Any, Any], form: Form, status: int = 200) -> Response[str]:
    return await show(request, "community", {"form": form, "zones": ZONES}, status)


def _zone(form: Form) -> str:
    zone = form.line("zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        form.wrong["zone"] = "zone"
    return zone


def _register(database: Database, community: Community) -> tuple[int, int, list[Draft]]:
    people = get_persons(database, community.id)
    cardless = len(people) - len(good_tokens(database, people))
    return len(people), cardless, get_drafts(database, community.id)
