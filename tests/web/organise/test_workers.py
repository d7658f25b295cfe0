"""Two worker processes over one PostgreSQL: a notice is published once, whoever was asked."""

import asyncio
import io
from pathlib import Path

import pytest
from sqlalchemy import URL

from ballots import bundle
from deliberation.audit import Expectations, audit
from tests.web.organise.laptop import BASE, hidden, open_laptop, open_worker
from tests.web.organise.test_path import ROWS
from tests.web.people.files import xlsx

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]


async def test_a_draft_published_by_two_workers_at_once_has_one_roll(
    tmp_path: Path, fresh_postgres: URL, no_fonts: None
) -> None:
    database = fresh_postgres.render_as_string(hide_password=False)
    async with (
        open_laptop(tmp_path, database=database) as first,
        open_worker(tmp_path, first.token, url=BASE, database=database) as second,
    ):
        await first.sign_in()
        await second.sign_in()
        await first.found()
        await first.import_register(xlsx(ROWS))
        await first.print_cards()
        for _ in range(4):
            draft = await first.prepare()
            await first.add_item(draft, "none")
            fields = [*hidden(await first.get(f"{draft}/publish")), ("sure", "yes")]

            answers = await asyncio.gather(*(one.send(f"{draft}/publish", fields) for one in (first, second)))

            assert {(found.status_code, found.headers["location"]) for found in answers} == {(303, draft)}
            hearing = draft.rpartition("/")[2]
            for laptop in (first, second):
                assert "秋季居民代表会议" in await laptop.get(draft)
                packed = await laptop.http.get(f"/h/{hearing}/{hearing}.zip")
                openings = await laptop.http.get(f"/organise/h/{hearing}/openings.json")
                expected = Expectations(openings=openings.content, running=True)
                assert list(audit(bundle.read_from(io.BytesIO(packed.content)), expected).findings) == []
