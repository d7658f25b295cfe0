"""The agenda of a hearing in preparation: its items; their questions are in `questions.py`."""

from collections.abc import Iterable
from typing import Any, Literal, cast

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from ballots.refusal import Refused
from web.pages.organise.drafts import HEARINGS, draft_of
from web.pages.organise.form import WORDS, Form, read_form
from web.pages.organise.gate import show, write
from web.people.drafts import Draft, DraftItem, DraftQuestion, save_draft

ITEMS = HEARINGS + "/{hearing:str}/items"
NEW = "new"
"""Stands where the id of an item or question will."""
BALLOTS = ("named", "secret", "none")


@get(ITEMS + "/{item:str}", include_in_schema=False)
async def get_item(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str]
) -> Response[str]:
    """One item of the agenda, or the form of a new one."""
    draft = await draft_of(request, hearing)
    if item == NEW:
        return await _item_form(request, draft, None, Form.showing(ballot="named"))
    found = item_of(draft, item)
    form = Form.showing(
        title__zh=found.title.zh,
        title__en=found.title.en,
        text__zh=found.text.zh,
        text__en=found.text.en,
        ballot=found.ballot,
    )
    return await _item_form(request, draft, found, form)


@post(ITEMS + "/{item:str}", include_in_schema=False)
async def post_item(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str]
) -> Response[Any]:
    """Add an item, or change it."""
    draft = await draft_of(request, hearing)
    found = None if item == NEW else item_of(draft, item)
    form = await read_form(request)
    changed = DraftItem(
        id=found.id if found else unused_id("item", (one.id for one in draft.agenda)),
        title=form.both("title"),
        text=form.both("text", limit=WORDS, required=False),
        ballot=cast('Literal["named", "secret", "none"]', form.one_of("ballot", BALLOTS)),
        questions=found.questions if found else (),
    )
    if found is not None and found.questions and changed.ballot != found.ballot:
        form.wrong["ballot"] = "has-questions"
    if form.wrong:
        return await _item_form(request, draft, found, form, 422)
    await save_agenda(request, draft, with_changed(draft.agenda, changed))
    if changed.ballot == "named" and not changed.questions:
        return Redirect(f"{HEARINGS}/{hearing}/items/{changed.id}/questions/{NEW}", status_code=303)
    return Redirect(f"{HEARINGS}/{hearing}#{changed.id}", status_code=303)


@post(ITEMS + "/{item:str}/move", include_in_schema=False)
async def post_move(request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str]) -> Redirect:
    """Move an item one place up or down, or take it off the agenda with its questions."""
    draft = await draft_of(request, hearing)
    found = item_of(draft, item)
    where = (await read_form(request)).typed("where")
    agenda = list(draft.agenda)
    at = agenda.index(found)
    del agenda[at]
    if where != "out":
        agenda.insert(max(0, at - 1) if where == "up" else at + 1, found)
    await save_agenda(request, draft, agenda)
    return Redirect(f"{HEARINGS}/{hearing}#agenda", status_code=303)


async def _item_form(
    request: Request[Any, Any, Any], draft: Draft, item: DraftItem | None, form: Form, status: int = 200
) -> Response[str]:
    context = {"draft": draft, "item": item, "form": form, "ballots": BALLOTS}
    return await show(request, "item", context, status)


async def save_agenda(request: Request[Any, Any, Any], draft: Draft, agenda: Iterable[DraftItem]) -> None:
    """Keep the draft with another agenda."""
    changed = msgspec.structs.replace(draft, agenda=tuple(agenda))
    await write(request, lambda database: save_draft(database, changed))


def item_of(draft: Draft, item: str) -> DraftItem:
    """An item of the agenda. Raises Refused("unknown-item")."""
    found = next((one for one in draft.agenda if one.id == item), None)
    if found is None:
        raise Refused("unknown-item")
    return found


def with_changed(kept: tuple[Any, ...], changed: DraftItem | DraftQuestion) -> tuple[Any, ...]:
    """The same, with one in the place of the one of its id, or at the end."""
    if all(one.id != changed.id for one in kept):
        return (*kept, changed)
    return tuple(changed if one.id == changed.id else one for one in kept)


def unused_id(kind: str, taken: Iterable[str]) -> str:
    """`KIND-N` with the first N that is not taken."""
    used = set(taken)
    return next(name for number in range(1, len(used) + 2) if (name := f"{kind}-{number}") not in used)
