"""Every error that leaves the service: problem details (RFC 9457), in the language of the person.

One code, one type, one page `/problems/CODE`. What each means stands in `locale/refusals.LANG.json`:
what happened (`title`), what is safe, what to do next.
"""

import logging
import traceback
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from ballots.refusal import Refused
from ballots.submission import Unavailable
from ballots.unsafe import Unsafe
from web.render import page
from web.texts import Language, language, texts

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 1
"""What `Retry-After` says where trying again soon is the thing to do."""


class Problem(Struct, frozen=True):
    """Why a request was refused (RFC 9457).

    Attributes:
        type: `/problems/CODE`, a page that explains it.
        code: stable, lower-case, with hyphens.
        title: what happened, a sentence.
        detail: the particulars, what is safe, and what to do next.
        status: the HTTP status.
    """

    type: str
    code: str
    title: str
    detail: str
    status: int


_STATUS = {
    400: """bad-blob bad-challenge bad-comment bad-consent bad-key bad-member bad-minutes bad-notice
        bad-origin bad-proof bad-request bad-roll bad-signature blob-mismatch blob-missing blob-unexpected
        closes-in-the-past commitment-mismatch invalid-choice malformed nothing-to-amend opening-missing
        too-long wrong-ballot-form wrong-hearing""",
    401: "not-signed-in",
    403: """card-mismatch code-needed device-revoked not-on-roll not-permitted not-present
        not-our-entry not-present-at-opening same-officer supervisor-needed unknown-key wrong-code
        wrong-origin""",
    404: """not-found unknown-ballot unknown-card unknown-comment unknown-community unknown-device
        unknown-entry unknown-hearing unknown-item unknown-move unknown-person unknown-poll unknown-question
        unknown-request unknown-size""",
    405: "method-not-allowed",
    413: "too-large",
    429: "slow-down",
    500: "internal",
    503: "busy record-stopped unavailable",
}
_STATUS_OF = {code: status for status, codes in _STATUS.items() for code in codes.split()}
_CODE_OF = {401: "not-signed-in", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def status_of(code: str) -> int:
    """The HTTP status of a code; 409 for what the state of the hearing does not allow."""
    return _STATUS_OF.get(code, 409)


def codes() -> list[str]:
    """Every code that has a page."""
    return sorted(texts("en")["refusals"]["refusals"])


def sentences(code: str, lang: Language) -> dict[str, str]:
    """What a code means for people: `title`, `safe`, `next`, and `facts` where there are particulars.

    Raises:
        KeyError: there is no such code.
    """
    known = texts(lang)["refusals"]
    return {"safe": known["safe"], **known["refusals"][code]}


def problem(code: str, lang: Language, facts: Mapping[str, str | int] | None = None) -> Problem:
    """The problem of this code in words. Raises KeyError for a code that has none."""
    told = sentences(code, lang)
    filled = told.get("facts", "").format_map(defaultdict(str, facts or {})) if facts else ""
    gap = "" if lang == "zh" else " "
    detail = gap.join(part for part in (filled, told["safe"], told["next"]) if part)
    return Problem(f"/problems/{code}", code, told["title"], detail, status_of(code))


def respond(
    request: Request[Any, Any, Any],
    code: str,
    facts: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    """The answer to a request that failed: a problem, or the page about it for somebody who opened a page."""
    told = problem(code, language(request), facts)
    headers = {"Cache-Control": "no-store", **(headers or {})}
    if told.status in (429, 503):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if _wants_page(request):
        return problem_page(request, code, status=told.status, headers=headers)
    return Response(told, media_type=MEDIA_TYPE, status_code=told.status, headers=headers)


def _wants_page(request: Request[Any, Any, Any]) -> bool:
    is_api = request.scope["path"].startswith("/api/")
    return not is_api and "text/html" in request.headers.get("accept", "")


def problem_page(
    request: Request[Any, Any, Any], code: str, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response[Any]:
    """The page that explains a code."""
    return page(
        request, "problem.html", {"code": code, "told": sentences(code, language(request))}, status, headers
    )


def on_refused(request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    """A refusal by the fold, the record, or the edge."""
    return respond(request, refused.code, refused.facts)


def on_unavailable(request: Request[Any, Any, Any], _error: Unavailable) -> Response[Any]:
    """Nothing can be promised now; sending again is safe."""
    return respond(request, "unavailable")


def on_unsafe(request: Request[Any, Any, Any], error: Unsafe) -> Response[Any]:
    """A record has stopped."""
    _log.critical("a record has stopped: %s", error)
    return respond(request, "record-stopped")


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses: no such page, a body that cannot be read. The input is not repeated."""
    code = _CODE_OF.get(error.status_code, "internal" if error.status_code >= 500 else "bad-request")
    return respond(request, code, headers=error.headers)


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A fault of ours.

    The log gets the route and where it happened; not the error's own words, which may repeat what was sent.
    """
    route = request.scope.get("path_template", "")
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s %s failed: %s\n%s", request.scope["method"], route, type(error).__qualname__, where)
    return respond(request, "internal")


HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    Unavailable: on_unavailable,
    Unsafe: on_unsafe,
    HTTPException: on_http,
    Exception: on_unexpected,
}
"""For the application's `exception_handlers`."""


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For a handler's `responses`: the problem statuses it answers with, besides 400, 500 and 503."""
    return {
        status: ResponseSpec(
            Problem, media_type=MEDIA_TYPE, generate_examples=False, description="Refused, and why"
        )
        for status in sorted({400, 500, 503, *statuses})
    }
