"""Kill the service while encrypted ballots come in: whoever was told "kept" finds the ballot after the restart."""

import asyncio
import hashlib
import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.bench.accept import free_port, served
from tests.bench.box import Round, entered, prepare

VOTERS = 12
KILLS = 2


@contextmanager
def service(data: Path) -> Iterator[tuple[int, str]]:
    """The real command over this folder: its process and its address."""
    port = free_port()
    told = {"HEARING_DATA": str(data), "HEARING_URL": "http://hall.example", "HEARING_PORT": str(port)}
    with served(["-m", "web.cli", "serve"], port, told) as pid:
        yield pid, f"http://127.0.0.1:{port}"


def send(base: str, path: str, raw: bytes) -> int:
    """The answer's status; 0 where there was none."""
    try:
        return httpx.post(base + path, content=raw, timeout=30).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.timeout(300)
def test_an_encrypted_ballot_that_was_acknowledged_survives_a_kill_and_enters(tmp_path: Path) -> None:
    chance = random.Random(2026)
    hearing, rounds = asyncio.run(prepare(tmp_path, VOTERS, KILLS))
    acknowledged = 0
    for asked in rounds:
        path = f"/api/h/{hearing}/polls/{asked.poll}/ballots"
        kept = killed(tmp_path, path, asked, chance)
        acknowledged += len(kept)
        with service(tmp_path) as (_, base):
            for raw in kept:
                found = httpx.get(f"{base}{path}/{hashlib.sha256(raw).hexdigest()}", timeout=30)
                assert found.status_code in (200, 202)
            for raw in asked.ballots:  # whoever has no answer sends again; whoever has one may
                assert send(base, path, raw) in (200, 202)
            assert asyncio.run(all_in(base, hearing, asked))
            for raw in asked.ballots:
                assert httpx.get(f"{base}{path}/{hashlib.sha256(raw).hexdigest()}").json()["receipt"]
    assert acknowledged


def killed(data: Path, path: str, asked: Round, chance: random.Random) -> list[bytes]:
    """The ballots that a service acknowledged before it was killed in the midst of them."""
    kept: list[bytes] = []
    with service(data) as (pid, base), ThreadPoolExecutor(4) as phones:
        limit = chance.randrange(1, VOTERS - 1)

        def vote(raw: bytes) -> None:
            if send(base, path, raw) == 202:
                kept.append(raw)
                if len(kept) == limit:
                    os.kill(pid, signal.SIGKILL)

        list(phones.map(vote, asked.ballots))
    return kept


async def all_in(base: str, hearing: str, asked: Round) -> bool:
    """Whether all ballots come to be in the record."""
    async with httpx.AsyncClient(base_url=base) as http, asyncio.timeout(30):
        while not await entered(http, hearing, asked):  # noqa: ASYNC110 - it happens in the service
            await asyncio.sleep(0.1)
        return True
