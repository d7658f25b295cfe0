"""The newest checkpoint that was signed for each record, kept apart from the database.

The database cannot see its own rollback; this can (docs/decisions/0002-checkpoint-lock.md).
"""

import sqlite3
import threading
from pathlib import Path

from ballots.checkpoint import Checkpoint, NoteError, sign_checkpoint, verify_note, vkey
from ballots.merkle import Tree
from ballots.signing import PrivateKey
from ballots.unsafe import Unsafe


class LockStore:
    """Signed notes by origin, in a small SQLite file of its own, with compare-and-swap.

    Threads and processes of one host may share it.
    """

    def __init__(self, path: Path) -> None:
        self._mutex = threading.Lock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for statement in (
            "PRAGMA busy_timeout=5000",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE IF NOT EXISTS checkpoints (origin TEXT PRIMARY KEY, note BLOB NOT NULL) STRICT",
        ):
            self._database.execute(statement)

    def read(self, origin: str) -> bytes | None:
        """The newest note signed for this record, or None where there never was one."""
        with self._mutex:
            query = "SELECT note FROM checkpoints WHERE origin = ?"
            found = self._database.execute(query, (origin,)).fetchone()
        return found and bytes(found[0])

    def swap(self, origin: str, old: bytes | None, new: bytes) -> bool:
        """Durably put `new` in the place of `old` (None: of nothing); False where something else is there."""
        put = "INSERT INTO checkpoints (origin, note) VALUES (?1, ?3) ON CONFLICT DO NOTHING"
        if old is not None:
            put = "UPDATE checkpoints SET note = ?3 WHERE origin = ?1 AND note = ?2"
        with self._mutex:
            return self._database.execute(put, (origin, old, new)).rowcount == 1

    def origins(self) -> list[str]:
        """Every record that was ever signed for: one that the database does not know any more was lost."""
        with self._mutex:
            found = self._database.execute("SELECT origin FROM checkpoints ORDER BY origin").fetchall()
        return [origin for (origin,) in found]

    def close(self) -> None:
        """Close the file."""
        with self._mutex:
            self._database.close()


class Signer:
    """Signs one record's checkpoints: never one that does not extend the last (C2SP tlog-checkpoint)."""

    def __init__(self, origin: str, key: PrivateKey, lock: LockStore) -> None:
        self._origin = origin
        self._key = key
        self._lock = lock
        self._vkey = vkey(origin, key.public)
        self._locked: tuple[bytes, Checkpoint] | None = None
        self._latest: tuple[int, bytes] = -1, b""

    def last(self) -> Checkpoint | None:
        """The newest checkpoint that any process on this host has signed.

        Raises:
            Unsafe: `lock-unreadable`.
        """
        note = self._lock.read(self._origin)
        if note is None:
            self._locked = None
        elif self._locked is None or self._locked[0] != note:
            try:
                self._locked = note, verify_note(note, self._vkey)
            except NoteError as why:
                raise Unsafe("lock-unreadable", self._origin, why=str(why)) from None
        return self._locked and self._locked[1]

    def note(self, tree: Tree, size: int) -> bytes:
        """The signed note of the tree's first `size` entries, which the lock covers.

        Ed25519 is deterministic: every process gives the same bytes for the same entries.
        """
        latest = self._latest
        if latest[0] != size:
            latest = size, sign_checkpoint(self._key, Checkpoint(self._origin, size, tree.root(size)))
            self._latest = latest
        return latest[1]

    def advance(self, tree: Tree) -> bool:
        """Sign the tree's head and lock it; False where another process is ahead: then it must be followed.

        Raises:
            Unsafe: `other-history`, `lock-unreadable`.
        """
        last = self._locked[1] if self._locked else self.last()
        while True:
            if last is not None and last.size > tree.size:
                return False
            if last is not None and tree.root(last.size) != last.root:
                raise Unsafe("other-history", self._origin, signed=last.size)
            if last is not None and last.size == tree.size:
                return True
            if self._swap(tree):
                return True
            last = self.last()

    def _swap(self, tree: Tree) -> bool:
        note = self.note(tree, tree.size)
        if not self._lock.swap(self._origin, self._locked and self._locked[0], note):
            return False
        self._locked = note, Checkpoint(self._origin, tree.size, tree.root())
        return True
