"""A hearing whose notice is out: where its pages, its papers and its record are."""

from typing import Any

from litestar import Request, Response

from ballots.encoding import groups
from ballots.refusal import Refused
from deliberation.secret_view import keys_view
from deliberation.state import State
from web.pages.organise.gate import community_of, show
from web.pages.organise.summary import Summary, summary
from web.pages.words import Words
from web.service import running_of
from web.texts import language


async def show_published(request: Request[Any, Any, Any], hearing: str) -> Response[str]:
    """The page of a hearing that has been convened. Raises Refused("unknown-hearing")."""
    running = await running_of(request, hearing)
    if not running.record.head.size:
        raise Refused("unknown-hearing")
    community = await community_of(request)
    told, results, roll = await running.ask(_look)
    keys = await running.ask(keys_view)
    context = {
        "hearing": told,
        "rehearsal": told.rehearsal,
        "results": results,
        "roll": roll,
        "keys_wait": keys is not None and not keys.ready,
        "anchor": groups(community.anchor, 4),
        "community": community,
        "words": Words(language(request), community.zone),
    }
    return await show(request, "published", context)


def _look(state: State) -> tuple[Summary, list[tuple[str, Any]], int]:
    """The hearing in a line, the published results, and how many may vote."""
    results = [
        (poll.id, poll.question.title) for poll in state.polls.values() if poll.result_bytes is not None
    ]
    return summary(state), results, sum(1 for _ in state.voters())
