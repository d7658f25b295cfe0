"""What a representative does with a phone, and what is looked at on its screen."""

import json
from typing import Any

from playwright.async_api import Page, expect

from tests.actors import AGENDA, Hall, Meeting, Officer, Phone, eventually
from tests.browser.inspector import Inspector
from tests.client.browser import card
from web.people.drafts import DraftItem

NAME = "李秀英"
OTHERS = ("欧阳慧敏", "王建国", "Ann Smith", "吴建国")


async def gather(hall: Hall, agenda: tuple[DraftItem, ...] = AGENDA) -> Meeting:
    """Officers and scripted representatives; one representative is left to the browser."""
    await hall.convene(agenda)
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    desk = await hall.join(Officer, "郑小燕", "desk")
    phones = [await hall.join(Phone, name) for name in OTHERS]
    await chair.open()
    await chair.sign_in()
    for one in phones:
        await desk.check_in(one.seat.member)
    await chair.call("stalls")
    return Meeting(hall, chair, supervisor, desk, phones, phones[0])


async def enter(page: Page, hall: Hall, base: str) -> None:
    """Scan the card, make this phone one's own, and see the hearing."""
    await page.goto(card(hall, base, NAME))
    assert await page.evaluate("isSecureContext") is False
    await page.locator("[data-do=join]").click()
    await page.wait_for_url("**/me")
    assert hall.tokens[NAME].text not in await page.evaluate(
        "location.href + document.documentElement.outerHTML"
    )
    await expect(page.locator("header")).to_contain_text(NAME)


async def check_in(page: Page, chair: Officer, blank: str = "") -> None:
    """Until the record has it: whoever is present only a moment after a poll opens cannot vote in it.

    The code may be typed as the screen shows it, with a blank in its middle.
    """
    before = (await chair.state())["attendance"]["present"]
    code = await chair.screen_code()
    await page.locator("#code").fill(code[:3] + blank + code[3:])
    await page.locator("form[data-do=check-in] button").click()
    await expect(page.locator("#code")).to_be_hidden()

    async def here() -> bool:
        return bool((await chair.state())["attendance"]["present"] > before)

    await eventually(here)


async def vote(page: Page, option: str) -> None:
    await page.locator(f".choice[data-option={option}]").click()
    await expect(page.locator(f".chosen[data-option={option}]")).to_be_visible()
    await page.locator("[data-do=confirm]").click()


def visible(page: Page, text: str) -> Any:
    return page.get_by_text(text).locator("visible=true").first


async def sent(page: Page) -> list[dict[str, Any]]:
    """What this browser keeps of its acts."""
    kept = await page.evaluate(
        "Object.keys(localStorage).filter(k => k.includes('/act/')).map(k => localStorage[k])"
    )
    return sorted((json.loads(one) for one in kept), key=lambda one: one["since"])


async def assert_accessible(page: Page, name: str) -> None:
    """axe finds nothing, every target is large enough, and nothing sticks out sideways."""
    inspector = Inspector("phone")
    await inspector.look(page, name, voter=True)
    assert inspector.findings == []
    low = await page.evaluate(
        "[...document.querySelectorAll('.choice')].map(e => e.offsetHeight).filter(h => h && h < 72)"
    )
    assert low == []
