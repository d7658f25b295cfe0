"""The opened ballots of a poll, for the phones that look for their own among them."""

import asyncio
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from ballots.refusal import Refused
from deliberation.notice import Openings
from web.api.log import FOREVER
from web.problems import problems
from web.service import running_of


@get(
    "/api/h/{hearing:str}/polls/{poll:str}/openings",
    responses={
        200: ResponseSpec(
            Openings, generate_examples=False, description="In the order in which they were cast"
        ),
        **problems(404, 409),
    },
    tags=["views"],
    summary="The opened ballots of a poll",
)
async def get_openings(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]
) -> Response[bytes]:
    """The exact bytes of the blob that the reveal names: their SHA-256 is `openings` in the public state."""
    running = await running_of(request, hearing)
    blob = await running.ask(lambda state: state.poll(poll).revealed)
    raw = None if blob is None else await asyncio.to_thread(running.record.blob, blob)
    if raw is None:
        raise Refused("poll-not-revealed")
    return Response(raw, media_type=MediaType.JSON, headers=dict(FOREVER))
