"""What everybody may read, with nothing but a browser: the notice board, and a hearing's public page."""

import asyncio
import hashlib
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from ballots.checkpoint import Checkpoint, fingerprint
from ballots.encoding import groups, unb64url
from ballots.tokens import anchor
from deliberation.state import State
from voting.questions import Question
from voting.results import Result
from web.pages.box import explained, made_anew
from web.pages.counted import counted
from web.pages.lots import recipe
from web.pages.words import Words
from web.people.ways import Ways
from web.records.running import Running
from web.render import page
from web.service import running_of, service_of
from web.texts import Language, language


@get("/", include_in_schema=False)
async def get_board(request: Request[Any, Any, Any]) -> Response[str]:
    """The notice board: every hearing, what is going on first, then the latest."""
    service = service_of(request)
    lang = language(request)
    ids = await asyncio.to_thread(service.hearings.ids)
    views = [await _view(await running_of(request, hearing)) for hearing in ids]
    views.sort(key=lambda view: view["starts"], reverse=True)
    views.sort(key=lambda view: view["phase"] == "adjourned")
    notices = [(view, Words(lang, view["community"]["zone"]), _decisions(view)) for view in views]
    return page(request, "board.html", {"client": "public", "notices": notices})


@get("/h/{hearing:str}", include_in_schema=False)
async def get_hearing(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The public page of a hearing: notice, agenda, results, minutes, and how to verify all of it."""
    running = await running_of(request, hearing)
    view = await _view(running)
    return page(request, "hearing.html", await _context(running, view, language(request)))


async def _view(running: Running) -> dict[str, Any]:
    """The public state, exactly as the API shows it."""
    view: dict[str, Any] = msgspec.json.decode((await running.shown()).body)
    return view


async def _context(running: Running, view: dict[str, Any], lang: Language) -> dict[str, Any]:
    polls: dict[str, list[dict[str, Any]]] = {}
    for poll in view["polls"]:
        polls.setdefault(poll["question"], []).append(poll)
    titles = {question["hash"]: question["title"] for item in view["items"] for question in item["questions"]}
    questions, results = await running.ask(_counts)
    over = view["phase"] == "adjourned"
    return {
        "client": "public",
        "rehearsal": view["rehearsal"],
        "view": view,
        "words": Words(lang, view["community"]["zone"]),
        "polls": polls,
        "counted": {poll: counted(*found, lang) for poll, found in results.items()},
        "boxes": {
            poll["id"]: explained(poll["box"], view["names"], lang) for poll in view["polls"] if poll["box"]
        },
        "anew": made_anew(view["keys"], view["names"], lang),
        "ways": {name: Ways(lang).how(question, question.rule) for name, question in questions.items()},
        "titles": {poll["id"]: titles[poll["question"]] for poll in view["polls"]},
        "moments": [(moment, _fingerprint(view["origin"], moment)) for moment in view["moments"]],
        "anchor": groups(await running.ask(_anchor), 4),
        "bundle_sha256": await _bundle_sha256(running) if over else None,
        "vkey": running.vkey,
        "recipe": recipe,
    }


def _counts(state: State) -> tuple[dict[str, Question], dict[str, tuple[Question, Result]]]:
    """The questions by their hash; question and result of every poll that has one, by its id."""
    return dict(state.questions), {
        poll.id: (poll.question, msgspec.json.decode(poll.result_bytes, type=Result))
        for poll in state.polls.values()
        if poll.result_bytes is not None
    }


def _anchor(state: State) -> str:
    assert state.convene is not None
    return anchor(unb64url(state.convene.root, 32))


def _fingerprint(origin: str, moment: dict[str, Any]) -> str:
    return fingerprint(Checkpoint(origin, moment["size"], bytes.fromhex(moment["root"])).text)


async def _bundle_sha256(running: Running) -> str:
    bundle = await running.archive.bundle()
    return await asyncio.to_thread(lambda: hashlib.sha256(bundle).hexdigest())


def _decisions(view: dict[str, Any]) -> list[tuple[dict[str, str], str, dict[str, str]]]:
    """Question title and outcome, as a code and in words, of every published poll that stands."""
    published = [poll for poll in view["polls"] if poll["result"] and poll["stage"] != "void"]
    return [
        (poll["result"]["question"]["title"], poll["result"]["decision"], poll["conclusion"]["says"])
        for poll in published
    ]
