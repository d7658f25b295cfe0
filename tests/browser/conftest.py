from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.service import Service, prepare, serving
from tests.client.browser import chromium
from tests.client.conftest import built

__all__ = ["anyio_backend", "browser", "built", "service"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def browser() -> AsyncGenerator[Browser, None]:
    async with chromium() as found:
        yield found


@pytest.fixture
async def service(tmp_path: Path, built: object) -> AsyncGenerator[Service, None]:
    """The service over a hearing whose notice is out; nobody has come yet."""
    data = tmp_path / "data"
    data.mkdir()
    prepared = await prepare(data)
    async with serving(prepared) as found:
        yield found
