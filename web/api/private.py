"""Private reads: signing in, one's own entry, the officers' list, the check-in code. And publishing."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from ballots.engine import reading
from ballots.refusal import Refused
from deliberation.acts import AmendRoll, Bytes32, Bytes64, Member
from deliberation.member_view import MemberPoll, MemberView, member_polls, member_view
from deliberation.secret_view import offered_by
from deliberation.state import State
from voting.rules import Measure
from web.access import checkin
from web.access.sessions import SESSION_SECONDS
from web.people.who import Person, people
from web.problems import problems
from web.records import enlist
from web.records.running import Running
from web.records.steward import Publication
from web.service import COOKIE, Service, member_of, require_same_origin, running_of, seat_of, service_of

PRIVATE = {"Cache-Control": "no-store"}


class ChallengeOut(Struct, frozen=True):
    """What the device signs, within two minutes."""

    challenge: str


class SessionIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The device's signature over `hearing/session/v1|HEARING|CHALLENGE`."""

    kid: Bytes32
    challenge: str
    signature: Bytes64


class SessionOut(Struct, frozen=True):
    """Who is signed in now."""

    member: str
    role: str


class MeOut(MemberView, frozen=True):
    """One's own entry, with the name in the register (null where it was erased).

    `screen_key` opens the check-in code: only a chair is given it, for `/h/HEARING/screen#KEY`.
    """

    name: str | None
    screen_key: str | None


class DeskMember(Struct, frozen=True):
    """An entry of the roll for officers: who it is, which device acts for it, how the person came in.

    `late` are those who joined after the notice: they hold no key.
    `offered` are the elections for which the person's phone has offered a credential.
    """

    id: str
    role: str
    late: bool
    person: Person | None
    device: str | None
    enrolments: int
    present_since: str | None
    present_by: str | None
    polls: tuple[MemberPoll, ...]
    offered: tuple[str, ...]


class DeskOut(Struct, frozen=True):
    """The roll by name, and how many attempts were refused since the service started, by code.

    `joining` are those whom a correction of the roll would add, once a second officer has signed it;
    `unknown` are entries it would add that this service has not made from the register: not to be signed.
    """

    size: int
    members: tuple[DeskMember, ...]
    joining: tuple[Person, ...]
    unknown: tuple[str, ...]
    refused: dict[str, int]


class CodeOut(Struct, frozen=True):
    """The check-in code, and for how many seconds it is shown."""

    code: str
    seconds: float


@get(
    "/api/h/{hearing:str}/challenge",
    response_headers=PRIVATE,
    responses=problems(404),
    tags=["private"],
    summary="A challenge to sign",
)
async def get_challenge(request: Request[Any, Any, Any], hearing: FromPath[str]) -> ChallengeOut:
    """A challenge for this hearing."""
    running = await running_of(request, hearing)
    return ChallengeOut(service_of(request).sessions.challenge(running.id))


@post(
    "/api/h/{hearing:str}/session",
    status_code=200,
    responses=problems(403, 404),
    tags=["private"],
    summary="Sign in by device",
)
async def post_session(
    request: Request[Any, Any, Any], hearing: FromPath[str], data: JSONBody[SessionIn]
) -> Response[SessionOut]:
    """Answer a challenge; the answer sets a cookie for private reads. No act ever needs it."""
    running = await running_of(request, hearing)
    service = service_of(request)
    found = await running.ask(lambda state: _device(state, data.kid))
    if found is None:
        raise Refused("unknown-key")
    public, member, role = found
    value = service.sessions.open(running.id, public, data.challenge, data.signature, data.kid)
    cookie = session_cookie(running.id, value, secure=service.settings.secure)
    return Response(SessionOut(member, role), cookies=[cookie], headers=PRIVATE)


def session_cookie(scope: str, value: str, *, secure: bool) -> Cookie:
    """The cookie of a session: no script reads it, no other site sends it."""
    name = COOKIE.format(scope)
    return Cookie(name, value=value, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=secure)


@get(
    "/api/h/{hearing:str}/me",
    response_headers=PRIVATE,
    responses=problems(401, 403, 404),
    tags=["private"],
    summary="One's own entry",
)
async def get_me(request: Request[Any, Any, Any], hearing: FromPath[str]) -> MeOut:
    """What the record and the register say of the person whose device is signed in."""
    running = await running_of(request, hearing)
    member = await member_of(request, running)
    view = await running.ask(lambda state: member_view(state, member))
    service = service_of(request)
    person = (await asyncio.to_thread(people, service.hearings.engine, running.id)).get(member)
    fields = {name: getattr(view, name) for name in view.__struct_fields__}
    key = checkin.screen_key(service.keys, running.id) if view.role == "chair" else None
    return MeOut(**fields, name=person.name if person else None, screen_key=key)


@get(
    "/api/h/{hearing:str}/desk",
    response_headers=PRIVATE,
    responses=problems(401, 403, 404),
    tags=["private"],
    summary="The roll by name",
)
async def get_desk(request: Request[Any, Any, Any], hearing: FromPath[str]) -> DeskOut:
    """Names and presence, for chair, supervisor and desk."""
    running = await running_of(request, hearing)
    await member_of(request, running, "chair", "supervisor", "desk")
    service = service_of(request)
    names = await asyncio.to_thread(people, service.hearings.engine, running.id)
    size, members, added, measures = await running.ask(
        lambda state: (state.size, _members(state, names), _added(state), enlist.measures_of(state))
    )
    unknown = await asyncio.to_thread(_strangers, service, running, measures, added)
    joining = tuple(names[one.id] for one in added if one.id in names and one.id not in unknown)
    return DeskOut(size, members, joining, tuple(sorted(unknown)), dict(sorted(running.refusals.items())))


@get(
    "/api/h/{hearing:str}/code",
    response_headers=PRIVATE,
    responses=problems(401, 404),
    security=[{"screen": []}],
    tags=["private"],
    summary="The check-in code",
)
async def get_code(request: Request[Any, Any, Any], hearing: FromPath[str]) -> CodeOut:
    """The six digits on the screen; `Authorization: Bearer SCREENKEY`."""
    running = await running_of(request, hearing)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    keys = service_of(request).keys
    if scheme.lower() != "bearer" or not checkin.is_screen_key(keys, running.id, key):
        raise Refused("not-signed-in")
    now = datetime.now(UTC)
    return CodeOut(checkin.code(keys, running.id, now), round(checkin.seconds_left(now), 1))


@post(
    "/api/h/{hearing:str}/polls/{poll:str}/publish",
    status_code=200,
    response_headers=PRIVATE,
    responses=problems(401, 403, 404, 409),
    tags=["private"],
    summary="Publish a poll's result",
)
async def post_publish(
    request: Request[Any, Any, Any], hearing: FromPath[str], poll: FromPath[str]
) -> Publication:
    """Ask the service to open the sealed ballots of a closed poll and to publish the tally; safe to repeat.

    While openings are missing the voters' phones may bring them; asking again ends that wait.
    """
    running = await running_of(request, hearing)
    require_same_origin(request)
    await member_of(request, running, "chair")
    return await service_of(request).hearings.publish(running.id, poll)


def _device(state: State, kid: str) -> tuple[bytes, str, str] | None:
    seat = seat_of(state, kid)
    return None if seat is None else (state.keys[kid].public, seat.id, seat.role)


def _added(state: State) -> tuple[Member, ...]:
    """The entries that corrections of the roll would add."""
    changes = [pending.act for pending in state.pending.values()]
    return tuple(member for act in changes if isinstance(act, AmendRoll) for member in act.add)


def _strangers(
    service: Service, running: Running, measures: tuple[Measure, ...], added: tuple[Member, ...]
) -> frozenset[str]:
    if not added:
        return frozenset()
    with reading(service.hearings.engine) as connection:
        return enlist.strangers(connection, running.id, measures, added)


def _members(state: State, names: dict[str, Person]) -> tuple[DeskMember, ...]:
    polls = [poll for poll in state.polls.values() if poll.item == state.called]
    return tuple(
        DeskMember(
            id=seat.id,
            role=seat.role,
            late=seat.late,
            person=names.get(seat.id),
            device=seat.kid,
            enrolments=seat.enrolments,
            present_since=seat.present_since,
            present_by=seat.present_by,
            polls=member_polls(seat, polls),
            offered=offered_by(state, seat.id),
        )
        for seat in state.seats.values()
        if not seat.ended
    )
