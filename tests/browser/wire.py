"""The wire between browsers and the service: it carries every byte, and remembers those that browsers send."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Wire:
    """A relay on a port of its own.

    Attributes:
        port: where browsers reach the service.
        target: the service's own port.
        sent: all that browsers have sent, one connection after the other.
    """

    def __init__(self) -> None:
        self.port = 0
        self.target = 0
        self.sent: list[bytearray] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._carried: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Somebody has connected."""
        task = asyncio.create_task(self.carry(reader, writer))
        self._carried.add(task)
        task.add_done_callback(self._carried.discard)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one connection until either side ends it."""
        heard = bytearray()
        self.sent.append(heard)
        self._open.add(writer)
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self._open.add(outer)
        await asyncio.gather(_pump(reader, outer, heard), _pump(inner, writer, None))
        self._open -= {writer, outer}

    async def cut(self) -> None:
        """End all connections."""
        for writer in self._open:
            writer.close()
        await asyncio.gather(*self._carried)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, heard: bytearray | None) -> None:
    try:
        while chunk := await source.read(65536):
            if heard is not None:
                heard += chunk
            sink.write(chunk)
            await sink.drain()
    except ConnectionError:
        pass
    finally:
        sink.close()


@asynccontextmanager
async def wire() -> AsyncGenerator[Wire, None]:
    """A wire that leads nowhere until its `target` is set."""
    found = Wire()
    server = await asyncio.start_server(found.accept, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.cut()
