"""The application as servers call it: HEAD wherever there is GET, and the short way in for acts."""

import re
from collections.abc import Iterable
from typing import Any

from litestar import Litestar
from litestar.types import Message, Send

from ballots.refusal import Refused
from web.api.acts import BODY_BYTES, FAILURE, accept, decode

_ACTS = re.compile(r"/api/h/([^/]+)/acts")


class Application(Litestar):
    """Litestar, with two things done before it.

    HEAD is answered like GET without the body (RFC 9110 §9.3.2).
    Acts go straight to `web.api.acts.accept`: a tenth of the CPU that a ballot takes would be the framework's
    (docs/decisions/0007-http-service.md). What is refused takes the usual way, to be put into words.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI, as it comes
        """Serve one connection."""
        if scope["type"] == "http":
            if scope["method"] == "HEAD":
                scope, send = {**scope, "method": "GET"}, _without_body(send)
            elif scope["method"] == "POST" and (match := _ACTS.fullmatch(scope["path"])):
                try:
                    status, answer = await accept(self.state.service, match[1], decode(await _body(receive)))
                except Exception as why:  # noqa: BLE001 - the usual way tells what to do with it
                    scope[FAILURE] = why
                else:
                    await _answer(send, status, answer, self.state.security.missing(()))
                    return
        await super().__call__(scope, receive, send)


async def _body(receive: Any) -> bytes:  # noqa: ANN401 - ASGI, as it comes
    """The request's body. Raises Refused("too-large")."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            raise Refused("too-large")
        if not message.get("more_body", False):
            return body


async def _answer(send: Send, status: int, body: bytes, security: Iterable[tuple[bytes, bytes]]) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        *security,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _without_body(send: Send) -> Send:
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head
