"""The big screen in a real browser: every picture is whole and is read at ten metres, however long its texts are."""

import asyncio
import re
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from tests.actors import DraftItem, Phone, both, eventually, question
from tests.browser.service import sample_agenda
from tests.web.pages.hall import NAMES, Room, step
from tests.web.pages.polls import PLANS
from voting.methods.grading import PERSONS, Grading
from voting.methods.irv import Irv
from voting.methods.plurality import Plurality
from voting.questions import Option

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SMALLEST = """() => Math.min(...Array.from(document.querySelectorAll('main *'))
  .filter(e => e.offsetParent && Array.from(e.childNodes).some(n => n.nodeType === 3 && n.data.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
BEYOND = """() => Array.from(document.querySelectorAll('main section:not([hidden]) *'))
  .filter(e => e.offsetParent)
  .filter(e => e.getBoundingClientRect().bottom > innerHeight + 1 || e.getBoundingClientRect().right > innerWidth + 1)
  .map(e => e.outerHTML.slice(0, 80))"""
CUT = """() => Array.from(document.querySelectorAll('main section:not([hidden])')).filter(e => e.offsetParent)
  .map(e => e.hasAttribute('data-cut'))[0]"""
HALVES = """() => Array.from(document.querySelectorAll('main h2, main .words')).filter(e => e.offsetParent)
  .filter(e => {
    const {paddingBottom, lineHeight} = getComputedStyle(e), line = parseFloat(lineHeight);
    const rest = (e.getBoundingClientRect().height - parseFloat(paddingBottom)) % line;
    return Math.min(rest, line - rest) > 2;
  }).map(e => e.outerHTML.slice(0, 80))"""
"""Texts of which a line is cut through its middle."""

WHOLE = """rows => rows.map(row => row.offsetParent === null ? null
  : Array.from(row.querySelectorAll('span')).every(e => e.scrollWidth <= e.clientWidth + 1 || e.clientWidth === 0))"""
"""Of rows that are shown, whether nothing of their name is cut off: all at once, for pages turn by themselves."""

TURN = """() => {
  window.began = window.began || Date.now();
  window.turns = (window.turns || 0) + 1;
  Date.now = () => window.began + window.turns * 7000;
}"""
"""As if a page of a list that is too long had been shown for its time."""

PROJECTOR, OLD = (1920, 1080), (1024, 768)


async def turned(page: Page, rows: str) -> None:
    """Every entry of a list is seen, whole and within the picture, while its pages turn."""
    unseen = set(range(await page.locator(rows).count()))
    assert unseen
    for _ in range(3 * len(unseen)):  # a page that is slow to turn is looked at twice
        shown = await page.locator(rows).evaluate_all(WHOLE)
        assert False not in shown
        unseen -= {number for number, whole in enumerate(shown) if whole}
        assert await page.evaluate(BEYOND) == []
        if not unseen:
            return
        await page.evaluate(TURN)
        await page.wait_for_timeout(700)
    raise AssertionError(unseen)


@dataclass
class Screens:
    """The screen of one hall in both languages, on a projector of today and on an old one."""

    room: Room
    console: Page
    pages: dict[str, Page]

    @classmethod
    async def open(cls, room: Room) -> "Screens":
        console = await room.officer("周敏", "chair", (1366, 768))
        link = console.locator("a[href*='/screen#']")
        await expect(link).to_have_count(1)
        address = str(await link.get_attribute("href"))
        kinds = {
            f"{code}-{size[1]}": (size, locale)
            for size in (PROJECTOR, OLD)
            for code, locale in (("zh", "zh-CN"), ("en", "en-GB"))
        }
        return cls(room, console, {name: await room.page(address, *kind) for name, kind in kinds.items()})

    async def gather(self) -> list[Phone]:
        """Open the meeting; everybody comes in by the code."""
        phones = [await self.room.hall.join(Phone, name) for name in NAMES]
        await step(self.console, "开会", confirm=True)
        code = self.pages["zh-1080"].locator(".code b")
        await expect(code).to_have_text(re.compile(r"^\d{3} \d{3}$"))
        for phone in phones:
            await phone.check_in(str(await code.text_content()).replace(" ", ""))
        return phones

    async def fit(self, scene: str, *, whole: bool | None = None) -> None:
        """All of them show this scene, nothing of it beyond the edges or too small; `whole`: no text is cut."""
        part = "-".join(re.findall(r"\w+", scene)) + ("" if whole else "-long")
        await asyncio.gather(
            *(
                self._fits(name, page, scene, f"screen-{part}-{name}", whole)
                for name, page in self.pages.items()
            )
        )

    async def _fits(self, name: str, page: Page, scene: str, picture: str, whole: bool | None) -> None:
        await expect(page.locator(scene).first).to_be_visible()
        await page.wait_for_timeout(700)
        await self.room.check(page, picture)
        assert await page.evaluate(SMALLEST) >= 48, name
        assert await page.evaluate(BEYOND) == [], name
        assert await page.evaluate(HALVES) == [], name
        if whole is not None and name.endswith("1080"):
            assert await page.evaluate(CUT) is not whole, name
            assert await page.locator(".cut:visible").count() == (0 if whole else 1)
        for number in await page.locator(".number:visible").all():
            assert float(await number.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 120


LONG = both(
    "关于小区北门人行道早市摊位迁至东侧空地并划线定位、限时经营、由居委会组织每日清扫的议案" * 2,
    "Whether the morning stalls on the pavement at the north gate shall move to the lot on the east side of the estate, "
    "in marked places, for limited hours, and be swept each day",
)
NOVEL = both(LONG.zh * 8, f"{LONG.en}. " * 12)
WORDY = DraftItem("stalls", LONG, NOVEL, "named", (question("stalls", title=LONG, text=NOVEL),))


@pytest.mark.parametrize("agenda", [(WORDY,)])
async def test_what_is_too_long_for_ten_metres_ends_in_a_whole_line_and_says_where_it_goes_on(
    room: Room,
) -> None:
    screens = await Screens.open(room)
    await screens.fit("section:visible")
    phones = await screens.gather()
    await screens.fit(".code b")
    await step(screens.console, "进入第 1 项")
    await screens.fit("section.item", whole=False)
    await step(screens.console, "开始表决", confirm=True)
    await screens.fit("section.poll", whole=False)
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone in phones[:3]:
        await phone.vote(poll, "for")
    await step(screens.console, "结束表决", confirm=True)
    await screens.fit("section.closed")
    await step(screens.console, "公布结果", confirm=True)
    await screens.fit("section.result")
    await expect(screens.pages["zh-1080"].locator(".rules")).to_contain_text("5 人可投，3 人已投，2 人未投")
    await expect(screens.pages["en-1080"].locator(".rules")).to_contain_text("5 may vote: 3 voted, 2 did not")


@pytest.mark.parametrize("agenda", [sample_agenda()])
async def test_what_people_write_fits_whole(room: Room) -> None:
    screens = await Screens.open(room)
    phones = await screens.gather()
    await step(screens.console, "进入第 1 项")
    await screens.fit("section.item", whole=True)
    await step(screens.console, "开始表决", confirm=True)
    await screens.fit("section.poll", whole=True)
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone, choice in zip(phones[:4], ("for", "for", "for", "against"), strict=True):
        await phone.vote(poll, choice)
    await step(screens.console, "结束表决", confirm=True)
    await screens.fit("section.closed", whole=True)
    await step(screens.console, "公布结果", confirm=True)
    await screens.fit("section.result", whole=True)


HOUSES = DraftItem(
    "stalls", both("早市", "Market"), both("早市", "Market"), "named", (question("stalls", breakdown=True),)
)


async def polls_are_shown(phone: Phone) -> bool:
    return bool((await phone.state())["polls"])


@pytest.mark.parametrize("agenda", [(HOUSES,)])
async def test_a_result_by_building_fits_below_the_result(room: Room) -> None:
    screens = await Screens.open(room)
    phones = await screens.gather()
    await step(screens.console, "进入第 1 项")
    await step(screens.console, "开始表决", confirm=True)
    await eventually(lambda: polls_are_shown(phones[0]))
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone, choice in zip(phones, ("for", "for", "for", "against", "for"), strict=True):
        await phone.vote(poll, choice)
    await step(screens.console, "结束表决", confirm=True)
    await step(screens.console, "公布结果", confirm=True)
    await screens.fit("section.result")
    lines = screens.pages["zh-1080"].locator(".units li:visible")
    await expect(lines.first).to_have_text("1号楼（1 票）：同意 1、反对 0、弃权 0")
    await expect(screens.pages["en-1080"].locator(".units li").nth(2)).to_contain_text("3号楼 (2 ballots)")
    for page in screens.pages.values():
        await turned(page, ".units li")


MANY = tuple(
    DraftItem(f"item-{number}", both(f"第{number}件：{LONG.zh}", f"No. {number}: {LONG.en}"), LONG, "none")
    for number in range(1, 12)
)


@pytest.mark.parametrize("agenda", [MANY])
async def test_of_a_long_agenda_whole_lines_are_shown(room: Room) -> None:
    screens = await Screens.open(room)
    await screens.fit("section:visible", whole=False)
    for name, page in screens.pages.items():
        assert await page.locator(".plan li:visible").count() >= (3 if name.endswith("1080") else 2)
        await turned(page, "main > section:not([hidden]) .plan li")


DAYS = DraftItem(
    "stalls",
    sample_agenda()[0].title,
    sample_agenda()[0].text,
    "named",
    (question("stalls", preset="household.decision", visibility="live"),),
)


@pytest.mark.parametrize("agenda", [(DAYS,)])
async def test_a_live_poll_of_three_days_fits_and_says_when_it_closes(room: Room) -> None:
    screens = await Screens.open(room)
    phones = await screens.gather()
    await step(screens.console, "进入第 1 项")
    await step(screens.console, "开始表决", confirm=False)
    await screens.console.locator("#ask-choice").select_option(str(72 * 3600))
    await screens.console.locator("#ask-yes").click()
    await expect(screens.pages["en-1080"].locator("section.poll")).to_be_visible()
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone in phones:
        await phone.vote_openly(poll, "for")
    await expect(screens.pages["en-1080"].locator(".poll .number").first).to_have_text("5/6")
    await screens.fit("section.poll[data-live=yes]", whole=True)
    await expect(screens.pages["en-1080"].locator("section.poll")).to_contain_text("Closes by itself")
    await expect(screens.console.locator("#main")).to_contain_text("自动结束")


PEOPLE = tuple(
    Option(f"person-{number}", both(f"{name}{number}", f"{name} {number}"))
    for number, name in enumerate(("欧阳慧敏", "王建国", "李秀英", "赵晚来") * 3, 1)
)
CHOICES = DraftItem(
    "stalls",
    both("换届", "Election"),
    both("选三名组长", "Three leaders"),
    "named",
    (
        question("elect", title=both("选三名组长", "Three leaders"), preset="hearing.advisory", method="plurality",
                 options=PEOPLE, settings=Plurality(3, 1), visibility="live"),
        question("rank", title=both("先办哪件", "Which first"), preset="hearing.advisory", method="irv",
                 options=PLANS, settings=Irv("majority", "continuing", batch=False, ties="earlier_round")),
        question("grade", title=both("年度评议", "Yearly appraisal"), preset="hearing.advisory", method="grading",
                 options=PEOPLE[:3], settings=Grading(PERSONS, "modal", "graded")),
    ),
)  # fmt: skip


@pytest.mark.parametrize("agenda", [(CHOICES,)])
async def test_elections_rankings_and_appraisals_fit_and_who_is_chosen_is_in_big_letters(room: Room) -> None:
    screens = await Screens.open(room)
    phones = await screens.gather()
    await step(screens.console, "进入第 1 项")
    votes: tuple[tuple[object, ...], ...] = (
        (["person-1", "person-2", "person-3"],) * 3 + (["person-4"],) * 2,
        (["gate", "lift"], ["lift"], ["gate"], ["trees", "gate"], ["gate"]),
        ({"person-1": 3, "person-2": 2, "person-3": 0},) * 5,
    )
    for number, ballots in enumerate(votes):
        await step(screens.console, "开始表决", confirm=True)
        await screens.fit(f"section.poll[data-live={'yes' if number == 0 else 'no'}]")
        poll = (await phones[0].state())["polls"][-1]["id"]
        if number == 0:
            for name in ("zh-1080", "en-1080"):
                await expect(screens.pages[name].locator(".poll .standings li:visible")).to_have_count(12)
        for phone, ballot in zip(phones, ballots, strict=True):
            cast = phone.vote_openly if number == 0 else phone.vote
            await cast(poll, ballot)  # type: ignore[arg-type]
        await step(screens.console, "结束表决", confirm=True)
        await step(screens.console, "公布结果", confirm=True)
        await expect(screens.console.locator("article.question .decision").nth(number)).not_to_be_empty()
        await screens.fit("section.result")
        await room.check(screens.console, f"console-result-{number}")
        if number < 2:
            name = screens.pages["zh-1080"].locator(".chosen li").first
            await expect(name).to_have_text(("欧阳慧敏1", PLANS[1].text.zh)[number])
            assert float(await name.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 72
    for name, page in screens.pages.items():
        shown = page.locator("section.result .standings li")
        await expect(shown).to_have_count(3)
        for row, one in zip(await shown.all(), PEOPLE, strict=False):
            await expect(row.locator("span > span")).to_have_text(getattr(one.text, name[:2]))
        await turned(page, "section.result .standings li")
    amount = screens.pages["en-1080"].locator("section.result .standings b").first
    await expect(amount).to_have_text(
        "Excellent 5, Competent 0, Basically competent 0, Incompetent 0 (verdict: Excellent)"
    )
    console = screens.console.locator("article.question")
    await expect(console.nth(0).locator(".options dt small").first).to_have_text("选出")
    await expect(console.nth(1)).to_contain_text("第一选择票数")
    await expect(console.nth(2)).to_contain_text("评议票已经计数")
