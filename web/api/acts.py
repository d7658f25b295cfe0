"""Acts in: the one way into a record.

An act is known by its signature, so no cookie and no session is looked at.
"""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from ballots.encoding import unb64url
from ballots.engine import reading
from ballots.judge import Aside, Opening
from ballots.record import NOTHING
from ballots.refusal import Refused
from ballots.submission import Accepted, Submission
from deliberation import acts, notice
from deliberation.permits import permitted
from deliberation.state import State
from web.problems import problems
from web.records import enlist
from web.records.boxes import Boxes
from web.records.running import Running
from web.service import Service, service_of

BODY_BYTES = 512 * 1024
"""Acts are at most 64 kB; what a key holder makes of a large appraisal, and sends beside one, is more."""
FAILURE = "hearing.failure"
"""Where a request's scope says that the act was refused already, and why (`web.asgi`)."""


class OpeningIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What opens a sealed ballot: `salt` is 32 bytes in b64url, `choice` the exact JSON text."""

    salt: acts.Bytes32
    choice: Annotated[str, Meta(max_length=10_000)]


class ActIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A signed act, and what travels beside it.

    Attributes:
        jws: the act, compact JWS.
        blobs: the bytes of the blobs that the act names, b64url.
        opening: of a sealed ballot.
        pad: anything; it makes all ballots of a poll equally long.
    """

    jws: str
    blobs: list[str] = []
    opening: OpeningIn | None = None
    pad: str = ""


class ActOut(Struct, frozen=True):
    """An act that is kept: its number, the service's time, its leaf hash, and the tlog-proof."""

    seq: int
    at: str
    leaf: str
    receipt: str


_decode = msgspec.json.Decoder(ActIn).decode
_encode = msgspec.json.Encoder().encode


def decode(body: bytes) -> ActIn:
    """Read a request's body. Raises Refused("bad-request")."""
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused("bad-request") from None


async def accept(service: Service, hearing: str, sent: ActIn) -> tuple[int, bytes]:
    """Bring an act into the record; the status and the body of the answer.

    Raises:
        Refused: it may not enter.
        ballots.submission.Unavailable: it may or may not have; sending it again is safe.
        ballots.unsafe.Unsafe: the record has stopped.
    """
    running = service.hearings.at_hand(hearing) or await service.hearings.get(hearing)
    try:
        accepted = await _accept(service, running, sent)
    except Refused as why:
        running.refusals[why.code] += 1
        raise
    answer = ActOut(accepted.seq, accepted.at, accepted.leaf, accepted.receipt)
    return 201 if accepted.fresh else 200, _encode(answer)


def tell_failure(request: Request[Any, Any, Any]) -> None:
    """Before the framework looks at the request: raise what `web.asgi` has met."""
    failure: Exception | None = request.scope.get(FAILURE)  # type: ignore[assignment]
    if failure is not None:
        raise failure


@post(
    "/api/h/{hearing:str}/acts",
    status_code=201,
    media_type=MediaType.JSON,
    before_request=tell_failure,
    responses={
        201: ResponseSpec(ActOut, generate_examples=False, description="Kept"),
        200: ResponseSpec(ActOut, generate_examples=False, description="Kept when it was sent before"),
        **problems(403, 404, 409, 413, 429),
    },
    request_max_body_size=BODY_BYTES,
    tags=["acts"],
    summary="Send a signed act",
)
async def post_act(
    request: Request[Any, Any, Any], hearing: FromPath[str], data: JSONBody[ActIn]
) -> Response[bytes]:
    """Bring a signed act into the record. Sending it again gives the same receipt, with status 200."""
    status, answer = await accept(service_of(request), hearing, data)
    return Response(answer, status_code=status, media_type=MediaType.JSON)


async def _accept(service: Service, running: Running, sent: ActIn) -> Accepted:
    aside = _aside(sent)
    submission = running.receive(sent.jws, aside)
    service.acts.take((running.id, submission.signed.kid))
    act = submission.act
    assert isinstance(act, acts.Act)
    _require_named(act, aside)
    if isinstance(act, acts.ComeIn) and act.code is not None:
        await _check_code(service, running, submission, act.code)
    elif isinstance(act, acts.AmendRoll | acts.GrantRole):
        await _check_entries(service, running, submission, act)
    elif isinstance(act, acts.OfferCredential):
        return await _offer(await service.hearings.boxes(running.id), running, submission, act)
    elif isinstance(act, acts.ClosePoll) and await _closes_box(running, submission, act):
        return await (await service.hearings.boxes(running.id)).close(act.poll, submission)
    return await running.submit(submission)


def _aside(sent: ActIn) -> Aside:
    """What travels beside the act, as the record wants it."""
    if not sent.blobs and sent.opening is None:
        return NOTHING
    try:
        raw = [unb64url(blob) for blob in sent.blobs]
        opened = _opening(sent.opening) if sent.opening is not None else None
    except ValueError:
        raise Refused("bad-request") from None
    return Aside({notice.name(blob): blob for blob in raw}, opened)


def _opening(sent: OpeningIn) -> Opening:
    return Opening(unb64url(sent.salt, 32), sent.choice.encode())


def _require_named(act: acts.Act, aside: Aside) -> None:
    """Pass if the act names what travels beside it: nothing else is to be stored."""
    named = None
    match act:
        case (
            acts.PostComment(text=blob)
            | acts.PublishMinutes(minutes=blob)
            | acts.DecryptTally(decryption=blob)
        ):
            named = blob
        case acts.SendCertificate() | acts.SendPolynomial() | acts.SendShare():
            named = act.message
    if aside.blobs.keys() - {named}:
        raise Refused("blob-unexpected")
    if aside.opening is not None and not isinstance(act, acts.CastBallot | acts.OfferCredential):
        raise Refused("wrong-ballot-form")


async def _check_code(service: Service, running: Running, submission: Submission, code: str) -> None:
    """Hold a check-in code against the screen's, unless the act is in the record already."""
    if await _is_new(running, submission):
        service.check_code(running.id, submission.signed.kid, code)


async def _check_entries(
    service: Service, running: Running, submission: Submission, act: acts.AmendRoll | acts.GrantRole
) -> None:
    """Pass if every entry that the act adds was made here, or the act is in the record already."""
    added = (act.member,) if isinstance(act, acts.GrantRole) else act.add
    if not added or not await _is_new(running, submission):
        return
    measures = await running.ask(enlist.measures_of)

    def strangers() -> frozenset[str]:
        with reading(service.hearings.engine) as connection:
            return enlist.strangers(connection, running.id, measures, added)

    if await asyncio.to_thread(strangers):
        raise Refused("not-our-entry")


async def _offer(
    boxes: Boxes, running: Running, submission: Submission, act: acts.OfferCredential
) -> Accepted:
    """Bring in an offer whose credential no other phone has offered: the list would be one too short."""
    opening = submission.aside.opening
    if opening is not None and await _is_new(running, submission):
        await boxes.claim(act, opening, submission.signed.kid)
    try:
        return await running.submit(submission)
    except Refused as why:
        if why.code == "offer-too-late":  # what was claimed for it just now is not to stay
            await boxes.forget_offers(act.election)
        raise


async def _closes_box(running: Running, submission: Submission, act: acts.ClosePoll) -> bool:
    """Whether this act closes a secret poll if it enters: the ballots that have come and wait enter with it.

    Raises:
        Refused: it may not close one. Nobody's ballots are to wait for an act that is plainly refused.
    """
    return await running.ask(lambda state: _closes_secret(state, submission.signed.kid, act))


def _closes_secret(state: State, kid: str, act: acts.ClosePoll) -> bool:
    """It does not look at the clock: until the record decides, the time of a timed poll may come."""
    found = state.polls.get(act.poll)
    if found is None or found.box is None or found.stage != "open":
        return False
    if kid not in state.keys:
        raise Refused("unknown-key")
    permitted(state, act, kid, state.size)
    return True


async def _is_new(running: Running, submission: Submission) -> bool:
    """Whether the act is not in the record yet."""
    if submission.ledger is None:
        # Sent again, or by a device that another worker let in a moment ago: after a look at the state
        # only the first is still unchecked.
        kid = submission.signed.kid
        if not await running.ask(lambda state: kid in state.keys):
            raise Refused("unknown-key")
        submission = running.receive(submission.signed.jws, submission.aside)
    return submission.ledger is not None
