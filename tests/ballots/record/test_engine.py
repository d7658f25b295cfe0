"""Transactions are explicit, durable, and never left over for the next user of a connection."""

import ast
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import ballots
import deliberation
import voting
import web
from ballots.engine import open_engine, reading
from ballots.merkle import EMPTY_ROOT
from ballots.store import HeadMovedError, Row, TreeHead
from tests.ballots.record.conftest import House

PACKAGES = (ballots, deliberation, voting, web)


def test_only_the_databases_we_know(tmp_path: Path) -> None:
    for url in ("sqlite://", "sqlite:///:memory:", "mysql://host/name"):
        with pytest.raises(ValueError, match="not a database"):
            open_engine(url)
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        open_engine("mysql://user:secret@host/name")
    assert "secret" not in str(caught.value)
    assert open_engine("postgresql://host/name").driver == "psycopg"


def test_the_settings_that_make_a_commit_durable(house: House) -> None:
    with reading(house.engine()) as connection:
        if connection.dialect.name == "sqlite":
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
        else:
            found = {
                name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                for name in ("fsync", "synchronous_commit", "transaction_isolation", "lock_timeout")
            }
            assert found == {
                "fsync": "on",
                "synchronous_commit": "on",
                "transaction_isolation": "read committed",
                "lock_timeout": "5s",
            }


def test_a_failed_commit_leaves_nothing_to_the_next_user(house: House) -> None:
    """A session whose commit fails and that is only closed keeps its transaction; the pool must not."""
    engine = house.engine()
    metadata = MetaData()
    parent = Table("test_parent", metadata, Column("id", Integer, primary_key=True))
    link = ForeignKey(parent.c.id, deferrable=True, initially="DEFERRED")
    child = Table("test_child", metadata, Column("id", Integer, primary_key=True), Column("parent", link))
    metadata.create_all(engine)
    try:
        session = Session(engine)
        session.execute(child.insert().values(id=1, parent=99))
        with pytest.raises(IntegrityError):
            session.commit()
        session.close()
        with engine.begin() as connection:
            connection.execute(parent.insert().values(id=1))
        with reading(engine) as connection:
            assert connection.execute(child.select()).all() == []
    finally:
        metadata.drop_all(engine)


def test_what_a_careless_user_leaves_open_is_rolled_back(house: House) -> None:
    engine = house.engine()
    engine.pool._reset_on_return = None  # the pool's own reset is not what is tested here
    raw = engine.raw_connection()
    if engine.dialect.name == "sqlite":
        raw.cursor().execute("BEGIN IMMEDIATE")
    raw.cursor().execute(f"INSERT INTO heads VALUES ('{house.hearing}', 7, 'x')")
    raw.close()
    house.store().create(house.hearing)
    with house.store().tail(house.hearing) as tail:
        assert tail.head() == TreeHead(0, EMPTY_ROOT.hex())


def test_a_writer_waits_for_the_writer_before_it_and_sees_what_that_wrote(house: House) -> None:
    """Reading first and writing then must neither fail as busy nor act on what was read too early."""
    store = house.store()
    store.create(house.hearing)

    def count() -> None:
        for _ in range(20):
            with store.appending(house.hearing) as append:
                size = append.head().size
                row = Row(size, "k" * 43, f"{size:022}", size + 1, b"raw")
                append.append([row], {}, {}, "root")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.tail(house.hearing) as tail:
        assert tail.head() == TreeHead(80, "root")
        assert [row.seq for row in tail.rows(0, 100)] == list(range(80))


def test_a_reader_does_not_wait_for_a_writer(house: House) -> None:
    store = house.store()
    store.create(house.hearing)
    with store.appending(house.hearing), store.tail(house.hearing) as tail:
        assert tail.head().size == 0


def test_rows_that_do_not_follow_the_head_or_repeat_a_nonce_are_refused(house: House) -> None:
    store = house.store()
    store.create(house.hearing)
    with store.appending(house.hearing) as append:
        append.append([Row(0, "k" * 43, "n" * 22, 1, b"raw")], {}, {}, "root")
    for row, error in [
        (Row(2, "k" * 43, "m" * 22, 2, b"raw"), HeadMovedError),
        (Row(0, "k" * 43, "m" * 22, 2, b"raw"), HeadMovedError),
        (Row(1, "k" * 43, "n" * 22, 2, b"raw"), IntegrityError),
    ]:
        with pytest.raises(error), store.appending(house.hearing) as append:
            append.append([row], {}, {}, "root")
    with store.tail(house.hearing) as tail:
        assert tail.head().size == 1
        assert len(list(tail.rows(0, 9))) == 1


def test_a_hearing_without_a_record_is_an_error(house: House) -> None:
    with house.store().tail(house.hearing) as tail, pytest.raises(LookupError, match=house.hearing):
        tail.head()


def test_nobody_commits_by_hand() -> None:
    """`with engine.begin()` is the only way: what commits by hand can forget to roll back."""
    found = [
        f"{path}:{node.lineno}"
        for package in PACKAGES
        for path in Path(package.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert found == []
