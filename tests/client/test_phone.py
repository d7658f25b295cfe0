"""Representatives' phones in a real browser, on an origin that is no secure context."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import delete

from ballots.checkpoint import Checkpoint
from ballots.checkpoint import fingerprint as fingerprint_of
from ballots.encoding import unb64url
from ballots.signing import split, thumbprint
from ballots.store import openings
from deliberation import acts
from tests.actors import Hall
from tests.client.browser import OLD_ENGINE, PROMPTLY, card, lossy, phone, serving, visitor
from tests.client.representative import (
    NAME,
    OTHERS,
    assert_accessible,
    check_in,
    enter,
    gather,
    sent,
    visible,
    vote,
)
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_a_representative_takes_part_from_card_to_counted_ballot(hall: Hall, browser: Browser) -> None:
    meeting = await gather(hall)
    chair = meeting.chair
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await enter(page, hall, base)
        await assert_accessible(page, "check-in")
        await page.locator("#code").fill("000000")
        await page.locator("form[data-do=check-in] button").click()
        await expect(visible(page, "签到数字不对")).to_be_visible()
        await check_in(page, chair, blank=" ")

        await page.get_by_role("link", name="看内容、写意见").click()
        await page.locator("#comment").fill("早市方便老人买菜。")
        await page.locator("form[data-do=comment] button").click()
        await expect(visible(page, "（我）")).to_be_visible()
        await assert_accessible(page, "item")
        await page.get_by_role("link", name="返回").click()

        await page.locator("[data-do=ask]").click()
        await expect(visible(page, "排在第 1 位")).to_be_visible()
        await chair.give_floor((await chair.state())["queue"][0]["request"], 120)
        await page.locator("[data-do=done]").click()
        await expect(page.locator("[data-do=ask]")).to_be_visible()

        poll = await meeting.open_poll()
        await page.get_by_role("link", name="去投票").click()
        await expect(visible(page, "任何人都能看到每位代表怎么投")).to_be_visible()
        await assert_accessible(page, "poll")
        await vote(page, "for")
        await expect(visible(page, "您投的是：同意")).to_be_visible()
        await vote(page, "against")
        await expect(visible(page, "您投的是：反对")).to_be_visible()
        await assert_accessible(page, "voted")
        for one in meeting.phones:
            await one.vote(poll, "for")
        await chair.close_poll(poll)
        await chair.publish(poll)
        await expect(visible(page, "您这一票已计入")).to_be_visible(timeout=PROMPTLY)

        await page.get_by_role("link", name="返回").click()
        await expect(visible(page, "结果公布时")).to_be_visible(timeout=PROMPTLY)
        moment = (await chair.state())["moments"][-1]
        shown = await page.locator(".print code").inner_text()
        assert moment["what"] == "result"
        assert shown.replace("\n", "") == fingerprint(await chair.state(), moment)
        await page.get_by_role("link", name="我的操作").click()
        await assert_accessible(page, "acts")
        acts = await sent(page)
        assert [one["kind"] for one in acts if one["state"] == "refused"] == ["presence.in"]
        first, second = (json.loads(payload(one["jws"])) for one in acts if one["kind"] == "ballot.cast")
        assert (first["replaces"], second["replaces"]) == (
            None,
            next(a["leaf"] for a in acts if a["kind"] == "ballot.cast"),
        )
        assert errors == []


async def test_who_was_still_choosing_at_the_close_is_told_that_they_did_not_vote(
    hall: Hall, browser: Browser
) -> None:
    meeting = await gather(hall)
    said = "表决已结束，您这次没有投票。有疑问请马上到签到台。"
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await enter(page, hall, base)
        await check_in(page, meeting.chair)
        poll = await meeting.open_poll()
        await page.get_by_role("link", name="去投票").click()
        await page.locator("[data-do=choose][data-option=for]").click()
        await meeting.chair.close_poll(poll)
        await expect(page.get_by_role("status").get_by_text(said).locator("visible=true")).to_be_visible(
            timeout=PROMPTLY
        )
        await page.get_by_role("link", name="返回").click()
        await expect(page.get_by_text(said).locator("visible=true")).to_have_count(1)


async def test_loss_a_reload_and_a_second_tab_still_give_one_ballot(hall: Hall, browser: Browser) -> None:
    """On an old engine and a processor six times slower."""
    meeting = await gather(hall)
    async with serving(hall) as base:
        context = await phone(browser)
        await context.add_init_script(OLD_ENGINE)
        page = await context.new_page()
        await (await context.new_cdp_session(page)).send("Emulation.setCPUThrottlingRate", {"rate": 6})
        await enter(page, hall, base)
        await check_in(page, meeting.chair)
        poll = await meeting.open_poll()
        await context.route("**/acts", lambda route: route.abort())
        await page.get_by_role("link", name="去投票").click()
        await vote(page, "abstain")
        await expect(visible(page, "正在自动重试")).to_be_visible()
        await context.unroute("**/acts")
        await lossy(context)
        await page.reload()
        other = await context.new_page()
        await other.goto(page.url)
        for tab in (page, other):
            await expect(visible(tab, "您投的是：弃权")).to_be_visible()
        ballots = [one for one in await sent(page) if one["kind"] == "ballot.cast"]
        assert [one["state"] for one in ballots] == ["received"]
        assert (await meeting.poll(poll))["cast"] == 1


@pytest.mark.parametrize("rehearsal", [True, False])
async def test_a_rehearsal_is_marked_before_a_phone_joins(
    hall: Hall, browser: Browser, rehearsal: bool
) -> None:
    await hall.convene(rehearsal=rehearsal)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, NAME))
        await expect(page.locator("[data-do=join]")).to_be_visible()
        await expect(visible(page, "演练：这里的表决不算数")).to_have_count(1 if rehearsal else 0)


async def test_the_largest_english_text_fits_a_narrow_screen(hall: Hall, browser: Browser) -> None:
    meeting = await gather(hall)
    async with serving(hall) as base:
        context = await phone(browser, "en-GB")
        page = await context.new_page()
        await page.set_viewport_size({"width": 320, "height": 640})
        await enter(page, hall, base)
        await page.get_by_role("button", name="XXL").click()
        await check_in(page, meeting.chair)
        await assert_accessible(page, "english-home")
        await meeting.open_poll()
        await page.get_by_role("link", name="Vote").click()
        await assert_accessible(page, "english-poll")
        await page.locator(".choice[data-option=for]").click()
        await assert_accessible(page, "english-review")
        await page.reload()
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 30


async def test_a_second_phone_is_told_to_go_to_the_desk(hall: Hall, browser: Browser) -> None:
    await gather(hall)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, OTHERS[0]))
        await expect(visible(page, "已在另一部手机上使用")).to_be_visible()
        await expect(visible(page, "请拿着卡到签到台办理更换")).to_be_visible()
        await expect(page.locator("[data-do=join]")).to_be_hidden()
        await page.goto(f"{base}/h/{hall.hearing}/me")
        await expect(visible(page, "还没有参加会议")).to_be_visible()
        await assert_accessible(page, "nobody")


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_card_whose_hearing_is_over_leads_to_its_public_page(
    hall: Hall, browser: Browser, lang: Language
) -> None:
    meeting = await gather(hall)
    await meeting.chair.adjourn()
    join = texts(lang)["phone"]["join"]
    async with serving(hall) as base:
        page = await (await phone(browser, lang)).new_page()
        await page.goto(card(hall, base, NAME))
        await expect(visible(page, join["over"])).to_be_visible()
        await expect(page.locator("[data-do=join]")).to_have_count(0)
        await assert_accessible(page, f"over-{lang}")
        await page.get_by_role("link", name=join["over_read"]).click()
        await page.wait_for_url(f"{base}/h/{hall.hearing}")
        assert hall.tokens[NAME].text not in page.url


async def test_the_page_says_what_comes_next_and_numbers_the_agenda(hall: Hall, browser: Browser) -> None:
    meeting = await gather(hall)
    waiting = "请稍候，不用刷新"
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await enter(page, hall, base)
        await expect(page.locator("#code")).to_be_visible()
        await expect(visible(page, waiting)).to_be_hidden()
        await check_in(page, meeting.chair)
        await expect(visible(page, waiting)).to_be_visible()
        await assert_accessible(page, "next")
        rows = page.locator("a.row")
        assert await rows.all_inner_texts() == ["1. 北门早市", "2. 困难补助"]
        await rows.nth(1).click()
        await expect(page.get_by_role("heading", name="2. 困难补助")).to_be_visible()
        await page.get_by_role("link", name="返回").click()
        poll = await meeting.open_poll()
        await expect(visible(page, "去投票")).to_be_visible()
        await expect(visible(page, waiting)).to_be_hidden()
        await meeting.chair.close_poll(poll)
        await expect(visible(page, waiting)).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_own_acts_stand_there_in_words_and_in_local_time(
    hall: Hall, browser: Browser, lang: Language
) -> None:
    meeting = await gather(hall)
    words = texts(lang)["phone"]
    async with serving(hall) as base:
        context = await visitor(browser, locale=lang, timezone_id="America/New_York")
        page = await context.new_page()
        await page.set_viewport_size({"width": 360, "height": 740})
        await enter(page, hall, base)
        await check_in(page, meeting.chair)
        await page.locator("[data-do=ask]").click()
        await page.locator("[data-do=withdraw]").click()
        await page.get_by_role("link", name=words["page"]["read"]).click()
        await page.locator("#comment").fill("早市方便老人买菜。")
        await page.locator("form[data-do=comment] button").click()
        await expect(visible(page, words["page"]["mine_mark"])).to_be_visible()
        await page.get_by_role("link", name=words["page"]["back"]).click()
        await page.get_by_role("link", name=words["page"]["acts"]).click()
        rows = page.locator("section:not([hidden]) > ul.list > li")
        await expect(rows).to_have_count(5)
        await expect(rows.locator(".good:visible")).to_have_count(5)
        kinds = ["comment.post", "floor.withdraw", "floor.request", "presence.in", "device.enrol"]
        assert await rows.locator("b").all_inner_texts() == [words["script"][f"act-{kind}"] for kind in kinds]
        for row, act in zip(await rows.all(), reversed(await sent(page)), strict=True):
            there = datetime.fromisoformat(act["at"]).astimezone(ZoneInfo("Asia/Shanghai"))
            day = f"{there.month}月{there.day}日" if lang == "zh" else f"{there:%B} {there.day}"
            shown = await row.locator(".good").inner_text()
            assert day in shown
            assert f"{there:%H:%M}" in shown
        await rows.first.get_by_text(words["page"]["receipt"], exact=True).click()
        await assert_accessible(page, f"receipt-{lang}")


async def test_a_card_of_another_community_is_not_believed(hall: Hall, browser: Browser) -> None:
    await gather(hall)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        anchor = hall.community.anchor
        forged = anchor[:-1] + ("0" if anchor[-1] != "0" else "1")
        await page.goto(card(hall, base, NAME).replace(anchor, forged))
        await page.locator("[data-do=join]").click()
        await expect(visible(page, "核对失败")).to_be_visible()
        assert await sent(page) == []


async def test_a_phone_publishes_the_opening_that_the_service_lost(hall: Hall, browser: Browser) -> None:
    meeting = await gather(hall)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await enter(page, hall, base)
        await check_in(page, meeting.chair)
        poll = await meeting.open_poll()
        await page.get_by_role("link", name="去投票").click()
        await vote(page, "against")
        await expect(visible(page, "您投的是：反对")).to_be_visible()
        for one in meeting.phones:
            await one.vote(poll, "for")
        [ballot] = [one for one in await sent(page) if one["kind"] == "ballot.cast"]
        with hall.service.hearings.engine.begin() as connection:
            assert connection.execute(delete(openings).where(openings.c.leaf == ballot["leaf"])).rowcount == 1
        await meeting.chair.close_poll(poll)
        assert (await meeting.chair.publish(poll))["stage"] == "revealed"
        await expect(visible(page, "手机已把它公开补上")).to_be_visible()
        await expect(visible(page, "反对 1")).to_be_visible()
        result = (await meeting.poll(poll))["result"]
        assert (result["decision"], result["unopened"]) == ("passed", 0)


async def test_a_phone_that_was_replaced_says_so_and_may_join_again(hall: Hall, browser: Browser) -> None:
    meeting = await gather(hall)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await enter(page, hall, base)
        await expect(page.locator("#code")).to_be_visible()  # enrolled
        [enrolment] = await sent(page)
        device = unb64url(json.loads(payload(enrolment["jws"]))["device"])
        told = {"device": thumbprint(device), "reason": "手机丢失", "reballot": False}
        revocation = await meeting.chair.act(acts.Revoke, **told)
        await meeting.supervisor.cosign(revocation.leaf)
        await meeting.desk.check_in(enrolment["member"])
        await page.reload()
        await expect(visible(page, "不再代表您")).to_be_visible()
        await page.goto(card(hall, base, NAME))
        await page.locator("[data-do=join]").click()
        await page.wait_for_url("**/me")
        await expect(visible(page, "您已在签到台签到")).to_be_visible()


def payload(jws: str) -> bytes:
    return split(jws).payload


def fingerprint(state: dict[str, Any], moment: dict[str, Any]) -> str:
    return fingerprint_of(Checkpoint(state["origin"], moment["size"], bytes.fromhex(moment["root"])).text)
