"""Voting in secret with a real phone: every form of ballot, a bad line, a poll held again, other key holders."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from deliberation import acts
from tests.actors import Hall, both, open_hall, question
from tests.browser.booth import PEOPLE, Meeting, go_to, look
from tests.browser.hall import slow
from tests.client.browser import lossy
from voting.methods.grading import PERSONS, Grading
from voting.methods.plurality import Plurality
from voting.questions import Option
from web.people.drafts import DraftItem
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

PEOPLE_TO_CHOOSE = tuple(
    Option(name, both(zh, en))
    for name, zh, en in (("2", "王建国", "Wang"), ("li", "李秀英", "Li"), ("1", "赵晚来", "Zhao"))
)
FORMS = (
    DraftItem(
        "aid",
        both("选举与评议", "Election and appraisal"),
        both("", ""),
        "secret",
        (
            question(
                "board",
                title=both("推选两名小组长", "Choose two leaders"),
                visibility="secret",
                change="none",
                method="plurality",
                options=PEOPLE_TO_CHOOSE,
                settings=Plurality(2, 0),
            ),
            question(
                "grades",
                title=both("评议", "Appraisal"),
                preset="appraisal.grade.urban_reps",
                visibility="secret",
                change="none",
                method="grading",
                options=PEOPLE_TO_CHOOSE,
                settings=Grading(PERSONS, "modal", "graded"),
            ),
        ),
    ),
)


@pytest.fixture
async def hall(tmp_path: Path, built: object) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path, entries=PEOPLE) as found:
        yield found


@pytest.fixture
async def meeting(hall: Hall) -> Meeting:
    told = Meeting(hall)
    await told.gather()
    return told


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_other_key_holders_than_the_notice_names_are_told_of_before_the_vote(
    meeting: Meeting, browser: Browser, lang: Language
) -> None:
    async with meeting.voter(browser, lang) as voter:
        to_the_key = voter.page.locator("a[href$='/keys']:visible")
        await expect(to_the_key).to_have_count(0)  # of keys hears who holds one
        meeting.keepers = meeting.keepers[1:]
        members = [keeper.device.seat.member for keeper in meeting.keepers]
        await meeting.restart([*members, await voter.member()])
        await voter.expects(voter.booth["key_make"])
        await expect(to_the_key).to_have_count(2)
        await meeting.restart(members)
        await expect(to_the_key).to_have_count(0)
        while any([await keeper.advance() for keeper in meeting.keepers]):
            pass
        await meeting.open_poll()
        await voter.follow(voter.words["vote"])
        await voter.expects(texts(lang)["booth"]["script"]["other-holders"])
        await look(voter, "other-holders")
        await voter.lock("for")


async def test_a_ballot_is_recorded_once_over_a_bad_line_and_a_reload(
    meeting: Meeting, browser: Browser
) -> None:
    async with meeting.voter(browser) as voter:
        context = voter.page.context
        await slow(voter.page)
        poll = await meeting.open_poll()
        await voter.follow(voter.words["vote"])
        await voter.lock("for")
        await context.route("**/ballots", lambda route: route.abort())
        await voter.cast()
        await voter.expects(voter.booth["sending"])
        before = await voter.kept("ballots")
        await context.unroute("**/ballots")
        await lossy(context)
        await voter.page.reload()
        await meeting.vote(poll, "for", "for", "for", "for")
        await voter.expects(voter.booth["received"])
        after = await voter.kept("ballots")
        assert after["body"] == before["body"]
        assert (await meeting.poll(poll))["cast"] == 5


async def test_marks_blank_ballots_and_grades_in_secret(hall: Hall, browser: Browser) -> None:
    meeting = Meeting(hall)
    await meeting.gather(FORMS)
    async with meeting.voter(browser) as voter:
        board = await meeting.open_poll(0)
        await voter.follow(voter.words["vote"])
        await voter.press(voter.words["abstain"])
        await voter.seal()
        await voter.cast()
        await voter.expects(voter.booth["held"])
        await meeting.vote(board, ["2", "li"], ["2"], ["li", "1"], ["2", "1"], [])
        await voter.expects(voter.booth["received"])
        await meeting.finish(board)
        assert await meeting.totals(board) == ((2, 3, 2, 2),)

        grades = await meeting.open_poll(1)
        await go_to(voter, grades)
        section = voter.page.locator("section[data-option='1']:visible")
        await section.get_by_role("radio", name="优秀").click()
        await voter.press(voter.words["to_review"])
        await voter.seal()
        await voter.cast()
        worst = {"2": 0, "li": 1, "1": 2}
        await meeting.vote(grades, worst, worst, worst, worst, {})
        await voter.expects(voter.booth["received"])
        await meeting.finish(grades)
        assert await meeting.totals(grades) == ((4, 0, 0, 0), (0, 4, 0, 0), (0, 0, 4, 1))


async def test_after_a_void_poll_the_phone_offers_anew_and_votes(meeting: Meeting, browser: Browser) -> None:
    async with meeting.voter(browser) as voter:
        first = await meeting.open_poll()
        await meeting.chair.act(acts.VoidPoll, poll=first, reason="重新表决")
        election = (await meeting.asked())["election"]
        await voter.offered(election)
        for one in meeting.phones:
            await one.offer(election)
        poll = await meeting.open_poll()
        assert (await meeting.poll(poll))["box"]["issued"] == 6
        await go_to(voter, poll)
        await voter.lock("for")
        await voter.cast()
        await meeting.vote(poll, "for", "for", "for", "for")
        await voter.expects(voter.booth["received"])
