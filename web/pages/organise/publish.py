"""Publishing the notice: what will be frozen is shown, and exactly that is frozen."""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from ballots.refusal import Refused
from web.pages.organise.drafts import HEARINGS, draft_of, overview
from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import show, write
from web.people.drafts import Draft, delete_draft
from web.people.register import FIELDS, Person
from web.people.seats import SeatingError
from web.records.convene import convene
from web.service import service_of


@get(HEARINGS + "/{hearing:str}/publish", include_in_schema=False)
async def get_publish(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """What publishing will freeze, in full."""
    return await _show(request, await draft_of(request, hearing), Form())


@post(HEARINGS + "/{hearing:str}/publish", include_in_schema=False)
async def post_publish_notice(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """Publish the notice, if it is what was shown; the record of the hearing begins with it."""
    done = Redirect(f"{HEARINGS}/{hearing}", status_code=303)
    try:
        draft = await draft_of(request, hearing)
        form = await read_form(request)
        await _publish(request, draft, form)
    except Refused as refused:
        if refused.code == "already-convened":
            return done  # a second click
        raise
    return await _show(request, draft, form, 422) if form.wrong else done


async def _publish(request: Request[Any, Any, Any], draft: Draft, form: Form) -> None:
    """Publish what was looked at; if it is not, the form says so."""
    context = await overview(request, draft)
    people: list[Person] = context["people"]
    if not form.has("sure", "yes"):
        form.wrong["sure"] = "sure"
    elif any(gap.code == "composition" for gap in context["gaps"]) and not form.has("composition", "yes"):
        form.wrong["composition"] = "composition"
    elif form.typed("seen") != _fingerprint(draft, people) or not context["ready"]:
        form.wrong["seen"] = "changed"
    if form.wrong:
        return
    service = service_of(request)
    try:
        await convene(service.hearings, service.settings.authority, draft, people)
    except SeatingError:
        form.wrong["seen"] = "changed"
        return
    await write(request, lambda database: delete_draft(database, draft.id))


async def _show(
    request: Request[Any, Any, Any], draft: Draft, form: Form, status: int = 200
) -> Response[Any]:
    context = await overview(request, draft)
    if not context["ready"]:
        return Redirect(f"{HEARINGS}/{draft.id}#checks", status_code=303)
    seen = _fingerprint(draft, context["people"])
    return await show(request, "publish", {**context, "form": form, "seen": seen}, status)


def _fingerprint(draft: Draft, people: list[Person]) -> str:
    """SHA-256 in hex of what the notice would freeze: the draft and who is on the roll in which role."""
    roll = [[person.id, *(getattr(person, field) for field in FIELDS)] for person in people]
    return hashlib.sha256(msgspec.json.encode([draft, roll])).hexdigest()
