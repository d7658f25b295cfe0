"""Ballots of every form on a real phone: filled in, read back, cast, changed and counted."""

import json
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.actors import Hall, Meeting, both
from tests.actors import question as ask
from tests.client.browser import OLD_ENGINE, phone, serving
from tests.client.representative import assert_accessible, check_in, enter, gather, sent, visible
from voting.methods.grading import PERSONS, Grading
from voting.methods.plurality import Plurality
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.questions import Option
from web.actors.device import REQUEST_LENGTH
from web.people.drafts import DraftItem
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PEOPLE = (
    Option("wang", both("王建国", "Wang Jianguo")),
    Option("li", both("李秀英", "Li Xiuying")),
    Option("ouyang", both("欧阳慧敏", "Ouyang Huimin")),
    Option("zhao", both("赵晚来", "Zhao Wanlai")),
)
WORKS = (
    Option("2", both("加装电梯（三号楼）", "A lift for building 3")),
    Option("garden", both("修整小花园", "Repair of the small garden")),
    Option("1", both("北门路灯", "Lamps at the north gate")),
    Option("bikes", both("自行车棚", "A shelter for bicycles")),
)
"""Ids that look like numbers, and not in their order."""
AGENDA = (
    DraftItem(
        "stalls",
        both("换届与项目", "Committee and works"),
        both("四项表决", "Four votes"),
        "named",
        (
            ask(
                "committee",
                title=both("推选两名监督员", "Choose two supervisors"),
                text=both("从四名候选人中选出两名。", "Two of four candidates are chosen."),
                method="plurality",
                options=PEOPLE,
                settings=Plurality(2, 1),
            ),
            ask(
                "works",
                title=both("先做哪些项目", "Which works first"),
                text=both("请按先后排序。", "Please put them in order."),
                preset="hearing.advisory",
                method="schulze",
                options=WORKS,
                settings=Schulze("winning_votes", "last", 2),
                visibility="live",
            ),
            ask(
                "appraisal",
                title=both("评议三名成员", "Appraise three members"),
                text=both("对每位成员评定等次。", "Give each member a grade."),
                preset="hearing.advisory",
                method="grading",
                options=PEOPLE[:3],
                settings=Grading(PERSONS, "modal", "graded"),
            ),
            ask(
                "points",
                title=both("给项目打分", "Points for the works"),
                text=both("每项零到一百分。", "From 0 to 100 each."),
                preset="hearing.advisory",
                method="score",
                options=WORKS,
                settings=Score(0, 100, "lowest", 1),
                visibility="live",
            ),
        ),
    ),
)


class Voter:
    """Whoever holds the phone in the browser."""

    def __init__(self, page: Page, lang: Language) -> None:
        self.page = page
        self.lang = lang
        self.words: dict[str, str] = texts(lang)["phone"]["page"]
        self.script: dict[str, str] = texts(lang)["phone"]["script"]

    def name(self, option: Option) -> str:
        return option.text.zh if self.lang == "zh" else option.text.en

    def option(self, option: str) -> Locator:
        """A mark, or the row of an option."""
        return self.page.locator(
            f"[role=checkbox][data-option='{option}'], div[data-option='{option}'], section[data-option='{option}']"
        )

    async def tap(self, word: str) -> None:
        await self.page.get_by_role("button", name=self.words[word], exact=True).click()

    async def look(self, name: str) -> None:
        await assert_accessible(self.page, f"ballot-{name}-{self.lang}")

    async def reads(self, *lines: str) -> None:
        """The review reads this back."""
        await expect(self.page.locator(".chosen:visible")).to_have_text(list(lines))

    async def confirm(self) -> None:
        await self.page.locator("[data-do=confirm]").click()

    async def voted(self, said: str) -> None:
        await expect(visible(self.page, self.words["mine"].replace("{option}", said))).to_be_visible()

    async def rows(self) -> list[int]:
        """Where everything that can be touched stands, from the top of the page."""
        found: list[int] = await self.page.evaluate(
            "[...document.querySelectorAll('.box, .ranked, .grades button')].filter(e => e.offsetHeight).map(e => e.offsetTop)"
        )
        return found


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_meeting_with_ballots_of_every_form(hall: Hall, browser: Browser, lang: Language) -> None:
    meeting = await gather(hall, AGENDA)
    async with serving(hall) as base:
        context = await phone(browser, lang)
        await context.add_init_script(OLD_ENGINE)
        page = await context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        await enter(page, hall, base)
        await check_in(page, meeting.chair)
        voter = Voter(page, lang)
        await mark_two(meeting, voter)
        await rank(meeting, voter)
        await grade(meeting, voter)
        await give_points(meeting, voter)
        await page.get_by_role("link", name=voter.words["acts"]).click()
        for said in ("李秀英", "王建国") if lang == "zh" else ("Li Xiuying", "Wang Jianguo"):
            await expect(page.locator("ul.list > li:visible", has_text=said).first).to_be_visible()
        await voter.look("acts")
        kept = await sent(page)
        assert {one["state"] for one in kept} == {"received"}
        sealed = [one["body"] for one in kept if json.loads(one["body"])["opening"]]
        assert len(sealed) == 4
        assert {len(body.encode()) for body in sealed} == {REQUEST_LENGTH}
        assert faults == []


async def follow(voter: Voter) -> None:
    await voter.page.get_by_role("link", name=voter.words["vote"], exact=True).click()


async def finish(meeting: Meeting, voter: Voter, poll: str, choices: list[Any]) -> dict[str, Any]:
    """The others vote, the chair closes, and this phone finds its ballot among the counted ones."""
    live = (await voter_question(meeting, poll))["visibility"] == "live"
    for one, choice in zip(meeting.phones, choices, strict=True):
        await (one.vote_openly if live else one.vote)(poll, choice)
    await meeting.chair.close_poll(poll)
    await meeting.chair.publish(poll)
    await expect(visible(voter.page, voter.words["counted"])).to_be_visible()
    result: dict[str, Any] = (await meeting.poll(poll))["result"]
    return result


async def voter_question(meeting: Meeting, poll: str) -> dict[str, Any]:
    state = await meeting.chair.state()
    asked = (await meeting.poll(poll))["question"]
    found: dict[str, Any] = next(one for one in state["items"][0]["questions"] if one["hash"] == asked)
    return found


async def mark_two(meeting: Meeting, voter: Voter) -> None:
    """Two of four, one taken away again; then an abstention, and two after all."""
    page = voter.page
    poll = await meeting.open_poll(0)
    await follow(voter)
    await voter.look("marks")
    before = await voter.rows()
    await voter.option("zhao").click()
    await voter.option("li").click()
    await expect(voter.option("wang")).to_have_attribute("aria-disabled", "true")
    await voter.option("wang").click(force=True)
    await expect(voter.option("wang")).to_have_attribute("aria-checked", "false")
    tally = (
        voter.words["tally"].replace("{ballot.question.form.most}", "2").replace("{ballot.fill.marked}", "2")
    )
    await expect(page.get_by_role("status").get_by_text(tally)).to_be_visible()
    assert await voter.rows() == before, "nothing moves under the finger"
    await voter.look("marks-full")
    await voter.tap("to_review")
    await voter.reads("李秀英", "赵晚来") if voter.lang == "zh" else await voter.reads(
        "Li Xiuying", "Zhao Wanlai"
    )
    await voter.look("marks-review")
    await page.get_by_role("link", name=voter.words["again"]).click()
    await expect(voter.option("li")).to_have_attribute("aria-checked", "true")
    await voter.tap("abstain")
    await expect(visible(page, voter.words["blank_sure"])).to_be_visible()
    await voter.look("blank-review")
    await voter.confirm()
    await voter.voted(voter.script["blank"])
    await voter.option("wang").click()
    await voter.option("li").click()
    await voter.tap("to_review")
    await voter.confirm()
    both_names = voter.script["and"].join(voter.name(one) for one in PEOPLE[:2])
    await voter.voted(both_names)
    await voter.look("marks-voted")
    result = await finish(meeting, voter, poll, [["wang", "li"], ["wang"], ["li"], []])
    assert (result["decision"], result["chosen"], result["abstain"]["heads"]) == (
        "decided",
        ["wang", "li"],
        1,
    )
    await expect(visible(page, voter.words["elected"].replace("{elected}", both_names))).to_be_visible()
    await voter.look("marks-result")
    await back(voter)


async def back(voter: Voter) -> None:
    await voter.page.get_by_role("link", name=voter.words["back"]).click()


async def rank(meeting: Meeting, voter: Voter) -> None:
    """Three of four in order, one moved up, the last undone."""
    page = voter.page
    poll = await meeting.open_poll(1)
    await follow(voter)
    await voter.look("ranking")
    before = await voter.rows()
    for option in ("garden", "2", "bikes", "1"):
        await voter.option(option).locator("[data-do=pick]").click()
    await voter.option("2").locator("[data-do=up]").click()
    assert await voter.rows() == before, "nothing moves under the finger"
    await voter.tap("undo")
    await voter.option("2").locator("[data-do=pick]").click(force=True)  # a second tap takes nothing back
    places = [await voter.option(one).locator(".place").inner_text() for one in ("2", "garden", "1", "bikes")]
    assert places == ["1", "2", "", "3"]
    await expect(voter.option("1").locator("[data-do=up]")).to_be_hidden()
    await voter.look("ranking-filled")
    await voter.tap("to_review")
    ranked = [f"{place}. {voter.name(one)}" for place, one in enumerate((WORKS[0], WORKS[1], WORKS[3]), 1)]
    await voter.reads(*ranked)
    await expect(
        visible(page, voter.words["left"].replace("{ballot.review.left}", voter.name(WORKS[2])))
    ).to_be_visible()
    await voter.look("ranking-review")
    await voter.confirm()
    await voter.voted(voter.script["and"].join(ranked))
    result = await finish(meeting, voter, poll, [["2", "garden"], ["2"], ["garden", "2"], []])
    assert (result["decision"], result["chosen"]) == ("decided", ["2", "garden"])
    await back(voter)


async def grade(meeting: Meeting, voter: Voter) -> None:
    """Two of three members, one by the arrow keys; then changed."""
    poll = await meeting.open_poll(2)
    await follow(voter)
    await voter.look("grades")
    before = await voter.rows()
    best, worst, none = (
        *((PERSONS[3].zh, PERSONS[0].zh) if voter.lang == "zh" else (PERSONS[3].en, PERSONS[0].en)),
        voter.script["no-number"],
    )
    await voter.option("wang").get_by_role("radio", name=best, exact=True).click()
    await voter.option("li").get_by_role("radio", name=best, exact=True).click()
    for _ in range(3):
        await voter.page.keyboard.press("ArrowDown")
    await expect(voter.option("li").get_by_role("radio", name=worst)).to_be_checked()
    await expect(voter.option("ouyang").get_by_role("radio", name=none)).to_be_checked()
    assert await voter.rows() == before, "nothing moves under the finger"
    await voter.page.reload()  # what was begun is kept
    await expect(voter.option("li").get_by_role("radio", name=worst)).to_be_checked()
    await voter.look("grades-filled")
    await voter.tap("to_review")
    given = [
        voter.script["given"].replace("{option}", voter.name(one)).replace("{number}", word)
        for one, word in ((PEOPLE[0], best), (PEOPLE[1], worst))
    ]
    await voter.reads(*given)
    await voter.look("grades-review")
    await voter.confirm()
    await voter.voted(voter.script["and"].join(given))
    await voter.option("li").get_by_role("radio", name=none).click()
    await voter.tap("to_review")
    await voter.reads(given[0])
    await voter.confirm()
    await voter.voted(given[0])
    result = await finish(meeting, voter, poll, [{"wang": 3}, {"wang": 2, "li": 2}, {"ouyang": 0}, {}])
    assert result["decision"] == "counted"
    assert [one["counts"] for one in result["steps"]["options"]] == [[0, 0, 1, 2], [0, 0, 1, 0], [1, 0, 0, 0]]
    await back(voter)


async def give_points(meeting: Meeting, voter: Voter) -> None:
    """From 0 to 100, stepped; the service is away for a while."""
    poll = await meeting.open_poll(3)
    await follow(voter)
    await expect(visible(voter.page, voter.words["missing_lowest"])).to_be_visible()
    for word in ("+10", "+10", "−1"):
        await voter.option("1").get_by_role("button", name=word, exact=True).click()
    await voter.option("2").get_by_role("button", name="+10", exact=True).click()
    await expect(voter.option("1").get_by_role("status")).to_have_text("19")
    await voter.look("points")
    await voter.tap("to_review")

    async def away(route: Route) -> None:
        await route.abort()

    await voter.page.context.route("**/acts", away)
    await voter.confirm()
    await expect(visible(voter.page, voter.words["waiting"])).to_be_visible()
    await voter.page.context.unroute("**/acts")
    given = [
        voter.script["given"].replace("{option}", voter.name(one)).replace("{number}", points)
        for one, points in ((WORKS[0], "10"), (WORKS[2], "19"))
    ]
    await voter.voted(voter.script["and"].join(given))
    [*_, ballot] = [one for one in await sent(voter.page) if one["kind"] == "ballot.cast"]
    assert ballot["about"]["choice"] == '{"2":10,"1":19}'
    result = await finish(meeting, voter, poll, [{"2": 100}, {"1": 5}, {"garden": 20}, {}])
    assert result["chosen"] == ["2"]
    await back(voter)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_largest_words_fit_a_narrow_screen(hall: Hall, browser: Browser, lang: Language) -> None:
    meeting = await gather(hall, AGENDA)
    async with serving(hall) as base:
        page = await (await phone(browser, lang)).new_page()
        await page.set_viewport_size({"width": 320, "height": 640})
        await enter(page, hall, base)
        voter = Voter(page, lang)
        await voter.tap("size_3")
        await check_in(page, meeting.chair)
        polls = []
        for number, name in enumerate(("marks", "ranking", "grades", "points")):
            polls.append(await meeting.open_poll(number))
            await page.evaluate("id => location.hash = '#poll/' + id", polls[-1])
            await expect(page.locator("[data-do=review]:visible")).to_be_visible()
            await page.locator(
                "[data-do=pick]:visible, [role=radio]:visible, .steps button:visible"
            ).first.click()
            await voter.look(f"large-{name}")
            await voter.tap("to_review")
            await voter.look(f"large-{name}-review")
