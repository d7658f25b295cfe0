"""A live stream as somebody hears it, by ASGI itself: httpx waits for the end of an answer."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.actors import PATIENT, Hall


@asynccontextmanager
async def listening(
    hall: Hall, cookies: Mapping[str, str] | None = None
) -> AsyncGenerator["asyncio.Queue[bytes]", None]:
    """The chunks of a hearing's live stream, for whoever has these cookies."""
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    gone = asyncio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await gone.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await chunks.put(message["body"])

    path = f"/api/h/{hall.hearing}/live"
    told = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"cookie", told.encode())] if told else [],
        "http_version": "1.1", "scheme": "http", "root_path": "", "client": None, "server": ("x", 80), "state": {},
        "asgi": {"version": "3.0"},
    }  # fmt: skip
    task = asyncio.create_task(hall.app(scope, receive, send))  # type: ignore[arg-type]
    yield chunks
    gone.set()
    await asyncio.wait_for(task, PATIENT)


def heard(chunks: "asyncio.Queue[bytes]") -> list[bytes]:
    """What has come since one looked last, in order; not what only says that the stream lives, by the clock."""
    return [one for one in [chunks.get_nowait() for _ in range(chunks.qsize())] if one != b":\n\n"]
