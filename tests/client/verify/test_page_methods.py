"""The verification page in a browser: polls by every method, told in people's words."""

import json
import random
import re
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, expect

from deliberation.export import result_files
from tests.actors import Hall
from tests.client.browser import ARTEFACTS, serving
from tests.client.verify.test_page import (
    anyio_backend,
    browser,
    hall,
    healthy,
    judged,
    open_page,
    write,
)
from tests.methods import meeting
from tests.room import Room
from voting.conclusion import conclude
from voting.results import Result
from web.texts import Language

__all__ = ["anyio_backend", "browser", "hall"]
pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SAYS = {
    "zh": {"chosen": "选出：", "tied": "票数相同：", "vacant": "空缺名额：", "lot": "公开抽签定下的次序：", "statutory": "按法定标准：", "blank": "空白票（弃权）"},
    "en": {"chosen": "Chosen: ", "tied": "Tied: ", "vacant": "Places left vacant: ", "lot": "The order of the public lot: ", "statutory": "By the law's own numbers: ", "blank": "blank (abstains)"},
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_what_every_method_found_is_told(
    hall: Hall, browser: Browser, tmp_path: Path, lang: Language
) -> None:
    room = meeting(random.Random(44))
    results = [json.loads(raw) for raw in result_files(room.hearing.state).values()]
    amounts = amounts_of(room, lang)
    says = SAYS[lang]
    async with serving(hall) as base:
        page = await open_page(browser, base, lang, viewport={"width": 360, "height": 740})
        await page.locator("#file").set_input_files(write(tmp_path / "HEARING.zip", room.bundle()))
        await judged(page, "consistent")
        await page.locator("#more > summary").click()
        await page.locator("#openings").set_input_files(write(tmp_path / "names.json", room.roll_openings()))
        await expect(page.locator(".votes li").first).to_be_attached()
        told = set()
        for number, result in enumerate(results):
            card = page.locator(".card").nth(number)
            await expect(card.locator(".outcome")).to_have_attribute("data-outcome", result["decision"])
            lines = await card.locator(".consequences li").all_inner_texts()
            expected = [kind for kind in ("chosen", "tied", "vacant", "lot", "statutory") if result.get(kind)]
            assert len(lines) == len(expected), result
            assert all(line.startswith(says[kind]) for line, kind in zip(lines, expected, strict=True))
            told |= set(expected)
            assert await card.locator(".options b").all_inner_texts() == amounts[number]
        assert told == {"chosen", "tied", "vacant", "lot", "statutory"}
        votes = await page.locator(".votes li b").all_text_contents()
        assert says["blank"] in votes
        assert any(" > " in vote for vote in votes)
        assert any(vote.endswith((" poor", " fair", " good")) for vote in votes)
        assert not any("undefined" in vote or "[" in vote for vote in votes)
        await page.locator("#file").focus()
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / f"verify-methods-{lang}.png", full_page=True)


def amounts_of(room: Room, lang: Language) -> list[list[str]]:
    """What each option of each result has, in the order of the question, as the public page says it."""
    found = []
    for poll in room.hearing.state.polls.values():
        if poll.result_bytes is not None:
            told = conclude(poll.question, msgspec.json.decode(poll.result_bytes, type=Result))
            said = {one.id: getattr(one.amount, lang) for one in told.standings}
            found.append([re.sub(r" \(\S+ m²\)$", "", said[one.id]) for one in poll.question.options])
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_points_and_grades_are_told_as_the_public_page_tells_them(
    hall: Hall, browser: Browser, tmp_path: Path, lang: Language
) -> None:
    methods = ("borda", "grading", "majority_judgment", "score", "grading", "borda", "grading")
    room = meeting(random.Random(128), methods)
    amounts = amounts_of(room, lang)
    for special in {"zh": ("½", "票数并列"), "en": ("½", "tie between")}[lang]:
        assert any(special in amount for poll in amounts for amount in poll)
    async with serving(hall) as base:
        page = await open_page(browser, base, lang)
        await page.locator("#file").set_input_files(write(tmp_path / "HEARING.zip", room.bundle()))
        await judged(page, "findings")  # an opening is lost
        for number, poll in enumerate(amounts):
            card = page.locator(".card").nth(number)
            assert await card.locator(".options b").all_inner_texts() == poll
