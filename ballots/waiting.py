"""Encrypted ballots that were accepted and wait to enter their record together with others.

Kept durably, because a phone may sleep when its batch is made.
No time and no order of arrival is kept beside them, and they are deleted once they have entered.
"""

from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
)

from ballots.engine import reading, scrub
from ballots.store import metadata, put

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


class Waiting:
    """The ballots that wait in one database. Every call takes a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, hearing: str, poll: str, name: str, credential: str, raw: bytes) -> bool:
        """Keep a ballot; False if another one of the same credential waits already.

        Args:
            hearing: the record's id.
            poll: its poll.
            name: the SHA-256 in hex of the ballot's bytes.
            credential: the SHA-256 in hex of the credential that signed it.
            raw: its exact bytes.
        """
        told = {"hearing": hearing, "poll": poll, "hash": name, "credential": credential, "raw": raw}
        with self._engine.begin() as connection:
            connection.execute(put(connection, waiting), told)
            return connection.scalar(self._named(hearing, poll, name)) is not None

    def holds(self, hearing: str, poll: str, name: str) -> bool:
        """Whether this ballot waits."""
        with reading(self._engine) as connection:
            return connection.scalar(self._named(hearing, poll, name)) is not None

    def of(self, hearing: str, poll: str) -> dict[str, bytes]:
        """The ballots of a poll that wait, by hash, in rising order, which says nothing."""
        with reading(self._engine) as connection:
            query = select(waiting.c.hash, waiting.c.raw).where(
                waiting.c.hearing == hearing, waiting.c.poll == poll
            )
            return {name: bytes(raw) for name, raw in sorted(connection.execute(query))}

    def count(self, hearing: str, poll: str) -> int:
        """How many ballots of a poll wait."""
        with reading(self._engine) as connection:
            query = select(func.count()).where(waiting.c.hearing == hearing, waiting.c.poll == poll)
            return connection.scalar(query) or 0

    def drop(self, hearing: str, poll: str, names: list[str]) -> None:
        """Delete ballots for good: they have entered, or never may."""
        ours = delete(waiting).where(
            waiting.c.hearing == hearing, waiting.c.poll == poll, waiting.c.hash.in_(names)
        )
        with self._engine.begin() as connection:
            connection.execute(ours)
        scrub(self._engine)

    @staticmethod
    def _named(hearing: str, poll: str, name: str) -> Select[tuple[str]]:
        return select(waiting.c.hash).where(
            waiting.c.hearing == hearing, waiting.c.poll == poll, waiting.c.hash == name
        )
