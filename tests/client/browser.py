"""A hall that real browsers can enter: the service on loopback, and Chromium that takes its name for an address.

`http://hall.example` is no secure context there, as on a plain LAN.
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Browser, BrowserContext, Error, Route, async_playwright, expect

from tests.actors import COMMUNITY, HOST, PATIENT, Hall
from tests.programs import require

ARTEFACTS = Path(os.environ.get("HEARING_TEST_ARTEFACTS") or Path(__file__).parents[2] / "test-artefacts")
"""Where screenshots go; not in version control."""

expect.set_options(timeout=PATIENT * 1000)

PROMPTLY = 10_000
"""Milliseconds in which a page shows what it is told by the stream; after 15 silent seconds it asks by itself."""

OLD_ENGINE = """
for (const [owner, names] of [
  [Object, 'hasOwn fromEntries'], [Array.prototype, 'at flatMap flat'], [String.prototype, 'at replaceAll matchAll'],
  [Promise, 'allSettled any'], [Element.prototype, 'replaceChildren'], [Uint8Array.prototype, 'toHex toBase64'],
  [globalThis, 'EventSource structuredClone queueMicrotask'], [AbortSignal, 'timeout any'],
]) for (const name of names.split(' ')) delete owner[name];
"""
"""What WeChat's older engines lack, and no live stream."""


@asynccontextmanager
async def serving(hall: Hall) -> AsyncGenerator[str, None]:
    """The hall's service on a free port; its address as browsers know it."""
    config = uvicorn.Config(hall.app, host="127.0.0.1", port=0, lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        while not running.done():
            # A page whose stream has ended may have come back at once, on a connection that was made while the door
            # was being shut: nobody has told it to end, and a page that goes on asking keeps it for ever.
            hall.service.hearings.end_streams()
            for connection in list(server.server_state.connections):
                connection.shutdown()
            await asyncio.wait({running}, timeout=0.2)
        await running


@asynccontextmanager
async def chromium(*more: str) -> AsyncGenerator[Browser, None]:
    """A headless browser; `more` are further arguments for it."""
    path = require("chromium")
    arguments = [
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        *more,
    ]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


async def visitor(browser: Browser, **options: Any) -> BrowserContext:
    """Somebody with a browser of their own, who waits as patiently as `expect` does."""
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENT * 1000)
    return context


async def phone(browser: Browser, locale: str = "zh-CN", scale: float = 2) -> BrowserContext:
    """A small phone; `scale` is how many of its pixels make one of CSS."""
    return await visitor(
        browser,
        viewport={"width": 360, "height": 740},
        device_scale_factor=scale,
        is_mobile=True,
        has_touch=True,
        locale=locale,
        timezone_id="Asia/Shanghai",
    )


def card(hall: Hall, base: str, name: str) -> str:
    """What the inner code of somebody's card says."""
    return f"{base}/j/{COMMUNITY}#{hall.tokens[name].text}.{hall.community.anchor}"


async def lossy(context: BrowserContext, seed: int = 1) -> None:
    """Lose 35 % of requests to the API on the way there, and 25 % of the answers on the way back."""
    state = seed

    async def roll(route: Route) -> None:
        nonlocal state
        state = state * 48271 % 2147483647
        dice = state / 2147483647
        if dice < 0.35:
            await route.abort()
            return
        if dice < 0.6:
            with suppress(Error):  # the service may have ended meanwhile
                await route.fetch(url=route.request.url.replace(HOST, "127.0.0.1"))  # the page never hears
            with suppress(Error):
                await route.abort()
            return
        await route.continue_()

    await context.route(re.compile(r"/api/(?!.*/live$)"), roll)
