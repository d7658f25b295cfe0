"""Papers with full names, for officers and the archive; what opens the roll, for an authorised auditor."""

import asyncio
from collections.abc import Container, Mapping
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.params import FromPath
from sqlalchemy import Connection as Database

from ballots.encoding import b64url
from ballots.refusal import Refused
from deliberation.audit import RollEntry, RollOpenings
from voting.composition import composition
from web.api.organiser import require_organiser
from web.pages.organise.drafts import HEARINGS
from web.pages.organise.gate import PRIVATE, read
from web.pages.paper.minutes import minutes
from web.pages.paper.sign_in import arrivals, sign_in
from web.pages.paper.source import source
from web.pages.paper.teller import Teller
from web.pages.papers import Paper, answer, comment_texts, members
from web.people.composed import as_member
from web.people.register import Person, get_person
from web.people.seats import seats_of_hearing
from web.print import forms
from web.records.running import Running
from web.service import member_of, running_of
from web.texts import language

OFFICERS = ("chair", "supervisor", "desk")


@get(HEARINGS + "/{hearing:str}/sign-in.pdf", include_in_schema=False)
async def get_sign_in_sheet(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """签到表: to be signed before the meeting, with arrivals once it has begun."""
    running = await _admitted(request, hearing)
    known = await members(request, running)
    entries = await asyncio.to_thread(running.record.entries, 0, running.record.head.size)
    teller = Teller(
        await running.ask(source), language(request), {member: one.name for member, one in known.items()}
    )
    sheet = sign_in(teller, known, await asyncio.to_thread(arrivals, entries))
    return await answer(
        request, running, Paper("sign-in", forms.sign_in_pdf, sheet, teller.source.at, PRIVATE)
    )


@get(HEARINGS + "/{hearing:str}/minutes.pdf", include_in_schema=False)
async def get_archive_minutes(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """会议记录 with full names, to be signed and kept."""
    running = await _admitted(request, hearing)
    known = await members(request, running)
    names = {member: one.name for member, one in known.items()}
    teller = Teller(await running.ask(source), language(request), names)
    people = await read(request, lambda database: _register(database, running.id))
    told = minutes(teller, "record", await comment_texts(running), _composed(teller, people))
    return await answer(request, running, Paper("record", forms.minutes_pdf, told, teller.source.at, PRIVATE))


@get(HEARINGS + "/{hearing:str}/openings.json", include_in_schema=False)
async def get_roll_openings(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[bytes]:
    """Who the entries of the roll are, and what proves it: for `hearing verify --openings`."""
    require_organiser(request)
    running = await running_of(request, hearing)
    kept = await running.ask(lambda state: set(state.seats))
    found = await read(request, lambda database: openings(database, running.id, kept))
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{running.id}-openings.json"'}
    return Response(msgspec.json.encode(found), media_type=MediaType.JSON, headers=headers)


def openings(database: Database, hearing: str, kept: Container[str]) -> RollOpenings:
    """The openings of a roll's commitments, of everybody in the record (`kept`) who has not been erased."""
    entries = []
    for seat in seats_of_hearing(database, hearing):
        if seat.member not in kept:
            continue  # made for an officer who has not signed it
        person = get_person(database, seat.person)
        assert person is not None
        entries.append(RollEntry(seat.member, person.name, b64url(seat.salt), b64url(seat.token)))
    return RollOpenings(1, hearing, tuple(entries))


def _register(database: Database, hearing: str) -> dict[str, Person]:
    """Member → what the register says of them, of those who have not been erased."""
    found = {seat.member: get_person(database, seat.person) for seat in seats_of_hearing(database, hearing)}
    return {member: person for member, person in found.items() if person is not None}


def _composed(teller: Teller, people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    """By item, what its rules ask of the members, and who is; nothing once one of them is erased."""
    source, t = teller.source, teller.t["minutes"]
    if not source.voters <= people.keys():
        return {}
    here = source.voters.intersection(source.draft.attended)
    voters = [as_member(people[member], present=member in here) for member in source.voters]
    among = ("roll", "present") if here else ("roll",)
    return {
        item: tuple(
            dict.fromkeys(
                t["composed"].format(law=teller.law(check) or t["no_law"], text=teller.say(check.text))
                for question in questions
                for where in among
                for check in composition(question.rule, voters, where)
            )
        )
        for item, questions in source.questions.items()
    }


async def _admitted(request: Request[Any, Any, Any], hearing: str) -> Running:
    """The hearing, for the organiser and its officers. Raises Refused: `not-signed-in`, `not-permitted`."""
    running = await running_of(request, hearing)
    try:
        require_organiser(request)
    except Refused:
        await member_of(request, running, *OFFICERS)
    return running
