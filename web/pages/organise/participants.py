"""Who takes part in a hearing: everybody, or the people of some buildings, or some roles."""

import json
from typing import Any, Literal, cast

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from web.pages.organise.drafts import HEARINGS, draft_of, keep, overview
from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import show
from web.people.drafts import Draft
from web.people.participants import Participants, Place, places_of
from web.people.register import ROLES, Person

PARTICIPANTS = HEARINGS + "/{hearing:str}/participants"
WAYS: tuple[Literal["all", "places", "roles"], ...] = ("all", "places", "roles")


@get(PARTICIPANTS, include_in_schema=False)
async def get_participants(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The choice, with the numbers of people."""
    draft = await draft_of(request, hearing)
    chosen = draft.participants
    form = Form({"places": [_value(place) for place in chosen.places], "roles": chosen.roles})
    return await _show(request, draft, form)


@post(PARTICIPANTS, include_in_schema=False)
async def post_participants(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """Choose who takes part."""
    draft = await draft_of(request, hearing)
    form = await read_form(request)
    by = form.one_of("by", WAYS)
    everybody: list[Person] = (await overview(request, draft))["everybody"]
    known: dict[str, Place] = {_value(place): place for place, _ in places_of(everybody)}
    chosen = Participants(
        by=cast('Literal["all", "places", "roles"]', by),
        places=tuple(known[value] for value in form.some_of("places", list(known))) if by == "places" else (),
        roles=form.some_of("roles", ROLES) if by == "roles" else (),  # type: ignore[arg-type]
    )
    if form.wrong:
        return await _show(request, draft, form, 422)
    return await keep(request, msgspec.structs.replace(draft, participants=chosen), "#roll")


async def _show(
    request: Request[Any, Any, Any], draft: Draft, form: Form, status: int = 200
) -> Response[str]:
    context = await overview(request, draft)
    everybody: list[Person] = context["everybody"]
    context |= {
        "form": form,
        "places": [(_value(place), place, voters) for place, voters in places_of(everybody)],
        "in_role": {role: sum(role in person.roles for person in everybody) for role in ROLES},
    }
    return await show(request, "participants", context, status)


def _value(place: Place) -> str:
    """A place as a form sends it."""
    return json.dumps(place, ensure_ascii=False)
