"""The bounded queue in front of a record's one writer."""

import threading
import time
from collections import deque
from typing import Generic, TypeVar

from ballots.refusal import Refused
from ballots.submission import Unavailable

T = TypeVar("T")

PATIENCE = 5
"""How often the taker waits at most: with the writer's 2 ms, a batch is begun after 10."""


class Inbox(Generic[T]):
    """Jobs of many threads for one, who takes them in batches.

    `capacity` jobs may wait; `linger` is in seconds: that long the taker waits for company
    after a first job, and again while company keeps coming, `PATIENCE` times at most,
    because one commit for many costs little more than one commit for one.
    """

    def __init__(self, capacity: int, linger: float) -> None:
        self._capacity = capacity
        self._linger = linger
        self._jobs: deque[T] = deque()
        self._changed = threading.Condition()
        self._hurry = False
        self._closed = False

    def put(self, job: T, *, hurry: bool = False) -> None:
        """Add a job; with `hurry` the batch it is in does not wait for company.

        Raises:
            Refused: `busy`, where the queue is full.
            Unavailable: the queue is closed.
        """
        with self._changed:
            if self._closed:
                raise Unavailable
            if len(self._jobs) >= self._capacity:
                raise Refused("busy")
            self._jobs.append(job)
            self._hurry |= hurry
            if len(self._jobs) == 1 or hurry:
                self._changed.notify()

    def wake(self) -> None:
        """Make `take` return, if only with an empty batch."""
        with self._changed:
            self._hurry = True
            self._changed.notify()

    def take(self, limit: int, patience: float | None = None) -> list[T] | None:
        """The next jobs in order, at most `limit`; None once the queue is closed and empty.

        The list is empty after `wake`, and where nothing came within `patience` seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._hurry or self._closed, patience)
            in_company = self._hurry or self._closed or not self._jobs or len(self._jobs) >= limit
        if not in_company:
            self._wait_for_company(limit)
        with self._changed:
            if self._closed and not self._jobs:
                return None
            self._hurry = False
            return [self._jobs.popleft() for _ in range(min(limit, len(self._jobs)))]

    def _wait_for_company(self, limit: int) -> None:
        for _ in range(PATIENCE):
            known = len(self._jobs)
            time.sleep(self._linger)
            if self._hurry or self._closed or not known < len(self._jobs) < limit:
                return

    def close(self) -> None:
        """Take no more jobs; those that wait can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def abandon(self) -> list[T]:
        """Take no more jobs, and hand over those that wait."""
        with self._changed:
            self._closed = True
            left = list(self._jobs)
            self._jobs.clear()
            return left
