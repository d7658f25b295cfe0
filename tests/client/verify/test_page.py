"""The verification page in a real browser, on an origin that is no secure context."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, Route, expect

from ballots.checkpoint import Checkpoint, fingerprint
from ballots.encoding import groups, parse_utc
from ballots.entry import parse
from deliberation.export import hearing_file, result_files
from deliberation.notice import Notice
from tests.actors import Hall, open_hall
from tests.client.barriers import barriers
from tests.client.browser import ARTEFACTS, chromium, serving, visitor
from tests.client.verify.meetings import every_rule, plain, running
from tests.client.verify.test_agreement import packed
from tests.room import Room
from web.texts import Language

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

QUIET = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DROP = """async ([name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
  document.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, cancelable: true }));
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
}"""

GONE = """() => {
  const read = File.prototype.arrayBuffer;
  File.prototype.arrayBuffer = function () {
    File.prototype.arrayBuffer = read;
    return Promise.reject(new Error("gone"));
  };
}"""
"""The next file that is read is there no more."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path, built: object) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncGenerator[Browser, None]:
    async with chromium(*QUIET) as found:
        yield found


async def judged(page: Page, verdict: str) -> None:
    await expect(page.locator("#verdict")).to_have_attribute("data-verdict", verdict)


def write(path: Path, raw: bytes) -> Path:
    path.write_bytes(raw)
    return path


def anchor(room: Room) -> str:
    return hearing_file(room.hearing.state).anchor


async def open_page(browser: Browser, base: str, lang: Language, **options: Any) -> Page:
    locale = {"zh": "zh-CN", "en": "en-GB"}[lang]
    context = await visitor(browser, locale=locale, **{"viewport": {"width": 900, "height": 1000}, **options})
    page = await context.new_page()
    await page.goto(f"{base}/verify")
    assert await page.evaluate("isSecureContext") is False
    assert await page.evaluate("typeof crypto.subtle") == "undefined"
    return page


async def healthy(page: Page) -> None:
    """axe finds nothing, and nothing sticks out sideways."""
    assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_bundle_that_is_dropped_is_verified_and_sent_nowhere(hall: Hall, browser: Browser) -> None:
    room = every_rule()
    async with serving(hall) as base:
        page = await open_page(browser, base, "zh")
        await healthy(page)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
        await page.evaluate(DROP, ["会议.zip", base64.b64encode(room.bundle()).decode()])
        await expect(page.locator("#verdict")).to_contain_text("前后一致")
        await judged(page, "consistent")
        await expect(page.locator(".anchor")).to_have_text(groups(anchor(room), 4))

        results = [json.loads(raw) for raw in result_files(room.hearing.state).values()]
        for number, result in enumerate(results):
            card = page.locator(".card").nth(number)
            await expect(card.locator(".outcome")).to_have_attribute("data-outcome", result["decision"])
            heads = await card.locator(".options b").all_inner_texts()
            assert heads == [str(option["total"]["heads"]) for option in result["options"]]
            await expect(card.locator(".comparisons li")).to_have_count(len(result["comparisons"]))
        await expect(page.get_by_text("由主办方自订").locator("visible=true")).to_have_count(0)
        shown = await page.locator(".moments code").all_inner_texts()
        assert shown == fingerprints(room)

        await page.locator("#anchor").fill(groups(anchor(room), 4).lower())
        await expect(page.locator("#verdict")).to_contain_text("无误")
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / "verify-clean-zh.png", full_page=True)
        await page.locator("#anchor").fill("0" * 16)
        await judged(page, "findings")
        await expect(page.locator(".findings")).to_contain_text("other-community")
        assert sent == []


def fingerprints(room: Room) -> list[str]:
    sizes = [moment.size for moment in room.hearing.state.moments]
    return [fingerprint(Checkpoint(room.origin, size, room.tree.root(size)).text) for size in sizes]


async def test_a_bundle_chosen_before_the_script_was_there_is_verified(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    bundle = write(tmp_path / "hearing.zip", plain().bundle())
    chosen = asyncio.Event()

    async def later(route: Route) -> None:
        await chosen.wait()
        await route.continue_()

    async with serving(hall) as base:
        page = await browser.new_page()
        await page.route("**/verify*.js", later)
        await page.goto(f"{base}/verify", wait_until="commit")
        await page.locator("#file").set_input_files(bundle)
        chosen.set()
        await judged(page, "consistent")


async def test_a_file_that_is_gone_is_told_and_the_next_one_is_verified(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    bundle = write(tmp_path / "hearing.zip", plain().bundle())
    async with serving(hall) as base:
        page = await open_page(browser, base, "en")
        await page.evaluate(GONE)
        await page.locator("#file").set_input_files(bundle)
        await judged(page, "no_bundle")
        await page.evaluate(GONE)
        await page.locator("#file").set_input_files([bundle, bundle])
        await judged(page, "consistent")


async def test_damage_is_told_in_plain_words(hall: Hall, browser: Browser, tmp_path: Path) -> None:
    room = plain()
    entries = [*room.entries[:5], room.entries[6], room.entries[5], *room.entries[7:]]
    swapped = write(tmp_path / "swapped.zip", packed(room, entries))
    letter = write(tmp_path / "letter.zip", b"Dear auditor")
    unfinished = write(tmp_path / "running.zip", running().bundle())
    async with serving(hall) as base:
        page = await open_page(browser, base, "en", viewport={"width": 360, "height": 740})
        await page.locator("#file").set_input_files(swapped)
        await judged(page, "findings")
        await expect(page.locator(".findings")).to_contain_text("An act does not stand in its place")
        await expect(page.locator(".next")).to_contain_text("This file is not as it must be")
        await page.locator(".findings summary").first.click()
        await expect(page.get_by_text("log.jsonl:5")).to_be_visible()
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / "verify-findings-en.png", full_page=True)
        await page.locator("#file").set_input_files(letter)
        await judged(page, "no_bundle")
        await expect(page.locator("#verdict")).to_contain_text("letter.zip")
        await expect(page.locator("#results")).to_be_hidden()
        await page.screenshot(path=ARTEFACTS / "verify-letter-en.png", full_page=True)
        await page.locator("#file").set_input_files(unfinished)
        await judged(page, "running")


async def test_receipts_are_checked_by_file_and_by_paste(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    room, other = plain(), plain()
    bundle = write(tmp_path / "HEARING.zip", room.bundle())
    good = write(tmp_path / "good.tlog-proof", room.receipt(9).encode())
    async with serving(hall) as base:
        page = await open_page(browser, base, "en")
        await page.locator("#file").set_input_files([good, bundle])
        row = page.locator(".receipts li")
        at = parse(room.entries[9]).at
        await expect(row).to_contain_text(
            f"Act 9 is in this record: check-in, {there(at)} China Standard Time."
        )
        await expect(row.locator("small")).to_have_text(f"{at} · good.tlog-proof")
        await judged(page, "consistent")
        await page.locator("#receipt").fill(other.receipt(9).encode().decode().strip())
        await page.locator("[data-do=receipt] button").click()
        await expect(page.locator(".receipts li").nth(1)).to_contain_text("not one of this record")
        await judged(page, "findings")
        await page.locator("#receipt").fill(room.receipt(3).encode().decode().strip())
        await page.locator("[data-do=receipt] button").click()
        await expect(page.locator(".receipts li").nth(2)).to_contain_text("Act 3")


def there(at: str) -> str:
    """A moment as people in Shanghai say it in English."""
    local = parse_utc(at).astimezone(ZoneInfo("Asia/Shanghai"))
    return f"{local.day} {local:%B %Y at %H:%M}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(360, 740), (1366, 768)])
async def test_more_to_compare(
    hall: Hall, browser: Browser, tmp_path: Path, lang: Language, size: tuple[int, int]
) -> None:
    """An earlier bundle and the names on the roll; then of another hearing. Nothing is sent."""
    room, other = plain(), plain()
    bundle = write(tmp_path / "HEARING.zip", room.bundle())
    earlier = write(tmp_path / "EARLIER.zip", packed(room, room.entries[:9]))
    names = write(tmp_path / f"{room.id}-openings.json", room.roll_openings())
    receipt = write(tmp_path / "mine.tlog-proof", room.receipt(9).encode())
    says = {"zh": ("这份记录以先前的记录（9 项操作）开头", "名册 6 项中有 6 项的听证卡相符。姓名是文件所写", "签到", "中国标准时间"), "en": ("begins with the earlier one (9 acts)", "Cards of the roll that fit: 6 of 6. The names are as the file says", "check-in", "China Standard Time")}[lang]  # fmt: skip
    async with serving(hall) as base:
        page = await open_page(browser, base, lang, viewport={"width": size[0], "height": size[1]})
        sent: list[str] = []
        page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
        await page.locator("#file").set_input_files([receipt, bundle])
        await judged(page, "consistent")
        await expect(page.locator(".receipts li")).to_contain_text(says[2])
        await expect(page.locator(".receipts li")).to_contain_text(says[3])
        await expect(page.locator(".votes li")).to_have_count(0)
        await page.locator("#more > summary").click()
        await page.locator("#since").set_input_files(earlier)
        await expect(page.locator(".others li")).to_contain_text(says[0])
        await page.locator("#openings").set_input_files(names)
        await expect(page.locator(".others li").nth(1)).to_contain_text(says[1])
        await judged(page, "consistent")
        await page.locator(".card details:has(.votes) summary").click()
        voted = await page.locator(".votes li").all_inner_texts()
        name = {"zh": "同意", "en": "For"}[lang]
        voters = [*room.voters[1:], room.voters[0]]
        assert [" ".join(line.split()) for line in voted] == [f"Person {p.id} {name}" for p in voters]
        await page.locator("#file").focus()
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / f"verify-more-{lang}-{size[0]}.png", full_page=True)

        await page.locator("#since").set_input_files(write(tmp_path / "OTHER.zip", other.bundle()))
        await expect(page.locator(".findings")).to_contain_text("not-a-prefix")
        await page.locator("#openings").set_input_files(write(tmp_path / "other.json", other.roll_openings()))
        await expect(page.locator(".findings")).to_contain_text("bad-openings")
        await expect(page.locator(".others li")).to_have_count(2)
        await expect(page.locator(".votes li")).to_have_count(0)
        await judged(page, "findings")
        alone = {"zh": "核验包本身没有不符", "en": "The bundle alone shows nothing"}[lang]
        await expect(page.locator(".next")).to_contain_text(alone)
        await healthy(page)
        await page.screenshot(path=ARTEFACTS / f"verify-more-unfit-{lang}-{size[0]}.png", full_page=True)
        await page.locator("#since").set_input_files(write(tmp_path / "letter.zip", b"Dear auditor"))
        await expect(page.locator(".findings")).not_to_contain_text("not-a-prefix")
        await expect(page.locator(".others li").nth(1)).to_contain_text("letter.zip")
        assert sent == []


async def test_a_meeting_that_may_still_be_going_on(hall: Hall, browser: Browser, tmp_path: Path) -> None:
    room = running()
    bundle = write(tmp_path / "HEARING.zip", room.bundle())
    async with serving(hall) as base:
        page = await open_page(browser, base, "zh")
        await page.locator("#file").set_input_files(bundle)
        await judged(page, "running")
        await expect(page.locator(".findings")).to_contain_text("unfinished")
        await page.locator("#more > summary").click()
        await page.locator("#running").check()
        await judged(page, "consistent")
        await expect(page.locator(".findings li")).to_have_count(0)
        await expect(page.locator(".remarks")).to_contain_text("会议没有散会")
        await page.locator("#anchor").fill(anchor(room))
        await judged(page, "clean")
        await page.locator("#running").uncheck()
        await judged(page, "running")


async def test_times_are_told_and_compared_with_this_devices_clock(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    room = plain()
    latest = parse_utc(parse(room.entries[-1]).at)
    bundle = write(tmp_path / "HEARING.zip", room.bundle())
    async with serving(hall) as base:
        for lang, says, zone in (("en", "this device's clock", "China Standard Time"), ("zh", "这台设备的时钟", "中国标准时间")):  # fmt: skip
            page = await open_page(browser, base, lang)  # type: ignore[arg-type]
            await page.clock.set_fixed_time(latest - timedelta(hours=2))
            await page.locator("#file").set_input_files(bundle)
            await judged(page, "consistent")
            await expect(page.locator(".remarks li")).to_have_count(1)
            await expect(page.locator(".remarks li")).to_contain_text(says)
            await expect(page.locator(".facts")).to_contain_text(zone)
            await healthy(page)
            await page.screenshot(path=ARTEFACTS / f"verify-clock-{lang}.png", full_page=True)
            await page.clock.set_fixed_time(latest - timedelta(seconds=60))
            await page.locator("#anchor").fill("0")
            await expect(page.locator(".remarks li")).to_have_count(0)


class Elsewhere(Room):
    """A community whose time zone nobody knows."""

    def sheet(self, questions: tuple[str, ...]) -> Notice:
        told = super().sheet(questions)
        return replace(told, community=replace(told.community, zone="Moon/Base"))


async def test_a_zone_that_the_browser_does_not_know_is_told_in_utc(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    room = Elsewhere()
    room.ready()
    async with serving(hall) as base:
        page = await open_page(browser, base, "en")
        await page.locator("#file").set_input_files(write(tmp_path / "HEARING.zip", room.bundle()))
        await judged(page, "running")
        starts = "21 November 2026 at 08:00 Coordinated Universal Time"
        await expect(page.locator(".facts")).to_contain_text(starts)


async def test_where_no_worker_can_be_had_the_page_does_the_work(
    hall: Hall, browser: Browser, tmp_path: Path
) -> None:
    room = plain()
    bundle = write(tmp_path / "HEARING.zip", room.bundle())
    good = write(tmp_path / "good.tlog-proof", room.receipt(9).encode())
    async with serving(hall) as base:
        for hindrance in ("delete globalThis.Worker", None):
            context = await visitor(browser, locale="zh-CN")
            page = await context.new_page()
            if hindrance:
                await page.add_init_script(hindrance)
            else:
                await page.route("**/verify-worker*", lambda route: route.abort())
            await page.goto(f"{base}/verify#{anchor(room)}")
            await page.locator("#file").set_input_files([bundle, good])
            await expect(page.locator(".receipts li")).to_contain_text("第 9 项操作")
            await judged(page, "clean")
            await context.close()
