"""That what looks for barriers finds one."""

import pytest
from playwright.async_api import Browser

from tests.client.barriers import barriers

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_a_button_without_a_name_and_a_pale_text_are_found(browser: Browser) -> None:
    page = await browser.new_page()
    whole = "<html lang=en><title>A page</title><main><h1>A page</h1>{}</main>"
    await page.set_content(whole.format("<button>Vote</button><p>said</p>"))
    assert await barriers(page) == []
    await page.set_content(whole.format("<button></button><p style='color: #ccc'>said</p>"))
    assert sorted(rule for rule, _ in await barriers(page)) == ["button-name", "color-contrast"]
