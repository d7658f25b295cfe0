"""Hearings in preparation: what, where and when; and the overview that leads from step to step."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection as Database

from ballots.encoding import groups, new_id
from ballots.refusal import Refused
from deliberation.notice import HearingKind
from web.pages.organise.form import Form, local, read_form
from web.pages.organise.gate import HOME, community_of, now, read, show, write
from web.pages.organise.published import show_published
from web.pages.words import Words
from web.people.cards import good_tokens
from web.people.composed import composed
from web.people.drafts import Draft, delete_draft, get_draft, rule_of, save_draft
from web.people.holders import HoldersError, chosen
from web.people.participants import taking_part
from web.people.readiness import Gap, gaps
from web.people.register import ROLES, Community, Person, get_persons
from web.people.ways import Ways
from web.service import service_of
from web.texts import language

HEARINGS = "/organise/h"
KINDS: tuple[HearingKind, ...] = get_args(HearingKind)


@get("/organise/new", include_in_schema=False)
async def get_new(request: Request[Any, Any, Any]) -> Response[str]:
    """The form of a new hearing."""
    return await _form(request, await community_of(request), Form.showing(kind="representatives"), None)


@post("/organise/new", include_in_schema=False)
async def post_new(request: Request[Any, Any, Any]) -> Response[Any]:
    """Prepare a new hearing."""
    community = await community_of(request)
    form = await read_form(request)
    draft = Draft(id=new_id(), community=community.id, **_read_matter(form, community))
    if form.wrong:
        return await _form(request, community, form, None, 422)
    return await keep(request, draft)


@get(HEARINGS + "/{hearing:str}", include_in_schema=False)
async def get_overview(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """A hearing in preparation, with what it still lacks; or where its pages and papers are."""
    draft = await read(request, lambda database: get_draft(database, hearing))
    if draft is None or await is_convened(request, hearing):
        return await show_published(request, hearing)
    return await show(request, "draft", await overview(request, draft))


@get(HEARINGS + "/{hearing:str}/matter", include_in_schema=False)
async def get_matter(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """What, where and when."""
    draft, community = await draft_of(request, hearing), await community_of(request)
    form = Form.showing(
        kind=draft.kind,
        title__zh=draft.title.zh,
        title__en=draft.title.en,
        place__zh=draft.place.zh,
        place__en=draft.place.en,
        starts=local(draft.starts, community.zone),
        rehearsal="yes" if draft.rehearsal else "",
    )
    return await _form(request, community, form, draft)


@post(HEARINGS + "/{hearing:str}/matter", include_in_schema=False)
async def post_matter(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """Change what, where and when."""
    draft, community = await draft_of(request, hearing), await community_of(request)
    form = await read_form(request)
    changed = msgspec.structs.replace(draft, **_read_matter(form, community))
    if form.wrong:
        return await _form(request, community, form, draft, 422)
    return await keep(request, changed)


@post(HEARINGS + "/{hearing:str}/drop", include_in_schema=False)
async def post_drop(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """Drop a hearing in preparation; the box that says so must be ticked."""
    draft = await draft_of(request, hearing)
    form = await read_form(request)
    if not form.has("sure", "yes"):
        return Redirect(f"{HEARINGS}/{hearing}", status_code=303)
    await write(request, lambda database: delete_draft(database, draft.id))
    return Redirect(HOME, status_code=303)


def _read_matter(form: Form, community: Community) -> dict[str, Any]:
    return {
        "kind": form.one_of("kind", KINDS),
        "title": form.both("title"),
        "place": form.both("place"),
        "starts": form.moment("starts", community.zone),
        "rehearsal": form.has("rehearsal", "yes"),
    }


async def _form(
    request: Request[Any, Any, Any], community: Community, form: Form, draft: Draft | None, status: int = 200
) -> Response[str]:
    context = {"form": form, "draft": draft, "kinds": KINDS, "community": community}
    return await show(request, "matter", context, status)


async def draft_of(request: Request[Any, Any, Any], hearing: str) -> Draft:
    """The hearing in preparation. Raises Refused: `unknown-hearing`, `already-convened`."""
    draft = await read(request, lambda database: get_draft(database, hearing))
    if await is_convened(request, hearing):
        raise Refused("already-convened")
    if draft is None:
        raise Refused("unknown-hearing")
    return draft


async def keep(request: Request[Any, Any, Any], draft: Draft, place: str = "") -> Redirect:
    """Save a draft, and show it from this place on."""
    await write(request, lambda database: save_draft(database, draft))
    return Redirect(f"{HEARINGS}/{draft.id}{place}", status_code=303)


async def is_convened(request: Request[Any, Any, Any], hearing: str) -> bool:
    """Whether the notice has been published."""
    try:
        running = await service_of(request).hearings.get(hearing)
    except Refused:
        return False
    return running.record.head.size > 0


async def overview(request: Request[Any, Any, Any], draft: Draft) -> dict[str, Any]:
    """What the pages about a hearing in preparation show."""
    community = await community_of(request)

    def query(database: Database) -> tuple[list[Person], list[Person], set[int]]:
        everybody = get_persons(database, community.id)
        people = taking_part(everybody, draft.participants)
        return everybody, people, set(good_tokens(database, people))

    everybody, people, holders = await read(request, query)
    url = service_of(request).settings.url
    left_out = _voters(everybody) - _voters(people)
    found: tuple[Gap, ...] = gaps(
        draft, people, holders, community.zone, left_out=left_out, url=url, now=now()
    )
    return {
        "draft": draft,
        "community": community,
        "url": url,
        "anchor": groups(community.anchor, 4),
        "words": Words(language(request), community.zone),
        "ways": Ways(language(request)),
        "everybody": everybody,
        "people": people,
        "roles": {role: sum(role in person.roles for person in people) for role in ROLES},
        "holders": len(holders),
        "composed": composed(draft, people),
        "keys": _keys(draft, people),
        "gaps": found,
        "ready": not any(gap.blocks for gap in found),
        "rules": {q.id: rule_of(q) for item in draft.agenda for q in item.questions},
    }


def _keys(draft: Draft, people: Sequence[Person]) -> tuple[Sequence[Person], int] | None:
    """Who would hold the keys of the secret polls, and how many open one; None where nobody can."""
    try:
        return chosen(draft.keys, people)
    except HoldersError:
        return None


def _voters(people: Iterable[Person]) -> int:
    return sum("representative" in person.roles for person in people)
