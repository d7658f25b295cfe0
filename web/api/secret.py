"""Secret polls: what a phone checks before it votes, encrypted ballots in, ballots opened to test a phone.

Ballots are signed by credentials, not by devices: no cookie, no key of a device comes with them.
"""

import asyncio
import re
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from ballots.refusal import Refused
from deliberation.state import secret_poll
from web.problems import problems
from web.records.boxes import Boxes
from web.records.running import Running
from web.records.setup import SetupOut, setup_of
from web.records.slot import Entered
from web.service import member_of, running_of, service_of

BALLOT_BYTES = 1024 * 1024
"""The largest ballot: some hundred lines."""


class BallotOut(Struct, frozen=True):
    """A ballot that the service has. Until it has entered the record with others, there is no receipt.

    Attributes:
        ballot: the SHA-256 of its bytes in hex; of a spoiled one the hash that its signature would name.
        leaf: the act that it entered with.
        receipt: the tlog-proof of that act.
    """

    ballot: str
    leaf: str | None
    receipt: str | None


class WaitingOut(Struct, frozen=True):
    """How many ballots wait to enter with others."""

    waiting: int


_HASH = re.compile(r"[0-9a-f]{64}")
_TAKEN = {
    201: ResponseSpec(BallotOut, generate_examples=False, description="Kept"),
    200: ResponseSpec(BallotOut, generate_examples=False, description="In the record"),
    202: ResponseSpec(BallotOut, generate_examples=False, description="Kept, and waits for others"),
}


@post(
    "/api/h/{hearing:str}/polls/{poll:str}/ballots",
    status_code=202,
    media_type=MediaType.JSON,
    responses={200: _TAKEN[200], 202: _TAKEN[202], **problems(404, 409, 413)},
    request_max_body_size=BALLOT_BYTES,
    tags=["secret"],
    summary="Send an encrypted ballot",
)
async def post_ballot(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]
) -> Response[BallotOut]:
    """Put a ballot into the box: its exact bytes, then blanks, so that all requests are equally long.

    Sending it again gives the same answer.
    """
    running, boxes = await _boxes(request, hearing, poll)
    return await _answer(running, await boxes.cast(poll, (await request.body()).rstrip(b" ")))


@get(
    "/api/h/{hearing:str}/polls/{poll:str}/ballots/{ballot:str}",
    responses={200: _TAKEN[200], 202: _TAKEN[202], **problems(404, 409)},
    tags=["secret"],
    summary="What has become of an encrypted ballot",
)
async def get_ballot(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str], ballot: FromPath[str]
) -> Response[BallotOut]:
    """The ballot's receipt once it has entered with others; status 202 while it waits."""
    running, boxes = await _boxes(request, hearing, poll)
    require_hash(ballot, "unknown-ballot")
    return await _answer(running, await boxes.find(poll, ballot))


@post(
    "/api/h/{hearing:str}/polls/{poll:str}/spoiled",
    status_code=200,
    media_type=MediaType.JSON,
    responses={200: _TAKEN[200], **problems(404, 409, 413)},
    request_max_body_size=BALLOT_BYTES,
    tags=["secret"],
    summary="Open a ballot to test the phone that made it",
)
async def post_spoiled(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]
) -> Response[BallotOut]:
    """The ballot's body, its choice, its randomness, and a proof by its credential; it can never be cast."""
    running, boxes = await _boxes(request, hearing, poll)
    return await _answer(running, await boxes.spoil(poll, await request.body()))


@get(
    "/api/h/{hearing:str}/polls/{poll:str}/spoiled",
    responses={
        200: ResponseSpec(
            bytes, media_type=MediaType.JSON, generate_examples=False, description="Its opening"
        ),
        **problems(404, 409),
    },
    tags=["secret"],
    summary="The opening of a spoiled ballot",
)
async def get_spoiled(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    poll: FromPath[str],
    digest: Annotated[str, QueryParameter(name="hash", max_length=43)],
) -> Response[bytes]:
    """The exact bytes of the blob that `ballot.spoil` names, for the device that checks it."""
    running = await running_of(request, hearing)
    blob = await running.ask(lambda state: secret_poll(state, poll)[1].spoiled.get(digest))
    raw = None if blob is None else await asyncio.to_thread(running.record.blob, blob)
    if raw is None:
        raise Refused("unknown-ballot")
    return Response(raw, media_type=MediaType.JSON)


@get(
    "/api/h/{hearing:str}/polls/{poll:str}/setup",
    responses=problems(404, 409),
    tags=["secret"],
    summary="What a secret poll was set up with",
)
async def get_setup(request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]) -> SetupOut:
    """Election, keys and credentials, and what proves whose keys they are."""
    running = await running_of(request, hearing)
    return await setup_of(running, poll)


@get(
    "/api/h/{hearing:str}/polls/{poll:str}/waiting",
    responses=problems(401, 403, 404, 409),
    tags=["private"],
    summary="How many ballots wait",
)
async def get_waiting(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]
) -> WaitingOut:
    """For officers: the record grows by batches, and nobody shall close a poll because it stands still."""
    running, boxes = await _boxes(request, hearing, poll)
    await member_of(request, running, "chair", "supervisor", "desk")
    return WaitingOut(await boxes.count(poll))


def require_hash(text: str, refusal: str) -> None:
    """Pass for a SHA-256 in hex: nothing else gets as far as the database. Raises Refused."""
    if not _HASH.fullmatch(text):
        raise Refused(refusal)


async def _boxes(request: Request[Any, Any, Any], hearing: str, poll: str) -> tuple[Running, Boxes]:
    require_hash(poll, "unknown-poll")
    return await running_of(request, hearing), await service_of(request).hearings.boxes(hearing)


async def _answer(running: Running, entered: Entered) -> Response[BallotOut]:
    if entered.leaf is None:
        return Response(BallotOut(entered.ballot, None, None), status_code=202)
    receipt = await asyncio.to_thread(running.record.receipt, entered.leaf)
    return Response(BallotOut(entered.ballot, entered.leaf, receipt), status_code=200)
