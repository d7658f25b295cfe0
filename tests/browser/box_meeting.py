"""One meeting over a ballot box with three locks, stage by stage. Each stage leaves pictures."""

import asyncio
import re
from typing import Any

from playwright.async_api import BrowserContext, Page, Route, expect

from tests.actors import both, question
from tests.browser.box import PASSPHRASE, WRONG, KeyHolder, SecondDevice, Voter, scanned
from tests.browser.hall import Hall
from tests.browser.inspector import Inspector
from tests.browser.people import OPTIONS, Desk, Human, Officer, Representative, Screen
from tests.browser.service import PEOPLE as FEW
from tests.client.browser import OLD_ENGINE
from web.people.drafts import DraftItem
from web.people.register import Entry
from web.texts import LANGUAGES, Language, texts

PEOPLE = (
    *FEW,
    Entry(name="孙丽华", building="2号楼", unit="2单元"),
    Entry(name="Maria Rossi", building="4号楼", unit="3单元"),
)
"""Eight representatives; one of them supervises as well."""
VOTES: dict[str, tuple[Language, str]] = {
    "吴建国": ("en", "for"),
    "欧阳慧敏": ("zh", "for"),
    "赵晚来": ("zh", "against"),
    "Ann Smith": ("en", "for"),
    "李秀英": ("zh", "for"),
    "王建国": ("zh", "abstain"),
    "孙丽华": ("zh", "for"),
    "Maria Rossi": ("en", "against"),
}
"""What language each reads, and how they vote: five for, two against, one abstains."""
OLD, TESTER = "王建国", "李秀英"
"""Whose phone is old, and who tests theirs."""
STANDINGS = (5, 2, 1)
MAJORITY: dict[Language, str] = {
    "zh": "实到 8，同意 5 > 1/2（4）：达到通过要求",
    "en": "5 for > 1/2 of 8 present (4): majority reached",
}
AGENDA = (
    DraftItem(
        "aid",
        both("困难补助", "Hardship allowance"),
        both("三号楼一户人家申请困难补助。", "A family of building 3 asks for a hardship allowance."),
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


class BoxMeeting:
    """A meeting of a chair, a supervisor, three key holders, eight phones and two screens.

    Attributes:
        holders: the chair, the supervisor, and the desk officer, who has only a phone, and loses it.
        voters: by name.
        sent: what key holders' browsers have sent.
    """

    chair: Officer
    supervisor: Officer
    screen: Screen
    screen_en: Screen
    holders: list[KeyHolder]
    voters: dict[str, Voter]
    paper: str
    tested: str

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.service = hall.service
        self.inspector = Inspector("box")
        self.sent: list[str] = []

    async def show(self, stage: str, *people: Human) -> None:
        """Look at what these people see."""
        await asyncio.gather(*(self._look(stage, one) for one in people))

    async def _look(self, stage: str, one: Human) -> None:
        size = one.page.viewport_size
        name = f"{stage}-{one.name}" if one.is_voter else f"{stage}-{one.name}-{size and size['width']}"
        await self.inspector.look(one.page, name, voter=one.is_voter, whole=one.scrolls)

    async def state(self) -> dict[str, Any]:
        """What everybody may see of the hearing."""
        address = f"{self.service.base}/api/h/{self.service.prepared.hearing}"
        found: dict[str, Any] = await (await self.chair.page.request.get(address)).json()
        return found

    async def poll(self) -> dict[str, Any]:
        """What everybody may see of its one poll."""
        found: dict[str, Any] = (await self.state())["polls"][0]
        return found

    # Keys

    async def gather(self) -> None:
        """The chair and the supervisor at laptops, the desk officer with a phone."""
        self.chair = await self.hall.officer("周敏", "chair")
        self.supervisor = await self.hall.officer("吴建国", "supervisor", "en")
        self.holders = [
            self._holder(await self.chair.page.context.new_page()),
            self._holder(await self.supervisor.page.context.new_page(), "en"),
            await self._on_a_phone(),
        ]
        self.screen, self.screen_en = await self.hall.screens(self.chair)
        for one in self.holders:
            one.page.context.on("request", lambda sent: self.sent.append(sent.url + (sent.post_data or "")))
        await asyncio.gather(*(one.arrive() for one in self.holders))

    def _holder(self, page: Page, lang: Language = "zh") -> KeyHolder:
        return KeyHolder(page, lang, self.service.page("keys"))

    async def _on_a_phone(self) -> KeyHolder:
        """The desk officer's phone."""
        page = await (await self.hall.phone()).new_page()
        await Representative(page).join(self.service.card("郑小燕"), role="role-desk")
        await expect(page.get_by_text(texts("zh")["desk"]["page"]["key"])).to_be_visible()
        return self._holder(page)

    async def make_keys(self) -> None:
        """Each makes a key; the rest goes on by itself until there is something to accept."""
        first, second, third = self.holders
        await self.show("1-make", *self.holders)
        await self.chair.expects("3 位里 0 位做好了钥匙")
        await first.make_key()
        await first.expects("还在等")
        await first.sheet()
        await self.show("2-sheet", first)
        await first.print_sheet(self.inspector.folder / "2-sheet-printed.png")
        await first.press(first.words["hide_sheet"])
        await self._begin_again()  # what was made before counts no more; the seed and its sheet stay
        await self.chair.expects("3 位里 1 位做好了钥匙")
        await second.make_key()
        await self.chair.expects("3 位里 2 位做好了钥匙")
        await self.show("3-waiting", first, second, self.chair, self.supervisor)
        await third.make_key()
        for one in self.holders:  # the rest goes on by itself; then pages stand still
            await expect(one.button(one.words["accept"])).to_be_visible()
        self.paper = await third.sheet()
        await self.show("4-sheet", third)
        await third.press(third.words["hide_sheet"])
        await self.show("4-accept", *self.holders)
        for one in self.holders:
            await one.accept()
        for one in self.holders:
            await one.expects(one.says["step-ready"])
        await self.chair.expects(self.chair.says["keys-ready"])
        await self.show("5-ready", *self.holders, self.chair)

    async def _begin_again(self) -> None:
        """The chair has the keys made anew, by the same three, and the supervisor agrees."""
        await self.chair.press(self.chair.words["keys_again"])
        await self.chair.press(self.chair.words["keys_more"])
        await self.chair.expects("3 位里 3 位能开")
        for _ in range(2):  # never so few that two groups could open
            await self.chair.press(self.chair.words["keys_fewer"])
            await self.chair.expects("3 位里 2 位能开")
        await self.show("2-restart", self.chair)
        await self.chair.press(self.chair.words["keys_restart"])
        await self.chair.answer(self.chair.says["do-restart"], reason="先前写错的理由")
        await self.supervisor.expects("先前写错的理由")
        await self.chair.press(self.chair.words["keys_again"])
        await self.chair.press(self.chair.words["keys_restart"])
        await self.chair.expects(self.chair.says["restart-replaces"])
        await self.chair.answer(self.chair.says["do-restart"], reason="换了一位保管人的电脑")
        await expect(self.chair.button(self.chair.words["keys_restart"])).to_be_hidden()
        await self.chair.expects("3 位里 2 位能开），等监督员会签")
        await self.supervisor.expects("3 hold a key each; 2 together open it")
        await self.supervisor.expects("换了一位保管人的电脑")
        await expect(self.supervisor.page.get_by_text("先前写错的理由")).to_have_count(0)
        await self.show("2-restart-waits", self.chair, self.supervisor)
        await self.supervisor.step("cosign")
        await expect(self.chair.page.get_by_text("等监督员会签")).to_have_count(0)

    # Voting

    async def people_check_in(self) -> None:
        """Eight scan their cards, type the code on the screen, and offer credentials without a word."""
        await self.chair.step("open")
        self.voters = dict(zip(VOTES, await asyncio.gather(*map(self._arrives, VOTES)), strict=True))
        await self.screen.counts(".attendance", "8/8")
        await asyncio.gather(*(one.offered() for one in self.voters.values()))

    async def _arrives(self, name: str) -> Voter:
        lang, _ = VOTES[name]
        context = await self.hall.phone(lang)
        if name == OLD:
            await context.add_init_script(OLD_ENGINE)
        voter = Voter(await context.new_page(), lang, str(1 + list(VOTES).index(name)))
        await voter.join(self.service.card(name))
        old = await voter.page.evaluate(
            "typeof EventSource === 'undefined' && typeof Object.hasOwn === 'undefined'"
        )
        assert old == (name == OLD)
        await voter.check_in(await self.screen.code())
        return voter

    async def people_vote(self) -> None:
        """Five ballots enter together; who comes later waits with others until the close."""
        await self.chair.step("call")
        await self.chair.step("poll")
        await self.screen.expects(self.screen.words["secret"])
        await self.chair.expects("已投 0 张票")
        await asyncio.gather(*(self._reads_the_ballot(one) for one in self.voters.values()))
        await self.show("6-choose", *self.voters.values())
        await self._tests_a_phone()
        await asyncio.gather(*(self._locks(name) for name in VOTES if name != TESTER))
        await self.show("6-locked", *self.some)
        first, last = list(VOTES)[:4], list(VOTES)[4:]
        await asyncio.gather(*(self._casts(name) for name in first))
        await self.chair.expects("4 张正等着")
        await self.show("6-waiting", self.screen, self.screen_en, self.chair, self.voters[first[0]])
        await asyncio.gather(*(self._casts(name) for name in last))
        await self.screen.counts(".poll", "8/8")
        for one in self.voters.values():
            await one.expects(one.booth["received"], one.booth["proves"])
        await self.show("6-received", *self.some)

    @property
    def some(self) -> list[Voter]:
        """One phone of each language, the old one, and the one that was tested."""
        return [self.voters[name] for name in ("Ann Smith", "孙丽华", OLD, TESTER)]

    async def _reads_the_ballot(self, voter: Voter) -> None:
        """It comes without being asked for; the phone verifies the box before anything can be chosen."""
        await voter.expects(voter.words["vote"])
        await voter.follow(voter.words["vote"])
        await voter.expects(voter.booth["once"])

    async def _locks(self, name: str) -> None:
        await self.voters[name].lock(VOTES[name][1])

    async def _casts(self, name: str) -> None:
        voter = self.voters[name]
        await voter.cast()
        await expect(
            voter.sees(voter.booth["held"]).or_(voter.sees(voter.booth["received"])).first
        ).to_be_visible()

    async def _tests_a_phone(self) -> None:
        """Two others look on, each with a phone of their own and in their own language."""
        voter = self.voters[TESTER]
        others = [SecondDevice(await (await self.hall.phone(lang)).new_page(), lang) for lang in LANGUAGES]
        await voter.choose("against")
        await self.show("7-review", voter)
        await voter.seal()
        self.tested = await voter.hash.inner_text()
        read = await scanned(voter.page.locator(".code-picture:visible"))
        for one in others:
            await one.page.goto(read)
            await one.expects(one.second["waiting"])
            assert await one.hash.inner_text() == self.tested
        await voter.press(voter.booth["test"])
        await voter.expects(voter.booth["sure"])
        await self.show("7-sure", voter, *others)
        await voter.press(voter.booth["keep"])
        await voter.spoil()
        await voter.expects(voter.booth["tested"])
        for one in others:
            await one.expects(one.second["good"], one.second["void"])
            await expect(one.page.locator(".decision:visible")).to_have_text(OPTIONS[one.lang]["against"])
        await self.show("7-tested", voter, *others)
        await voter.lock(VOTES[TESTER][1])
        assert await voter.hash.inner_text() != self.tested
        for one in others:
            await one.page.context.close()

    # Opening

    async def box_is_opened(self) -> None:
        """With two keys of three: the chair's, and one that a sheet of paper has brought back."""
        await self.chair.step("close")
        await self.screen.expects("{need} 位里已有 0 位".replace("{need}", "2"))
        fingerprint = await self.screen.fingerprint()
        chair, supervisor, lost = self.holders
        await chair.expects(chair.words["compare"])
        await self.show("8-asked", *self.holders, self.chair, self.supervisor, self.screen, self.screen_en)
        await self._sees_a_false_record(supervisor)
        await chair.open_box(fingerprint)
        await chair.expects("您已经用过您的钥匙")
        await self.screen.expects("2 位里已有 1 位")
        await self.show("8-half", chair, self.chair, self.screen, self.screen_en)
        found = await self._from_paper(lost)
        self.holders[2] = found
        await found.open_box(fingerprint, restored=True)
        await self.screen.expects("✓ 通过")
        for one in (found, supervisor):
            await one.expects(one.says["poll-opened"])

    async def _sees_a_false_record(self, one: KeyHolder) -> None:
        """A service that hands out another record than it has signed gets nothing from this page."""

        async def altered(route: Route) -> None:
            answer = await route.fetch()
            body = bytearray(await answer.body())
            at = body.index(b"encrypted_tally")
            body[at + 20] ^= 1
            await route.fulfill(response=answer, body=bytes(body))

        await one.page.route(re.compile(r"\.zip$"), altered)
        await one.page.reload()
        await one.expects(one.words["faults"])
        await expect(one.button(one.words["open"])).to_have_count(0)
        await self.show("8-faults", one)
        await one.page.unroute_all()
        await one.press(one.words["try_again"])
        await one.expects(one.words["compare"])

    async def _from_paper(self, lost: KeyHolder) -> KeyHolder:
        """The desk officer's phone is gone: two officers end it, the card makes another one theirs.

        The backup sheet brings the key back.
        """
        desk = Desk(await self.chair.page.context.new_page(), "zh")
        await desk.page.goto(self.service.page("desk"))
        await desk.page.get_by_label(desk.words["search"]).fill("郑小燕")
        await desk.page.get_by_role("button", name=desk.says["lost-name"].format(name="郑小燕")).click()
        await desk.expects(desk.says["says-lost-key"])
        await desk.answer(desk.says["do-lost"], reason="手机掉进了水里")
        await self.supervisor.expects("手机掉进了水里")
        await self.supervisor.step("cosign")
        await expect(self.supervisor.page.get_by_text("手机掉进了水里")).to_have_count(0)
        await lost.expects(lost.words["ended_how"])
        await expect(lost.button(lost.words["open"])).to_be_hidden()
        await lost.page.context.close()
        found = await self._on_a_phone()
        await found.page.goto(self.paper)
        await found.expects(found.words["restore_how"])
        assert "#" not in found.page.url
        await self.show("9-restore", found)
        await found.restore(WRONG, found.says["trouble-passphrase"])
        await found.restore(PASSPHRASE, found.words["compare"])
        return found

    # The result

    async def result_is_seen(self) -> None:
        """On screens, console, key holders' pages and all eight phones, each of which finds its ballot."""
        await self.screen.expects(MAJORITY["zh"])
        await self.screen_en.expects("✓ Passed", MAJORITY["en"])
        await self.chair.expects(MAJORITY["zh"])
        for one in self.voters.values():
            passed = one.says["decision-passed"]
            await one.expects(one.booth["archived"], passed, MAJORITY[one.lang])
            await one.follow(one.words["back"])
            await one.expects(one.booth["archived"], passed)
            await one.keeps_no_choice()
        result = (await self.poll())["result"]
        assert tuple(one["total"]["heads"] for one in result["options"]) == STANDINGS
        await self.show("10-result", self.screen, self.screen_en, self.chair, self.supervisor)
        await self.show("10-result", *self.holders[1:], *self.voters.values())
        for one in self.some[:2]:
            await one.follow(one.words["acts"])
            await one.expects(one.says["act-presence.in"])
        await self.show("10-acts", *self.some[:2])
        for one in self.some[:2]:
            await one.follow(one.words["back"])

    async def strangers_read(self) -> None:
        """What the public page says of the box, on a phone and on a computer, with its archive."""
        contexts: dict[Language, BrowserContext] = {
            "zh": await self.hall.phone(),
            "en": await self.hall.desktop(lang="en"),
        }
        for lang, context in contexts.items():
            page = await context.new_page()
            await page.goto(self.service.page())
            told: dict[str, str] = texts(lang)["public"]["box"]
            await expect(page.get_by_text(MAJORITY[lang])).to_be_visible()
            await page.get_by_text(told["title"]).click()
            await expect(page.get_by_role("heading", name=told["why"])).to_be_visible()
            await self.inspector.look(page, f"11-public-{lang}")

    async def meeting_ends(self) -> None:
        """Minutes, and the last entry."""
        await self.chair.step("minutes")
        await self.chair.step("adjourn")
        await self.screen.expects(self.screen.words["adjourned"])
        for one in self.voters.values():
            await one.expects(one.words["adjourned"])
