"""What every page owes its readers: that it loads light, says what it lacks, and that faults would be found."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route, expect

from tests.actors import COMMUNITY
from tests.browser.hall import LOCALES, open_doors
from tests.browser.inspector import Inspector
from tests.browser.people import OPTIONS
from tests.browser.scripted import begun
from tests.browser.service import Service
from tests.client.browser import ARTEFACTS, chromium, phone
from web.texts import LANGUAGES, Language, texts

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

MOST_REQUESTS = 4
SCRIPTED = "[data-do]:visible, [data-size]:visible"
"""What only a script can do."""


async def test_four_requests_are_enough_to_choose(service: Service, browser: Browser) -> None:
    """The page, its style, its script, the state; no other is answered, and the live stream is not there."""
    async with AsyncExitStack() as stack, open_doors(browser, service) as hall:
        meeting = await begun(service, stack)
        voter = await hall.representative("李秀英", base=service.insecure)
        await voter.check_in(await meeting.chair.screen_code())
        poll = await meeting.open_poll()
        await voter.expects(voter.words["vote"])
        answered: list[str] = []

        async def count(route: Route) -> None:
            if route.request.resource_type == "eventsource" or len(answered) == MOST_REQUESTS:
                await route.abort()
                return
            answered.append(route.request.resource_type)
            await route.continue_()

        page = await voter.page.context.new_page()
        await page.route("**/*", count)
        await page.goto(f"{voter.page.url.partition('#')[0]}#poll/{poll}")
        for name in OPTIONS["zh"].values():
            await expect(page.get_by_role("button", name=name)).to_be_visible()
        assert sorted(answered) == ["document", "fetch", "script", "stylesheet"]


@pytest.fixture
def pictures() -> Path:
    """Where pictures go."""
    folder = ARTEFACTS / "no-script"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_without_scripts_pages_say_what_is_missing(
    service: Service, pictures: Path, lang: Language
) -> None:
    """And voters' pages say where to go instead: to the desk. What needs no script does not ask for one.

    Nor is anything shown that would do nothing: before a script has come, a press would be lost as well.
    """
    hearing = f"/h/{service.prepared.hearing}"
    words = texts(lang)
    voter = words["phone"]["page"]["no_script"]
    assert {"zh": "签到台", "en": "desk"}[lang] in voter
    told = {f"{hearing}/me": voter, f"/j/{COMMUNITY}": voter, "/verify": words["verify"]["page"]["no_script"]}
    for name in ("screen", "console", "desk"):
        told[f"{hearing}/{name}"] = words[name]["page"]["no_script"]
    async with chromium("--blink-settings=scriptEnabled=false") as browser:
        page = await (await phone(browser, LOCALES[lang])).new_page()
        for path, sentence in told.items():
            await page.goto(service.base + path)
            await page.screenshot(path=pictures / f"{path.rpartition('/')[2]}-{lang}.png")
            assert sentence in await page.locator("body").inner_text()
            assert "JavaScript" in sentence
            await expect(page.locator(SCRIPTED)).to_have_count(0)
        await page.goto(service.base + hearing)
        shown = await page.locator("body").inner_text()
        assert words["public"]["verify"]["download"] in shown
        assert "JavaScript" not in shown


FAULTY = """<!doctype html><html lang="en"><title>Faults</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><main><h1>Faults</h1>
<p style="color: #bbb; background: #fff">Too pale</p>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" width="500" height="9">
<img src="data:image/png;base64,AA==" alt="broken" width="9" height="9">
<button style="width: 20px; height: 20px"></button><a href="#" style="position: absolute; left: 8px">A</a>
<p data-bind="text">You voted: {option}</p></main></html>"""


async def test_faults_would_be_found(browser: Browser, built: object) -> None:
    page = await (await phone(browser)).new_page()
    await page.set_content(FAULTY)
    inspector = Inspector("faults")
    await inspector.look(page, "faults", voter=True)
    found = {rule for _, rule, _ in inspector.findings}
    assert found >= {
        "color-contrast",
        "image-alt",
        "button-name",
        "sideways",
        "unfilled",
        "broken image",
        "small",
    }
