"""Batches that a test composes itself: the writer is held while they gather."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue

from ballots.judge import Aside
from ballots.record import Record
from ballots.submission import Accepted, Outcome, Submission, Unavailable

PATIENCE = 20.0
"""Seconds after which a test says that nobody answered."""


@contextmanager
def held(record: Record) -> Iterator[None]:
    """Within the block the writer waits, so that all that is submitted becomes one batch."""
    arrived, release = threading.Event(), threading.Event()

    def wait(_view: object) -> None:
        arrived.set()
        release.wait(PATIENCE)

    answered: SimpleQueue[object] = SimpleQueue()

    def is_held() -> bool:
        if not answered.empty():  # not looked at: the state was being built again
            answered.get()
            record.read(wait, answered.put, None)
        return arrived.is_set()

    answered.put(None)
    until(is_held)
    try:
        yield
    finally:
        release.set()


def batch(record: Record, submissions: list[Submission]) -> list[Outcome]:
    """The outcomes of these acts, decided as one batch."""
    answered: SimpleQueue[list[tuple[int, Outcome]]] = SimpleQueue()
    with held(record):
        for number, submission in enumerate(submissions):
            record.submit(submission, answered.put, number)
    letters = answered.get(timeout=PATIENCE)
    assert [number for number, _ in letters] == list(range(len(submissions)))
    return [outcome for _, outcome in letters]


def receive_all(record: Record, acts: list[str | tuple[str, Aside]]) -> list[Submission]:
    return [record.receive(*(found if isinstance(found, tuple) else (found,))) for found in acts]


def insist(record: Record, jws: str, aside: Aside | None = None) -> Accepted:
    """Send until there is an answer, as a phone does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(Unavailable):
            return record.append(jws, aside or Aside())
        time.sleep(0.01)
    raise TimeoutError("the record did not come back")


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other threads or processes bring about."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not come about")
        time.sleep(0.005)
