"""The pictures of the README, from a run of the demo: `python -m tests.browser.pictures`."""

import asyncio
import re
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from ballots.tokens import Token
from tests.browser.hall import Hall, open_doors
from tests.browser.inspector import LOADED
from tests.browser.people import Officer
from tests.browser.service import Prepared, Service, served
from tests.browser.wire import wire
from tests.client import node
from tests.client.browser import chromium
from web.demo.cast import load

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 400_000
"""Bytes of a picture at most."""
PACE = "0.8"
"""Seconds between two looks of the demo's players."""


@asynccontextmanager
async def demo(data: Path) -> AsyncGenerator[tuple[Service, str, str], None]:
    """The demo, with the names of the representative and of the chair whom nobody plays."""
    async with wire() as line:
        with served(data, line.port, "demo", "--pace", PACE) as (line.target, output):
            cast = load(data)
            assert cast is not None
            tokens = {cast.guest_name: Token.parse(cast.guest), cast.chair_name: Token.parse(cast.chair)}
            prepared = Prepared(data, cast.hearing, cast.anchor, tokens)
            yield Service(prepared, line, output), cast.guest_name, cast.chair_name


async def keep(page: Page, name: str) -> None:
    """Take a picture of what is to be seen without scrolling."""
    path = FOLDER / f"{name}.png"
    await page.wait_for_function(LOADED)
    await page.screenshot(path=path)
    size = (await asyncio.to_thread(path.stat)).st_size
    assert size < LARGEST, f"{name} has {size} bytes"
    print(f"{path.name}: {size:,} bytes")


async def discuss(chair: Officer, speakers: int) -> None:
    """Let those speak who have asked."""
    for _ in range(speakers):
        await chair.step("give")
        await chair.step("end")


async def take(hall: Hall, guest: str, name: str) -> None:
    """Take over as an English chair, run the first item, and picture phone, console and screen."""
    chair = await hall.officer(name, "chair", "en")
    _, screen = await hall.screens(chair)
    await chair.step("open")
    phone = await hall.representative(guest)
    await phone.check_in(await screen.code())
    await screen.counts(".attendance", "61/61")
    await chair.step("call")
    await discuss(chair, 2)
    await chair.step("poll")
    await phone.follow(phone.words["vote"])
    await phone.expects(phone.words["choose"])
    await keep(phone.page, "phone")
    some = chair.page.get_by_text(re.compile(r"[1-5]\d of 61 have voted")).first
    await expect(some).to_be_visible()
    await keep(chair.page, "console")
    await phone.vote("for")
    await screen.counts(".poll", "61/61")
    await chair.step("close")
    await chair.step("publish")
    await screen.expects("应到 61", "实到 61，同意")
    await keep(screen.page, "screen")


async def main() -> None:
    """Start the demo and take the pictures."""
    node.build()
    await asyncio.to_thread(FOLDER.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            demo(Path(folder) / "data") as (service, guest, chair),
            chromium() as browser,
            open_doors(browser, service) as hall,
        ):
            await take(hall, guest, chair)


if __name__ == "__main__":
    asyncio.run(main())
