"""Signatures and the proofs of secret ballots checked on all cores."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self, TypeVar

from deliberation.replay import Signature, check_in_line

Given = TypeVar("Given")
Made = TypeVar("Made")
QUEUED = 2
"""Stretches given to each helper at a time: one in work, one waiting, so that it never waits itself."""


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Helpers:
    """A `deliberation.replay.SignatureCheck` with a helping process on every core but the caller's.

    While all of them are busy the caller lends a hand and checks a stretch itself, and so it does
    with everything where it is alone or a helper has died. Use it as a context manager.
    """

    def __init__(self, helpers: int | None = None) -> None:
        self._helpers = cores() - 1 if helpers is None else helpers
        self._pool: ProcessPoolExecutor | None = None
        self._given: list[Future[list[int]]] = []

    def __enter__(self) -> Self:
        if self._helpers > 0:
            self._pool = ProcessPoolExecutor(self._helpers, _context(), _begin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def __call__(self, signatures: Sequence[Signature]) -> Callable[[], list[int]]:
        """Start checking; the function returned waits, and gives the indexes of those that fail."""
        self._given = [one for one in self._given if not one.done()]
        if self._pool is None or len(self._given) >= QUEUED * self._helpers:
            return check_in_line(signatures)
        try:
            given = self._pool.submit(_failing, signatures)
        except BrokenProcessPool:
            return check_in_line(signatures)
        self._given.append(given)

        def wait() -> list[int]:
            try:
                return given.result()
            except BrokenProcessPool:
                return _failing(signatures)

        return wait

    def spread(self, function: Callable[[Given], Made], items: Sequence[Given]) -> Iterable[Made]:
        """What a pure function makes of every item, in order: a `ballots.secret.verify.Spread`.

        The helpers begin at the front, the caller at the end, until they meet.
        """
        pool = self._pool
        if pool is None:
            return map(function, items)
        given = [pool.submit(function, item) for item in items]
        own = {
            place: function(items[place]) for place in reversed(range(len(items))) if given[place].cancel()
        }
        return (
            own[place] if place in own else _made(one, function, items[place])
            for place, one in enumerate(given)
        )


def _made(given: Future[Made], function: Callable[[Given], Made], item: Given) -> Made:
    try:
        return given.result()
    except BrokenProcessPool:
        return function(item)


def _failing(signatures: Sequence[Signature]) -> list[int]:
    return check_in_line(signatures)()


def _begin() -> None:
    # Ctrl-C reaches the whole group: the caller ends its helpers, each need not complain.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _context() -> multiprocessing.context.BaseContext:
    """Forking starts at once; elsewhere than on Linux system libraries do not bear it."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
