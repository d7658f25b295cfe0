"""The register: who is in it, what they do in hearings, and erasing somebody."""

import asyncio
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection as Database

from ballots.engine import scrub
from ballots.refusal import Refused
from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import community_of, read, show, write
from web.pages.organise.reach import advice, reach
from web.pages.words import Words
from web.people.cards import good_tokens
from web.people.register import ROLES, Person, change_person, erase_person, get_person, get_persons
from web.people.tables import cards, members, persons
from web.service import service_of
from web.texts import language

REGISTER = "/organise/register"
LARGEST_ID = 2**31 - 1


@get(REGISTER, include_in_schema=False)
async def get_register(request: Request[Any, Any, Any]) -> Response[str]:
    """Everybody."""
    return await _list(request, "")


@post(REGISTER, status_code=200, include_in_schema=False)
async def post_search(request: Request[Any, Any, Any]) -> Response[str]:
    """Those whom the search finds. It is a POST so that no name stands in an address."""
    form = await read_form(request)
    return await _list(request, form.line("find", required=False))


async def _list(request: Request[Any, Any, Any], wanted: str) -> Response[str]:
    community = await community_of(request)

    def query(database: Database) -> tuple[list[Person], dict[int, bytes]]:
        people = get_persons(database, community.id)
        return people, good_tokens(database, people)

    people, holders = await read(request, query)
    found = [person for person in people if _matches(person, wanted)]
    context = {"people": found, "total": len(people), "holders": holders, "wanted": wanted}
    return await show(request, "register", context)


def _matches(person: Person, wanted: str) -> bool:
    places = [text for flat in person.homes for text in flat.place]
    known = (person.name, *places, person.household, person.capacity, person.contact)
    return all(any(word in one.casefold() for one in known) for word in wanted.casefold().split())


@get(REGISTER + "/{person:int}", include_in_schema=False)
async def get_person_page(request: Request[Any, Any, Any], person: FromPath[int]) -> Response[str]:
    """One person: what the register says, their roles, their card, erasing them."""
    found = await _person(request, person)
    return await _show_person(request, found, Form({"roles": found.roles}))


@post(REGISTER + "/{person:int}", include_in_schema=False)
async def post_roles(request: Request[Any, Any, Any], person: FromPath[int]) -> Response[Any]:
    """Change what somebody does in the hearings that are convened from now on."""
    found = await _person(request, person)
    form = await read_form(request)
    roles = form.some_of("roles", ROLES)
    if form.wrong:
        return await _show_person(request, found, form, 422)
    chosen = tuple(role for role in ROLES if role in roles)
    await write(request, lambda database: change_person(database, found.id, replace(found, roles=chosen)))
    return Redirect(REGISTER, status_code=303)


@post(REGISTER + "/{person:int}/erase", include_in_schema=False)
async def post_erase(request: Request[Any, Any, Any], person: FromPath[int]) -> Response[Any]:
    """Forget somebody; the box that says so must be ticked."""
    found = await _person(request, person)
    form = await read_form(request)
    if not form.has("sure", "yes"):
        shown = Form({"roles": found.roles})
        shown.wrong["sure"] = "sure"
        return await _show_person(request, found, shown, 422)
    await write(request, lambda database: erase_person(database, found.id))
    await asyncio.to_thread(scrub, service_of(request).hearings.engine, members, cards, persons)
    return Redirect(REGISTER, status_code=303)


@get(REGISTER + "/{person:int}/erase", include_in_schema=False)
async def get_erase(person: FromPath[int]) -> Redirect:
    """The form stands on the person's page."""
    return Redirect(f"{REGISTER}/{person}", status_code=303)


async def _person(request: Request[Any, Any, Any], person: int) -> Person:
    found = None
    if person <= LARGEST_ID:
        found = await read(request, lambda database: get_person(database, person))
    if found is None:
        raise Refused("not-found")
    return found


async def _show_person(
    request: Request[Any, Any, Any], person: Person, form: Form, status: int = 200
) -> Response[str]:
    holds = await read(request, lambda database: bool(good_tokens(database, [person])))
    found = await reach(request, person)
    context = {
        "person": person,
        "form": form,
        "roles": ROLES,
        "holds": holds,
        "reach": found,
        "advice": advice(found, printing=False),
        "words": Words(language(request), (await community_of(request)).zone),
    }
    return await show(request, "person", context, status)
