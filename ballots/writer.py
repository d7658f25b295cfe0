"""The one writer of a record: it decides, commits, signs, and only then answers.

    queue → batch → decided in order → one transaction → checkpoint signed and locked → answers

How and why: docs/decisions/0001-one-writer-group-commit.md.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from ballots.encoding import utc
from ballots.inbox import Inbox
from ballots.judge import JudgeFactory
from ballots.ledger import Ledger
from ballots.lock import Signer
from ballots.merkle import Tree
from ballots.receipt import Receipt
from ballots.refusal import Refused
from ballots.store import Append, Row, Store, Tail
from ballots.submission import Accepted, Outbox, Outcome, Submission, Unavailable
from ballots.unsafe import Unsafe

BATCH = 256
"""Acts to one commit at most."""
CAPACITY = 4096
"""Acts that may wait; more are refused as `busy`."""
LINGER = 0.002
"""Seconds a first act waits for company."""

_RETRY = 1.0
"""Seconds between attempts to build the ledger again."""

_log = logging.getLogger(__name__)


class Head(NamedTuple):
    """What is durable and signed: how many entries, the last one's time, and the checkpoint as a note."""

    size: int
    at: str
    checkpoint: bytes


class View(NamedTuple):
    """What a reader of the state is shown: the judge, which is not to be kept, and the head it stands at."""

    judge: Any
    head: Head


class Post(NamedTuple):
    """An act that waits for its outcome."""

    outbox: Outbox
    ticket: Any
    submission: Submission


class Question(NamedTuple):
    """A reader that waits for a durable state to look at."""

    outbox: Outbox
    ticket: Any
    ask: Callable[[View], Any]


class Torn(Exception):  # noqa: N818 - like Refused, an answer
    """An act is refused whose company has entered already: the batch must be decided anew, without it."""

    def __init__(self, post: Post, why: Refused) -> None:
        self.post, self.why = post, why


class Writer:
    """Owns a record's ledger on a thread of its own.

    Attributes:
        inbox: where posts and questions are put, from any thread.
        tree: the leaves of what is durable and signed; it only grows, so any thread may read it up to `head`.
        leaves: the number of each of them by its leaf hash (hex).
        head: the newest head that may be shown.
        ledger: None while it must be built again.
        failure: why the writer stopped for good, if it did.
    """

    def __init__(
        self, store: Store, hearing: str, signer: Signer, judge: JudgeFactory, clock: Callable[[], datetime]
    ) -> None:
        self.inbox: Inbox[Post | Question] = Inbox(CAPACITY, LINGER)
        self.tree = Tree()
        self.leaves: dict[str, int] = {}
        self.head = Head(0, "", b"")
        self.ledger: Ledger | None = None
        self.failure: Unsafe | None = None
        self.listeners: set[Callable[[int], None]] = set()
        self._store = store
        self._hearing = hearing
        self._signer = signer
        self._judge = judge
        self._clock = clock
        self._told = 0
        self._waiting: list[Post] | list[Question] | list[Post | Question] = []
        self._at_hand: Tail | None = None
        self._thread = threading.Thread(target=self._run, name=f"record-{hearing}", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def alive(self) -> bool:
        """Whether acts can be decided, now or after the database answers again."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Replay what is kept, check it against the lock, sign it, and begin to serve.

        Raises:
            Unsafe: it is not safe to go on.
        """
        self._store.create(self._hearing)
        self._refresh()
        self._told = self.head.size
        self._unsubscribe = self._store.subscribe(self._hearing, self._heard)
        self._thread.start()

    def close(self) -> None:
        """Serve what waits, then stop."""
        self._unsubscribe()
        self.inbox.close()
        if self._thread.is_alive():
            self._thread.join()

    def is_here(self) -> bool:
        """Whether the caller is on the writer's own thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread

    def receipt(self, row: Row) -> str:
        """The receipt of a durable entry: it refers to the checkpoint of the entry's own batch."""
        proof = tuple(self.tree.inclusion(row.seq, row.batch))
        return Receipt(row.raw, row.seq, proof, self._signer.note(self.tree, row.batch)).encode().decode()

    def _heard(self, size: int) -> None:
        if size == 0 or size > self.head.size:
            self.inbox.wake()

    def _run(self) -> None:
        try:
            while (jobs := self.inbox.take(BATCH, None if self.ledger else _RETRY)) is not None:
                self._waiting = jobs
                self._turn(jobs)
        except Unsafe as why:
            self.failure = why
            _log.critical("the record of hearing %s stops: %s", self._hearing, why)
        finally:
            self.ledger = None
            self._answer((job, Unavailable()) for job in [*self._waiting, *self.inbox.abandon()])

    def _turn(self, jobs: list[Post | Question]) -> None:
        posts = [job for job in jobs if isinstance(job, Post)]
        questions = [job for job in jobs if isinstance(job, Question)]
        try:
            outcomes = self._commit(posts) if posts else self._refresh()
        except Unsafe:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, nobody may be left waiting
            _log.exception("hearing %s: a batch of %d acts failed", self._hearing, len(posts))
            self.ledger = None
            outcomes = [Unavailable() for _ in posts]
            if posts:
                self.inbox.wake()  # build the ledger again at once
        self._waiting = questions
        self._answer(zip(posts, outcomes, strict=True))
        self._waiting = []
        self._answer([(question, self._look(question)) for question in questions])
        self._tell()

    def _commit(self, posts: list[Post]) -> list[Outcome]:
        """Decide on acts, make them durable and signed; returns the outcomes in order."""
        refused: dict[int, Outcome] = {}
        while True:
            left = [post for post in posts if id(post) not in refused]
            try:
                found = iter(self._commit_all(left)) if left else iter(())
            except Torn as torn:
                self.ledger = None  # nothing is undone in a ledger: it is built again
                refused[id(torn.post)] = torn.why
            else:
                return [refused[id(post)] if id(post) in refused else next(found) for post in posts]

    def _commit_all(self, posts: list[Post]) -> list[Outcome]:
        """Raises Torn: nothing is kept."""
        if self.ledger is None:
            self._refresh()
        ledger = self.ledger
        assert ledger is not None
        gathering = any(post.submission.company for post in posts)
        with self._store.appending(self._hearing, gathering=gathering) as append, self._reading(append):
            if append.head() != ledger.head:
                self._follow(ledger, append)
            now = utc(self._clock())
            decided = [self._decide(ledger, append, post, now) for post in posts]
            if ledger.rows:
                for row in ledger.rows:
                    row.batch = ledger.tree.size
                append.append(ledger.rows, ledger.blobs, ledger.openings, ledger.head.root)
        ledger.settle()
        self._publish(ledger)
        return [self._outcome(found) for found in decided]

    def _decide(self, ledger: Ledger, append: Append, post: Post, now: str) -> tuple[Row, bool] | Refused:
        """The entry that the act has, and whether it is new; or why it has none."""
        submission = post.submission
        seq = ledger.index.get((submission.signed.kid, submission.nonce))
        if seq is None:
            size = ledger.tree.size
            gather = submission.company
            try:
                at = max(now, ledger.at)
                company = gather(append.connection, ledger.judge, at) if gather is not None else ()
                return [ledger.admit(each, now) for each in (*company, submission)][-1], True
            except Refused as why:
                if ledger.tree.size > size:
                    raise Torn(post, why) from None
                return why
        first = append.head().size
        row = ledger.rows[seq - first] if seq >= first else append.row(seq)
        return (row, False) if row.jws == submission.signed.jws else Refused("nonce-reused")

    def _outcome(self, decided: tuple[Row, bool] | Refused) -> Outcome:
        if isinstance(decided, Refused):
            return decided
        row, fresh = decided
        return Accepted(row.seq, row.at, self.tree.leaf(row.seq).hex(), self.receipt(row), fresh)

    def _refresh(self) -> list[Outcome]:
        """Catch up with what others have appended, or build the ledger anew; there is nobody to answer."""
        if self.ledger is not None:
            with self._store.tail(self._hearing) as tail:
                if tail.head() == self.ledger.head:
                    return []
        ledger = self.ledger or Ledger(self._judge, self._blob)
        with self._store.tail(self._hearing) as tail:
            self._follow(ledger, tail)
        self._publish(ledger)
        return []

    def _follow(self, ledger: Ledger, tail: Tail) -> None:
        """Replay what is kept beyond the ledger.

        The lock is read before the head, through a tail that has read nothing yet or holds the head:
        nobody signs what is not committed, so a head behind that lock is truly behind.
        """
        with self._reading(tail):
            ledger.follow(tail, self._signer.last())

    @contextmanager
    def _reading(self, tail: Tail) -> Iterator[None]:
        """What is decided meanwhile reads through this connection.

        With a second one for each, many records that append at once would wait for each other's first.
        """
        before, self._at_hand = self._at_hand, tail
        try:
            yield
        finally:
            self._at_hand = before

    def _blob(self, name: str) -> bytes | None:
        if self._at_hand is not None:
            return self._at_hand.blob(name)
        return self._store.blob(self._hearing, name)

    def _publish(self, ledger: Ledger) -> None:
        """Sign and lock the head of what is durable; from now on it may be shown."""
        while not self._signer.advance(ledger.tree):
            with self._store.tail(self._hearing) as tail:
                self._follow(ledger, tail)
        for seq in range(self.tree.size, ledger.tree.size):
            leaf = ledger.tree.leaf(seq)
            self.tree.append(leaf)
            self.leaves[leaf.hex()] = seq
        size = self.tree.size
        self.head = Head(size, ledger.at, self._signer.note(self.tree, size))
        self.ledger = ledger

    def _look(self, question: Question) -> object:
        """What the question finds, or the exception it raises."""
        if self.ledger is None:
            return Unavailable()
        try:
            return question.ask(View(self.ledger.judge, self.head))
        except Exception as why:  # noqa: BLE001 - it is the asker's, and goes back to them
            return why

    def _answer(self, answers: Iterable[tuple[Post | Question, object]]) -> None:
        """Hand over outcomes: each outbox is called once."""
        letters: dict[Outbox, list[tuple[Any, Any]]] = {}
        for job, outcome in answers:
            letters.setdefault(job.outbox, []).append((job.ticket, outcome))
        for outbox, pairs in letters.items():
            try:
                outbox(pairs)
            except Exception:  # noqa: BLE001 - it is the asker's, and must not stop the writer
                _log.exception("hearing %s: %d answers found nobody", self._hearing, len(pairs))

    def _tell(self) -> None:
        """Tell the listeners that there is more."""
        if self.head.size == self._told:
            return
        self._told = self.head.size
        for listener in list(self.listeners):
            try:
                listener(self._told)
            except Exception:  # noqa: BLE001 - it is the listener's, and must not stop the writer
                _log.exception("hearing %s: a listener failed", self._hearing)
