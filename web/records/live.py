"""Live updates: server-sent events that say how long the record is now, and nothing else.

An event is a hint to look; a listener that was away misses nothing by missing one.
So each has a queue of one, the newest size, and slow ones hold nobody up.
"""

import asyncio
from collections.abc import AsyncGenerator

HEARTBEAT = 12.0
"""Seconds after which a silent stream says that it is alive; phones give up after 15."""
PAUSE = 0.2
"""Seconds between two hints at least: one burst of acts is one hint."""
CROWD = 1000
"""Listeners who may be woken a second: a larger crowd hears less often, not late."""


class Hub:
    """All listeners of one hearing. Lives on the event loop.

    Attributes:
        size: the newest size that was told.
        listeners: how many there are.
    """

    def __init__(self) -> None:
        self.size = 0
        self.listeners = 0
        self._pulse = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def tell(self, size: int) -> None:
        """The record has grown: say so at once, or with all that happens within the pause."""
        self.size = max(self.size, size)
        if self._timer is None:
            self._beat()

    def close(self) -> None:
        """End all streams; phones come back by themselves."""
        self._closed = True
        self._wake()

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The events for one listener, beginning with the present size."""
        self.listeners += 1
        told = -1
        try:
            while not self._closed:
                if self.size != told:
                    told = self.size
                    yield b'event: head\ndata: {"size":%d}\n\n' % told
                    continue  # it may have grown while this listener was slow
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        await self._pulse.wait()
                except TimeoutError:
                    yield b":\n\n"
        finally:
            self.listeners -= 1  # nothing is awaited here: the stream may be cancelled

    def _beat(self) -> None:
        self._wake()
        pause = max(PAUSE, self.listeners / CROWD)
        self._timer = asyncio.get_running_loop().call_later(pause, self._rest, self.size)

    def _rest(self, told: int) -> None:
        self._timer = None
        if self.size > told:
            self._beat()

    def _wake(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()
