"""The questions of an item: how they are voted on is chosen first, then what that way of voting needs."""

from typing import Any, Literal, cast

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import UNSET
from msgspec.structs import replace

from ballots.refusal import Refused
from voting.methods import METHODS
from voting.own import THRESHOLDS
from voting.presets import in_force
from voting.questions import FIXED_OPTIONS, MethodName, Option
from voting.secret import sheets
from web.pages.organise import declare, own, rules
from web.pages.organise.agenda import ITEMS, NEW, item_of, save_agenda, unused_id, with_changed
from web.pages.organise.drafts import HEARINGS, draft_of
from web.pages.organise.form import WORDS, Form, read_form
from web.pages.organise.gate import community_of, show
from web.people.drafts import Draft, DraftItem, DraftQuestion, frozen
from web.people.readiness import start_day
from web.people.ways import USUAL, WAYS, Ways
from web.texts import language

QUESTIONS = ITEMS + "/{item:str}/questions/{question:str}"
CHANGES = ("until_close", "none")
MOST_LINES = 200
"""Lines of a secret ballot: each costs a phone work, and 2 kB on the way."""

Place = tuple[Draft, DraftItem, DraftQuestion | None]


@get(QUESTIONS, include_in_schema=False)
async def get_question(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str], question: FromPath[str]
) -> Response[str]:
    """One question as it is, or the ways of voting for a new one."""
    place = await _place(request, hearing, item, question)
    found = place[2]
    return await _ways(request, place) if found is None else await _show(request, place, found.method)


@get(QUESTIONS + "/{method:str}", include_in_schema=False)
async def get_question_by(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    item: FromPath[str],
    question: FromPath[str],
    method: FromPath[str],
) -> Response[str]:
    """The form of a question voted on by this method; all ways of voting where none has that name."""
    place = await _place(request, hearing, item, question)
    return (
        await _show(request, place, method) if _is_offered(place[1], method) else await _ways(request, place)
    )


@post(QUESTIONS + "/{method:str}", include_in_schema=False)
async def post_question(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    item: FromPath[str],
    question: FromPath[str],
    method: FromPath[str],
) -> Response[Any]:
    """Add a question, or change it."""
    place = draft, parent, found = await _place(request, hearing, item, question)
    if not _is_offered(place[1], method):
        return await _ways(request, place, 422)
    form = await read_form(request)
    taken = (one.id for item in draft.agenda for one in item.questions)
    secret = parent.ballot == "secret"
    shown = rules.visibilities(method, secret=secret)
    options: tuple[Option, ...] = ()
    if method not in FIXED_OPTIONS:
        options = declare.read_options(form, found.options if found else (), least=_least(method))
    changed = DraftQuestion(
        id=found.id if found else unused_id("question", taken),
        title=form.both("title"),
        text=form.both("text", limit=WORDS),
        preset=form.one_of("preset", [rule.preset for rule in rules.offered(method, secret=secret)]),
        visibility=cast(
            'Literal["live", "sealed", "secret"]',
            shown[0] if len(shown) == 1 else form.one_of("visibility", shown),
        ),
        change="none" if secret else cast('Literal["until_close", "none"]', form.one_of("change", CHANGES)),
        method=cast("MethodName", method),
        options=options,
        settings=declare.read_settings(form, method, options),
        breakdown=not secret and form.has("breakdown", "yes"),
        own=own.read_own(form),
    )
    own.check_own(form, changed)
    if secret and not form.wrong and _lines(changed) > MOST_LINES:
        form.wrong["options.zh"] = "too-many-lines"
    if form.wrong:
        return await _form(request, place, method, form, 422)
    item_now = replace(parent, questions=with_changed(parent.questions, changed))
    if not secret:
        item_now = replace(item_now, ballot="named")
    await save_agenda(request, draft, with_changed(draft.agenda, item_now))
    return Redirect(f"{HEARINGS}/{hearing}#{parent.id}", status_code=303)


@post(QUESTIONS + "/drop", include_in_schema=False)
async def post_drop_question(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromPath[str], question: FromPath[str]
) -> Redirect:
    """Take a question out."""
    draft, parent, found = await _place(request, hearing, item, question)
    kept = tuple(one for one in parent.questions if one is not found)
    await save_agenda(request, draft, with_changed(draft.agenda, replace(parent, questions=kept)))
    return Redirect(f"{HEARINGS}/{hearing}#{parent.id}", status_code=303)


async def _ways(request: Request[Any, Any, Any], place: Place, status: int = 200) -> Response[str]:
    draft, item, question = place
    offered = {
        way: tuple([method for method in methods if _is_offered(item, method)] for methods in told)
        for way, told in WAYS.items()
    }
    can = {way: told for way, told in offered.items() if told[0]}
    context = {"draft": draft, "item": item, "question": question, "offered": can}
    return await show(request, "ways", context, status)


async def _show(request: Request[Any, Any, Any], place: Place, method: str) -> Response[str]:
    """The form with what is stored, or with what is usual where nothing is, or another method was chosen."""
    draft, item, found = place
    secret = item.ballot == "secret"
    usual = rules.usual(draft.kind, method, secret=secret)
    values = {"visibility": "sealed", "change": "until_close", "preset": usual}
    values |= declare.typed(USUAL.get(method, UNSET))
    if found is not None:
        for name in ("title", "text"):
            text = getattr(found, name)
            values |= {f"{name}.zh": text.zh, f"{name}.en": text.en}
        for lang in ("zh", "en"):
            values[f"options.{lang}"] = "\n".join(getattr(one.text, lang) for one in found.options).strip()
        values |= {"change": found.change, "breakdown": "yes" if found.breakdown else ""}
    if found is not None and found.method == method:
        values |= {"preset": found.preset, "visibility": found.visibility} | declare.typed(found.settings)
        values |= own.typed(found.own)
    form = Form({name: (value,) for name, value in values.items()})
    return await _form(request, place, method, form)


async def _form(
    request: Request[Any, Any, Any], place: Place, method: str, form: Form, status: int = 200
) -> Response[str]:
    draft, item, question = place
    day = start_day(draft, (await community_of(request)).zone)
    secret = item.ballot == "secret"
    offered = rules.offered(method, secret=secret)
    chosen = form.typed("preset")
    near = (chosen if chosen in [rule.preset for rule in offered] else offered[0].preset).partition(".")[0]
    context = {
        "draft": draft,
        "item": item,
        "question": question,
        "method": method,
        "form": form,
        "fixed": method in FIXED_OPTIONS,
        "fields": declare.fields(method),
        "rules": [(rule, in_force(rule, day), rule.preset.startswith(near + ".")) for rule in offered],
        "elsewhere": rules.elsewhere(method, secret=secret),
        "thresholds": THRESHOLDS,
        "visibilities": rules.visibilities(method, secret=secret),
        "changes": CHANGES,
        "ways": Ways(language(request)),
    }
    return await show(request, "question", context, status)


async def _place(request: Request[Any, Any, Any], hearing: str, item: str, question: str) -> Place:
    """Where a question stands, or will. Raises Refused: `unknown-item`, `unknown-question`."""
    draft = await draft_of(request, hearing)
    parent = item_of(draft, item)
    found = next((one for one in parent.questions if one.id == question), None)
    if found is None and question != NEW:
        raise Refused("unknown-question")
    return draft, parent, found


def _lines(question: DraftQuestion) -> int:
    """How many lines a secret ballot on it has, over all its sheets."""
    return sum(len(sheet.lines) + sheet.blank for sheet in sheets(frozen(question)))


def _least(method: str) -> int:
    """How many options there must be: an appraisal may be of one person."""
    return 1 if method == "grading" else 2


def _is_offered(item: DraftItem, method: str) -> bool:
    """Whether an item's questions can be voted on by this method: in secret, not where ballots are ranked."""
    return method in METHODS and bool(rules.offered(method, secret=item.ballot == "secret"))
