"""Whom a new card lets in where, what the pages say of it, and that what they advise works."""

import re

import pytest

from ballots.tokens import Token
from deliberation.acts import AmendRoll, Member
from tests.web.organise.laptop import Laptop, tokens_on
from tests.web.organise.test_path import ROWS, Held
from tests.web.people.files import xlsx
from web.actors.device import Declined, open_card
from web.actors.participants import Officer, Phone

pytestmark = pytest.mark.anyio


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def page_of(laptop: Laptop, name: str, path: str = "/organise/register/{}") -> str:
    register = await laptop.get("/organise/register")
    found = re.search(rf'/organise/register/(\d+)">{name}<', register)
    assert found
    return text_of(await laptop.get(path.format(found[1])))


async def reprint(laptop: Laptop, name: str) -> Token:
    """A new card for somebody."""
    register = await laptop.get("/organise/register")
    person = re.search(rf'/organise/register/(\d+)">{name}<', register)[1]  # type: ignore[index]
    answer = await laptop.issue(person, sure="yes")
    return tokens_on(answer.text)[name]


@pytest.fixture
async def held(laptop: Laptop, no_fonts: None) -> Held:
    """A hearing whose notice is out, then two latecomers to the register, of whom one has a card."""
    await laptop.import_register(xlsx(ROWS))
    draft = await laptop.prepare()
    await laptop.add_item(draft, "none")
    tokens = await laptop.print_cards()
    await laptop.publish(draft)
    await laptop.import_register(xlsx([*ROWS, ["赵晚来", "居民代表", "9号楼", "9-1", "", "代表"]]))
    tokens |= await laptop.print_cards()
    anchor = re.search(r'<code class="anchor">([^<]+)<', await laptop.get("/organise"))[1]  # type: ignore[index]
    return Held(laptop, draft.rpartition("/")[2], anchor.replace("-", ""), tokens)


async def test_the_card_of_the_notice_opens_it_and_a_later_one_does_not(held: Held) -> None:
    laptop = held.laptop
    first = await page_of(laptop, "王建国")
    assert "秋季居民代表会议 已公告 代表：现在这张卡能进。 还没有登记手机。" in first
    assert "旧卡丢了" not in first

    before = await page_of(laptop, "王建国", "/organise/cards?person={}")
    old = held.tokens["王建国"]
    held.tokens["王建国"] = await reprint(laptop, "王建国")
    after = await page_of(laptop, "王建国")

    assert "新卡进不了下面已经公告的会议" in before
    assert re.search(r"代表：只认现在这张卡 \d{3} \d{3} \d{3}，新卡进不了", before)
    assert re.search(
        r"代表：只认旧卡 \d{3} \d{3} \d{3}（20\d\d年.+发的），新卡进不了。 还没有登记手机。", after
    )
    for page in (before, after):
        assert "旧卡还在手里：这些会议继续用旧卡" in page
        assert "先发新卡，再由主持人或监督员在主持台“人员与更正”里把此人移出名册" in page
    async with held.stack:
        async with laptop.stranger() as http:
            assert await open_card(http, "qinghuai", held.tokens["王建国"], held.anchor) == []
        held.tokens["王建国"] = old
        await held.join(Phone, "王建国")
        assert "已登记的手机继续用" in await page_of(laptop, "王建国")


async def test_for_officers_the_pages_say_what_they_can_do(held: Held) -> None:
    for name in ("顾怀民", "夏雨晴", "严淑贞"):
        await reprint(held.laptop, name)

    assert "请由另一位主持人主持" in await page_of(held.laptop, "顾怀民")
    assert "结束其职务，重新委任" in await page_of(held.laptop, "夏雨晴")
    both = await page_of(held.laptop, "严淑贞")
    assert "请由另一位监督员履职" in both
    assert "移出名册" in both


async def test_a_correction_of_the_roll_lets_a_new_card_and_a_latecomer_in(held: Held) -> None:
    """What the pages advise, done: remove, cosign, add, cosign."""
    laptop = held.laptop
    assert "不在这次会议的名册上，什么卡都进不了" in await page_of(laptop, "赵晚来")
    async with held.stack:
        chair = await held.join(Officer, "顾怀民", "chair")
        supervisor = await held.join(Officer, "严淑贞", "supervisor")
        await chair.sign_in()
        lost = (await held.join(Phone, "王建国")).seat.member
        held.tokens["王建国"] = await reprint(laptop, "王建国")

        removed = await chair.act(AmendRoll, add=(), remove=(lost,), reason="卡和手机都丢了")
        await supervisor.cosign(removed.leaf)
        added = []
        for name in ("王建国", "赵晚来"):
            found = await chair.http.get(f"{chair.api}/register", params={"find": name})
            answer = await chair.http.post(
                f"{chair.api}/entries",
                json={"person": found.json()["people"][0]["person"], "role": "representative"},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
            added.append(Member(**answer.json()))
        amended = await chair.act(AmendRoll, add=tuple(added), remove=(), reason="补发新卡、补登")
        await supervisor.cosign(amended.leaf)

        for name in ("王建国", "赵晚来"):
            await held.join(Phone, name)
            assert "代表：现在这张卡能进。 已登记手机。" in await page_of(laptop, name)


async def test_a_hearing_that_is_over_is_not_spoken_of(held: Held) -> None:
    async with held.stack:
        chair = await held.join(Officer, "顾怀民", "chair")
        await chair.open()
        await chair.adjourn()
        with pytest.raises(Declined):
            await chair.open()

    assert "秋季居民代表会议" not in await page_of(held.laptop, "王建国")
    assert "秋季居民代表会议" not in await page_of(held.laptop, "王建国", "/organise/cards?person={}")
