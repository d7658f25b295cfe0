"""A hall of phones: live listeners, and as many ballots within five seconds, against one worker on SQLite.

Printed: the share acknowledged within a second, latencies, and the server's memory for each listener.
`python -m tests.bench.live [--phones N]`
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from tests.bench.accept import free_port, prepare, served
from tests.bench.load import http_post

WINDOW = 5.0
"""Seconds over which the ballots come, evenly."""


def memory(pid: int) -> int:
    """Bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


class Listener:
    """One phone's live stream. `heard` counts the hints; the stream is read to keep it flowing."""

    def __init__(self) -> None:
        self.heard = 0

    async def listen(self, port: int, hearing: str, ready: asyncio.Semaphore) -> None:
        """Listen until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
        writer.write(f"GET /api/h/{hearing}/live HTTP/1.1\r\nHost: hall.example\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        ready.release()
        while chunk := await reader.read(2048):
            self.heard += chunk.count(b"event: head")


async def vote(port: int, request: bytes, delay: float) -> float:
    """Seconds from sending a ballot to its receipt, over a connection of its own."""
    await asyncio.sleep(delay)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    taken = time.perf_counter() - began
    assert head.startswith(b"HTTP/1.1 201"), head
    writer.close()
    return taken


async def hall(port: int, pid: int, hearing: str, bodies: list[bytes]) -> str:
    """Listeners first, then the ballots; the figures as lines of a table."""
    phones = len(bodies)
    before = memory(pid)
    ready = asyncio.Semaphore(0)
    listeners = [Listener() for _ in range(phones)]
    streams = [asyncio.create_task(one.listen(port, hearing, ready)) for one in listeners]
    for _ in streams:
        await ready.acquire()
    each = (memory(pid) - before) / phones
    requests = [http_post(f"/api/h/{hearing}/acts", body) for body in bodies]
    votes = (vote(port, request, WINDOW * n / phones) for n, request in enumerate(requests))
    waits = sorted(await asyncio.gather(*votes))
    await asyncio.sleep(1.5)
    reached = sum(1 for one in listeners if one.heard > 1)
    for stream in streams:
        stream.cancel()
    p50, p99 = (1000 * waits[int(phones * share)] for share in (0.5, 0.99))
    soon = sum(1 for wait in waits if wait <= 1) / phones
    return (
        f"{phones} listeners, {phones} ballots in {WINDOW:.0f} s: {soon:.1%} acknowledged within 1 s, "
        f"p50 {p50:.1f} ms, p99 {p99:.1f} ms\n"
        f"{reached} of {phones} listeners were told; {each / 1024:.1f} KiB of server memory for each"
    )


def run(phones: int) -> str:
    """The figures of one hall."""
    with tempfile.TemporaryDirectory() as folder:
        hearing, polls = asyncio.run(prepare(Path(folder), phones))
        port = free_port()
        told = {"HEARING_DATA": folder, "HEARING_URL": "http://hall.example", "HEARING_PORT": str(port)}
        with served(["-m", "web.cli", "serve"], port, told) as pid:
            return asyncio.run(hall(port, pid, hearing, polls[0]))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=1000)
    print(run(parser.parse_args().phones))


if __name__ == "__main__":
    main()
