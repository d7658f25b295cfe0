"""WebKitGTK by its own driver (W3C WebDriver over HTTP): the engine family of phones that are no Android."""

import asyncio
import base64
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.actors import PATIENT
from tests.browser.inspector import SIDEWAYS, SMALL
from tests.client.barriers import AXE, TAGS
from tests.ports import free_port
from tests.programs import missing

PACKAGES = "webkit2gtk-driver xvfb"
BROWSERS = "usr/lib/*/webkit2gtk-4.*/MiniBrowser"
CI = Path(__file__).parents[2] / ".ci" / "run"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which WebDriver refers to an element."""
FIND = """
const [selector, words] = arguments;
return [...document.querySelectorAll(selector)].find(e => e.getClientRects().length && e.textContent.includes(words)) || null;
"""


class RefusedError(AssertionError):
    """The driver did not do it."""


class WebKit:
    """A page in WebKitGTK."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def _ask(self, method: str, path: str, **told: Any) -> Any:
        answer = await self._http.request(method, path, json=told if method == "POST" else None)
        value = answer.json()["value"]
        if answer.status_code != 200:
            raise RefusedError(value)
        return value

    async def go(self, url: str) -> None:
        """Open an address."""
        await self._ask("POST", "url", url=url)

    async def run(self, script: str, *words: Any) -> Any:
        """What a function body gives."""
        return await self._ask("POST", "execute/sync", script=script, args=list(words))

    async def find(self, selector: str, words: str = "") -> str:
        """The first visible element with these words in it, once there is one."""
        for _ in range(PATIENT * 5):
            with suppress(RefusedError):  # while a page gives way to the next one
                found = await self.run(FIND, selector, words)
                if found is not None:
                    name: str = found[ELEMENT]
                    return name
            await asyncio.sleep(0.2)
        raise AssertionError(
            f"{words!r} is not to be seen in: {await self.run('return document.body.innerText')}"
        )

    async def press(self, selector: str, words: str) -> None:
        """Click what has these words on it."""
        await self._ask("POST", f"element/{await self.find(selector, words)}/click")

    async def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        await self._ask("POST", f"element/{await self.find(selector)}/value", text=text)

    async def findings(self) -> list[Any]:
        """What axe finds, small targets, and what sticks out sideways."""
        await self.run(AXE.read_text())
        script = """const [tags, done] = arguments;
            axe.run(document, {runOnly: {type: 'tag', values: tags}})
              .then(found => done(found.violations.map(one => [one.id, one.nodes.map(node => node.html)])));"""
        found = await self._ask("POST", "execute/async", script=script, args=[list(TAGS)])
        return [*found, *await self.run(f"return ({SMALL})(60)"), *await self.run(f"return ({SIDEWAYS})()")]

    async def resize(self, width: int, height: int) -> None:
        """Give the window a size."""
        await self._ask("POST", "window/rect", x=0, y=0, width=width, height=height)

    async def picture(self, path: Path) -> None:
        """Keep what is to be seen."""
        shown = base64.b64decode(await self._ask("GET", "screenshot"))
        await asyncio.to_thread(path.write_bytes, shown)


def programs() -> tuple[str, str, str]:
    """Driver, browser and display; the test is required where `.ci/run` installs them."""
    driver, display = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browser = next(iter(sorted(Path("/").glob(BROWSERS))), None)
    if driver and display and browser:
        return driver, display, str(browser)
    remedy = f"apt-get install {PACKAGES}"
    if "webkit2gtk-driver" in CI.read_text():
        missing("WebKitGTK", remedy)
    pytest.skip(f"WebKitGTK is not installed; to run this test: {remedy}")


@contextmanager
def _driver(width: int, height: int) -> Iterator[str]:
    """The driver's address; it puts browsers on a display of its own."""
    driver, display, _ = programs()
    size = f"{width}x{height}x24"
    screen = subprocess.Popen(
        [display, "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert screen.stdout is not None
    number = screen.stdout.readline().decode().strip()
    environment = {**os.environ, "DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1"}
    port = free_port()
    driving = subprocess.Popen([driver, f"--port={port}"], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in (driving, screen):
            process.terminate()
            process.wait(10)
        screen.stdout.close()


@asynccontextmanager
async def webkit(width: int, height: int) -> AsyncGenerator[WebKit, None]:
    """A fresh WebKitGTK with a window of this size, in CSS pixels."""
    with _driver(width, height) as address:
        session = await _session(address)
        async with httpx.AsyncClient(base_url=f"{address}/session/{session}/", timeout=60) as http:
            found = WebKit(http)
            await found.resize(width, height)
            yield found
            await http.delete("")


async def _session(address: str) -> str:
    options = {"binary": programs()[2], "args": ["--automation"]}
    wanted = {"alwaysMatch": {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}}
    async with httpx.AsyncClient(base_url=address, timeout=60) as http:
        for _ in range(PATIENT * 5):
            try:
                answer = await http.post("/session", json={"capabilities": wanted})
            except httpx.TransportError:
                await asyncio.sleep(0.2)
            else:
                name: str = answer.json()["value"]["sessionId"]
                return name
    raise AssertionError("the driver does not answer")
