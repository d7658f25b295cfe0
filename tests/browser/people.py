"""The people of a meeting at their browsers: they find things by what is written on them, and click."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from voting.questions import MOTION_OPTIONS
from web.texts import Language, texts

STEP, AGAIN = 120, 5
"""Seconds in which a step must be taken, and after which one presses again where nothing has happened."""
READING = 0.8
"""Seconds that an officer looks at a button before pressing it; it does nothing in the first 0.7."""
OPTIONS: dict[Language, dict[str, str]] = {
    "zh": {option.id: option.text.zh for option in MOTION_OPTIONS},
    "en": {option.id: option.text.en for option in MOTION_OPTIONS},
}


class Human:
    """Somebody at a page, who reads one language."""

    file = ""
    """Which of the catalogues has this page's words."""
    is_voter = False
    """Whether the page must be easy for everybody's fingers."""
    scrolls = True
    """Whether a picture shows the page as far as it goes."""

    def __init__(self, page: Page, lang: Language = "zh") -> None:
        self.page = page
        self.lang = lang
        self.name = f"{self.file}-{lang}"
        self.words: Mapping[str, str] = texts(lang)[self.file]["page"]
        self.says: Mapping[str, str] = texts(lang)[self.file]["script"]

    def sees(self, text: str) -> Locator:
        """The first visible place with this text in it; what is filled in (`{…}`) may be anything."""
        pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(text.strip()))
        return self.page.get_by_text(re.compile(pattern)).locator("visible=true").first

    async def expects(self, *all_of: str) -> None:
        """Wait until all these are to be read."""
        for text in all_of:
            await expect(self.sees(text)).to_be_visible()

    def button(self, name: str) -> Locator:
        """A button by its words, whatever sign stands before them."""
        return self.page.get_by_role("button", name=re.compile(rf"^\W*{re.escape(name)}$")).locator(
            "visible=true"
        )

    async def press(self, name: str) -> None:
        """Press a button."""
        await self.button(name).click()

    async def follow(self, name: str) -> None:
        """Follow a link."""
        await self.page.get_by_role("link", name=name).locator("visible=true").first.click()


class Representative(Human):
    """Somebody with a phone and a card."""

    file = "phone"
    is_voter = True

    async def join(self, card: str, *, role: str = "role-representative") -> None:
        """Scan the card and make this phone one's own."""
        await self.page.goto(card)
        await self.take_seat(role)

    async def take_seat(self, role: str = "role-representative") -> None:
        """Make this phone one's own, at the page that the card leads to."""
        join = texts(self.lang)["phone"]["join"]
        seat = self.page.locator(".card").filter(has_text=self.says[role])
        use = join["use" if role == "role-representative" else "use_office"]
        await seat.get_by_role("button", name=use).click()
        await self.page.wait_for_url(re.compile(r"/h/\w+/\w+$"))

    async def check_in(self, code: str) -> None:
        """Type the code on the screen, and read that one is here."""
        await self.enter_code(code)
        await self.expects(self.words["here"])

    async def enter_code(self, code: str) -> None:
        """Type the code on the screen."""
        await self.page.get_by_label(self.words["code"]).fill(code)
        await self.press(self.words["arrive_button"])

    async def open_item(self) -> None:
        """Read what is under discussion."""
        await self.follow(self.words["read"])

    async def comment(self, text: str) -> None:
        """Write a comment on the item that is open."""
        await self.page.get_by_label(self.words["write"]).fill(text)
        await self.press(self.words["send"])
        await self.expects(text)
        await self.expects(self.words["mine_mark"])

    async def back(self) -> None:
        """Home."""
        await self.follow(self.words["back"])

    async def choose(self, option: str) -> None:
        """Press an option: the page asks whether that is meant."""
        await self.press(OPTIONS[self.lang][option])
        await self.expects(self.words["review"])

    async def confirm(self) -> None:
        """Yes, that is meant."""
        await self.press(self.words["confirm"])

    async def vote(self, option: str) -> None:
        """Choose, confirm, and read that it was received."""
        await self.choose(option)
        await self.confirm()
        await self.has_voted(option)

    async def has_voted(self, option: str) -> None:
        """Read how one has voted."""
        words = self.words["mine"].format(option=OPTIONS[self.lang][option])
        await self.expects(words)

    async def newest_receipt(self) -> str:
        """The receipt of the newest of one's acts."""
        await self.follow(self.words["acts"])
        newest = self.page.get_by_role("listitem").locator("visible=true").first
        await newest.get_by_text(self.words["receipt"], exact=True).click()
        return await newest.locator("pre").inner_text()

    async def fingerprint(self) -> str:
        """The fingerprint of the record that the phone shows, in one line."""
        return "".join((await self.page.locator(".print code").inner_text()).split())


class Officer(Human):
    """Somebody at the console."""

    file = "console"
    scrolls = False

    async def step(self, name: str) -> None:
        """The next step is this one: take it, and say that one means it where that is asked."""
        start = self.says[f"do-{name}"].partition("{")[0].strip()
        enabled = self.page.locator("#primary:visible[aria-disabled=false]")
        button, dialog = enabled.filter(has_text=start), self.page.get_by_role("dialog")
        await expect(button).to_be_visible()
        await asyncio.sleep(READING)
        before = await button.inner_text()  # the next step may begin with the same words

        async def waits() -> bool:
            return await enabled.all_inner_texts() == [before] and not await dialog.is_visible()

        async with asyncio.timeout(STEP):
            await button.click()
            pressed = time.monotonic()
            while await waits():
                if (
                    time.monotonic() > pressed + AGAIN
                ):  # it was drawn anew under the finger: one presses again
                    await button.click()
                    pressed = time.monotonic()
                await asyncio.sleep(0.05)
        if await dialog.is_visible():
            await self.answer(start)

    async def answer(self, name: str, *, reason: str = "") -> None:
        """Answer the question that has come up."""
        dialog = self.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        if reason:
            await dialog.get_by_label(self.says["reason-label"]).fill(reason)
        await dialog.get_by_role("button", name=re.compile(re.escape(name))).click()
        await expect(dialog).to_be_hidden()

    async def hide(self, text: str, reason: str) -> None:
        """Hide a comment."""
        comment = self.page.get_by_role("listitem").filter(has_text=text)
        await comment.get_by_role("button", name=self.words["hide"]).click()
        await self.answer(self.says["hide"], reason=reason)


class Desk(Officer):
    """Somebody at the desk."""

    file = "desk"
    scrolls = True

    async def find(self, name: str) -> Locator:
        """Type a name; the row of the person."""
        await self.page.get_by_label(self.words["search"]).fill(name)
        row = self.page.locator(".people > li").filter(has_text=self.says["role-representative"])
        await expect(row).to_have_count(1)
        return row

    async def check_in(self, name: str) -> None:
        """Let somebody in."""
        row = await self.find(name)
        await row.get_by_role("button", name=self.says["in-name"].format(name=name)).click()
        await expect(row).to_contain_text(self.says["by-desk"].replace("{time}", "").strip())

    async def report_lost(self, name: str, reason: str) -> None:
        """Ask for the end of somebody's phone."""
        row = await self.find(name)
        await row.get_by_role("button", name=self.says["lost-name"].format(name=name)).click()
        await self.answer(self.says["do-lost"], reason=reason)

    async def agree(self) -> None:
        """Sign as the second officer."""
        await self.press(self.words["sign"])
        await self.answer(self.says["sign"])


class Screen(Human):
    """Whoever looks at the big screen."""

    file = "screen"
    scrolls = False

    async def code(self) -> str:
        """The six digits, wherever the screen shows them."""
        shown = self.page.locator("[data-bind='text:code']").locator("visible=true").first
        await expect(shown).to_have_text(re.compile(r"^\d{3} \d{3}$"))
        return (await shown.inner_text()).replace(" ", "")

    async def counts(self, place: str, figures: str) -> None:
        """Wait until a number on the picture is this."""
        number = self.page.locator(f"{place} .number").first
        await expect(number).to_have_text(figures)

    async def fingerprint(self) -> str:
        """The fingerprint beside the picture."""
        return await self.page.locator(".evidence code").locator("visible=true").first.inner_text()


class Stranger(Human):
    """Somebody who was not there, at any browser."""

    file = "verify"

    async def verifies(self, bundle: Path, anchor: str, receipts: Sequence[str]) -> None:
        """Choose a bundle, type the anchor of one's paper, and paste receipts that others have kept."""
        await self.page.get_by_label(self.words["your_anchor"]).fill(anchor)
        await self.page.get_by_label(self.words["choose"]).set_input_files(bundle)
        await self.expects(self.says["verdict-clean"])
        for number, receipt in enumerate(receipts):
            await self.page.get_by_label(self.words["receipt"], exact=True).fill(receipt)
            await self.press(self.words["receipt_check"])
            fits = self.page.get_by_text(
                re.compile(".*".join(re.split(r"\{\w+\}", self.says["receipt_fits"])))
            )
            await expect(fits).to_have_count(number + 1)
