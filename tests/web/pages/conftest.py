from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.actors import Hall, open_hall
from tests.client.conftest import built

__all__ = ["anyio_backend", "built", "hall"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path) as found:
        yield found
