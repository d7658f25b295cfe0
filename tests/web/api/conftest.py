from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.actors import Hall, Meeting, gather, open_hall


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncGenerator[Hall, None]:
    async with open_hall(tmp_path) as found:
        yield found


@pytest.fixture
async def meeting(hall: Hall) -> Meeting:
    return await gather(hall)
