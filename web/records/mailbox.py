"""From a record's own thread to the event loop: one wake-up brings the answers of a batch."""

import asyncio
from typing import Any


class Mailbox:
    """Hands the outcomes of records to futures of one event loop. It is the outbox that records are given."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __call__(self, letters: list[tuple["asyncio.Future[Any]", Any]]) -> None:
        """Take (future, outcome) pairs, on any thread."""
        self._loop.call_soon_threadsafe(_deliver, letters)

    def ticket(self) -> "asyncio.Future[Any]":
        """A future to be answered."""
        return self._loop.create_future()


def _deliver(letters: list[tuple["asyncio.Future[Any]", Any]]) -> None:
    for future, outcome in letters:
        if future.done():
            continue  # whoever waited has gone
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
