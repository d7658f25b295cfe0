"""Officers at their pages in real browsers: by keyboard, without a quorum, with a void poll, a lost phone and no network."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.actors import COMMUNITY, Phone
from tests.web.pages.hall import NAMES, Room, ask, step, visible

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_officers_at_work(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    supervisor = await room.officer("吴建国", "supervisor", (1920, 1080), "en-GB")
    desk = await room.officer("郑小燕", "desk", (1024, 768))
    phones = [await room.hall.join(Phone, name) for name in NAMES]
    link = console.locator("a[href*='/screen#']")
    await expect(link).to_have_count(1)
    screen = await room.page(str(await link.get_attribute("href")), (1920, 1080))
    await step(console, "开会", confirm=True)
    await check_in(room, screen, desk, phones)
    await vote(console, screen, desk, phones)
    await void(room, console, supervisor, screen)
    await lose_the_network(screen, desk)
    await lose_a_phone(room, console, desk)
    await finish(room, console, screen)
    assert room.faults == []


async def check_in(room: Room, screen: Page, desk: Page, phones: list[Phone]) -> None:
    """By the code on the screen; by name at the desk, whose buttons are large enough for a tablet."""
    code = screen.locator(".code b")
    await expect(code).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    for phone in phones[:2]:
        await phone.check_in(str(await code.text_content()).replace(" ", ""))
    await desk.locator("#search").fill("李秀")
    row = desk.locator(".people li")
    await expect(row).to_have_count(1)
    await row.locator("[data-do=in]").click()
    await expect(row).to_have_attribute("data-here", "yes")
    await room.check(desk, "desk")
    for target in await desk.locator("button:visible, input:visible").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 59.5
    await expect(screen.locator(".attendance .number")).to_have_text("3/6")


async def vote(console: Page, screen: Page, desk: Page, phones: list[Phone]) -> None:
    """Without a quorum the step says what is missing; Escape means no; who is missing is for officers' eyes."""
    await step(console, "进入第 1 项")
    primary = console.locator("#primary")
    await expect(primary).to_contain_text("开始表决")
    await expect(primary).to_have_attribute("aria-disabled", "true")
    await expect(console.locator(".blocked")).to_contain_text("实到 3 < 2/3（4）：未达到法定人数")
    await desk.locator("#search").fill("")
    await desk.locator("[data-filter=away]").click()
    await desk.locator(".people li").filter(has_text="Ann Smith").locator("[data-do=in]").click()
    await expect(primary).to_have_attribute("aria-disabled", "false")
    await console.wait_for_timeout(800)
    await primary.click()
    await expect(console.locator("#ask-dialog")).to_be_visible()
    await console.keyboard.press("Escape")
    await expect(console.locator("#ask-dialog")).to_be_hidden()

    await step(console, "开始表决", confirm=True)
    await expect(screen.locator(".poll .number").first).to_have_text("0/4")
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone in phones[:3]:
        await phone.vote(poll, "for")
    await expect(screen.locator(".poll .number").first).to_have_text("3/4")
    assert "反对" not in await screen.locator(".poll").inner_text()
    await expect(console.locator(".names li")).to_have_count(1)
    await console.locator("details").filter(has_text="还没有投").locator("summary").click()
    await expect(console.locator(".names")).to_contain_text("Ann Smith")
    assert "Ann Smith" not in await screen.content()
    await step(console, "结束表决", confirm=True)
    await step(console, "公布结果", confirm=True)
    await expect(screen.locator(".result .decision")).to_have_text("✓ 通过")
    await expect(screen.locator(".result")).to_contain_text("实到 4，同意 3 > 1/2（2）：达到通过要求")


async def void(room: Room, console: Page, supervisor: Page, screen: Page) -> None:
    """After the close a poll is void once a supervisor has signed as well; the moments are signed from the oldest."""
    await step(supervisor, "Cosign: opening")
    await step(supervisor, "Cosign: close of the vote")
    await ask(console, console.locator("[data-do=void]:visible").last, "投影中断，多人没有看到")
    await expect(console.locator(".question")).to_contain_text("等监督员会签")
    await room.check(console, "console-void")
    await step(supervisor, "Cosign: declare the vote void", confirm=True)
    await room.check(supervisor, "supervisor")
    await expect(screen.locator("section.void")).to_contain_text("投影中断，多人没有看到")


async def lose_the_network(screen: Page, desk: Page) -> None:
    """Pages say so calmly, keep their picture, and come back by themselves and when loaded again."""
    for page in (screen, desk):
        await page.context.set_offline(True)
    await expect(visible(screen, "正在重新连接")).to_be_visible()
    await expect(screen.locator("section.void")).to_be_visible()
    await expect(visible(desk, "连接中断，正在重试")).to_be_visible()
    for page in (screen, desk):
        await page.context.set_offline(False)
    await expect(visible(screen, "正在重新连接")).to_be_hidden()
    await expect(visible(desk, "连接中断，正在重试")).to_be_hidden()
    await screen.reload()
    await expect(screen.locator("section.void")).to_be_visible()
    await expect(screen.locator(".chip b")).to_have_text(re.compile(r"^\d{3} \d{3}$"))


async def lose_a_phone(room: Room, console: Page, desk: Page) -> None:
    """The desk asks for its end; another officer has to agree."""
    await desk.locator("[data-filter=all]").click()
    await desk.locator("#search").fill("王建国")
    await ask(desk, desk.locator(".people [data-do=lost]"), "手机丢在公交车上")
    await expect(desk.locator(".waiting")).to_contain_text("要由另一位工作人员")
    await room.check(desk, "desk-lost")
    sign = console.locator(".signables li").filter(has_text="停用丢失的手机 · 王建国").locator("button")
    await sign.click()
    await console.locator("#ask-yes").click()
    await expect(desk.locator(".waiting")).to_have_count(0)
    await expect(desk.locator(".people li")).to_contain_text("没有登记手机")


async def finish(room: Room, console: Page, screen: Page) -> None:
    """The agenda can be left for another item; the minutes stand there as the record has them."""
    await console.locator("[data-do=call]:visible").click()
    await expect(console.locator("#primary")).to_contain_text("公布会议记录")
    await expect(console.locator("#draft")).to_contain_text("北门早市")
    await console.locator("#remarks").fill("会议秩序良好。")
    await room.check(console, "console-minutes")
    await step(console, "公布会议记录")
    await step(console, "散会", confirm=True)
    await expect(screen.locator("section.adjourned")).to_contain_text("散会")
    await expect(visible(console, "会议已结束，记录已封存")).to_be_visible()
    await room.check(console, "console-adjourned")
    shown = str(await screen.locator("section.adjourned code").text_content())
    for locale in ("zh-CN", "en-GB"):
        page = await room.page(f"/h/{room.hall.hearing}", (360, 740), locale)
        await expect(page.locator(".moments")).to_contain_text(shown)
        await room.check(page, f"public-{locale}")
        await page.goto(room.base + "/")
        await room.check(page, f"board-{locale}")


async def test_a_stranger_learns_how_to_become_an_officer_and_nothing_else(room: Room) -> None:
    for path in ("console", "desk"):
        page = await room.page(f"/h/{room.hall.hearing}/{path}", (1366, 768))
        await expect(page.locator(f"a[href='/j/{COMMUNITY}']")).to_be_visible()
        await expect(page.locator("button:visible")).to_have_count(0)
        await room.check(page, f"stranger-{path}")


HASTY = """() => {
  const primary = document.getElementById('primary');
  const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));
  const soon = () => {
    const changed = Date.now();
    setTimeout(() => Date.now() < changed + 1400 && press(), 1000);
  };
  new MutationObserver(soon).observe(primary, {childList: true, characterData: true, subtree: true});
}"""
"""Presses Enter a second after each change; not later, where the machine is slow: that would be no haste."""


async def test_neither_space_nor_a_hasty_enter_takes_a_step(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    primary, dialog = console.locator("#primary"), console.locator("#ask-dialog")
    await expect(primary).to_contain_text("开会")
    await console.wait_for_timeout(1600)
    await console.keyboard.press(" ")
    await expect(dialog).to_be_hidden()
    await console.evaluate(HASTY)
    await step(console, "开会", confirm=True)
    await expect(primary).to_contain_text("进入第 1 项")
    await console.wait_for_timeout(2000)
    await expect(primary).to_contain_text("进入第 1 项")


async def test_a_screen_without_the_key_has_no_code(room: Room) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    await step(console, "开会", confirm=True)
    for key in ("", "#" + "A" * 22):
        screen = await room.page(f"/h/{room.hall.hearing}/screen{key}", (1024, 768), "en-GB")
        await expect(visible(screen, "Check in at the desk")).to_be_visible()
        await screen.wait_for_timeout(1200)
        await expect(screen.locator(".code b")).to_be_hidden()
        await room.check(screen, "screen-no-key")
