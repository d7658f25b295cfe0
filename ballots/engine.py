"""Engines for the two databases, set so that a transaction is durable, explicit, and never left over.

Writing is `with engine.begin()`, reading `with reading(engine)`; there is no other way in this product.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SQLite
from typing import Any

from psycopg import Connection as PostgreSQL
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, Engine, Table, bindparam, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError

_log = logging.getLogger(__name__)

_PATIENCE = 5
"""Seconds to wait for another writer's lock, and for a connection."""
_PAUSES = (0, 0.02, 0.1, 0.5)
"""Seconds before each attempt to vacuum."""

_alone = select(func.pg_advisory_xact_lock(bindparam("number")))
_together = select(func.pg_advisory_xact_lock_shared(bindparam("number")))


def open_engine(url: str | URL) -> Engine:
    """The engine for `sqlite:///FILE` or `postgresql://…` (by psycopg 3).

    Its errors do not show what was to be written: they end up in logs.

    Raises:
        ValueError: another kind of database, or SQLite without a file.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return _sqlite(parsed)
        case "postgresql":
            return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise ValueError(f"not a database this service knows: {parsed.render_as_string()}")


def is_shared(engine: Engine) -> bool:
    """Whether several worker processes may serve one hearing over this database."""
    return engine.dialect.name == "postgresql"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for a few SELECTs; on SQLite it takes no write lock."""
    with engine.connect().execution_options(reading=True) as connection:
        yield connection


def hold(connection: Connection, lock: str, *, alone: bool) -> None:
    """Hold the lock of this name until the transaction ends, alone or together with others.

    Only PostgreSQL has such locks: SQLite serves one process, and lets it write one thing at a time.
    """
    if is_shared(connection.engine):
        number = int.from_bytes(hashlib.sha256(lock.encode()).digest()[:8], "big", signed=True)
        connection.execute(_alone if alone else _together, {"number": number})


def scrub(engine: Engine, *tables: Table) -> None:
    """See that what was just deleted from tables is nowhere in their files any more, as far as they are ours.

    SQLite overwrites what it frees (`secure_delete`), but its write-ahead log keeps old pages until emptied.
    PostgreSQL keeps deleted rows, in the order in which they came, until it vacuums; a table that is empty
    then has an empty file. What it has written to its own log is for its administrator.
    """
    if is_shared(engine):
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
                for table in tables:
                    _vacuum(alone, table)
        except DBAPIError:  # the rows are gone, and nobody is to be told that deleting has failed
            _log.warning("the database did not vacuum; its autovacuum will", exc_info=True)
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()


def _vacuum(alone: Connection, table: Table) -> None:
    """Vacuum until an empty table has an empty file; in vain while somebody looks at it, or does the same."""
    rest = select((func.pg_relation_size(table.name) > 0) & ~select(table).exists())
    for pause in _PAUSES:
        time.sleep(pause)
        alone.exec_driver_sql(f"VACUUM {table.name}")
        if not alone.scalar(rest):
            return


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(dbapi: SQLite, _record: object) -> None:
        dbapi.isolation_level = None  # the driver must not begin transactions behind our back
        for setting in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={1000 * _PATIENCE}",
        ):
            dbapi.execute(f"PRAGMA {setting}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # One that reads first and then writes would fail at once when another wrote in between.
        read_only = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def roll_back_leftovers(dbapi: SQLite | None, _record: object) -> None:
        if dbapi is not None and dbapi.in_transaction:
            dbapi.rollback()

    return engine


def _postgresql(url: URL) -> Engine:
    settings = (
        str(url.query.get("options", "")),
        "-c synchronous_commit=on",
        f"-c lock_timeout={_PATIENCE}s",
        # A worker that is stopped while it holds a head must not stop the others for ever.
        f"-c idle_in_transaction_session_timeout={2 * _PATIENCE}s",
    )
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        connect_args={
            "connect_timeout": _PATIENCE,
            "tcp_user_timeout": 2000 * _PATIENCE,
            "options": " ".join(settings),
        },
    )

    @event.listens_for(engine, "checkin")
    def roll_back_leftovers(dbapi: PostgreSQL[Any] | None, _record: object) -> None:
        if dbapi is not None and dbapi.info.transaction_status not in {
            TransactionStatus.IDLE,
            TransactionStatus.UNKNOWN,
        }:
            dbapi.rollback()

    return engine
