"""One meeting, stage by stage, as its people live it at their browsers. Each stage leaves pictures."""

import asyncio
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.hall import Hall, slow
from tests.browser.inspector import Inspector
from tests.browser.people import Desk, Human, Officer, Representative, Screen
from tests.client.browser import OLD_ENGINE, lossy
from web.actors.participants import Phone

RUDE = "你们就是不想让大家好过！"
KIND = "早市方便老人买菜，盲道一定要留出来。"
ENGLISH = "Please keep the fire lane clear, and sweep before nine."
MAJORITY = {
    "zh": "实到 5，同意 3 > 1/2（2½）：达到通过要求",
    "en": "3 for > 1/2 of 5 present (2½): majority reached",
}
"""Why the first motion has passed, written out."""


class Meeting:
    """A meeting of a chair, a supervisor, a desk, three phones, two scripted voters and two screens.

    Args:
        hall: where it takes place.
        magnified: the browser of somebody who reads text at 200 %.
        inspector: looks at every page.

    Attributes:
        first: 李秀英, by an address that is no secure context; she loses her phone.
        poor: 王建国, whose phone is slow and whose network loses 60 % of requests.
        large: Ann Smith, in English at 200 %.
    """

    chair: Officer
    supervisor: Officer
    desk: Desk
    screen: Screen
    screen_en: Screen
    first: Representative
    poor: Representative
    large: Representative
    script: list[Phone]

    def __init__(self, hall: Hall, magnified: Browser, inspector: Inspector) -> None:
        self.hall = hall
        self.service = hall.service
        self._magnified = magnified
        self._inspector = inspector

    async def show(self, stage: str, *people: Human) -> None:
        """Look at what these people see."""
        await asyncio.gather(
            *(
                self._inspector.look(one.page, f"{stage}-{one.name}", voter=one.is_voter, whole=one.scrolls)
                for one in people
            )
        )

    @property
    def phones(self) -> tuple[Representative, ...]:
        return self.first, self.poor, self.large

    async def poll(self, number: int = 0) -> dict[str, Any]:
        """The public state of a poll."""
        found: dict[str, Any] = (await self.script[0].state())["polls"][number]
        return found

    # Arriving

    async def officers_arrive(self) -> None:
        """With their cards, at laptops and a tablet; the chair puts the screen up."""
        self.chair, self.supervisor, self.desk = await asyncio.gather(
            self.hall.officer("周敏", "chair"),
            self.hall.officer("吴建国", "supervisor", "en"),
            self.hall.desk("郑小燕"),
        )
        self.screen, self.screen_en = await self.hall.screens(self.chair)
        await self.screen.expects("请准备好您的听证卡")
        await self.screen_en.expects("Please have your card ready")
        await self.desk.expects(self.desk.words["early"])
        await self.chair.expects(self.chair.says["says-open"])
        await self.supervisor.expects(self.supervisor.says["says-wait"])
        await self.show("01-before", self.screen, self.screen_en, self.chair, self.supervisor)

    async def people_check_in(self) -> None:
        """Two by the code on the screen, one at the desk, two by script."""
        await self.chair.step("open")
        await self.screen.code()
        await self.screen_en.code()
        await self.show("02-opened", self.screen, self.screen_en)
        await asyncio.gather(
            self._arrives(), self._arrives_on_a_poor_phone(), self._arrives_with_large_text()
        )
        self.script = [await self.hall.scripted(name) for name in ("欧阳慧敏", "赵晚来")]
        for one in self.script:
            await one.check_in(await self.screen.code())
        await self.screen.counts(".attendance", "5/6")
        await self.supervisor.step("cosign")
        await self.supervisor.expects("Cosigned: Supervisor")
        await self.show("02-present", self.screen, self.desk)

    async def _arrives(self) -> None:
        self.first = await self.hall.representative("李秀英", base=self.service.insecure)
        assert await self.first.page.evaluate("[isSecureContext, typeof crypto.subtle]") == [
            False,
            "undefined",
        ]
        await self.first.expects(self.first.words["arrive"])
        await self.show("02-arrive", self.first)
        await self.first.check_in(await self.screen.code())
        await self.show("02-here", self.first)

    async def _arrives_on_a_poor_phone(self) -> None:
        context = await self.hall.phone()
        await lossy(context)
        self.poor = Representative(await context.new_page())
        await slow(self.poor.page)
        await self.poor.join(self.service.card("王建国"))
        await self.poor.expects(self.poor.words["arrive"])
        late, here = self.poor.sees("签到数字不对或已过期"), self.poor.sees(self.poor.words["here"])
        while not await here.is_visible():  # a code lives for a minute or so, and its way may take as long
            await self.poor.enter_code(await self.screen.code())
            await expect(here.or_(late).first).to_be_visible()

    async def _arrives_with_large_text(self) -> None:
        context = await self.hall.phone("en", self._magnified)
        self.large = Representative(await context.new_page(), "en")
        self.large.name = "phone-en-200"
        await self.large.page.goto(self.service.card("Ann Smith"))
        await self.large.expects("Is this your meeting?")
        size = await self.large.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size == 2 * 20
        await self.show("02-join", self.large)
        await self.large.take_seat()
        await self.large.expects("Please check in")
        await self.show("02-arrive", self.large)
        await self.desk.check_in("Ann Smith")
        await self.large.expects("You were checked in at the desk")

    # Discussing

    async def item_is_discussed(self) -> None:
        """Comments, one of them hidden with a reason."""
        await self.chair.step("call")
        await self.script[0].comment("stalls", RUDE)
        await self.chair.hide(RUDE, "人身攻击")
        await self.chair.expects("已隐藏：人身攻击")
        await self.first.open_item()
        await self.first.comment(KIND)
        await self.first.expects("主持人已隐藏，理由：人身攻击")
        await expect(self.first.page.get_by_text(RUDE)).to_have_count(0)
        await self.large.open_item()
        await self.large.comment(ENGLISH)
        await self.chair.expects(KIND, ENGLISH)
        await self.show("03-item", self.first, self.large, self.chair, self.screen, self.screen_en)
        await self.first.back()
        await self.large.back()

    async def floor_is_given(self) -> None:
        """One asks to speak, is called, and says when they have finished."""
        await self.first.press(self.first.words["ask"])
        await self.first.expects("您已申请发言，排在第 1 位")
        await self.chair.expects("李秀英")
        await self.show("04-queue", self.chair)
        await self.chair.step("give")
        await self.screen.expects("李*", self.screen.words["has_the_floor"])
        await self.first.expects(self.first.words["done"])
        await self.show("04-floor", self.screen, self.screen_en, self.first)
        await self.first.press(self.first.words["done"])
        await expect(self.first.button(self.first.words["ask"])).to_be_visible()

    # The first poll: sealed

    async def poll_opens(self) -> None:
        """Phones show it without being touched."""
        for one in self.phones:
            await one.page.evaluate("window.neverReloaded = true")
        await self.chair.step("poll")
        for one in self.phones:
            await one.expects(one.words["open"], one.words["vote"])
            assert await one.page.evaluate("window.neverReloaded")
        await self.screen.counts(".poll", "0/5")
        await self.screen_en.counts(".poll", "0/5")
        await self.show("05-open", self.first, self.screen, self.screen_en)

    async def people_vote(self) -> None:
        """One changes their mind; a poor phone is reloaded, and opened twice, while its ballot travels."""
        poll = (await self.poll())["id"]
        await asyncio.gather(
            self._changes_their_mind(),
            self._votes_on_a_poor_phone(),
            self._votes_with_large_text(),
            self.script[0].vote(poll, "for"),
            self.script[1].vote(poll, "abstain"),
        )
        await self.screen.counts(".poll", "5/5")
        assert (await self.poll())["cast"] == 5
        await self.show("06-poll", self.chair, self.supervisor)

    async def _changes_their_mind(self) -> None:
        one = self.first
        await one.follow(one.words["vote"])
        await self.show("06-poll", one)
        await one.choose("against")
        await self.show("06-review", one)
        await one.follow(one.words["again"])
        await one.vote("against")
        await one.vote("for")
        await self.show("06-voted", one)

    async def _votes_on_a_poor_phone(self) -> None:
        one = self.poor
        await one.follow(one.words["vote"])
        await one.choose("for")
        await one.confirm()
        await one.page.reload()
        other = Representative(await one.page.context.new_page())
        await slow(other.page)
        await other.page.goto(one.page.url)
        await asyncio.gather(one.has_voted("for"), other.has_voted("for"))
        await other.page.close()

    async def _votes_with_large_text(self) -> None:
        one = self.large
        await one.follow("Vote")
        await self.show("06-poll", one)
        await one.choose("against")
        await self.show("06-review", one)
        await one.confirm()
        await one.has_voted("against")

    async def result_is_published(self) -> None:
        """Each phone looks for its own ballot among those published, and says that it counts."""
        await self.chair.step("close")
        await self.screen.expects(self.screen.words["closed"])
        await self.show("07-closed", self.screen)
        await self.supervisor.step("cosign")
        await self.chair.expects(self.chair.says["close-cosigned"])
        await self.show("07-closed", self.supervisor)
        await self.chair.step("publish")
        await self.screen.expects("✓ 通过", MAJORITY["zh"])
        await self.screen_en.expects("✓ Passed", MAJORITY["en"])
        for one in self.phones:
            await one.expects(one.words["counted"], MAJORITY[one.lang])
            await one.back()
        await self.chair.expects(MAJORITY["zh"])
        await self.show("07-result", self.screen, self.screen_en, self.chair, self.first, self.large)
        await self.fingerprints_agree("result")

    async def fingerprints_agree(self, moment: str) -> str:
        """What the screen shows is what every phone has worked out for itself."""
        shown = await self.screen.fingerprint()
        for one in self.phones:
            await one.expects(one.says[f"moment-{moment}"])
            await expect(one.page.locator(".print code")).to_contain_text(shown[-5:])
            assert await one.fingerprint() == shown
        return shown

    # A lost phone, and a show of hands

    async def lost_phone_is_replaced(self) -> None:
        """Two officers end it; the card makes an old phone its owner's."""
        async with self.supervisor.page.context.expect_page() as opened:
            await self.supervisor.follow("Desk")
        second = Desk(await opened.value, "en")
        await self.desk.report_lost("李秀英", "手机丢在公交车上")
        await second.expects("Reason: 手机丢在公交车上")
        await self.show("08-lost", self.desk, second)
        await second.agree()
        await expect(second.button(second.words["sign"])).to_be_hidden()
        await self.first.page.reload()
        await self.first.expects(self.first.words["replaced"])
        await expect(self.first.button(self.first.words["ask"])).to_have_count(0)
        await self.show("08-replaced", self.first)
        context = await self.hall.phone()
        await context.add_init_script(OLD_ENGINE)
        self.first = Representative(await context.new_page())
        await self.first.join(self.service.card("李秀英", self.service.insecure))
        assert (
            await self.first.page.evaluate("[typeof EventSource, typeof Object.hasOwn]") == ["undefined"] * 2
        )
        await self.first.expects(self.first.words["here"])

    async def hands_are_shown(self) -> None:
        """A live poll: counts are seen at once. The old phone has no live stream, and asks."""
        await self.chair.step("call")
        await self.chair.step("poll")
        for one in (self.first, self.large):
            await one.expects(one.words["vote"])
            await one.follow(one.words["vote"])
            await one.expects(one.says["sees-live"])
            await one.vote("for")
        poll = (await self.poll(1))["id"]
        for player in self.script:
            await player.vote_openly(poll, "against")
        await self.screen.counts(".poll", "4/5")
        await self.screen_en.counts(".poll", "4/5")
        await self.show("09-live", self.screen, self.screen_en)
        await self.chair.expects("还没有投的 1 人")
        await self.chair.step("close")
        await self.chair.step("publish")
        await self.screen.expects("✕ 未通过")
        await self.screen_en.expects("✕ Not passed")
        for one in (self.first, self.large):
            await one.expects(one.words["counted"], one.says["decision-rejected"])
            await one.back()
        await self.show("09-rejected", self.screen, self.screen_en)

    async def meeting_ends(self) -> str:
        """The last items are heard, the minutes published; everybody sees the same last fingerprint."""
        chair = self.chair
        await chair.step("call")
        await chair.expects(chair.words["secret"])
        await chair.step("call")
        await chair.expects(chair.says["says-minutes"])
        await expect(chair.page.locator("#draft")).to_contain_text("未通过")
        await chair.page.get_by_label(chair.words["remarks"]).fill("会议由居务监督委员会全程监督。")
        await self.show("10-minutes", chair)
        await chair.step("minutes")
        await chair.step("adjourn")
        await self.screen.expects(self.screen.words["adjourned"])
        shown = await self.fingerprints_agree("adjourned")
        await chair.expects(shown)
        await self.first.expects(self.first.words["adjourned"])
        await expect(self.first.button(self.first.words["ask"])).to_have_count(0)
        await self.show("10-end", self.screen, self.screen_en, chair, self.supervisor, self.first)
        return shown
