"""What a refusal means: the page behind a problem's `type`."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from ballots.refusal import Refused
from web.problems import codes, problem_page


@get("/problems/{code:str}", include_in_schema=False)
async def get_problem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """What happened, what is safe, what to do next."""
    if code not in codes():
        raise Refused("not-found")
    return problem_page(request, code)
