"""One person, two phones: the new one takes over once the old one agrees, or two officers have ended it."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, expect

from ballots.encoding import utc
from deliberation import acts
from tests.actors import Hall
from tests.client.browser import PROMPTLY, card, phone, serving
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
from web.people.cards import issue_cards
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_new_phone_takes_over_once_the_old_one_agrees(
    hall: Hall, browser: Browser, lang: Language
) -> None:
    meeting = await gather(hall)
    words = texts(lang)["phone"]
    page_words, join = words["page"], words["join"]
    async with serving(hall) as base:
        old, new = [await (await phone(browser, lang)).new_page() for _ in range(2)]
        await enter(old, hall, base)
        await check_in(old, meeting.chair)
        poll = await meeting.open_poll()
        await old.get_by_role("link", name=page_words["vote"]).click()
        await vote(old, "for")
        await expect(visible(old, page_words["mine"].partition("{")[0])).to_be_visible()

        await new.goto(card(hall, base, NAME))
        await expect(visible(new, join["taken"])).to_be_visible()
        await assert_accessible(new, f"taken-{lang}")
        await new.get_by_role("button", name=join["move"]).click()
        digits = new.locator(".digits")
        await expect(digits).to_have_text(re.compile(r"^\d{4} \d{4}$"))
        await assert_accessible(new, f"digits-{lang}")

        await old.get_by_role("link", name=page_words["back"]).click()
        await old.get_by_role("link", name=page_words["acts"]).click()
        await old.get_by_role("link", name=page_words["move"]).click()
        await assert_accessible(old, f"move-{lang}")
        told = await digits.inner_text()
        wrong = f"{told[:-1]}{(int(told[-1]) + 1) % 10}"
        await old.locator("#digits").fill(wrong)
        await old.get_by_role("button", name=page_words["agree"]).click()
        refusal = texts(lang)["refusals"]["refusals"]["unknown-move"]["title"]
        await expect(visible(old, refusal)).to_be_visible()
        assert (await sent(new)) == []
        await old.locator("#digits").fill(told)
        await old.get_by_role("button", name=page_words["agree"]).click()
        await new.wait_for_url("**/me")
        await expect(new.locator("header")).to_contain_text(NAME)
        await expect(visible(old, page_words["moved"].replace("{agreed}", told))).to_be_visible()
        await expect(old.locator("#digits")).to_be_hidden()
        await expect(visible(old, page_words["mine"].partition("{")[0])).to_be_hidden()
        await assert_accessible(old, f"moved-{lang}")

        await expect(visible(new, page_words["voted"])).to_be_visible()
        await new.get_by_role("link", name=page_words["see"]).click()
        await vote(new, "against")
        await expect(visible(new, page_words["mine"].partition("{")[0])).to_be_visible()
        await old.reload()
        await expect(visible(old, page_words["moved"].replace("{agreed}", told))).to_be_visible()
        assert [one["state"] for one in await sent(new)] == ["received", "received"]

        await new.goto(card(hall, base, NAME))  # once more: it is the phone that acts
        await new.wait_for_url("**/me")
        await old.goto(card(hall, base, NAME))  # and back to the old one
        await old.get_by_role("button", name=join["move"]).click()
        await new.get_by_role("link", name=page_words["acts"]).click()
        await new.get_by_role("link", name=page_words["move"]).click()
        await new.locator("#digits").fill(await old.locator(".digits").inner_text())
        await new.get_by_role("button", name=page_words["agree"]).click()
        await old.wait_for_url("**/me")
        await expect(visible(old, page_words["voted"])).to_be_visible()
        await old.get_by_role("link", name=page_words["see"]).click()
        await vote(old, "abstain")
        await expect(visible(old, page_words["mine"].partition("{")[0])).to_be_visible()
        assert [one["state"] for one in await sent(old)] == ["received"] * 5
        assert (await meeting.poll(poll))["cast"] == 1

        for one in meeting.phones:
            await one.vote(poll, "for")
        await meeting.chair.close_poll(poll)
        await meeting.chair.publish(poll)
        await expect(visible(old, page_words["counted"])).to_be_visible()
        await new.reload()
        await expect(visible(new, page_words["over"])).to_be_visible()
        await expect(visible(new, page_words["moved"].partition("}")[2])).to_be_visible()
        for said in (
            "missing",
            "opened",
            "counted",
        ):  # its own ballot was replaced, and nothing is wrong with that
            await expect(visible(new, page_words[said])).to_be_hidden()


async def test_a_new_phone_gets_in_by_itself_when_officers_end_the_old_one(
    hall: Hall, browser: Browser
) -> None:
    meeting = await gather(hall)
    lost = meeting.phones[0]
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, OTHERS[0]))
        await page.get_by_role("button", name="换到这部手机").click()
        await expect(page.locator(".digits")).to_be_visible()
        told = {"device": lost.key.kid, "reason": "手机丢失", "reballot": False}
        await meeting.supervisor.cosign((await meeting.chair.act(acts.Revoke, **told)).leaf)
        await page.wait_for_url("**/me", timeout=PROMPTLY)
        await expect(visible(page, "您已在签到台签到")).to_be_visible()
        assert [one["state"] for one in await sent(page)] == ["received"]


async def test_an_officer_changes_devices_at_the_desk(hall: Hall, browser: Browser) -> None:
    await gather(hall)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, "周敏"))
        await expect(visible(page, "已在另一台设备上使用")).to_be_visible()
        await expect(visible(page, "工作人员换设备要两个人签名")).to_be_visible()
        await assert_accessible(page, "taken-office")
        await expect(page.locator("[data-do=move]")).to_be_hidden()


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_an_officer_is_told_what_the_first_press_means(
    hall: Hall, browser: Browser, lang: Language
) -> None:
    join = texts(lang)["phone"]["join"]
    await hall.convene()
    async with serving(hall) as base:
        page = await (await phone(browser, lang)).new_page()
        await page.goto(card(hall, base, "周敏"))
        await expect(visible(page, join["use_text_office"])).to_be_visible()
        await expect(visible(page, join["use_text"])).to_have_count(0)
        await expect(page.get_by_role("button", name=join["use"], exact=True)).to_have_count(0)
        await assert_accessible(page, f"office-{lang}")
        await page.get_by_role("button", name=join["use_office"], exact=True).click()
        await page.wait_for_url("**/console")


async def test_two_officers_change_the_device_of_a_third_as_the_page_says(
    hall: Hall, browser: Browser
) -> None:
    """One of them asks, and the officer whose device it is may be the other, on the old device."""
    meeting = await gather(hall)
    told = {"device": meeting.chair.key.kid, "reason": "换电脑", "reballot": False}
    asked = await meeting.desk.act(acts.Revoke, **told)
    await meeting.chair.cosign(asked.leaf)
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, "周敏"))
        await page.get_by_role("button", name="用这台设备参加").click()
        await page.wait_for_url("**/console")


async def test_another_card_opened_over_the_page_is_read_and_leaves_the_address(
    hall: Hall, browser: Browser
) -> None:
    await hall.convene()
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, NAME).partition("#")[0])
        await expect(page.locator("#token")).to_be_visible()
        await page.evaluate("location.hash = 'main'")
        await expect(page.locator("#token")).to_be_visible()
        other = card(hall, base, NAME).partition("#")[2]
        await page.evaluate("hash => { location.hash = hash }", other)
        await expect(page.locator("[data-do=join]")).to_be_visible()
        assert "#" not in page.url
        await page.goto(card(hall, base, "周敏"))
        await expect(visible(page, "主持人")).to_be_visible()
        assert "#" not in page.url


async def test_a_card_that_was_replaced_is_not_called_good(hall: Hall, browser: Browser) -> None:
    old = hall.tokens["赵晚来"]
    person = next(one for one in hall.people if one.name == "赵晚来")
    with hall.service.hearings.engine.begin() as connection:
        (new,) = issue_cards(connection, [person], utc(datetime.now(UTC)))
    async with serving(hall) as base:
        page = await (await phone(browser)).new_page()
        await page.goto(card(hall, base, "赵晚来"))
        await expect(visible(page, "这张卡已经换发")).to_be_visible()
        hall.tokens["赵晚来"] = new.token
        assert old.text != new.token.text
        await page.goto("about:blank")
        await page.goto(card(hall, base, "赵晚来"))
        await expect(visible(page, "您的卡有效，但现在没有它能进的会议")).to_be_visible()
