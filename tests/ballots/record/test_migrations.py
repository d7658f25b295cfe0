"""The revisions build what the tables say, from nothing, all or nothing, on both databases."""

import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Engine, inspect, text

from ballots.engine import open_engine
from ballots.store import metadata as record
from web import database
from web.database import DatabaseTooNewError, upgrade
from web.people.tables import metadata as people

METADATA = [record, people]
"""Every table that this product has."""


@pytest.fixture
def empty(url: URL | str) -> Iterator[Engine]:
    """A database with nothing in it."""
    engine = open_engine(url)
    if engine.dialect.name == "postgresql":
        name = f"empty_{secrets.token_hex(4)}"
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        engine = open_engine(engine.url.set(database=name))
    yield engine
    engine.dispose()


def test_the_revisions_build_the_tables(empty: Engine) -> None:
    upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    tables = {name for metadata in METADATA for name in metadata.tables}
    assert set(inspect(empty).get_table_names()) == tables | {"alembic_version"}


def test_an_upgrade_again_changes_nothing(empty: Engine) -> None:
    upgrade(empty)
    before = inspect(empty).get_table_names()
    upgrade(empty)
    assert inspect(empty).get_table_names() == before


def test_processes_that_start_together_wait_for_each_other(empty: Engine) -> None:
    errors: list[Exception] = []

    def start() -> None:
        engine = open_engine(empty.url)
        try:
            upgrade(engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert "entries" in inspect(empty).get_table_names()


def test_a_revision_that_fails_leaves_nothing(
    empty: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_bytes((Path(database.__file__).parent / "migrations" / "env.py").read_bytes())
    (folder / "versions" / "bad.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'bad', None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    raise ZeroDivisionError\n"
    )
    monkeypatch.setattr(database, "_MIGRATIONS", folder)
    with pytest.raises(ZeroDivisionError):
        upgrade(empty)
    assert inspect(empty).get_table_names() == []


def test_a_database_of_a_later_version_is_left_alone(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNewError, match="nothing was changed"):
        upgrade(empty)
