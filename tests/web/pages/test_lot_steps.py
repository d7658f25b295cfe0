"""A tie on console and screen: the chair enters what was rolled, a supervisor compares and signs."""

import re

import pytest
from playwright.async_api import expect

from deliberation import acts
from tests.actors import Phone, both
from tests.room import Room, choosing
from tests.web.pages.hall import Room as Pages
from tests.web.pages.hall import step, visible
from tests.web.pages.polls import NAMES, PLANS, choose
from tests.web.pages.test_lots import MARKS
from tests.web.pages.test_steps import Teller, tell, view
from voting.methods.approval import Approval
from web.people.drafts import DraftItem

__all__ = ["tell"]

ROLLED = "3 6 1 1 5"


def tied() -> tuple[Room, str]:
    """a is chosen, and one of b and c."""
    room = Room(questions=[choosing("q", Approval(2), visibility="live")])
    room.ready()
    poll = room.open_poll()
    for voter, marks in zip(room.voters, (["a", "b"], ["a", "c"], ["a"]), strict=True):
        room.vote(voter, poll, marks)
    room.close(poll)
    room.publish(poll)
    return room, poll


def test_the_one_obvious_step_is_the_lot_until_it_is_drawn(tell: Teller) -> None:
    room, poll = tied()
    seen = [view(room)]
    mistyped = room.do(room.chair, acts.DrawLot, poll=poll, rolled="3 6")
    roll = room.do(room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)
    seen.append(view(room))
    room.do(room.supervisor, acts.Cosign, target=roll)
    seen.append(view(room))
    room.publish(poll)
    seen.append(view(room))
    next_step, waiting, counting, done = tell(*seen)

    assert (next_step["chair"]["name"], next_step["chair"]["target"]) == ("lot", poll)
    assert "请当众掷骰，把点数依次输入。b、c并列" in next_step["chair"]["says"]
    assert next_step["ending"] == "minutes"  # a meeting may end with the tie undrawn
    assert waiting["chair"]["name"] == "lot"
    assert f"已输入点数 {ROLLED}，等监督员" in waiting["chair"]["says"]
    assert waiting["supervisor"]["target"] == mistyped
    assert [one["label"] for one in waiting["signables"][:2]] == [
        "公开抽签，点数 3 6 · Which?",
        f"公开抽签，点数 {ROLLED} · Which?",
    ]
    assert ROLLED in waiting["signables"][1]["says"]
    assert counting["chair"]["name"] == "publish"
    assert done["chair"]["name"] == "call"
    assert [one["leaf"] for one in done["signables"] if one["waits"]] == []


def test_the_screen_shows_what_was_rolled(tell: Teller) -> None:
    room, poll = tied()
    seen = [view(room)]
    roll = room.do(room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)
    seen.append(view(room))
    room.do(room.supervisor, acts.Cosign, target=roll)
    room.publish(poll)
    seen.append(view(room))
    for lang, beginnings in (
        ("zh", ("下一步：公开抽签", f"掷出的点数：{ROLLED}（", f"掷出的点数：{ROLLED}。")),
        ("en", ("Next", "Numbers rolled", "Numbers rolled")),
    ):
        told = tell(*seen, page="screen", lang=lang)
        assert all(one["screen"]["lot"].startswith(said) for one, said in zip(told, beginnings, strict=True))


@pytest.fixture
def agenda() -> tuple[DraftItem, ...]:
    """One item, on which the phones will be tied."""
    asked = choose("first", Approval(2), "先办哪两件事", "Which two first")
    return (DraftItem("plans", both("项目", "Plans"), both("", ""), "named", (asked,)),)


@pytest.mark.anyio
@pytest.mark.browser
async def test_a_chair_and_a_supervisor_draw_the_lot(room: Pages) -> None:
    console = await room.officer("周敏", "chair", (1366, 768))
    supervisor = await room.officer("吴建国", "supervisor", (1024, 768))
    phones = [await room.hall.join(Phone, name) for name in NAMES]
    screen = await room.page(
        str(await console.locator("a[href*='/screen#']").get_attribute("href")), (1920, 1080)
    )
    await step(console, "开会", confirm=True)
    code = screen.locator(".code b")
    await expect(code).to_have_text(re.compile(r"^\d{3} \d{3}$"))
    for phone in phones:
        await phone.check_in(str(await code.text_content()).replace(" ", ""))
    await step(console, "进入第 1 项")
    await step(console, "开始表决", confirm=True)
    await expect(screen.locator(".poll .number").first).to_have_text("0/4")
    poll = (await phones[0].state())["polls"][0]["id"]
    for phone, marks in zip(phones, MARKS, strict=True):
        await phone.vote(poll, marks, options=len(PLANS))
    await step(console, "结束表决", confirm=True)
    await step(console, "公布结果", confirm=True)
    await expect(screen.locator(".result .lot")).to_contain_text("公开抽签")

    for typed in ("thirteen", "3、6 １，01 5"):
        if typed == "thirteen":
            await step(console, "公开抽签")
        await expect(console.locator("#ask-dialog")).to_be_visible()
        await console.locator("#ask-reason").fill(typed)
        await console.keyboard.press("Enter")
    await expect(console.locator("#primary")).to_contain_text("重新输入点数")
    await expect(screen.locator(".result .lot")).to_contain_text(ROLLED)
    await room.check(console, "console-lot")
    await step(supervisor, f"会签：公开抽签，点数 {ROLLED}", confirm=True)

    await expect(console.locator("#primary")).to_contain_text("公布会议记录")
    await expect(visible(screen, "每一步在公开页面")).to_be_visible()
    await room.check(screen, "screen-lot")
    result = (await phones[0].state())["polls"][0]["result"]
    assert (result["decision"], len(result["chosen"])) == ("decided", 2)
    public = await room.page(f"/h/{room.hall.hearing}", (1024, 768))
    for folded in await public.locator("details.lot > summary").all():
        await folded.click()
    await expect(public.locator(".lot tbody tr")).to_have_count(len(PLANS))
    await room.check(public, "public-lot")
    assert room.faults == []
