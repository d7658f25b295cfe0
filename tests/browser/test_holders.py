"""Three key holders in three browsers make the keys of a secret vote, and open its box; one of them loses the phone."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.actors import both, open_hall, question
from tests.browser.hall import Hall, open_doors
from tests.browser.inspector import Inspector
from tests.browser.people import Desk, Human, Representative
from tests.browser.service import PEOPLE, Prepared, Service, serving
from voting.presets import preset
from voting.questions import MOTION_OPTIONS, Question
from voting.secret import fill
from web.actors.participants import Phone
from web.people.drafts import DraftItem
from web.texts import Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.timeout(900)]

VOTERS = ("吴建国", "欧阳慧敏", "赵晚来", "Ann Smith", "李秀英", "王建国")
PASSPHRASE = "青石板 下雨天 三号楼 豆浆"
PATIENT = 90
"""Seconds that a step may take in which devices verify the record and wait for each other."""

AGENDA = (
    DraftItem(
        "aid",
        both("困难补助", "Hardship allowance"),
        both("三号楼一户人家申请困难补助。", "A family of building 3 asks for a hardship allowance."),
        "secret",
        (question("aid", visibility="secret", change="none"),),
    ),
)


class KeyHolder(Human):
    """Somebody at the key holder's page."""

    file = "keys"

    def __init__(self, page: Page, lang: Language, service: Service) -> None:
        super().__init__(page, lang)
        self.service = service

    async def arrive(self) -> None:
        """Open the page."""
        await self.page.goto(self.service.page("keys"))

    async def make_key(self) -> None:
        """Think of a passphrase, make the key, print the sheet, and type the passphrase again."""
        await self.expects(self.says["step-make"], seconds=PATIENT)
        await self.page.locator("#passphrase").fill(PASSPHRASE)
        await self.press(self.words["make"])
        await self.expects(self.words["sheet_secret"], seconds=PATIENT)
        await self.page.locator("#confirm").fill("豆浆 油条 三号楼 雨")
        await self.press(self.words["confirm_button"])
        await self.expects(self.says["trouble-passphrase"], seconds=PATIENT)
        await self.page.locator("#confirm").fill(PASSPHRASE)
        await self.press(self.words["confirm_button"])
        await expect(self.button(self.words["confirm_button"])).to_be_hidden(timeout=PATIENT * 1000)

    async def sheet(self) -> str:
        """The text on the backup sheet."""
        await self.press(self.words["again"])
        letters = await self.page.locator("#sheet-letters").inner_text()
        assert re.fullmatch(r"HK1\.( [0-9A-Z]{1,5})+", letters)
        return letters

    async def accept(self) -> None:
        """Everything else has gone by itself."""
        await self.button(self.words["accept"]).click(timeout=PATIENT * 1000)

    async def open_box(self, fingerprint: str) -> None:
        """Compare with the screen, and open."""
        await expect(self.page.locator(".box .print")).to_have_text(fingerprint, timeout=PATIENT * 1000)
        await self.press(self.words["open"])


@pytest.fixture
async def service(tmp_path: Path, built: object) -> AsyncGenerator[Service, None]:
    """The service over a hearing with one secret vote; chair, supervisor and desk hold its keys, two open it."""
    data = tmp_path / "data"
    data.mkdir()
    async with open_hall(data, entries=PEOPLE) as hall:
        hearing = await hall.convene(AGENDA)
        prepared = Prepared(data, hearing, hall.community.anchor, hall.tokens)
    async with serving(prepared) as found:
        yield found


class Room:
    """A meeting whose chair, supervisor and desk officer hold keys, each at a browser of their own."""

    def __init__(self, hall: Hall, stack: AsyncExitStack) -> None:
        self.hall = hall
        self.service = hall.service
        self.inspector = Inspector("holders")
        self._stack = stack
        self.phones: list[Phone] = []
        self.sent: list[str] = []

    async def gather(self) -> None:
        """The chair and the supervisor at laptops, the desk officer with a phone."""
        self.chair = await self.hall.officer("周敏", "chair")
        self.supervisor = await self.hall.officer("吴建国", "supervisor", "en")
        self.holders = [
            KeyHolder(await self.chair.page.context.new_page(), "zh", self.service),
            KeyHolder(await self.supervisor.page.context.new_page(), "en", self.service),
            await self.on_a_phone(),
        ]
        self.screen, self.screen_en = await self.hall.screens(self.chair)
        for one in self.holders:
            one.page.context.on("request", lambda sent: self.sent.append(sent.url + (sent.post_data or "")))
        await asyncio.gather(*(one.arrive() for one in self.holders))

    async def begin_again(self) -> None:
        """The chair has the keys made anew, by the same three, and the supervisor agrees."""
        await self.chair.press(self.chair.words["keys_again"])
        await self.chair.press(self.chair.words["keys_more"])
        await self.chair.expects("3 位里 3 位能开")
        for _ in range(2):  # never so few that two groups could open
            await self.chair.press(self.chair.words["keys_fewer"])
            await self.chair.expects("3 位里 2 位能开")
        await self.show("0-restart", self.chair)
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
        await self.show("0-restart-waits", self.chair, self.supervisor)
        await self.supervisor.step("cosign")
        await expect(self.chair.page.get_by_text("等监督员会签")).to_have_count(0, timeout=PATIENT * 1000)

    async def on_a_phone(self) -> KeyHolder:
        """The desk officer's phone."""
        page = await (await self.hall.phone()).new_page()
        await Representative(page).join(self.service.card("郑小燕"), role="role-desk")
        await expect(page.get_by_text(texts("zh")["desk"]["page"]["key"])).to_be_visible()
        return KeyHolder(page, "zh", self.service)

    async def show(self, stage: str, *people: Human) -> None:
        """Look at what these people see."""
        for one in people:
            size = one.page.viewport_size
            width = size["width"] if size else 0
            await self.inspector.look(one.page, f"{stage}-{one.name}-{width}", whole=one.scrolls)

    async def make_keys(self) -> None:
        """Each makes a key; the rest goes on by itself until there is something to accept."""
        await self.show("1-make", *self.holders)
        await self.chair.expects("3 位里 0 位做好了钥匙")
        await self.holders[0].make_key()
        await self.holders[0].expects("还在等", seconds=PATIENT)
        await self.holders[0].sheet()
        await self.show("2-sheet", self.holders[0])
        await self.holders[0].page.emulate_media(media="print")
        await self.holders[0].page.screenshot(
            path=self.inspector.folder / "2-sheet-printed.png", full_page=True
        )
        await expect(self.holders[0].page.locator(".sheet")).to_be_visible()
        await expect(self.holders[0].page.locator(".card").first).to_be_hidden()
        await self.holders[0].page.emulate_media(media="screen")
        await self.begin_again()  # what was made before counts no more; the seed and its sheet stay
        await self.chair.expects("3 位里 1 位做好了钥匙", seconds=PATIENT)
        await self.holders[1].make_key()
        await self.chair.expects("3 位里 2 位做好了钥匙", seconds=PATIENT)
        await self.show("3-waiting", *self.holders[:2], self.chair, self.supervisor)
        await self.holders[2].make_key()
        self.paper = await self.holders[2].sheet()
        await self.show("3-sheet", self.holders[2])
        for one in self.holders:
            await expect(one.button(one.words["accept"])).to_be_visible(timeout=PATIENT * 1000)
        await self.show("4-accept", *self.holders)
        for one in self.holders:
            await one.accept()
        for one in self.holders:
            await one.expects(one.says["step-ready"], seconds=PATIENT)
        await self.chair.expects(self.chair.says["keys-ready"], seconds=PATIENT)
        await self.show("5-ready", *self.holders, self.chair)

    async def vote(self) -> None:
        """Six offer credentials and vote; what waits is seen at the console."""
        self.phones = [await self.hall.scripted(name) for name in VOTERS]
        await self.chair.step("open")
        code = await self.screen.code()
        for phone in self.phones:
            await phone.check_in(code)
        election = (await self.phones[0].state())["items"][0]["questions"][0]["election"]
        for phone in self.phones:
            await phone.offer(election)
        await self.chair.step("call")
        await self.chair.step("poll")
        await self.screen.expects(self.screen.words["secret"])
        self.poll = (await self.phones[0].state())["polls"][0]["id"]
        await self.chair.expects("已投 0 张票")
        asked = secret_question()
        await self.ready()
        for phone, choice in zip(self.phones, ("for", "for", "for", "against"), strict=False):
            await phone.vote_secretly(self.poll, fill(asked, msgspec.json.encode(choice)))
        await self.chair.expects("4 张正等着", seconds=30)
        await self.show("6-voting", self.screen, self.screen_en, self.chair)
        for phone, choice in zip(self.phones[4:], ("for", "abstain"), strict=True):
            await phone.vote_secretly(self.poll, fill(asked, msgspec.json.encode(choice)))
        await self.screen.counts(".poll", "6/6", 30)
        await self.chair.step("close")
        await self.screen.expects("{need} 位里已有 0 位".replace("{need}", "2"))

    async def ready(self) -> None:
        """Wait until the box is set up."""
        async with asyncio.timeout(30):
            while not (await self.phones[0].state())["polls"][0]["box"]["ready"]:  # noqa: ASYNC110 - of a service
                await asyncio.sleep(0.2)


def secret_question() -> Question:
    """As much of the question as a ballot needs."""
    text = both("是否同意？", "Do you agree?")
    rule = preset("urban.reps")
    return Question(1, "aid", text, text, "motion", MOTION_OPTIONS, rule, "secret", "none", "present")


async def test_three_holders_make_keys_and_open_the_box_and_one_does_so_from_paper(
    service: Service, browser: Browser
) -> None:
    async with AsyncExitStack() as stack, open_doors(browser, service) as hall:
        room = Room(hall, stack)
        await room.gather()
        await room.make_keys()
        await room.vote()
        fingerprint = await room.screen.fingerprint()
        chair, supervisor, lost = room.holders
        await chair.expects(chair.words["compare"], seconds=PATIENT)
        await room.show(
            "7-asked", chair, supervisor, lost, room.chair, room.supervisor, room.screen, room.screen_en
        )

        await sees_a_false_record(room, supervisor)
        await chair.open_box(fingerprint)
        await chair.expects("您已经用过您的钥匙", seconds=PATIENT)
        await room.screen.expects("2 位里已有 1 位")
        await room.show("8-half", chair, room.chair, room.screen, room.screen_en)

        # The desk officer's phone is gone: two officers end it, the card makes another one theirs.
        found = await from_paper(room, lost)
        await found.open_box(fingerprint)
        await room.screen.expects("✓ 通过", seconds=PATIENT)
        await found.expects(found.says["poll-opened"], seconds=PATIENT)
        await supervisor.expects(supervisor.says["poll-opened"], seconds=PATIENT)
        await room.show("9-result", found, supervisor, room.chair, room.screen)
        await strangers_read(room)
        await no_seed_has_left(room, chair, supervisor, found)
        assert hall.errors == []
    assert room.inspector.findings == []


async def sees_a_false_record(room: Room, one: KeyHolder) -> None:
    """A service that hands out another record than it has signed gets nothing from this page."""

    async def altered(route: Route) -> None:
        answer = await route.fetch()
        body = bytearray(await answer.body())
        at = body.index(b"encrypted_tally")
        body[at + 20] ^= 1
        await route.fulfill(response=answer, body=bytes(body))

    await one.page.route(re.compile(r"\.zip$"), altered)
    await one.page.reload()
    await one.expects(one.words["faults"], seconds=PATIENT)
    await expect(one.button(one.words["open"])).to_have_count(0)
    await room.show("7-faults", one)
    await one.page.unroute_all()
    await one.press(one.words["try_again"])
    await one.expects(one.words["compare"], seconds=PATIENT)


async def no_seed_has_left(room: Room, *holders: KeyHolder) -> None:
    """What a key grows from is on its device, and in nothing that was sent or published."""
    kept = "() => Object.keys(localStorage).filter(k => /holder\\/m/.test(k)).map(k => localStorage[k])"
    seeds = {
        one["seed"]
        for holder in holders
        for row in await holder.page.evaluate(kept)
        for one in json.loads(row)
    }
    assert len(seeds) == len(holders)
    bundle = await holders[0].page.request.get(room.service.page(f"{room.service.prepared.hearing}.zip"))
    published = await bundle.body()
    assert len(room.sent) > 10
    for seed in seeds:
        assert seed.encode() not in published
        assert not any(seed in sent for sent in room.sent)


async def strangers_read(room: Room) -> None:
    """What the public page says of the box, on a phone and on a computer, with its archive."""
    for lang, context in (("zh", await room.hall.phone()), ("en", await room.hall.desktop(lang="en"))):
        page = await context.new_page()
        await page.goto(room.service.page())
        told = texts(lang)["public"]["box"]
        await page.get_by_text(told["title"]).click()
        await expect(page.get_by_role("heading", name=told["why"])).to_be_visible()
        await room.inspector.look(page, f"10-public-{lang}")
        found = await page.request.get(room.service.page(f"secret/{room.poll}.bel"))
        assert found.ok
        assert (await found.body()).startswith(b"BELENIOS")


async def from_paper(room: Room, lost: KeyHolder) -> KeyHolder:
    """A new phone, enrolled with the card, to which the backup sheet brings the key back."""
    await lost.page.context.close()
    desk = Desk(await room.chair.page.context.new_page(), "zh")
    await desk.page.goto(room.service.page("desk"))
    await desk.page.get_by_label(desk.words["search"]).fill("郑小燕")
    await desk.page.get_by_role("button", name=desk.says["lost-name"].format(name="郑小燕")).click()
    await desk.answer(desk.says["do-lost"], reason="手机掉进了水里")
    await room.supervisor.expects("手机掉进了水里")
    await room.supervisor.step("cosign")
    await expect(room.supervisor.page.get_by_text("手机掉进了水里")).to_have_count(0, timeout=30_000)
    found = await room.on_a_phone()
    await found.page.goto(f"{room.service.page('keys')}#{room.paper.replace(' ', '')}")
    await found.expects(found.words["restore_how"], seconds=PATIENT)
    assert "#" not in found.page.url
    await room.show("8-restore", found)
    for passphrase, says in (
        ("豆浆 油条 三号楼 雨", found.says["trouble-passphrase"]),
        (PASSPHRASE, found.words["compare"]),
    ):
        await found.page.locator("#sheet-pass").fill(passphrase)
        await found.press(found.words["restore_button"])
        await found.expects(says, seconds=PATIENT)
    return found
