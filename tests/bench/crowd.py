"""A full hall: 1,000 phones listen, look when told to, and vote within five seconds.

SQLite, one worker. Each phone holds a live stream and, as the client does, asks for the state when it hears
that there is more, at most every 1.5 s. `python -m tests.bench.crowd [--phones N]`
"""

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from tests.bench.accept import prepare, served
from tests.bench.load import cpu_seconds, http_post
from tests.ports import free_port
from web.server import allow_many_connections

SECONDS = 5.0
BREATH = 1.5


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    return 4096 * int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])


class Crowd:
    """Phones that listen and vote, and what they saw."""

    def __init__(self, port: int, hearing: str) -> None:
        self.port = port
        self.hearing = hearing
        self.hints = 0
        self.looks = 0
        self.waits: list[float] = []

    async def listen(self) -> None:
        """Hold a live stream, and look at the state when it says so, as the client does."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET /api/h/{self.hearing}/live HTTP/1.1\r\nHost: hall.example\r\n\r\n".encode())
        look = asyncio.create_task(self._look())
        while line := await reader.readline():
            if line.startswith(b"event: head"):
                self.hints += 1
                if look.done():
                    look = asyncio.create_task(self._look())

    async def _look(self) -> None:
        await asyncio.sleep(BREATH + random.random() * 0.3)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"GET /api/h/{self.hearing} HTTP/1.1\r\nHost: hall.example\r\nAccept-Encoding: gzip\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        await reader.read()
        writer.close()
        self.looks += 1

    async def vote(self, body: bytes, at: float) -> None:
        """Send a ballot at its moment."""
        await asyncio.sleep(at)
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(http_post(f"/api/h/{self.hearing}/acts", body))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201"), head
        self.waits.append(time.perf_counter() - began)
        writer.close()


async def fill(port: int, pid: int, hearing: str, bodies: list[bytes]) -> str:
    """Listen, then vote; the figures as a line."""
    crowd = Crowd(port, hearing)
    before = memory(pid)
    listeners = [asyncio.create_task(crowd.listen()) for _ in bodies]
    await asyncio.sleep(SECONDS)
    held = (memory(pid) - before) / len(bodies)
    used = cpu_seconds(pid)
    await asyncio.gather(*(crowd.vote(body, random.random() * SECONDS) for body in bodies))
    used = cpu_seconds(pid) - used
    await asyncio.sleep(1)
    for task in listeners:
        task.cancel()
    waits = sorted(crowd.waits)
    quick = sum(wait <= 1 for wait in waits) / len(waits)
    p50, p99 = (1000 * waits[int(len(waits) * share)] for share in (0.5, 0.99))
    return (
        f"{len(bodies)} listeners, {len(waits)} ballots in {SECONDS:.0f} s: {quick:.1%} acknowledged within 1 s, "
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms; {held / 1024:.0f} kB a listener; "
        f"server {100 * used / SECONDS:.0f} % of a core; {crowd.hints} hints, {crowd.looks} looks"
    )


def run(phones: int) -> str:
    """The figures of one hall."""
    allow_many_connections()
    with tempfile.TemporaryDirectory() as folder:
        hearing, (bodies,) = asyncio.run(prepare(Path(folder), phones, 1))
        port = free_port()
        told = {"HEARING_DATA": folder, "HEARING_URL": "http://hall.example", "HEARING_PORT": str(port)}
        with served(["-m", "web.cli", "serve"], port, told) as pid:
            return asyncio.run(fill(port, pid, hearing, bodies))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=1000)
    print(run(parser.parse_args().phones))


if __name__ == "__main__":
    main()
