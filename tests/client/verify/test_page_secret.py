"""The verification page in a browser: secret polls, their boxes and what does not fit in them."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from deliberation.export import archive_files
from tests.actors import Hall
from tests.client.browser import ARTEFACTS, serving
from tests.client.verify.secret_meetings import HONEST
from tests.client.verify.test_agreement import packed
from tests.client.verify.test_page import (
    anyio_backend,
    browser,
    hall,
    healthy,
    judged,
    open_page,
    write,
)
from web.texts import Language

__all__ = ["anyio_backend", "browser", "hall"]
pytestmark = [pytest.mark.anyio, pytest.mark.browser]

WATCH = """() => {
  window.steps = [];
  const said = document.querySelector('[data-bind="text:step"]');
  new MutationObserver(() => window.steps.push(said.textContent)).observe(said, { childList: true, subtree: true, characterData: true });
}"""


@pytest.mark.parametrize(
    ("lang", "box", "left_out"),
    [
        ("zh", ("7 人可投，票箱里 6 票；检验手机用掉、已经作废的票：2 张。3 把钥匙，任意 2 把一起才能开箱，用了 2 把。", "1 人的凭证没有列进名单"), "可投的名单里却没有它，票投不进来"),
        ("en", ("7 could vote, 6 ballots in the box; void ballots, made to test phones: 2.", "Left off the list: 1."), "left off the list"),
    ],
)  # fmt: skip
async def test_a_box_is_opened_again_and_told(
    hall: Hall, browser: Browser, tmp_path: Path, lang: Language, box: tuple[str, str], left_out: str
) -> None:
    room = HONEST["left out"]()
    ((name, raw),) = archive_files(room.hearing.state).items()
    async with serving(hall) as base:
        page = await open_page(browser, base, lang, viewport={"width": 360, "height": 740})
        await page.evaluate(WATCH)
        await page.locator("#file").set_input_files(write(tmp_path / "HEARING.zip", room.bundle()))
        await judged(page, "findings")
        await expect(page.locator(".findings")).to_contain_text(left_out)
        await expect(page.locator(".findings > li")).to_have_count(1)
        for told in box:
            await expect(page.locator(".card").first).to_contain_text(told)
        heads = await page.locator(".card .options b").all_inner_texts()
        assert heads == ["4", "1", "1"]
        steps = await page.evaluate("window.steps")
        assert any("/ 13" in step or "of 13" in step for step in steps), steps
        await page.locator("#file").focus()
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / f"verify-secret-{lang}.png", full_page=True)

        changed = raw.replace(b'"challenge":"1', b'"challenge":"2', 1)
        assert changed != raw
        await page.locator("#file").set_input_files(
            write(tmp_path / "CHANGED.zip", packed(room, **{name: changed}))
        )
        await expect(page.locator(".findings > li")).to_have_count(3)
        for code in ("archive-differs", "bad-archive", "credential-left-out"):
            await expect(page.locator(".findings")).to_contain_text(code)
        await healthy(page)
