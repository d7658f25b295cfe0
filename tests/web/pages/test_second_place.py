"""The console's second place in real browsers: officers come and go, the roll is corrected, a text is destroyed."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.actors import Phone
from tests.web.pages.hall import NAMES, Room, ask, step
from web.people.register import Entry

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

RUDE = "王某某住3号楼101，电话13900000000，大家去找他！"


async def find(page: Page, typed: str) -> Locator:
    """Look for somebody in the second place; the row."""
    await page.locator("#find").fill(typed)
    await page.locator("#find").press("Enter")
    row = page.locator("#place .found").first.locator("li")
    await expect(row).to_have_count(1)
    return row


async def open_place(page: Page) -> None:
    await page.locator("#more").click()
    await expect(page.locator("#find")).to_be_focused()


async def answer(page: Page, *, reason: str = "", choice: str = "") -> str:
    """Say yes to what is asked; what was said."""
    says = await page.locator("#ask-says").inner_text()
    if reason:
        await page.locator("#ask-reason").fill(reason)
    if choice:
        await page.locator("#ask-choice").select_option(choice)
    await page.locator("#ask-yes").click()
    return says


async def test_the_roll_is_corrected_by_two_and_officers_come_and_go(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    supervisor = await room.officer("吴建国", "supervisor", (1366, 768), "en-GB")
    room.hall.register(Entry(name="孙新来", building="5号楼", unit="2单元"))
    room.hall.register(Entry(name="钱无卡", building="5号楼"), card=False)
    await step(console, "开会", confirm=True)
    await expect(console.locator("#place")).to_be_hidden()
    await room.check(console, "more-closed")
    await open_place(console)
    await console.locator("#find").fill("5号楼")
    await console.locator("#find").press("Enter")
    await expect(console.locator("#place .found").first.locator("li")).to_have_count(2)
    await expect(console.locator("#place")).to_contain_text("还没有听证卡")
    await room.check(console, "more-found")

    await (await find(console, "孙新来")).locator("[data-do=join]").click()
    await expect(console.locator("#ask-dialog")).to_be_visible()
    await room.check(console, "more-join")
    await console.locator("#ask-yes").click()
    await expect(console.locator("#ask-dialog")).to_be_visible()  # without a reason nothing happens
    says = await answer(console, reason="名册漏列")
    assert "应到人数由 6 人变为 7 人" in says
    assert "监督员会签才生效" in says
    await expect(console.locator("#place .found li").first).to_contain_text("等会签")
    await expect(console.locator(".counts dd").nth(1)).to_have_text("6")

    await expect(supervisor.locator("#primary")).to_contain_text("correct the roll · add 孙新来")
    await expect(supervisor.locator("#step-says")).to_contain_text("6 due become 7")
    await room.check(supervisor, "more-cosign")
    await step(supervisor, "correct the roll", confirm=True)
    await expect(console.locator(".counts dd").nth(1)).to_have_text("7")
    await expect(console.locator("#place .found li").first).to_contain_text("代表")
    assert (await room.hall.join(Phone, "孙新来")).seat.role == "representative"

    await expect(supervisor.locator(".counts dd").nth(1)).to_have_text("7")
    await open_place(supervisor)
    row = await find(supervisor, "赵晚来")
    await expect(row.locator("[data-do=appoint]")).to_be_hidden()  # the chair appoints
    await row.locator("[data-do=leave]").click()
    says = await answer(supervisor, reason="Moved away")
    assert "7 due become 6" in says
    await console.locator(".signables li").filter(has_text="移出 赵晚来").locator("button").click()
    await answer(console)
    await expect(console.locator(".counts dd").nth(1)).to_have_text("6")

    row = await find(console, "赵晚来")
    await expect(row).to_contain_text("不在本次会议名册")
    await row.locator("[data-do=appoint]").click()
    await room.check(console, "more-appoint")
    await answer(console, choice="desk")
    officer = console.locator("#place .found").nth(1).locator("li").filter(has_text="赵晚来")
    await expect(officer).to_contain_text("签到员")
    desk = await room.officer("赵晚来", "desk", (1024, 768))
    await expect(desk.locator("#search")).to_be_visible()
    await officer.locator("[data-do=retire]").click()
    await answer(console, reason="换人")
    await expect(officer).to_have_count(0)
    for name in ("周敏", "吴建国"):  # only the root key ends these
        mine = console.locator("#place .found").nth(1).locator("li").filter(has_text=name)
        await expect(mine.locator("[data-do=retire]")).to_be_hidden()
    await console.locator("#place [data-do=more]").click()
    await expect(console.locator("#place")).to_be_hidden()
    assert room.faults == []


async def test_while_a_vote_is_open_the_roll_stays(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768), "en-GB")
    desk = await room.officer("郑小燕", "desk", (1024, 768))
    phones = [await room.hall.join(Phone, name) for name in NAMES[:4]]
    await step(console, "Open the meeting", confirm=True)
    for phone in phones:
        row = desk.locator(f".people li:has-text('{NAMES[phones.index(phone)]}') [data-do=in]")
        await row.click()
    await step(console, "Call item 1")
    await step(console, "Open the vote", confirm=True)
    await open_place(console)
    row = await find(console, "王建国")
    await expect(console.locator("#place")).to_contain_text("the roll can be corrected once it has closed")
    await expect(row.locator("[data-do=leave]")).to_be_hidden()
    await expect(row.locator("[data-do=appoint]")).to_be_visible()
    await room.check(console, "more-polling-en")
    await step(console, "Close the vote", confirm=True)
    await expect(row.locator("[data-do=leave]")).to_be_visible()


async def test_a_hidden_comment_loses_its_text_for_good_and_the_minutes_are_cosigned(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    supervisor = await room.officer("吴建国", "supervisor", (1366, 768))
    phone = await room.hall.join(Phone, "王建国")
    await step(console, "开会", confirm=True)
    await phone.comment("stalls", RUDE)
    await phone.comment("stalls", "同意。")
    await step(console, "进入第 1 项")
    comment = console.locator(".middle .comments li").filter(has_text="王*").first
    await expect(comment.locator("[data-do=erase]")).to_be_hidden()  # first it is hidden
    await ask(console, comment.locator("[data-do=hide]"), "含个人信息")
    await expect(comment.locator("[data-do=erase]")).to_be_visible()
    await room.check(console, "more-hidden")

    await console.locator("[data-do=end-early]").first.click()
    await step(console, "公布会议记录")
    await expect(supervisor.locator("#primary")).to_contain_text("会签：开会")
    await step(supervisor, "会签：开会")
    await expect(supervisor.locator("#primary")).to_contain_text("会签：会议记录")
    await expect(supervisor.locator("#step-says")).to_contain_text("通读一遍")
    await step(supervisor, "会签：会议记录")
    minutes = console.locator(".signables li").filter(has_text="会议记录")
    await expect(minutes).to_contain_text("已会签：监督员")
    await step(console, "散会", confirm=True)

    # somebody complains after the end: the supervisor destroys the text
    await supervisor.locator("#more").click()
    late = supervisor.locator("#place .comments li").filter(has_text="含个人信息")
    await late.locator("[data-do=erase]").click()
    await room.check(supervisor, "more-erase")
    says = await answer(supervisor, reason="依本人申请删除")
    assert "永久删除" in says
    await expect(late).to_contain_text("正文已销毁")
    await expect(late.locator("[data-do=erase]")).to_be_hidden()
    await room.check(supervisor, "more-over")
    told = (await phone.http.get(f"{phone.api}/comments")).json()["comments"]
    assert [(one["erased"], one["text"]) for one in told] == [(True, None), (False, "同意。")]
    assert room.faults == []
