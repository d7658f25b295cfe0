"""Everybody's browser in one hall, and what is watched there all the time: errors, and where requests go."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.actors import COMMUNITY
from tests.browser.people import Desk, Officer, Representative, Screen
from tests.browser.service import Service
from tests.client.browser import ARTEFACTS, chromium, phone, visitor
from web.actors.device import Device, open_card
from web.actors.participants import Phone
from web.texts import Language

D = TypeVar("D", bound=Device)

LOCALES: dict[Language, str] = {"zh": "zh-CN", "en": "en-GB"}
EXPECTED = "Failed to load resource"
"""What a lost request and a refused act put on a browser's console."""
LAPTOP = (1366, 768)
TABLET = (1024, 768)
PROJECTOR = (1920, 1080)


class Hall:
    """The browsers of a meeting.

    Attributes:
        errors: what went wrong in scripts, and what the pages' policy forbade.
        hosts: host and port of every request.
    """

    def __init__(self, browser: Browser, service: Service, stack: AsyncExitStack) -> None:
        self.service = service
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self._browser = browser
        self._stack = stack

    async def phone(self, lang: Language = "zh", browser: Browser | None = None) -> BrowserContext:
        """A phone of 360×740, in another browser where one is given."""
        scale = 1 if browser else 2  # pages at 200 % are long: pictures of them need not be large as well
        return self._watched(await phone(browser or self._browser, LOCALES[lang], scale))

    async def desktop(self, size: tuple[int, int] = LAPTOP, lang: Language = "zh") -> BrowserContext:
        """A computer."""
        width, height = size
        context = await visitor(
            self._browser,
            viewport={"width": width, "height": height},
            locale=LOCALES[lang],
            timezone_id="Asia/Shanghai",
        )
        return self._watched(context)

    async def representative(self, name: str, *, base: str = "", lang: Language = "zh") -> Representative:
        """Somebody who has scanned their card with an ordinary phone."""
        voter = Representative(await (await self.phone(lang)).new_page(), lang)
        await voter.join(self.service.card(name, base))
        return voter

    async def officer(self, name: str, role: str, lang: Language = "zh") -> Officer:
        """Somebody who has opened their card's link on a laptop, and is at the console."""
        page = await (await self.desktop(LAPTOP, lang)).new_page()
        await Representative(page, lang).join(self.service.card(name), role=f"role-{role}")
        return Officer(page, lang)

    async def desk(self, name: str, lang: Language = "zh") -> Desk:
        """Somebody at the desk, with a tablet."""
        page = await (await self.desktop(TABLET, lang)).new_page()
        await Representative(page, lang).join(self.service.card(name), role="role-desk")
        return Desk(page, lang)

    async def screens(self, chair: Officer) -> tuple[Screen, Screen]:
        """The big screen as the chair opens it, and the same on a projector of the other language."""
        async with chair.page.context.expect_page() as opened:
            await chair.follow(chair.words["screen"])
        first = await opened.value
        await first.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
        other: Language = "en" if chair.lang == "zh" else "zh"
        second = await (await self.desktop(PROJECTOR, other)).new_page()
        await second.goto(first.url)
        return Screen(first, chair.lang), Screen(second, other)

    async def scripted(self, name: str) -> Phone:
        """A representative whom a script plays."""
        return await player(self.service, self._stack, Phone, name, "representative")

    def _watched(self, context: BrowserContext) -> BrowserContext:
        context.on("page", self._watch)
        context.on("request", self._note)
        return context

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.errors.append(message.text)

    def _note(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            self.hosts.add(urlsplit(request.url).netloc)


async def player(service: Service, stack: AsyncExitStack, kind: type[D], name: str, role: str) -> D:
    """Somebody whom a script plays, enrolled; their connection ends with the stack."""
    http = httpx.AsyncClient(base_url=service.base, timeout=30)
    stack.push_async_callback(http.aclose)
    token = service.prepared.tokens[name]
    seats = await open_card(http, COMMUNITY, token, service.prepared.anchor)
    found = kind(http, next(seat for seat in seats if seat.role == role))
    await found.enrol(token)
    return found


async def slow(page: Page, times: int = 6) -> None:
    """A processor so many times slower."""
    await (await page.context.new_cdp_session(page)).send("Emulation.setCPUThrottlingRate", {"rate": times})


@asynccontextmanager
async def large_print() -> AsyncGenerator[Browser, None]:
    """A browser whose reader has set text to 200 %."""
    async with chromium("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26") as found:
        yield found


@asynccontextmanager
async def open_doors(browser: Browser, service: Service) -> AsyncGenerator[Hall, None]:
    """A hall that people can enter."""
    async with AsyncExitStack() as stack:
        try:
            yield Hall(browser, service, stack)
        except BaseException:
            await _picture_all(browser)
            raise


async def _picture_all(browser: Browser) -> None:
    """What everybody saw when something failed."""
    folder = ARTEFACTS / "failed"
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for context in browser.contexts for page in context.pages]
    for number, page in enumerate(pages):
        await page.screenshot(path=folder / f"{number}.png", full_page=True)
