"""The pages of a hall in real browsers, and how an officer works at one."""

import json
import re
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from tests.actors import Hall
from tests.client.barriers import barriers
from tests.client.browser import ARTEFACTS, card, visitor

NAMES = ("欧阳慧敏", "王建国", "李秀英", "Ann Smith", "赵晚来")


class Room:
    """The pages of a hall, each in a browser profile of its own."""

    def __init__(self, hall: Hall, browser: Browser, base: str) -> None:
        self.hall = hall
        self.browser = browser
        self.base = base
        self.faults: list[str] = []

    async def page(self, path: str, size: tuple[int, int], locale: str = "zh-CN", **options: Any) -> Page:
        width, height = size
        screen = {"width": width, "height": height}
        context = await visitor(
            self.browser, viewport=screen, locale=locale, timezone_id="Asia/Shanghai", **options
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        await page.goto(path if "://" in path else self.base + path)
        return page

    async def officer(self, name: str, role: str, size: tuple[int, int], locale: str = "zh-CN") -> Page:
        """Open the link in an officer's card and take the seat of this role."""
        page = await self.page(card(self.hall, self.base, name), size, locale)
        words = {"chair": "主持人|chair", "supervisor": "监督员|supervisor", "desk": "签到员"}[role]
        seat = page.locator(".card").filter(has_text=re.compile(words, re.IGNORECASE))
        await seat.locator("[data-do=join]").click()
        await page.wait_for_url(re.compile(r"/(console|desk)$"))
        return page

    async def check(self, page: Page, name: str) -> None:
        """No barrier that axe can see, no blank between Chinese sentences; a screenshot for people to look at."""
        folder = ARTEFACTS / "hall"
        folder.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=folder / f"{name}.png")
        found = await barriers(page)
        assert found == [], f"{name}: {json.dumps(found, ensure_ascii=False)}"
        shown = await page.locator("html:lang(zh) body").all_inner_texts()
        # A title ends in a question mark, and a tag follows; a point divides what is no text.
        apart = re.findall(r".*[。；] +[^\s·].*", "\n".join(shown))
        assert apart == [], f"{name}: {apart}"


def visible(page: Page, text: str) -> Locator:
    return page.get_by_text(text).locator("visible=true").first


async def step(console: Page, says: str, *, confirm: bool = False) -> None:
    """Take the one obvious step by keyboard alone, once it is the one that is expected."""
    primary = console.locator("#primary")
    await expect(primary).to_contain_text(says)
    await expect(primary).to_have_attribute("aria-disabled", "false")
    await console.wait_for_timeout(1600)
    await console.evaluate("document.activeElement.blur()")
    await console.keyboard.press("Enter")
    if confirm:
        await expect(console.locator("#ask-dialog")).to_be_visible()
        await console.keyboard.press("Enter")
        await expect(console.locator("#ask-dialog")).to_be_hidden()


async def ask(page: Page, button: Locator, reason: str) -> None:
    """Press a button that asks for a reason, and give it."""
    await button.click()
    await page.locator("#ask-reason").fill(reason)
    await page.locator("#ask-yes").click()
