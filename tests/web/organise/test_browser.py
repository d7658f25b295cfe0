"""The organiser in a real browser: signing in by script, everything else without; axe at every page."""

import gzip
import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.client import node
from tests.client.barriers import barriers
from tests.client.browser import ARTEFACTS, chromium, serving
from tests.client.conftest import built
from tests.web.organise.laptop import SAMPLE, Laptop, open_laptop

__all__ = ["built"]

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

SIZES = ((1366, 768), (360, 740))


@pytest.fixture
async def site(tmp_path: Path, built: object) -> AsyncGenerator[tuple[Laptop, str], None]:
    """A service just started, at an address that browsers can reach and that is no secure context."""
    async with open_laptop(tmp_path) as laptop, serving(laptop) as base:  # type: ignore[arg-type]
        yield laptop, base


@pytest.fixture
async def browser() -> AsyncGenerator[Browser, None]:
    async with chromium() as found:
        yield found


async def signed_in(browser: Browser, laptop: Laptop, base: str) -> BrowserContext:
    context = await browser.new_context(locale="zh-CN", accept_downloads=True)
    page = await context.new_page()
    await page.goto(f"{base}/o#{laptop.token.text}")
    await page.wait_for_url(f"{base}/organise")
    await page.close()
    return context


async def test_the_code_never_leaves_the_browser(browser: Browser, site: tuple[Laptop, str]) -> None:
    laptop, base = site
    page = await (await browser.new_context()).new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data} {request.headers}"))

    text = laptop.token.text
    slip = text[:-1] + ("0" if text[-1] != "0" else "1")
    await page.goto(f"{base}/organise/cards#{slip}")
    await expect(page.locator("#said")).to_have_class("notice bad")
    assert "#" not in page.url
    await page.goto(f"{base}/o")
    await page.evaluate(f"location.hash = '{text}'")  # pasted over the address of the same page
    await page.wait_for_url(f"{base}/organise")
    await page.context.clear_cookies()
    await page.goto(f"{base}/o")
    await page.fill("#code", f"{base}/o#{laptop.token.grouped.lower()}")
    await page.click("button")
    await page.wait_for_url(f"{base}/organise")

    assert len(sent) > 6
    assert not [line for line in sent if text[4:12] in line.upper().replace("-", "")]
    cookie = next(one for one in await page.context.cookies() if one["name"] == "hearing-organise")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


async def test_everything_but_signing_in_works_without_scripts(
    browser: Browser, site: tuple[Laptop, str], tmp_path: Path
) -> None:
    laptop, base = site
    register = tmp_path / "名册.csv"
    register.write_bytes(SAMPLE)
    state = await (await signed_in(browser, laptop, base)).storage_state()
    context = await browser.new_context(
        storage_state=state, java_script_enabled=False, locale="zh-CN", accept_downloads=True
    )
    page = await context.new_page()
    await page.goto(f"{base}/organise")
    await fill(page, {"name.zh": "青槐社区", "id": "qinghuai"})
    await page.click(".now .primary")
    await page.set_input_files("#file", register)
    await page.click("form .primary")
    await page.click(".commit .primary")
    await page.goto(f"{base}/organise")
    await page.click(".now .primary")
    await page.fill("#starts", "2027-03-01T14:00")
    await fill(page, {"title.zh": "秋季会议", "place.zh": "活动室"})
    await page.click("a[href$='/items/new']")
    await fill(page, {"title.zh": "北门早市"})
    await page.click("a[href$='/new/motion']")
    await fill(page, {"title.zh": "是否同意？", "text.zh": "同意试行。"})
    draft = page.url.partition("#")[0]
    await page.goto(f"{base}/organise/cards")
    async with page.expect_download() as printed:
        await page.click("form .primary")
    assert (await printed.value).suggested_filename.endswith(".pdf")
    await page.goto(draft)
    await page.click("#checks ~ p .primary")
    await page.check("input[name=sure]")
    await page.click("form .primary")
    await expect(page.locator("a[href$='/notice.pdf']")).to_be_visible()
    assert len(laptop.service.hearings.ids()) == 1


async def fill(page: Page, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        await page.fill(f"[name='{name}']", value)
    await page.click("form .primary")


async def test_every_page_has_no_barrier_and_fits(browser: Browser, site: tuple[Laptop, str]) -> None:
    laptop, base = site
    await laptop.sign_in()
    context = await signed_in(browser, laptop, base)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    paths = {"community": "/organise", "sign-in": "/o"}
    await look(page, base, paths)
    await laptop.found()
    await laptop.import_register()
    draft = await laptop.prepare(rehearsal="yes")
    item = await laptop.add_item(draft, **{"title.en": "Morning market"})
    await laptop.add_question(draft, item)
    ranked = {
        "options.zh": "坡道\n长椅\n路灯",
        "options.en": "Ramp\nBenches\nLamps",
        "preset": "preference.advisory",
    }
    usual = {"seats": "2", "strength": "winning_votes", "unranked": "last"}
    await laptop.add_question(draft, item, "schulze", **ranked, **usual)
    await look(page, base, {
        "home": "/organise", "register": "/organise/register", "person": "/organise/register/1",
        "import": "/organise/import", "cards": "/organise/cards", "card": "/organise/cards?person=1",
        "new": "/organise/new", "draft": draft, "matter": f"{draft}/matter", "item": f"{draft}/items/{item}",
        "question": f"{draft}/items/{item}/questions/question-1",
        "ways": f"{draft}/items/{item}/questions/new",
        "choose": f"{draft}/items/{item}/questions/new/plurality",
        "grade": f"{draft}/items/{item}/questions/new/grading",
        "rank": f"{draft}/items/{item}/questions/question-2",
        "participants": f"{draft}/participants", "rename": "/organise/community",
    })  # fmt: skip
    await laptop.issue("lacking")
    await look(page, base, {"publish": f"{draft}/publish"})
    await laptop.publish(draft)
    hearing = draft.rpartition("/")[2]
    await laptop.issue("1", sure="yes")
    await look(page, base, {
        "published": draft, "minutes": f"/h/{hearing}/minutes",
        "new-card": "/organise/register/1", "another-card": "/organise/cards?person=1",
    })  # fmt: skip
    assert faults == []


async def look(page: Page, base: str, paths: dict[str, str]) -> None:
    """Every page in both languages and sizes: a picture, no barrier, nothing sideways."""
    folder = ARTEFACTS / "organise"
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        for lang in ("zh", "en"):
            for width, height in SIZES:
                await page.set_viewport_size({"width": width, "height": height})
                await page.goto(f"{base}{path}{'&' if '?' in path else '?'}lang={lang}")
                await page.screenshot(path=folder / f"{name}-{lang}-{width}.png", full_page=True)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
                await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
                await page.screenshot(path=folder / f"{name}-{lang}-{width}-all.png", full_page=True)
            found = await barriers(page)
            assert found == [], f"{name}: {json.dumps(found, ensure_ascii=False)}"


async def test_a_form_is_sent_once_and_typing_is_not_lost(browser: Browser, site: tuple[Laptop, str]) -> None:
    laptop, base = site
    await laptop.sign_in()
    await laptop.found()
    await laptop.import_register()
    page = await (await signed_in(browser, laptop, base)).new_page()
    await page.goto(f"{base}/organise/cards")
    async with page.expect_download():
        at_once = await page.evaluate("""() => {
            const button = document.querySelector("form .primary");
            button.click();
            button.click();
            return [button.disabled, document.querySelector("[data-work]").innerText];
        }""")
    assert at_once[0]
    assert "正在制卡" in at_once[1]
    await expect(page.get_by_text("人都有卡了")).to_be_visible()  # by itself, once the paper has come
    assert laptop.rows()["cards"] == laptop.rows()["persons"]
    await page.goto(f"{base}/organise/cards?person=1")
    card = await page.locator("form.once b").first.inner_text()
    await page.check("[name=sure]")
    async with page.expect_download():
        await page.click("form .primary")
    await expect(page.locator("form.once b").first).not_to_have_text(card)
    await expect(page.locator("form .primary")).to_be_enabled()

    asked: list[str] = []

    async def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        await dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    await page.goto(f"{base}/organise/new")
    await page.type("[name='title.zh']", "写了一半")
    await page.click("a[href='/organise/register']")
    await page.wait_for_url(re.compile("register$"))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(("kind", "most"), [("js", 15_000), ("css", 6_000)])
def test_weight(built: dict[str, dict[str, str]], kind: str, most: int) -> None:
    raw = (node.DIST / built["organise"][kind]).read_bytes()

    assert 0 < len(gzip.compress(raw, 9)) <= most
