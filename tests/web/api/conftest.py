import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

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


@pytest.fixture
def fresh_postgres(postgres: URL) -> URL:
    """A database that no other test has used."""
    name = f"api_{uuid.uuid4().hex}"
    engine = create_engine(postgres.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres.set(database=name)
