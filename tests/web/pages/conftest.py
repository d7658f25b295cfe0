from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser

from tests.actors import AGENDA, DraftItem, Hall, open_hall
from tests.client.browser import chromium, serving
from tests.client.conftest import built
from tests.web.pages.hall import Room

__all__ = ["anyio_backend", "built", "hall"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncGenerator[Browser, None]:
    async with chromium() as found:
        yield found


@pytest.fixture
def agenda() -> tuple[DraftItem, ...]:
    """One item with one question, and one that is heard only."""
    return (msgspec.structs.replace(AGENDA[0], questions=AGENDA[0].questions[:1]), AGENDA[1])


@pytest.fixture
async def room(
    hall: Hall, browser: Browser, agenda: tuple[DraftItem, ...], built: object
) -> AsyncGenerator[Room, None]:
    await hall.convene(agenda, rehearsal=True)
    async with serving(hall) as base:
        yield Room(hall, browser, base)
