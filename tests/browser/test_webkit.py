"""A second engine: somebody joins, checks in and votes in WebKit."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.browser.scripted import begun
from tests.browser.service import Service
from tests.browser.webkit import programs, webkit
from tests.client.browser import ARTEFACTS

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture
def folder() -> Path:
    """Where pictures go. Skips where there is no WebKit."""
    programs()
    found = ARTEFACTS / "webkit"
    found.mkdir(parents=True, exist_ok=True)
    return found


async def test_somebody_joins_and_votes_in_webkit(folder: Path, service: Service) -> None:
    findings: list[tuple[str, Any]] = []
    async with AsyncExitStack() as stack, webkit(400, 800) as page:
        meeting = await begun(service, stack)
        await page.go(service.card("李秀英"))

        async def look(name: str) -> None:
            await page.picture(folder / f"{name}.png")
            findings.extend((name, one) for one in await page.findings())

        await page.find("button", "用这部手机参加")
        await look("join")
        await page.press("button", "用这部手机参加")
        await page.type("#code", await meeting.chair.screen_code())
        await look("arrive")
        await page.press("form button", "签到")
        await page.find("p", "您已签到")
        poll = await meeting.open_poll()
        await page.press("a", "去投票")
        await page.find("button", "弃权")
        await look("poll")
        await page.press("button", "同意")
        await page.find("h2", "请核对您的选择")
        await look("review")
        await page.press("button", "确认，投这一票")
        await page.find("p", "您投的是：同意")
        await page.find("p", "已收到，收据已由本机核对")
        for one in meeting.voters:
            await one.vote(poll, "against")
        await meeting.chair.close_poll(poll)
        await meeting.chair.publish(poll)
        await page.find("p", "本机已核对：您这一票已计入")
        await look("counted")
        result = (await meeting.chair.state())["polls"][0]["result"]
        assert [option["total"]["heads"] for option in result["options"]] == [1, 3, 0]
    assert findings == []
