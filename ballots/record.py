"""The record of a hearing: acts in, receipts and a durable state out. Any thread may use it.

The record is given its judge (the fold) as a parameter and knows nothing of what acts mean.
Its one writer is `ballots.writer`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar, cast

import msgspec

from ballots.entry import MAX_ENTRY, Entry
from ballots.judge import Aside, JudgeFactory, Opening
from ballots.lock import LockStore, Signer
from ballots.merkle import Tree
from ballots.receipt import Receipt
from ballots.refusal import Refused
from ballots.signing import JwsError, PrivateKey, split
from ballots.store import Store
from ballots.submission import Accepted, Outbox, Submission, Unavailable, read_tag
from ballots.unsafe import Unsafe
from ballots.writer import Head, Post, Question, View, Writer

MAX_JWS = MAX_ENTRY - len(Entry(2**53 - 1, "2026-11-21T08:00:00.000Z", "").raw)
"""Characters of an act at most, so that its entry fits wherever it stands."""

NOTHING = Aside()
"""What travels beside most acts."""

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class Record:
    """One hearing's log of signed acts, its judge's state, and the proofs over it.

    Args:
        store: where it is kept.
        hearing: the hearing's id.
        origin: `HOST/h/HEARING`, the name under which its checkpoints are signed.
        key: the service's key, which signs the checkpoints.
        judge: makes the judge of an empty record.
        lock: where the newest signed checkpoint is kept, apart from the store.
        clock: the present moment, with its zone.
    """

    def __init__(
        self,
        store: Store,
        hearing: str,
        origin: str,
        *,
        key: PrivateKey,
        judge: JudgeFactory,
        lock: LockStore,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.hearing = hearing
        self.origin = origin
        self._store = store
        self._writer = Writer(store, hearing, Signer(origin, key, lock), judge, clock)

    def start(self) -> Self:
        """Replay what is kept, hold it against the checkpoint lock, and begin to serve.

        Raises:
            Unsafe: going on would break a promise that was signed; its text says what to do.
        """
        self._writer.start()
        return self

    def close(self) -> None:
        """Serve what waits, then stop; later calls are answered with Unavailable."""
        self._writer.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether the writer runs. `failure` says why it does not."""
        return self._writer.alive

    @property
    def failure(self) -> Unsafe | None:
        """Why the record stopped for good, if it did."""
        return self._writer.failure

    # Acts in

    def receive(self, jws: str, aside: Aside = NOTHING) -> Submission:
        """Check an act's form and signature, on the caller's thread; nothing is decided yet.

        Raises:
            Refused: `too-large`, `blob-mismatch`, `malformed`, `wrong-hearing`, `unknown-key`,
                `bad-signature`, and what the judge refuses by form alone.
            Unavailable: the state is being built again.
        """
        ledger = self._writer.ledger
        if ledger is None:
            raise Unavailable
        if len(jws) > MAX_JWS:
            raise Refused("too-large", limit=MAX_JWS)
        for name, raw in aside.blobs.items():
            if sha256(raw).hexdigest() != name:
                raise Refused("blob-mismatch", blob=name)
        try:
            signed = split(jws)
            act = ledger.judge.read(signed.payload)
            tag = read_tag(signed.payload)
        except (JwsError, msgspec.MsgspecError) as why:
            raise Refused("malformed", why=str(why)) from None
        if tag.hearing != self.hearing:
            raise Refused("wrong-hearing")
        checked: int | None = ledger.serial
        if (signed.kid, tag.nonce) in ledger.index:
            checked = (
                None  # sent again: it needs no signature to be told what is public, whatever its key is now
            )
        else:
            try:
                ledger.check(signed, act)
            except Refused as why:
                # Another worker may have let this key in a moment ago: the writer looks again.
                if why.code != "unknown-key" or not self._store.shared:
                    raise
                checked = None
        return Submission(signed, tag.nonce, act, aside, checked)

    def submit(self, submission: Submission, outbox: Outbox, ticket: object) -> None:
        """Queue an act. `outbox` gets (ticket, Accepted | Refused | Unavailable), together with its batch.

        Raises:
            Refused: `busy`, where too many wait.
            Unavailable: the record is closed.
        """
        self._writer.inbox.put(Post(outbox, ticket, submission))

    def append(self, jws: str, aside: Aside = NOTHING) -> Accepted:
        """Receive and submit an act and wait for its outcome: for scripts, and what the service itself signs.

        Raises:
            Refused: the act may not enter.
            Unavailable: it may or may not have; sending it again is safe.
        """
        submission = self.receive(jws, aside)
        return cast(Accepted, self._wait(lambda outbox: Post(outbox, None, submission)))

    # State out

    def read(self, ask: Callable[[View], object], outbox: Outbox, ticket: object) -> None:
        """Queue a look at the state between two batches, so that all of it is durable and signed.

        `outbox` gets (ticket, what `ask` returned, or the exception it raised, or Unavailable).
        `ask` runs on the writer's thread: it must be quick and keep no reference to the judge.

        Raises:
            Refused: `busy`.
            Unavailable: the record is closed.
        """
        self._writer.inbox.put(Question(outbox, ticket, ask), hurry=True)

    def look(self, ask: Callable[[View], T]) -> T:
        """Like `read`, but waits. Raises what `ask` raises, and Unavailable."""
        return cast(T, self._wait(lambda outbox: Question(outbox, None, ask)))

    def listen(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call `listener(size)` on the writer's thread when the record has grown; returns how to stop."""
        self._writer.listeners.add(listener)
        return lambda: self._writer.listeners.discard(listener)

    # Proofs out

    @property
    def head(self) -> Head:
        """The newest head that is durable and signed."""
        return self._writer.head

    @property
    def tree(self) -> Tree:
        """The tree over at least `head.size` durable, signed entries; it only grows."""
        return self._writer.tree

    def checkpoint(self) -> bytes:
        """The newest checkpoint, a signed note."""
        return self.head.checkpoint

    def entries(self, start: int, stop: int) -> list[bytes]:
        """The exact bytes of the entries start ≤ seq < stop, as far as the head covers them."""
        with self._store.tail(self.hearing) as tail:
            return [row.raw for row in tail.rows(start, min(stop, self.head.size))]

    def receipt(self, leaf: str) -> str | None:
        """The receipt of the entry with this leaf hash (hex), the same as ever; None where there is none."""
        seq = self._writer.leaves.get(leaf)
        if seq is None:
            return None
        with self._store.tail(self.hearing) as tail:
            return self._writer.receipt(tail.row(seq))

    def number(self, leaf: str) -> int:
        """Where the entry with this leaf hash (hex) stands. Raises KeyError."""
        return self._writer.leaves[leaf]

    def receipts(self, numbers: Iterable[int]) -> list[str]:
        """Receipts of these entries, all under one checkpoint: who checks them asks once what it extends."""
        head = self.head
        with self._store.tail(self.hearing) as tail:
            rows = [tail.row(number) for number in numbers]
        proofs = (tuple(self.tree.inclusion(row.seq, head.size)) for row in rows)
        return [
            Receipt(row.raw, row.seq, proof, head.checkpoint).encode().decode()
            for row, proof in zip(rows, proofs, strict=True)
        ]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the first `new` entries begin with the first `old`. Raises IndexError."""
        if new > self.head.size:
            raise IndexError(f"no checkpoint of {new} entries yet")
        return self.tree.consistency(old, new)

    def blob(self, name: str) -> bytes | None:
        """The bytes of a blob by its hash (hex), or None where it is missing."""
        return self._store.blob(self.hearing, name)

    def erase(self, name: str) -> None:
        """Delete a blob's bytes for good; an act in the record must have said so before."""
        self._store.erase(self.hearing, name)

    def openings(self, leaves: Sequence[str]) -> dict[str, Opening]:
        """The openings of sealed ballots by leaf hash (hex): only for the reveal, after the close."""
        return self._store.openings(self.hearing, leaves)

    def forget_openings(self, leaves: Sequence[str]) -> None:
        """Delete the openings of these ballots for good: only once nothing can ask for them any more."""
        self._store.forget_openings(self.hearing, leaves)

    def _wait(self, job: Callable[[Outbox], Post | Question]) -> object:
        if self._writer.is_here():
            raise RuntimeError("the record's own thread cannot wait for itself")
        box: SimpleQueue[object] = SimpleQueue()
        self._writer.inbox.put(job(lambda letters: box.put(letters[0][1])), hurry=True)
        outcome = box.get()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
