from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Engine, MetaData, text

from ballots import store
from ballots.engine import open_engine
from web.database import upgrade
from web.people import tables


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database; on PostgreSQL a schema of its own."""
    if request.param == "sqlite":
        yield open_engine(f"sqlite:///{tmp_path}/empty")
        return
    url: URL = request.getfixturevalue("postgres")
    keeper = open_engine(url)
    with keeper.begin() as connection:
        connection.execute(text("CREATE SCHEMA migrated"))
    inside = open_engine(url.update_query_dict({"options": "-csearch_path=migrated"}))
    yield inside
    inside.dispose()
    with keeper.begin() as connection:
        connection.execute(text("DROP SCHEMA migrated CASCADE"))
    keeper.dispose()


def test_the_revisions_build_what_the_tables_say(engine: Engine) -> None:
    whole = MetaData()
    for metadata in (store.metadata, tables.metadata):
        for table in metadata.sorted_tables:
            table.to_metadata(whole)

    upgrade(engine)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), whole)
    assert differences == []
