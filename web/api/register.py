"""The register, for officers who let somebody join a hearing that is under way."""

import asyncio
from typing import Annotated, Any, Literal

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from ballots.engine import reading
from deliberation.acts import Member
from web.api.private import PRIVATE
from web.problems import problems
from web.records import enlist
from web.service import Service, member_of, require_same_origin, running_of, service_of

MOST = 20
"""People in an answer: who looks for one types more of the name."""


class SeatOut(Struct, frozen=True):
    """An entry of the roll, in it or waiting for a second officer (`waits`)."""

    member: str
    role: str
    waits: bool


class PersonOut(Struct, frozen=True):
    """Somebody of the register. `place` is grid, building, unit; `card` whether they hold a good card."""

    person: int
    name: str
    capacity: str
    place: tuple[str, str, str]
    card: bool
    seats: tuple[SeatOut, ...]


class RegisterOut(Struct, frozen=True):
    """Who was found, as the register has them; `more` where there are others."""

    people: tuple[PersonOut, ...]
    more: bool


class EntryIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is to join, and as what."""

    person: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    role: Literal["representative", "desk", "observer"]


@get(
    "/api/h/{hearing:str}/register",
    response_headers=PRIVATE,
    responses=problems(401, 403, 404, 409),
    tags=["private"],
    summary="Find somebody in the register",
)
async def get_register(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    find: Annotated[str, QueryParameter(min_length=1, max_length=100)],
) -> RegisterOut:
    """Who has this in their name, home or household, for the chair and the supervisors."""
    running = await running_of(request, hearing)
    await member_of(request, running, "chair", "supervisor")
    known = await running.ask(enlist.standing)
    found = await asyncio.to_thread(_find, service_of(request), running.id, known, find)
    people = tuple(
        PersonOut(
            person=one.person.id,
            name=one.person.name,
            capacity=one.person.capacity,
            place=one.person.place,
            card=one.card,
            seats=tuple(SeatOut(s.member, s.role, s.member in known.waiting) for s in one.seats),
        )
        for one in found[:MOST]
    )
    return RegisterOut(people, len(found) > MOST)


@post(
    "/api/h/{hearing:str}/entries",
    status_code=200,
    response_headers=PRIVATE,
    responses=problems(401, 403, 404, 409),
    tags=["private"],
    summary="An entry of the roll to be signed",
)
async def post_entry(
    request: Request[Any, Any, Any], hearing: FromPath[str], data: JSONBody[EntryIn]
) -> Member:
    """Make the entry that `roll.amend` or `role.grant` adds, from the register; safe to repeat.

    It counts once that act is in the record: representatives by a chair or a supervisor, others by a chair.
    """
    running = await running_of(request, hearing)
    require_same_origin(request)
    roles = ("chair", "supervisor") if data.role == "representative" else ("chair",)
    await member_of(request, running, *roles)
    service = service_of(request)
    async with service.hearings.convening:
        known = await running.ask(enlist.standing)
        return await asyncio.to_thread(_entry, service, running.id, known, data)


def _find(service: Service, hearing: str, known: enlist.Standing, typed: str) -> list[enlist.Found]:
    with reading(service.hearings.engine) as connection:
        return enlist.find(connection, hearing, known, typed, MOST + 1)


def _entry(service: Service, hearing: str, known: enlist.Standing, asked: EntryIn) -> Member:
    with service.hearings.engine.begin() as connection:
        return enlist.entry(connection, hearing, known, asked.person, asked.role)
