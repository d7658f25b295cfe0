"""The phone's pages: a card that was just scanned, and the hearing it leads to.

What is secret in a card's address stands behind the `#` and never gets here; looking does nothing.
"""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from deliberation.state import State
from web.render import page
from web.service import running_of


@get("/j/{community:str}", include_in_schema=False)
async def get_join(request: Request[Any, Any, Any], community: FromPath[str]) -> Response[str]:
    """Where a card's inner code leads."""
    return page(request, "join.html", {"client": "join", "community": community})


@get("/h/{hearing:str}/me", include_in_schema=False)
async def get_phone(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """The hearing on a representative's phone."""
    running = await running_of(request, hearing)
    told = {"client": "phone", "hearing": hearing, "rehearsal": running.rehearsal}
    return page(request, "phone.html", told | {"keys": await running.ask(_has_keys)})


def _has_keys(state: State) -> bool:
    """Whether somebody holds keys of secret polls."""
    return state.holders is not None
