"""The audit bundle of a hearing as it stands, made aside and kept until something changes."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import replace
from typing import Any

from ballots.bundle import write
from ballots.record import Record
from deliberation.export import bundle_files
from deliberation.state import State


class Archive:
    """Makes `HEARING.zip`. Many may ask at once; one at a time is made."""

    def __init__(self, record: Record, ask: Callable[[Callable[[State], Any]], Awaitable[Any]]) -> None:
        self._record = record
        self._ask = ask
        self._size = 0
        self._bundle = b""
        self._making = asyncio.Lock()

    async def bundle(self) -> bytes:
        """The bundle, no older than the record was when this was called."""
        wanted = self._record.head.size
        async with self._making:
            if self._size < wanted:
                state, checkpoint = await self._ask(self._copy)
                self._bundle = await asyncio.to_thread(self._pack, state, checkpoint)
                self._size = state.size
            return self._bundle

    def _copy(self, state: State) -> tuple[State, bytes]:
        """What a bundle needs of the state, so that the record can go on; and the checkpoint it stands at."""
        polls = {name: copy(poll) for name, poll in state.polls.items()}
        kept = replace(state, polls=polls, blob_names=set(state.blob_names), erased=set(state.erased))
        return kept, self._record.checkpoint()

    def _pack(self, state: State, checkpoint: bytes) -> bytes:
        state.blobs = self._record.blob
        packed = io.BytesIO()
        write(bundle_files(state, self._record.entries(0, state.size), checkpoint), packed)
        return packed.getvalue()
