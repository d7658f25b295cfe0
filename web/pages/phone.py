"""The phone's pages: a card that was just scanned, the hearing it leads to, and the test of a phone.

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
    secret = await running.ask(_votes_in_secret)
    client = "phone-secret" if secret else "phone"
    told = {"client": client, "hearing": hearing, "rehearsal": running.rehearsal, "secret": secret}
    return page(request, "phone.html", told)


@get("/h/{hearing:str}/test", include_in_schema=False)
async def get_machine_test(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[str]:
    """A second device that tests a phone: which ballot, stands behind the `#`."""
    running = await running_of(request, hearing)
    told = {"client": "machine-test", "hearing": hearing, "rehearsal": running.rehearsal}
    return page(request, "machine-test.html", told)


def _votes_in_secret(state: State) -> bool:
    """Whether there are secret polls: then somebody holds keys to them."""
    return state.holders is not None
