"""The record's tables, and what is read from and written to them.

Nothing here decides anything: `ballots.record` does.
The head row of a hearing is its lock: who appends holds it, so the order in the log is the order of commits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Insert,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ballots.engine import hold, is_shared, reading, scrub
from ballots.judge import Opening
from ballots.merkle import EMPTY_ROOT
from ballots.notify import CHANNEL, Listener

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)

heads = Table(
    "heads",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", String(64), nullable=False),
)
# No foreign keys to the head: PostgreSQL would look them up row by row while the head is locked,
# and the one function that writes these tables holds that very row.
entries = Table(
    "entries",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kid", String(43), nullable=False),
    Column("nonce", String(22), nullable=False),
    Column("batch", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("hearing", "kid", "nonce"),
)
blobs = Table(
    "blobs",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("hash", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)
openings = Table(
    "openings",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("leaf", String(64), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("choice", LargeBinary, nullable=False),
)

# Statements are built once: building one costs more than running it.
_ours = bindparam("ours", type_=String)
_head = select(heads.c.size, heads.c.root).where(heads.c.hearing == _ours)
_locked_head = _head.with_for_update()
_move = (
    update(heads)
    .where(heads.c.hearing == _ours, heads.c.size == bindparam("old"))
    .values(size=bindparam("new"), root=bindparam("top"))
)
_notify = select(func.pg_notify(CHANNEL, bindparam("payload")))
_rows = select(entries.c.seq, entries.c.kid, entries.c.nonce, entries.c.batch, entries.c.raw).where(
    entries.c.hearing == _ours
)
_row = _rows.where(entries.c.seq == bindparam("seq"))
_range = _rows.where(entries.c.seq.between(bindparam("first"), bindparam("last"))).order_by(entries.c.seq)

_CHUNK = 1000
"""Entries read at a time while a record is replayed."""


@dataclass(slots=True)
class Row:
    """An entry as it is kept.

    Attributes:
        seq: its number.
        kid: the thumbprint of the key that signed.
        nonce: the act's nonce.
        batch: the size of the tree after the batch it was committed in, to which its receipt refers.
        raw: the entry's exact bytes.
    """

    seq: int
    kid: str
    nonce: str
    batch: int
    raw: bytes

    @property
    def at(self) -> str:
        """The entry's time."""
        return self.raw.split(b'"')[5].decode()

    @property
    def jws(self) -> str:
        """The entry's act."""
        return self.raw.split(b'"')[9].decode()


class TreeHead(NamedTuple):
    """How many entries a record has, and the root over them in hex."""

    size: int
    root: str


class HeadMovedError(Exception):
    """The head is not where the one who holds it left it; somebody writes to the tables by another way."""


class Tail:
    """Reads one record through one connection, in statements of its own each time."""

    _head = _head

    def __init__(self, connection: Connection, hearing: str) -> None:
        self._connection = connection
        self.hearing = hearing

    def head(self) -> TreeHead:
        """The head as it is committed. Raises LookupError for a hearing that was never created."""
        found = self._connection.execute(self._head, {"ours": self.hearing}).one_or_none()
        if found is None:
            raise LookupError(f"no record of hearing {self.hearing}")
        return TreeHead(*found)

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """The entries start ≤ seq < stop in order, as far as they are there."""
        for first in range(start, stop, _CHUNK):
            within = {"ours": self.hearing, "first": first, "last": min(first + _CHUNK, stop) - 1}
            for found in self._connection.execute(_range, within):
                yield Row(*found)

    def row(self, seq: int) -> Row:
        """One entry. Raises sqlalchemy.exc.NoResultFound."""
        return Row(*self._connection.execute(_row, {"ours": self.hearing, "seq": seq}).one())

    def blob(self, name: str) -> bytes | None:
        """The bytes of a blob by its hash (hex), or None where it is missing."""
        wanted = select(blobs.c.bytes).where(blobs.c.hearing == self.hearing, blobs.c.hash == name)
        raw: bytes | None = self._connection.execute(wanted).scalar_one_or_none()
        return raw


class Append(Tail):
    """A transaction that holds the lock on a record's head; it commits when its block ends.

    Attributes:
        connection: its own, for what must be read in this very transaction.
    """

    # READ COMMITTED: what is read in later statements was committed before this lock was had.
    _head = _locked_head

    def __init__(self, connection: Connection, hearing: str) -> None:
        super().__init__(connection, hearing)
        self.connection = connection
        self._shared = is_shared(connection.engine)
        self._locked = super().head()

    def head(self) -> TreeHead:
        """The head; nobody else can move it until this transaction ends."""
        return self._locked

    def append(
        self,
        rows: Sequence[Row],
        aside: Mapping[str, bytes],
        opened: Mapping[str, Opening],
        root: str,
    ) -> None:
        """Write entries that follow the head, blobs by hash and openings by leaf beside them, the new head.

        Raises:
            HeadMovedError: the rows do not follow the head.
            sqlalchemy.exc.IntegrityError: a number, or a key and nonce, that is taken.
        """
        size, hearing = self._locked.size, {"hearing": self.hearing}
        if rows[0].seq != size:
            raise HeadMovedError(f"hearing {self.hearing} is at {size}, not {rows[0].seq}")
        execute = self._connection.execute
        execute(
            entries.insert(),
            [
                {
                    "hearing": self.hearing,
                    "seq": row.seq,
                    "kid": row.kid,
                    "nonce": row.nonce,
                    "batch": row.batch,
                    "raw": row.raw,
                }
                for row in rows
            ],
        )
        if aside:
            execute(
                put(self._connection, blobs), [hearing | {"hash": h, "bytes": b} for h, b in aside.items()]
            )
        if opened:
            execute(
                openings.insert(),
                [hearing | {"leaf": leaf, "salt": o.salt, "choice": o.choice} for leaf, o in opened.items()],
            )
        new = size + len(rows)
        moved = execute(_move, {"ours": self.hearing, "old": size, "new": new, "top": root})
        if moved.rowcount != 1:
            raise HeadMovedError(f"hearing {self.hearing} is not at {size}")
        if self._shared:
            execute(_notify, {"payload": f"{self.hearing} {new}"})


class Store:
    """The records of all hearings in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listener = Listener(engine) if is_shared(engine) else None

    @property
    def shared(self) -> bool:
        """Whether other worker processes may write to the same records."""
        return self._listener is not None

    def close(self) -> None:
        """Stop hearing from other workers and close all connections."""
        if self._listener:
            self._listener.close()
        self._engine.dispose()

    def create(self, hearing: str) -> None:
        """Give a hearing its empty record, if it has none."""
        with self._engine.begin() as connection:
            empty = {"hearing": hearing, "size": 0, "root": EMPTY_ROOT.hex()}
            connection.execute(put(connection, heads), empty)

    def subscribe(self, hearing: str, heard: Callable[[int], None]) -> Callable[[], None]:
        """Call `heard(size)` when another worker may have appended (size 0: unknown).

        Returns how to stop that. On SQLite there are no other workers and nothing is ever heard.
        """
        return self._listener.subscribe(hearing, heard) if self._listener else lambda: None

    @contextmanager
    def appending(self, hearing: str, *, gathering: bool = False) -> Iterator[Append]:
        """A transaction that alone may append to this record, after waiting for its turn.

        Where it is `gathering`, nobody keeps a ballot of the hearing until it ends (`ballots.waiting`).
        That lock comes before the head's: who keeps a ballot may need a look at a head that is free.
        """
        with self._engine.begin() as connection:
            if gathering:
                hold(connection, gathering_lock(hearing), alone=True)
            yield Append(connection, hearing)

    @contextmanager
    def tail(self, hearing: str) -> Iterator[Tail]:
        """A look at what is committed."""
        with reading(self._engine) as connection:
            yield Tail(connection, hearing)

    def blob(self, hearing: str, name: str) -> bytes | None:
        """The bytes of a blob by its hash (hex), or None where it is missing."""
        with self.tail(hearing) as tail:
            return tail.blob(name)

    def erase(self, hearing: str, name: str) -> None:
        """Delete a blob's bytes for good."""
        with self._engine.begin() as connection:
            connection.execute(delete(blobs).where(blobs.c.hearing == hearing, blobs.c.hash == name))
        scrub(self._engine, blobs)

    def openings(self, hearing: str, leaves: Sequence[str]) -> dict[str, Opening]:
        """What opens the sealed ballots with these leaf hashes: nothing may ask before the poll is closed."""
        found: dict[str, Opening] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(leaves), _CHUNK):
                wanted = openings.c.leaf.in_(leaves[start : start + _CHUNK])
                chosen = select(openings.c.leaf, openings.c.salt, openings.c.choice)
                for leaf, salt, choice in connection.execute(
                    chosen.where(openings.c.hearing == hearing, wanted)
                ):
                    found[leaf] = Opening(salt, choice)
        return found

    def forget_openings(self, hearing: str, leaves: Sequence[str] | None = None) -> None:
        """Delete for good what opens these sealed ballots (None: all); `web.records.steward` says when."""
        ours = delete(openings).where(openings.c.hearing == hearing)
        with self._engine.begin() as connection:
            if leaves is None:
                connection.execute(ours)
            for start in range(0, len(leaves or ()), _CHUNK):
                connection.execute(ours.where(openings.c.leaf.in_((leaves or ())[start : start + _CHUNK])))
        scrub(self._engine, openings)


def gathering_lock(hearing: str) -> str:
    """What is held together by those who keep ballots, and alone by who gathers them."""
    return f"hearing/waiting/v1|{hearing}"


def put(connection: Connection, table: Table) -> Insert:
    """An INSERT that leaves what is there already."""
    insert = postgresql.insert if is_shared(connection.engine) else sqlite.insert
    return insert(table).on_conflict_do_nothing()
