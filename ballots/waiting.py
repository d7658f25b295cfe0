"""Encrypted ballots that were accepted and wait to enter their record together with others.

Kept durably, because a phone may sleep when its batch is made.
No time and no order of arrival is kept beside them, and they are deleted once they have entered.

Whoever is told that a ballot is kept must find it in the record, so between the last batch of a poll and its
close none may come. Where several processes share the database, it is the database that sees to that:
those who put ballots away share a lock until these are durable, and what closes a poll holds it alone in the
very transaction in which it reads what waits and writes batch and close. Lock, reading and close are kept
together or lost together, whatever dies and whenever (`Store.appending`).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ballots.engine import hold, is_shared, reading, scrub
from ballots.store import gathering_lock, metadata
from ballots.submission import Unavailable

waiting = Table(
    "waiting_ballots",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("poll", String(64), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("credential", String(64), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("hearing", "poll", "credential"),
)

# Statements are built once: building one costs more than running it.
_ours = waiting.c.hearing == bindparam("ours", type_=String)
_of_poll = _ours & (waiting.c.poll == bindparam("asked", type_=String))
_raws = select(waiting.c.hash, waiting.c.raw).where(_of_poll)
_count = select(func.count()).where(_of_poll)
_put_shared = postgresql.insert(waiting).on_conflict_do_nothing()
_put = sqlite.insert(waiting).on_conflict_do_nothing()
_named = select(waiting.c.hash).where(_of_poll, waiting.c.hash == bindparam("name", type_=String))
_by = select(waiting.c.credential, waiting.c.hash).where(
    _of_poll, waiting.c.credential.in_(bindparam("credentials", expanding=True))
)


class Kept(NamedTuple):
    """A ballot to be kept.

    Attributes:
        poll: its poll.
        hash: the SHA-256 in hex of its bytes.
        credential: the SHA-256 in hex of the credential that signed it.
        raw: its exact bytes.
    """

    poll: str
    hash: str
    credential: str
    raw: bytes


class Waiting:
    """The ballots that wait in one database. Every call takes a transaction of its own.

    Attributes:
        shared: whether other worker processes keep ballots here too.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.shared = is_shared(engine)

    def add(self, hearing: str, ballots: Sequence[Kept]) -> list[bool]:
        """Keep ballots, all in one transaction; for each whether it waits now.

        False says that another ballot of the same credential waits already.
        """
        with self._engine.begin() as connection:
            return self._add(connection, hearing, ballots)

    @contextmanager
    def adding(self, hearing: str) -> Iterator[Callable[[Sequence[Kept]], list[bool]]]:
        """`add` for a hearing; while the block runs, no other process gathers its ballots to close a poll.

        What is kept is durable once the block has ended.

        Raises:
            Unavailable: somebody gathers them for too long, or the database is away; nothing was kept.
        """
        if not self.shared:
            yield partial(self.add, hearing)
            return
        try:
            with self._engine.begin() as connection:
                hold(connection, gathering_lock(hearing), alone=False)
                yield partial(self._add, connection, hearing)
        except (OperationalError, PoolTimeoutError) as why:
            raise Unavailable from why

    def _add(self, connection: Connection, hearing: str, ballots: Sequence[Kept]) -> list[bool]:
        return [self._add_one(connection, hearing, one) for one in ballots]

    def _add_one(self, connection: Connection, hearing: str, one: Kept) -> bool:
        told = {"hearing": hearing, **one._asdict()}
        if connection.execute(_put_shared if self.shared else _put, told).rowcount == 1:
            return True  # PostgreSQL's driver does not say
        asked = {"ours": hearing, "asked": one.poll, "name": one.hash}
        return connection.scalar(_named, asked) is not None

    def holds(self, hearing: str, poll: str, name: str) -> bool:
        """Whether this ballot waits."""
        with reading(self._engine) as connection:
            return connection.scalar(_named, {"ours": hearing, "asked": poll, "name": name}) is not None

    def by(self, hearing: str, poll: str, credentials: Sequence[str]) -> dict[str, str]:
        """The ballots of a poll that wait, by the SHA-256 in hex of the credentials that were asked for."""
        with reading(self._engine) as connection:
            found = connection.execute(
                _by, {"ours": hearing, "asked": poll, "credentials": list(credentials)}
            )
            return {row.credential: row.hash for row in found}

    def of(self, hearing: str, poll: str) -> dict[str, bytes]:
        """The ballots of a poll that wait, by hash, in rising order, which says nothing."""
        with reading(self._engine) as connection:
            return gathered(connection, hearing, poll)

    def count(self, hearing: str, poll: str) -> int:
        """How many ballots of a poll wait."""
        with reading(self._engine) as connection:
            return connection.scalar(_count, {"ours": hearing, "asked": poll}) or 0

    def drop(self, hearing: str, poll: str, names: list[str]) -> None:
        """Delete ballots for good: they have entered, or never may.

        In SQLite's file the places of rows tell which came first, even of rows that are deleted one by one:
        so the table is emptied as a whole, and what waits on is written again, in the order of hashes.
        """
        theirs = (waiting.c.hearing == hearing) & (waiting.c.poll == poll) & waiting.c.hash.in_(names)
        with self._engine.begin() as connection:
            if self.shared:
                connection.execute(delete(waiting).where(theirs))
            else:
                left = connection.execute(select(waiting).where(~theirs).order_by(waiting.c.hash))
                kept = [dict(row) for row in left.mappings()]
                connection.execute(delete(waiting))
                if kept:
                    connection.execute(waiting.insert(), kept)
        scrub(self._engine, waiting)

    def forget(self, hearing: str) -> None:
        """Delete whatever waits in a hearing that is over."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(waiting.c.poll, waiting.c.hash).where(waiting.c.hearing == hearing)
            ).all()
        for poll in {poll for poll, _ in found}:
            self.drop(hearing, poll, [name for of, name in found if of == poll])


def gathered(connection: Connection, hearing: str, poll: str) -> dict[str, bytes]:
    """What `Waiting.of` finds, in a transaction that is under way."""
    found = connection.execute(_raws, {"ours": hearing, "asked": poll})
    return {name: bytes(raw) for name, raw in sorted(found)}
