"""A service whose database is gone does not start as if nothing had ever been."""

from pathlib import Path

import pytest

from ballots.engine import open_engine
from ballots.unsafe import Unsafe
from tests.actors import open_hall
from web.database import upgrade
from web.records.hearings import Hearings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_a_hearing_that_the_database_does_not_know_is_named(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        hearing = await hall.convene()
    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    upgrade(engine)
    hearings = Hearings(engine, hall.service.keys, tmp_path)

    with pytest.raises(Unsafe, match=hearing) as caught:
        await hearings.start()

    assert (caught.value.code, caught.value.facts) == ("database-behind", {"held": 0, "signed": 1})
    await hearings.close()
