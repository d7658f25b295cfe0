"""A load generator that costs little: keep-alive connections, requests made beforehand, whole answers read."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Load:
    """What a run took: seconds on the clock, the server's CPU seconds, and each answer's status and latency."""

    seconds: float
    cpu: float
    statuses: list[int]
    latencies: list[float]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process's threads so far; /proc/PID/stat would count whole ticks only."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9


def http_post(path: str, body: bytes) -> bytes:
    """A request's bytes."""
    head = f"POST {path} HTTP/1.1\r\nHost: hall.example\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


async def fire(port: int, pid: int, requests: list[bytes], clients: int = 64) -> Load:
    """Send all requests over so many connections, each waiting for its answer before the next."""
    waiting = deque(requests)
    statuses: list[int] = []
    latencies: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while waiting:
            request = waiting.popleft()
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - began)
            statuses.append(int(head[9:12]))
        writer.close()

    began, used = time.perf_counter(), cpu_seconds(pid)
    await asyncio.gather(*(client() for _ in range(clients)))
    return Load(time.perf_counter() - began, cpu_seconds(pid) - used, statuses, latencies)
