"""Who holds the keys of a hearing's secret polls, and how many of them open one."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from web.pages.organise.drafts import HEARINGS, draft_of, keep, overview
from web.pages.organise.form import Form, read_form
from web.pages.organise.gate import show
from web.people.drafts import Draft
from web.people.holders import DraftKeys, HoldersError, chosen
from web.people.register import Person

KEYS = HEARINGS + "/{hearing:str}/keys"
THRESHOLDS = tuple(str(number) for number in range(2, 10))
"""One is never more than half of two or more."""


@get(KEYS, include_in_schema=False)
async def get_keys(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The choice as it stands: the usual one until the organiser chooses."""
    draft = await draft_of(request, hearing)
    people: list[Person] = (await overview(request, draft))["people"]
    vacant = ""
    try:
        holders, threshold = chosen(draft.keys, people)
    except HoldersError as why:
        holders, threshold, vacant = [], draft.keys.threshold, why.code
    form = Form({"holders": [str(one.id) for one in holders], "threshold": (str(threshold),)})
    return await _show(request, draft, form, vacant=vacant)


@post(KEYS, include_in_schema=False)
async def post_keys(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[Any]:
    """Choose the holders."""
    draft = await draft_of(request, hearing)
    people: list[Person] = (await overview(request, draft))["people"]
    form = await read_form(request)
    picked = form.some_of("holders", [str(person.id) for person in people])
    threshold = form.one_of("threshold", THRESHOLDS)
    if not form.wrong:
        try:
            keys = DraftKeys(tuple(map(int, picked)), int(threshold))
            chosen(keys, people)
        except HoldersError as why:
            form.wrong["threshold" if why.code == "too-few-to-open" else "holders"] = why.code
    if form.wrong:
        return await _show(request, draft, form, 422)
    return await keep(request, msgspec.structs.replace(draft, keys=keys), "#keys")


async def _show(
    request: Request[Any, Any, Any], draft: Draft, form: Form, status: int = 200, *, vacant: str = ""
) -> Response[str]:
    """The form; `vacant` is why nobody is chosen yet."""
    context = await overview(request, draft)
    people: list[Person] = context["people"]
    context |= {
        "form": form,
        "thresholds": THRESHOLDS,
        "vacant": vacant,
        "officers": [person for person in people if set(person.roles) - {"representative"}],
        "others": [person for person in people if set(person.roles) == {"representative"}],
    }
    return await show(request, "keys", context, status)
