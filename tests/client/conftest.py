import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.actors import Hall, open_hall
from tests.client import node
from tests.client.browser import chromium


@pytest.fixture(scope="session")
def built() -> dict[str, dict[str, str]]:
    """The built client: page → kind → file name."""
    node.build()
    return json.loads((node.DIST / "manifest.json").read_text())


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path, built: object) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncGenerator[Browser, None]:
    async with chromium() as found:
        yield found
