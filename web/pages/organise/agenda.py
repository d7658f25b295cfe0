"""The agenda of a hearing in preparation: its items, and the questions that will be put to the vote."""

from collections.abc import Iterable
from typing import Any, Literal, cast

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from ballots.refusal import Refused
from voting.presets import in_force, presets
from voting.questions import refusal
from voting.rules import Rule
from web.pages.organise.drafts import HEARINGS, draft_of
from web.pages.organise.form import WORDS, Form, read_form
from web.pages.organise.gate import community_of, show, write
from web.people.drafts import Draft, DraftItem, DraftQuestion, save_draft
from web.people.readiness import start_day

ITEMS = HEARINGS + "/{hearing:str}/items"
NEW = "new"
"""Stands where the id of an item or question will."""
BALLOTS = ("named", "secret", "none")
VISIBILITIES = ("sealed", "live")
CHANGES = ("until_close", "none")
_USUAL = {"assembly": "urban.assembly", "owners": "owners.ordinary"}
"""The preset that is offered first for a kind of meeting; `urban.reps` for all others."""


def offered() -> list[Rule]:
    """The presets under which a motion can be put to the vote here, in the order of the file."""
    return [rule for rule in presets() if rule.majority and refusal(rule) is None]


@get(ITEMS + "/{item:str}", include_in_schema=False)
async def get_item(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str]
) -> Response[str]:
    """One item of the agenda, or the form of a new one."""
    draft = await draft_of(request, hearing)
    if item == NEW:
        return await _item_form(request, draft, None, Form.showing(ballot="named"))
    found = _item(draft, item)
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
    found = None if item == NEW else _item(draft, item)
    form = await read_form(request)
    changed = DraftItem(
        id=found.id if found else _unused("item", (one.id for one in draft.agenda)),
        title=form.both("title"),
        text=form.both("text", limit=WORDS, required=False),
        ballot=cast('Literal["named", "secret", "none"]', form.one_of("ballot", BALLOTS)),
        questions=found.questions if found else (),
    )
    if changed.questions and changed.ballot != "named":
        form.wrong["ballot"] = "has-questions"
    if form.wrong:
        return await _item_form(request, draft, found, form, 422)
    await _save(request, draft, _with(draft.agenda, changed))
    if changed.ballot == "named" and not changed.questions:
        return Redirect(f"{HEARINGS}/{hearing}/items/{changed.id}/questions/{NEW}", status_code=303)
    return Redirect(f"{HEARINGS}/{hearing}#{changed.id}", status_code=303)


@post(ITEMS + "/{item:str}/move", include_in_schema=False)
async def post_move(request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str]) -> Redirect:
    """Move an item one place up or down, or take it off the agenda with its questions."""
    draft = await draft_of(request, hearing)
    found = _item(draft, item)
    where = (await read_form(request)).typed("where")
    agenda = list(draft.agenda)
    at = agenda.index(found)
    del agenda[at]
    if where != "out":
        agenda.insert(max(0, at - 1) if where == "up" else at + 1, found)
    await _save(request, draft, agenda)
    return Redirect(f"{HEARINGS}/{hearing}#agenda", status_code=303)


@get(ITEMS + "/{item:str}/questions/{question:str}", include_in_schema=False)
async def get_question(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str], question: FromPath[str]
) -> Response[str]:
    """One question, or the form of a new one."""
    draft = await draft_of(request, hearing)
    parent = _item(draft, item)
    if question == NEW:
        preset = _USUAL.get(draft.kind, "urban.reps")
        form = Form.showing(preset=preset, visibility="sealed", change="until_close")
        return await _question_form(request, (draft, parent, None), form)
    found = _question(parent, question)
    form = Form.showing(
        title__zh=found.title.zh,
        title__en=found.title.en,
        text__zh=found.text.zh,
        text__en=found.text.en,
        preset=found.preset,
        visibility=found.visibility,
        change=found.change,
    )
    return await _question_form(request, (draft, parent, found), form)


@post(ITEMS + "/{item:str}/questions/{question:str}", include_in_schema=False)
async def post_question(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str], question: FromPath[str]
) -> Response[Any]:
    """Add a question, or change it."""
    draft = await draft_of(request, hearing)
    parent = _item(draft, item)
    found = None if question == NEW else _question(parent, question)
    form = await read_form(request)
    taken = (one.id for item in draft.agenda for one in item.questions)
    changed = DraftQuestion(
        id=found.id if found else _unused("question", taken),
        title=form.both("title"),
        text=form.both("text", limit=WORDS),
        preset=form.one_of("preset", [rule.preset for rule in offered()]),
        visibility=cast('Literal["live", "sealed"]', form.one_of("visibility", VISIBILITIES)),
        change=cast('Literal["until_close", "none"]', form.one_of("change", CHANGES)),
    )
    if form.wrong:
        return await _question_form(request, (draft, parent, found), form, 422)
    item_now = msgspec.structs.replace(parent, questions=_with(parent.questions, changed), ballot="named")
    await _save(request, draft, _with(draft.agenda, item_now))
    return Redirect(f"{HEARINGS}/{hearing}#{parent.id}", status_code=303)


@post(ITEMS + "/{item:str}/questions/{question:str}/drop", include_in_schema=False)
async def post_drop_question(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str], question: FromPath[str]
) -> Redirect:
    """Take a question out."""
    draft = await draft_of(request, hearing)
    parent = _item(draft, item)
    found = _question(parent, question)
    kept = tuple(one for one in parent.questions if one is not found)
    await _save(request, draft, _with(draft.agenda, msgspec.structs.replace(parent, questions=kept)))
    return Redirect(f"{HEARINGS}/{hearing}#{parent.id}", status_code=303)


async def _item_form(
    request: Request[Any, Any, Any], draft: Draft, item: DraftItem | None, form: Form, status: int = 200
) -> Response[str]:
    context = {"draft": draft, "item": item, "form": form, "ballots": BALLOTS}
    return await show(request, "item", context, status)


async def _question_form(
    request: Request[Any, Any, Any],
    place: tuple[Draft, DraftItem, DraftQuestion | None],
    form: Form,
    status: int = 200,
) -> Response[str]:
    draft, item, question = place
    day = start_day(draft, (await community_of(request)).zone)
    context = {
        "draft": draft,
        "item": item,
        "question": question,
        "form": form,
        "rules": [(rule, in_force(rule, day)) for rule in offered()],
        "visibilities": VISIBILITIES,
        "changes": CHANGES,
    }
    return await show(request, "question", context, status)


async def _save(request: Request[Any, Any, Any], draft: Draft, agenda: Iterable[DraftItem]) -> None:
    changed = msgspec.structs.replace(draft, agenda=tuple(agenda))
    await write(request, lambda database: save_draft(database, changed))


def _item(draft: Draft, item: str) -> DraftItem:
    found = next((one for one in draft.agenda if one.id == item), None)
    if found is None:
        raise Refused("unknown-item")
    return found


def _question(item: DraftItem, question: str) -> DraftQuestion:
    found = next((one for one in item.questions if one.id == question), None)
    if found is None:
        raise Refused("unknown-question")
    return found


def _with(kept: tuple[Any, ...], changed: DraftItem | DraftQuestion) -> tuple[Any, ...]:
    """The same, with one in the place of the one of its id, or at the end."""
    if all(one.id != changed.id for one in kept):
        return (*kept, changed)
    return tuple(changed if one.id == changed.id else one for one in kept)


def _unused(kind: str, taken: Iterable[str]) -> str:
    used = set(taken)
    return next(name for number in range(1, len(used) + 2) if (name := f"{kind}-{number}") not in used)
