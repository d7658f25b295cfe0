"""Changing phones: a new device asks, the old one sees for what, and agrees (why so: `web.access.moves`)."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from ballots.encoding import unb64url
from ballots.refusal import Refused
from ballots.signing import verify
from deliberation import acts
from deliberation.roll import consent_message
from deliberation.state import State
from web.api.private import PRIVATE
from web.problems import problems
from web.service import member_of, running_of, service_of


class MoveIn(Struct, frozen=True, forbid_unknown_fields=True):
    """An enrolment (`device.enrol`, compact JWS) without consent."""

    jws: Annotated[str, Meta(max_length=4096)]


class MoveOut(Struct, frozen=True):
    """Whether the device acts now, as no other does any more; else the old one's consent, if it is there."""

    enrolled: bool
    consent: str | None


class AskedOut(Struct, frozen=True):
    """What the old device signs: `hearing/consent/v1|HEARING|DEVICE|NONCE`."""

    device: str
    nonce: str


class ConsentIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The old device's signature."""

    consent: acts.Bytes64


class AgreedOut(Struct, frozen=True):
    """The consent waits for the new device, which is named by its key id."""

    device: str


@post(
    "/api/h/{hearing:str}/moves",
    status_code=200,
    response_headers=PRIVATE,
    responses=problems(403, 404, 409, 429),
    tags=["private"],
    summary="Ask to take another device's place",
)
async def post_move(
    request: Request[Any, Any, Any], hearing: FromPath[str], data: JSONBody[MoveIn]
) -> MoveOut:
    """Send an enrolment that another device must agree to, and ask again until it has."""
    running = await running_of(request, hearing)
    service = service_of(request)
    submission = running.receive(data.jws)
    act = submission.act
    if not isinstance(act, acts.Enrol) or act.consent is not None:
        raise Refused("bad-request")
    service.acts.take((running.id, submission.signed.kid))
    try:
        await running.submit(submission)
    except Refused as why:
        if why.code != "already-enrolled":  # what the fold says last: all else about it is good
            raise
        return MoveOut(enrolled=False, consent=service.moves.ask(act).consent)
    return MoveOut(enrolled=True, consent=None)


@get(
    "/api/h/{hearing:str}/moves/{number:str}",
    response_headers=PRIVATE,
    responses=problems(401, 404),
    tags=["private"],
    summary="What a new device asks for",
)
async def get_move(
    request: Request[Any, Any, Any], hearing: FromPath[str], number: FromPath[str]
) -> AskedOut:
    """The device that shows these eight digits and wants to act for the person who is signed in."""
    running = await running_of(request, hearing)
    member = await member_of(request, running)
    found = service_of(request).moves.find(running.id, member, number)
    return AskedOut(found.device, found.nonce)


@post(
    "/api/h/{hearing:str}/moves/{number:str}",
    status_code=200,
    response_headers=PRIVATE,
    responses=problems(401, 404),
    tags=["private"],
    summary="Agree that a new device takes one's place",
)
async def post_consent(
    request: Request[Any, Any, Any],
    hearing: FromPath[str],
    number: FromPath[str],
    data: JSONBody[ConsentIn],
) -> AgreedOut:
    """Leave the consent of the device that acts now; the change itself is the new device's enrolment."""
    running = await running_of(request, hearing)
    member = await member_of(request, running)
    moves = service_of(request).moves
    found = moves.find(running.id, member, number)
    public = await running.ask(lambda state: _public(state, member))
    message = consent_message(running.id, found.device, found.nonce)
    if public is None or not verify(public, message, unb64url(data.consent, 64)):
        raise Refused("bad-consent")
    moves.agree(running.id, member, number, data.consent)
    return AgreedOut(found.device)


def _public(state: State, member: str) -> bytes | None:
    """The key of the device that acts for a member."""
    kid = state.seats[member].kid
    return None if kid is None else state.keys[kid].public
