"""The papers of a hearing for everybody: minutes, notice, results. No name is more than 张*."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Struct

from ballots import entry
from ballots.encoding import parse_utc
from ballots.refusal import Refused
from web.pages.paper.minutes import minutes
from web.pages.paper.notice import notice
from web.pages.paper.result import result
from web.pages.paper.source import source
from web.pages.paper.teller import Teller
from web.people.names import mask
from web.people.who import Person, people
from web.print import forms
from web.print.errors import PaperError
from web.print.press import printed
from web.records.comments import CommentsOut
from web.records.running import Running
from web.render import page
from web.service import running_of, service_of
from web.texts import language

C = TypeVar("C", bound=Struct)


@dataclass(frozen=True, slots=True)
class Paper(Generic[C]):
    """A document to be typeset.

    Attributes:
        name: what its file is called, after the hearing.
        make: one of the functions of `web.print.forms`.
        content: what it says.
        at: its date, UTC.
        headers: how it may be kept.
    """

    name: str
    make: Callable[[C, datetime], bytes]
    content: C
    at: str
    headers: Mapping[str, str] = field(default_factory=lambda: {"Cache-Control": "no-cache"})


@get("/h/{hearing:str}/minutes", include_in_schema=False)
async def get_minutes(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The public minutes as a page."""
    running = await running_of(request, hearing)
    teller = await public_teller(request, running)
    told = minutes(teller, "summary", await comment_texts(running))
    context = {"client": "public", "hearing": hearing, "rehearsal": running.rehearsal, "minutes": told}
    return page(request, "paper/minutes.html", context)


@get("/h/{hearing:str}/minutes.pdf", include_in_schema=False)
async def get_minutes_pdf(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """The public minutes on paper."""
    running = await running_of(request, hearing)
    teller = await public_teller(request, running)
    told = minutes(teller, "summary", await comment_texts(running))
    return await answer(request, running, Paper("minutes", forms.minutes_pdf, told, teller.source.at))


@get("/h/{hearing:str}/notice.pdf", include_in_schema=False)
async def get_notice_pdf(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """The notice on paper."""
    running = await running_of(request, hearing)
    (first,) = await asyncio.to_thread(running.record.entries, 0, 1)
    convened_at = entry.parse(first).at
    told = notice(await public_teller(request, running), convened_at)
    return await answer(request, running, Paper("notice", forms.notice_pdf, told, convened_at))


@get("/h/{hearing:str}/results/{file:str}", include_in_schema=False)
async def get_result_pdf(
    request: Request[Any, Any, Any], hearing: FromPath[str], file: FromPath[str]
) -> Response[Any]:
    """`POLL.pdf`: the result form of a poll."""
    poll, dot, kind = file.partition(".")
    if (dot, kind) != (".", "pdf"):
        raise Refused("not-found")
    running = await running_of(request, hearing)
    teller = await public_teller(request, running)
    told = result(teller, poll)
    return await answer(
        request, running, Paper(f"result-{poll[:8]}", forms.result_pdf, told, teller.source.at)
    )


async def public_teller(request: Request[Any, Any, Any], running: Running) -> Teller:
    """What tells the papers for everybody: names masked."""
    known = await members(request, running)
    return Teller(
        await running.ask(source),
        language(request),
        {member: mask(person.name) for member, person in known.items()},
    )


async def members(request: Request[Any, Any, Any], running: Running) -> dict[str, Person]:
    """The members of the roll by name, those who have not been erased."""
    return await asyncio.to_thread(people, service_of(request).hearings.engine, running.id)


async def comment_texts(running: Running) -> dict[str, str | None]:
    """Texts of the comments by the name of their blob."""
    told = msgspec.json.decode(await running.comments.answer(None), type=CommentsOut)
    return {comment.blob: comment.text for comment in told.comments}


async def answer(request: Request[Any, Any, Any], running: Running, paper: Paper[Any]) -> Response[Any]:
    """A PDF, or the page that says why none can be made and what to do."""
    try:
        made = await printed(paper.make, paper.content, parse_utc(paper.at))
    except PaperError as why:
        told = {"hearing": running.id, "rehearsal": running.rehearsal, "install": why.install}
        return page(request, "paper/missing.html", {"client": "public", **told}, 503, paper.headers)
    name = f"{running.id}-{paper.name}-{language(request)}.pdf"
    headers = {"Vary": "Accept-Language, Cookie", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(made, media_type="application/pdf", headers={**paper.headers, **headers})
