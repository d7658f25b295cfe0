"""Voting in secret with a real phone: offered, locked, cast, tested before the eyes of a second device, refused."""

import asyncio
import json
import re
import subprocess
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, Page, Route, expect

from ballots.secret import credentials
from deliberation import acts
from tests.actors import Hall, both, eventually, open_hall, question
from tests.browser.inspector import Inspector
from tests.client.browser import ARTEFACTS, OLD_ENGINE, lossy, phone, serving
from tests.client.representative import check_in, enter, visible
from tests.programs import require
from voting.methods.grading import PERSONS, Grading
from voting.methods.plurality import Plurality
from voting.questions import Option, decode_question
from voting.secret import fill
from web.actors.keeper import Keeper
from web.actors.participants import Choice, Officer, Phone
from web.people.drafts import DraftItem
from web.people.register import Entry
from web.records import boxes
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

OTHERS = ("吴建国", "欧阳慧敏", "王建国", "Ann Smith", "赵晚来")
PEOPLE = (
    Entry(name="周敏", roles=("chair",), capacity="居委会主任"),
    Entry(name="郑小燕", roles=("supervisor",)),
    Entry(name="街道代表", roles=("observer",)),
    Entry(name="李秀英", building="3号楼"),
    *(Entry(name=name, building=f"{number}号楼") for number, name in enumerate(OTHERS, 1)),
)
AGENDA = (
    DraftItem(
        "aid",
        both("困难补助", "Hardship allowance"),
        both("给一户困难家庭补助。", "An allowance for a family in need."),
        "secret",
        (
            question(
                "aid",
                title=both("是否给予补助？", "Shall the allowance be given?"),
                text=both("同意给予一次性补助。", "An allowance shall be given once."),
                visibility="secret",
                change="none",
            ),
        ),
    ),
)

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


class Meeting:
    """Officers and scripted phones, keys made; one representative is left to the browser."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall

    async def gather(self, agenda: tuple[DraftItem, ...] = AGENDA) -> None:
        await self.hall.convene(agenda)
        self.chair = await self.hall.join(Officer, "周敏", "chair")
        self.supervisor = await self.hall.join(Officer, "郑小燕", "supervisor")
        observer = await self.hall.join(Officer, "街道代表", "observer")
        self.keepers = [Keeper(device) for device in (self.chair, self.supervisor, observer)]
        self.phones = [await self.hall.join(Phone, name) for name in OTHERS]
        await self.chair.open()
        await self.chair.sign_in()
        code = await self.chair.screen_code()
        for one in self.phones:
            await one.check_in(code)
            for number in range(len(agenda[0].questions)):
                await one.offer((await self.asked(number))["election"])
        await self.chair.call("aid")
        while any([await keeper.advance() for keeper in self.keepers]):
            pass

    async def asked(self, number: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = (await self.chair.state())["items"][0]["questions"][number]
        return found

    async def open_poll(self, number: int = 0) -> str:
        poll = (await self.chair.open_poll("aid", (await self.asked(number))["hash"])).leaf

        async def is_ready() -> bool:
            return bool((await self.poll(poll))["box"]["ready"])

        await eventually(is_ready)
        return poll

    async def poll(self, poll: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in (await self.chair.state())["polls"] if one["id"] == poll)
        return found

    async def vote(self, poll: str, *choices: Choice) -> None:
        """The scripted phones vote."""
        running = await self.hall.service.hearings.get(self.hall.hearing)
        raw = running.record.blob((await self.poll(poll))["question"])
        assert raw is not None
        for one, choice in zip(self.phones, choices, strict=False):
            await one.vote_secretly(poll, fill(decode_question(raw), msgspec.json.encode(choice)))

    async def restart(self, holders: list[str]) -> None:
        """Chair and supervisor have the keys made anew, by these; two of them open."""
        anew = await self.chair.act(acts.RestartKeys, holders=holders, threshold=2, reason="换人")
        await self.supervisor.act(acts.Cosign, target=anew.leaf)

    async def finish(self, poll: str) -> dict[str, Any]:
        """Close, open the box with two keys, and wait for the result."""
        await self.chair.close_poll(poll)
        for keeper in self.keepers[1:]:
            await keeper.decrypt(poll)

        async def counted() -> bool:
            return (await self.poll(poll))["result"] is not None

        await eventually(counted)
        result: dict[str, Any] = (await self.poll(poll))["result"]
        return result

    async def totals(self, poll: str) -> tuple[tuple[int, ...], ...] | None:
        """What the box held, as a key holder verifies it."""
        box = (await self.keepers[0].record()).polls[poll].box
        assert box is not None
        return box.totals


class Voter:
    """Whoever holds the phone in the browser."""

    def __init__(self, page: Page, lang: Language = "zh") -> None:
        self.page, self.lang = page, lang
        self.words: dict[str, str] = texts(lang)["booth"]["page"]
        self.phone: dict[str, str] = texts(lang)["phone"]["page"]
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def arrive(self, meeting: Meeting, base: str) -> None:
        """Join, offer a credential without a word, and check in."""
        await enter(self.page, meeting.hall, base)
        await check_in(self.page, meeting.chair)

        async def offered() -> bool:
            return any(
                one["kind"] == "credential.offer" and one["state"] == "received" for one in await self.acts()
            )

        await eventually(offered)

    async def member(self) -> str:
        """The entry of the roll that this phone acts for."""
        seat = "Object.keys(localStorage).filter(k => k.endsWith('/seat')).map(k => localStorage[k])[0]"
        found: str = json.loads(await self.page.evaluate(seat))["member"]
        return found

    async def acts(self) -> list[dict[str, Any]]:
        kept = await self.page.evaluate(
            "Object.keys(localStorage).filter(k => k.includes('/act/')).map(k => localStorage[k])"
        )
        return [json.loads(one) for one in kept]

    async def kept(self, kind: str) -> dict[str, Any]:
        """What this phone keeps of its ballot, or of the one that it was tested with."""
        found = await self.page.evaluate(
            f"Object.keys(localStorage).filter(k => k.includes('/{kind}/')).map(k => localStorage[k])"
        )
        (one,) = found
        told: dict[str, Any] = json.loads(one)
        return told

    async def lock(self, option: str) -> None:
        """Choose, read it back, and have it encrypted."""
        await self.page.locator(f".choice[data-option={option}]:visible").click()
        await expect(self.page.locator(f".chosen[data-option={option}]")).to_be_visible()
        await self.seal()

    async def seal(self) -> None:
        """Have what was read back encrypted."""
        await self.page.locator("[data-do=seal]").click()
        await expect(self.page.locator("[data-do=cast]")).to_be_visible(timeout=60_000)

    async def follow(self, word: str) -> None:
        await self.page.get_by_role("link", name=self.phone[word], exact=True).first.click()

    async def sees(self, said: str, seconds: float = 20) -> None:
        await expect(visible(self.page, said.partition("{")[0].strip())).to_be_visible(timeout=seconds * 1000)

    async def look(self, name: str) -> None:
        """Is it accessible, large enough, and does nothing stick out; a picture is kept."""
        inspector = Inspector("secret")
        await inspector.look(self.page, f"{name}-{self.lang}", voter=True)
        assert inspector.findings == []


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
async def test_a_phone_votes_in_secret_and_gets_its_receipt(
    meeting: Meeting, browser: Browser, lang: Language
) -> None:
    async with serving(meeting.hall) as base:
        context = await phone(browser, lang)
        await context.add_init_script(OLD_ENGINE)
        voter = Voter(await context.new_page(), lang)
        cookies: list[str | None] = []

        async def watch(route: Route) -> None:
            cookies.append((await route.request.all_headers()).get("cookie"))
            await route.continue_()

        await context.route(re.compile("/ballots"), watch)
        await voter.arrive(meeting, base)
        poll = await meeting.open_poll()
        await voter.follow("vote")
        await voter.sees(voter.words["once"])
        await voter.look("choose")
        await voter.page.locator(".choice[data-option=for]:visible").click()
        await voter.look("review")
        await voter.page.locator("[data-do=seal]").click()
        await voter.sees(voter.words["scan"], 60)
        await voter.look("sealed")
        await voter.page.locator("[data-do=cast]").click()
        await voter.sees(voter.words["held"])
        await voter.look("held")
        await meeting.vote(poll, "for", "for", "against", "abstain", "for")
        await voter.sees(voter.words["received"])
        await voter.look("received")
        own = await voter.kept("ballots")
        assert (await meeting.poll(poll))["cast"] == 6
        running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
        assert running.record.blob(own["id"]) == own["body"].encode()
        stored = await voter.page.evaluate("Object.values(localStorage).join(' ')")
        assert '"for"' not in stored.replace('\\"', '"'), "what was chosen is not kept"
        assert cookies
        assert set(cookies) == {None}
        result = await meeting.finish(poll)
        assert [one["total"]["heads"] for one in result["options"]] == [4, 1, 1]
        await voter.sees(voter.words["archived"])
        await voter.look("archived")
        await voter.follow("back")
        await voter.sees(voter.words["archived"])
        await voter.look("over")
        await voter.follow("acts")
        await voter.look("acts")
        assert voter.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_other_key_holders_than_the_notice_names_are_told_of_before_the_vote(
    meeting: Meeting, browser: Browser, lang: Language
) -> None:
    async with serving(meeting.hall) as base:
        voter = Voter(await (await phone(browser, lang)).new_page(), lang)
        await voter.arrive(meeting, base)
        to_the_key = voter.page.locator("a[href$='/keys']:visible")
        await expect(to_the_key).to_have_count(0)  # of keys hears who holds one
        meeting.keepers = meeting.keepers[1:]
        members = [keeper.device.seat.member for keeper in meeting.keepers]
        await meeting.restart([*members, await voter.member()])
        await voter.sees(voter.words["key_make"])
        await expect(to_the_key).to_have_count(2)
        await meeting.restart(members)
        await expect(to_the_key).to_have_count(0)
        while any([await keeper.advance() for keeper in meeting.keepers]):
            pass
        await meeting.open_poll()
        await voter.follow("vote")
        await voter.sees(texts(lang)["booth"]["script"]["other-holders"])
        await voter.look("other-holders")
        await voter.lock("for")
        assert voter.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_phone_is_tested_before_a_second_device(
    meeting: Meeting, browser: Browser, lang: Language
) -> None:
    async with serving(meeting.hall) as base:
        voter = Voter(await (await phone(browser, lang)).new_page(), lang)
        second = Voter(await (await phone(browser, lang)).new_page(), lang)
        words = texts(lang)["booth"]["second"]
        await voter.arrive(meeting, base)
        poll = await meeting.open_poll()
        await voter.follow("vote")
        await voter.lock("against")
        await second.page.goto(await read_code(voter.page))
        await second.sees(words["waiting"])
        await second.look("second-waiting")
        hash_shown = await voter.page.locator(".hash:visible").inner_text()
        assert await second.page.locator(".hash:visible").inner_text() == hash_shown
        await voter.page.locator("[data-do=test]").click()
        await voter.look("sure")
        await voter.page.locator("[data-do=keep]").click()
        await voter.page.locator("[data-do=test]").click()
        await voter.page.locator("[data-do=spoil]").click()
        await second.sees(words["good"], 60)
        await expect(second.page.locator(".decision:visible")).to_have_text(
            {"zh": "反对", "en": "Against"}[lang]
        )
        await second.look("second-good")
        await voter.sees(voter.words["tested"])
        await voter.look("tested")
        await voter.lock("for")
        assert await voter.page.locator(".hash:visible").inner_text() != hash_shown
        await voter.page.locator("[data-do=cast]").click()
        await meeting.vote(poll, "for", "for", "for", "for")
        await voter.sees(voter.words["received"])
        found = await meeting.poll(poll)
        assert (found["cast"], found["box"]["spoiled"]) == (5, 1)
        await second.page.route("**/spoiled*", lie)
        await second.page.reload()
        await second.sees(words["wrong"], 60)
        await second.look("second-wrong")
        assert voter.errors + second.errors == []


async def lie(route: Route) -> None:
    """A service that says that another choice was encrypted."""
    told = await (await route.fetch(url=route.request.url.replace("hall.example", "127.0.0.1"))).json()
    await route.fulfill(json=told | {"choice": [[1, 0, 0]]})


async def read_code(page: Page) -> str:
    """What a scanner reads from the picture on a page."""
    path = ARTEFACTS / "code.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.locator(".code-picture:visible").screenshot(path=path)
    return (await asyncio.to_thread(scan, path)).strip()


def scan(path: Path) -> str:
    """What another program reads from a picture."""
    command = [require("zbarimg"), "-q", "--raw", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


async def test_a_ballot_is_recorded_once_over_a_bad_line_and_a_reload(
    meeting: Meeting, browser: Browser
) -> None:
    async with serving(meeting.hall) as base:
        context = await phone(browser)
        voter = Voter(await context.new_page())
        await (await context.new_cdp_session(voter.page)).send("Emulation.setCPUThrottlingRate", {"rate": 6})
        await voter.arrive(meeting, base)
        poll = await meeting.open_poll()
        await voter.follow("vote")
        await voter.lock("for")
        await context.route("**/ballots", lambda route: route.abort())
        await voter.page.locator("[data-do=cast]").click()
        await voter.sees(voter.words["sending"])
        before = await voter.kept("ballots")
        await context.unroute("**/ballots")
        await lossy(context)
        await voter.page.reload()
        await meeting.vote(poll, "for", "for", "for", "for")
        await voter.sees(voter.words["received"], 60)
        after = await voter.kept("ballots")
        assert after["body"] == before["body"]
        assert (await meeting.poll(poll))["cast"] == 5


async def test_marks_blank_ballots_and_grades_in_secret(hall: Hall, browser: Browser) -> None:
    meeting = Meeting(hall)
    await meeting.gather(FORMS)
    async with serving(hall) as base:
        voter = Voter(await (await phone(browser)).new_page())
        await voter.arrive(meeting, base)
        board = await meeting.open_poll(0)
        await voter.follow("vote")
        await voter.page.locator("[data-do=abstain]:visible").click()
        await voter.seal()
        await voter.page.locator("[data-do=cast]").click()
        await voter.sees(voter.words["held"])
        await meeting.vote(board, ["2", "li"], ["2"], ["li", "1"], ["2", "1"], [])
        await voter.sees(voter.words["received"])
        await meeting.finish(board)
        assert await meeting.totals(board) == ((2, 3, 2, 2),)

        grades = await meeting.open_poll(1)
        await voter.page.evaluate("poll => void (location.hash = `#poll/${poll}`)", grades)
        section = voter.page.locator("section[data-option='1']:visible")
        await section.get_by_role("radio", name="优秀").click()
        await voter.page.locator("[data-do=review]:visible").click()
        await voter.seal()
        await voter.page.locator("[data-do=cast]").click()
        worst = {"2": 0, "li": 1, "1": 2}
        await meeting.vote(grades, worst, worst, worst, worst, {})
        await voter.sees(voter.words["received"])
        await meeting.finish(grades)
        assert await meeting.totals(grades) == ((4, 0, 0, 0), (0, 4, 0, 0), (0, 0, 4, 1))
        assert voter.errors == []


async def test_after_a_void_poll_the_phone_offers_anew_and_votes(meeting: Meeting, browser: Browser) -> None:
    async with serving(meeting.hall) as base:
        voter = Voter(await (await phone(browser)).new_page())
        await voter.arrive(meeting, base)
        first = await meeting.open_poll()
        await meeting.chair.act(acts.VoidPoll, poll=first, reason="重新表决")
        election = (await meeting.asked())["election"]

        async def offered() -> bool:
            told = [one for one in await voter.acts() if one["kind"] == "credential.offer"]
            return [one["state"] for one in told if one["about"]["election"] == election] == ["received"]

        await eventually(offered)
        for one in meeting.phones:
            await one.offer(election)
        poll = await meeting.open_poll()
        assert (await meeting.poll(poll))["box"]["issued"] == 6
        await voter.page.evaluate("poll => void (location.hash = `#poll/${poll}`)", poll)
        await voter.lock("for")
        await voter.page.locator("[data-do=cast]").click()
        await meeting.vote(poll, "for", "for", "for", "for")
        await voter.sees(voter.words["received"])


FORGERIES = {
    "election": lambda told: told | {"election": told["election"].replace("补助", "罚款")},
    "trustees": lambda told: told | {"trustees": told["trustees"].replace('"threshold":2', '"threshold":1')},
    "credentials": lambda told: told | {"credentials": json.dumps([str(number) for number in (2, 3)])},
    "holders": lambda told: told | {"accepted": [told["accepted"][0]] * 3},
    "device": lambda told: told | {"opened": told["opened"] | {"device": told["accepted"][1]["device"]}},
    "notice": lambda told: told | {"notice": told["notice"].replace('"threshold":2', '"threshold":1')},
    "setup": lambda told: told | {"setup": told["opened"]["act"]},
    "receipt": lambda told: told | {"setup": told["setup"].replace("\nindex ", "\nindex 1")},
}


@pytest.mark.parametrize("part", FORGERIES)
async def test_a_dishonest_setup_is_not_voted_in(meeting: Meeting, browser: Browser, part: str) -> None:
    async def forge(route: Route) -> None:
        told = await (await route.fetch(url=route.request.url.replace("hall.example", "127.0.0.1"))).json()
        await route.fulfill(json=FORGERIES[part](told))

    async with serving(meeting.hall) as base:
        voter = Voter(await (await phone(browser)).new_page())
        await voter.page.route("**/setup", forge)
        await voter.arrive(meeting, base)
        poll = await meeting.open_poll()
        await voter.page.evaluate("poll => void (location.hash = `#poll/${poll}`)", poll)
        await voter.sees(voter.words["bad"])
        await expect(voter.page.locator(".choice:visible")).to_have_count(0)
        if part == "election":
            await voter.look("bad")
        assert voter.errors == []


async def test_a_credential_that_was_left_out_is_objected_to(
    meeting: Meeting, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    honest = boxes._credential  # the service is made dishonest

    def leave_out(opening: Any) -> str:
        found = honest(opening)
        if found in known:
            return found
        left.append(found)
        return credentials.public(credentials.secret(credentials.new_code(), "anybody"))

    async with serving(meeting.hall) as base:
        voter = Voter(await (await phone(browser)).new_page())
        await voter.arrive(meeting, base)
        known = {mine.public for one in meeting.phones for mine in one.credentials.values()}
        monkeypatch.setattr(boxes, "_credential", leave_out)
        poll = await meeting.open_poll()
        assert len(left) == 1
        await voter.page.evaluate("poll => void (location.hash = `#poll/${poll}`)", poll)
        await voter.sees(voter.words["omitted"])
        await expect(voter.page.locator(".choice:visible")).to_have_count(0)
        await voter.look("omitted")

        async def objected() -> bool:
            return bool((await meeting.poll(poll))["box"]["objections"] == 1)

        await eventually(objected)
        await voter.page.reload()
        await voter.sees(voter.words["omitted"])
        objections = [one for one in await voter.acts() if one["kind"] == "credential.object"]
        assert [one["state"] for one in objections] == ["received"]
