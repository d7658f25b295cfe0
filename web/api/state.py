"""The public state of a hearing, the comments on its agenda, and the hint that there is more."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from web.problems import problems
from web.records.comments import CommentsOut
from web.records.running import PublicHearing
from web.service import running_of


@get(
    "/api/h/{hearing:str}",
    media_type=MediaType.JSON,
    responses={
        200: ResponseSpec(PublicHearing, generate_examples=False, description="The state after `size` acts"),
        304: ResponseSpec(None, description="As before"),
        **problems(404),
    },
    tags=["views"],
    summary="The public state of a hearing",
)
async def get_state(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Response[bytes]:
    """What everybody may see. The ETag is the number of acts; If-None-Match asks for changes only."""
    shown = await (await running_of(request, hearing)).shown()
    headers = {"ETag": f'"{shown.size}"', "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.JSON)
    packed = "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(shown.packed if packed else shown.body, headers=headers, media_type=MediaType.JSON)


@get(
    "/api/h/{hearing:str}/live",
    responses={
        200: ResponseSpec(
            str,
            media_type="text/event-stream",
            generate_examples=False,
            description='`event: head`, `data: {"size":N}`',
        ),
        **problems(404),
    },
    tags=["views"],
    summary="Be told when there is more",
)
async def get_live(request: Request[Any, Any, Any], hearing: FromPath[str]) -> Stream:
    """Server-sent events that say how many acts there are; a comment every 12 s shows that it lives."""
    running = await running_of(request, hearing)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(running.live.stream(), media_type="text/event-stream", headers=headers)


@get(
    "/api/h/{hearing:str}/comments",
    media_type=MediaType.JSON,
    responses={
        200: ResponseSpec(
            CommentsOut, generate_examples=False, description="In the order in which they came"
        ),
        **problems(404),
    },
    tags=["views"],
    summary="Comments on the agenda",
)
async def get_comments(
    request: Request[Any, Any, Any], hearing: FromPath[str], item: FromQuery[str | None] = None
) -> Response[bytes]:
    """All comments, or those on one item."""
    body = await (await running_of(request, hearing)).comments.answer(item)
    return Response(body, headers={"Cache-Control": "no-cache"}, media_type=MediaType.JSON)
