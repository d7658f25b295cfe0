"""A meeting that can begin: a prepared data folder, and the real service over it in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx
import msgspec

from ballots.tokens import Token
from tests.actors import COMMUNITY, HOST, open_hall
from tests.browser.wire import Wire, wire
from tests.ports import free_port
from web.people.drafts import DraftItem
from web.people.register import Entry

PEOPLE = (
    Entry(name="周敏", roles=("chair",), capacity="居委会主任"),
    Entry(name="吴建国", roles=("supervisor", "representative"), capacity="居务监督委员", building="1号楼"),
    Entry(name="郑小燕", roles=("desk",), capacity="社区工作者"),
    Entry(name="李秀英", building="3号楼", unit="2单元"),
    Entry(name="王建国", building="2号楼", unit="1单元"),
    Entry(name="Ann Smith", building="3号楼", unit="1单元"),
    Entry(name="欧阳慧敏", building="1号楼", unit="3单元"),
    Entry(name="赵晚来", building="4号楼", unit="1单元"),
)
"""Six representatives, one of whom supervises; two thirds of them are a quorum."""


def sample_agenda() -> tuple[DraftItem, ...]:
    """Four of the sample hearing's matters: two to be voted on by yes or no, two to be heard."""
    raw = files("web").joinpath("sample", "agenda.json").read_bytes()
    agenda = msgspec.json.decode(raw, type=tuple[DraftItem, ...])
    named = (item for item in agenda if item.id != "repairs")
    return tuple(
        msgspec.structs.replace(item, questions=()) if item.ballot == "secret" else item for item in named
    )


@dataclass(frozen=True)
class Prepared:
    """A data folder with a hearing whose notice is out, and what is printed on its people's cards."""

    data: Path
    hearing: str
    anchor: str
    tokens: dict[str, Token]


@dataclass(frozen=True)
class Service:
    """The running service, as browsers reach it.

    Attributes:
        wire: what is between it and them.
        base: its address on this machine, which browsers take for a secure context.
        insecure: its address by name, which they do not.
        output: the file with all that it prints.
    """

    prepared: Prepared
    wire: Wire
    output: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.wire.port}"

    @property
    def insecure(self) -> str:
        return f"http://{HOST}:{self.wire.port}"

    def card(self, name: str, base: str | None = None) -> str:
        """What the inner code of somebody's card says."""
        token = self.prepared.tokens[name]
        return f"{base or self.base}/j/{COMMUNITY}#{token.text}.{self.prepared.anchor}"

    def page(self, name: str = "") -> str:
        """The path of a page of the hearing."""
        return f"{self.base}/h/{self.prepared.hearing}" + (name and f"/{name}")


async def prepare(data: Path) -> Prepared:
    """Register, cards and a published notice in a fresh data folder."""
    async with open_hall(data, entries=PEOPLE) as hall:
        hearing = await hall.convene(sample_agenda())
        return Prepared(data, hearing, hall.community.anchor, hall.tokens)


@contextmanager
def served(data: Path, public: int, *command: str) -> Iterator[tuple[int, Path]]:
    """`hearing COMMAND` (by default `serve`) over a data folder: its port, and the file with what it prints.

    Args:
        data: the folder.
        public: the port that is in its public address; 0 for its own.
        command: what to run.
    """
    port, output = free_port(), data.with_suffix(".out")
    settings = {
        "HEARING_DATA": str(data),
        "HEARING_HOST": "127.0.0.1",
        "HEARING_PORT": str(port),
        "HEARING_URL": f"http://{HOST}:{public or port}",
    }
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", *(command or ("serve",))],
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/", output)
        yield port, output
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0, output.read_text()


@asynccontextmanager
async def serving(prepared: Prepared) -> AsyncGenerator[Service, None]:
    """The service over a prepared folder, at the end of a wire."""
    async with wire() as line:
        with served(prepared.data, line.port) as (line.target, output):
            yield Service(prepared, line, output)


def _wait(process: subprocess.Popen[bytes], url: str, output: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the service does not answer: {output.read_text()}")
