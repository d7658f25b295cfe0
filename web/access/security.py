"""Security headers, on every answer: also on those that no handler made."""

from collections.abc import Iterable, Sequence

from litestar.types import Message, Scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script, no inline style. Data for scripts stands in `application/json` blocks: they never run."""

_POLICY = (b"content-security-policy", POLICY.encode())
_OTHERS = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_OPENER = (b"cross-origin-opener-policy", b"same-origin")


class SecurityHeaders:
    """The headers of a service.

    Args:
        secure: whether phones come by https; an opener policy without it is ignored, with a complaint.
    """

    def __init__(self, *, secure: bool) -> None:
        self._others = (_OPENER, *_OTHERS) if secure else _OTHERS

    def missing(self, present: Iterable[tuple[bytes, bytes]]) -> Sequence[tuple[bytes, bytes]]:
        """The headers to add to those that are present.

        A page that needs another policy, such as one to be printed, brings its own.
        """
        own = any(name.lower() == _POLICY[0] for name, _ in present)
        return self._others if own else (_POLICY, *self._others)

    async def __call__(self, message: Message, _scope: Scope) -> None:
        """For the application's `before_send`; middleware would miss 404 and 405."""
        if message["type"] == "http.response.start":
            present = message["headers"]
            message["headers"] = [*present, *self.missing(present)]
