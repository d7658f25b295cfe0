"""The organiser signs in with the secret that the first start printed; we know only its public key."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import JSONBody
from msgspec import Struct

from ballots.refusal import Refused
from deliberation.acts import Bytes64
from web.access.sessions import ORGANISER
from web.api.private import PRIVATE, ChallengeOut, session_cookie
from web.problems import problems
from web.service import COOKIE, Connection, service_of


class OrganiserIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The signature of the organiser's token key over `hearing/session/v1|organise|CHALLENGE`."""

    challenge: str
    signature: Bytes64


@get("/api/organiser/challenge", response_headers=PRIVATE, responses=problems(), tags=["private"])
async def get_organiser_challenge(request: Request[Any, Any, Any]) -> ChallengeOut:
    """A challenge for the organiser."""
    return ChallengeOut(service_of(request).sessions.challenge(ORGANISER))


@post("/api/organiser/session", status_code=204, responses=problems(401), tags=["private"])
async def post_organiser_session(
    request: Request[Any, Any, Any], data: JSONBody[OrganiserIn]
) -> Response[None]:
    """Answer a challenge; the answer sets a cookie."""
    service = service_of(request)
    public = service.keys.organiser()
    if public is None:
        raise Refused("not-signed-in")
    holder = public.hex()
    value = service.sessions.open(ORGANISER, public, data.challenge, data.signature, holder)
    cookie = session_cookie(ORGANISER, value, secure=service.settings.secure)
    return Response(None, cookies=[cookie], headers=PRIVATE, status_code=204)


def require_organiser(connection: Connection) -> None:
    """Pass for the session of the organiser's newest token. Raises Refused("not-signed-in")."""
    service = service_of(connection)
    holder = service.sessions.holder(ORGANISER, connection.cookies.get(COOKIE.format(ORGANISER)))
    public = service.keys.organiser()
    if public is None or holder != public.hex():
        raise Refused("not-signed-in")
