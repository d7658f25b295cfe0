"""A dishonest service before a real phone: what it is told of a box, or of a tested ballot, does not pass."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from ballots.secret import credentials
from tests.actors import HOST, eventually, open_hall
from tests.browser.booth import PEOPLE, Meeting, go_to, look
from tests.browser.box import SecondDevice, scanned
from tests.browser.hall import LOCALES
from tests.client.browser import phone
from tests.client.representative import sent
from web.records import boxes
from web.texts import LANGUAGES, Language

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture
async def meeting(tmp_path: Path, built: object) -> AsyncGenerator[Meeting, None]:
    async with open_hall(tmp_path, entries=PEOPLE) as hall:
        told = Meeting(hall)
        await told.gather()
        yield told


async def honest(route: Route) -> dict[str, Any]:
    """What the service really answers."""
    answer = await route.fetch(url=route.request.url.replace(HOST, "127.0.0.1"))
    told: dict[str, Any] = await answer.json()
    return told


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


def liar(forge: Callable[[Any], dict[str, Any]]) -> Callable[[Route], Awaitable[None]]:
    """A service that forges what it answers."""

    async def lie(route: Route) -> None:
        await route.fulfill(json=forge(await honest(route)))

    return lie


async def test_a_dishonest_setup_is_not_voted_in(meeting: Meeting, browser: Browser) -> None:
    async with meeting.voter(browser) as voter:
        poll = await meeting.open_poll()
        for part, forge in FORGERIES.items():
            await voter.page.route("**/setup", liar(forge))
            await go_to(voter, poll)
            await voter.page.reload()
            await voter.expects(voter.booth["bad"])
            await expect(voter.page.locator(".choice:visible")).to_have_count(0)
            if part == "election":
                await look(voter, "bad")
            await voter.page.unroute("**/setup")
        await voter.page.reload()
        await voter.lock("for")


async def test_a_credential_that_was_left_out_is_objected_to(
    meeting: Meeting, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[str] = []
    really = boxes._credential  # the service is made dishonest

    def leave_out(opening: Any) -> str:
        found = really(opening)
        if found in known:
            return found
        left.append(found)
        return credentials.public(credentials.secret(credentials.new_code(), "anybody"))

    async with meeting.voter(browser) as voter:
        known = {mine.public for one in meeting.phones for mine in one.credentials.values()}
        monkeypatch.setattr(boxes, "_credential", leave_out)
        poll = await meeting.open_poll()
        assert len(left) == 1
        await go_to(voter, poll)
        await voter.expects(voter.booth["omitted"])
        await expect(voter.page.locator(".choice:visible")).to_have_count(0)
        await look(voter, "omitted")

        async def objected() -> bool:
            return bool((await meeting.poll(poll))["box"]["objections"] == 1)

        await eventually(objected)
        await voter.page.reload()
        await voter.expects(voter.booth["omitted"])
        objections = [one for one in await sent(voter.page) if one["kind"] == "credential.object"]
        assert [one["state"] for one in objections] == ["received"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_second_device_hears_of_another_choice_than_was_locked(
    meeting: Meeting, browser: Browser, lang: Language
) -> None:
    async with meeting.voter(browser, lang) as voter:
        second = SecondDevice(await (await phone(browser, LOCALES[lang])).new_page(), lang)
        await meeting.open_poll()
        await voter.follow(voter.words["vote"])
        await voter.lock("against")
        await second.page.route("**/spoiled*", liar(lambda told: told | {"choice": [[1, 0, 0]]}))
        await second.page.goto(await scanned(voter.page.locator(".code-picture:visible")))
        await voter.spoil()
        await second.expects(second.second["wrong"])
        await look(second, "second-wrong")
        assert second.errors == []
