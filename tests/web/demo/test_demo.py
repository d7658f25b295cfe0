"""The demo as a newcomer meets it: the real command, its players in their own process, and the audit."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from ballots.bundle import read_from
from deliberation.audit import Expectations, audit


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo(data: Path, port: int) -> Iterator[Path]:
    """`hearing demo` at full speed; yields the file with what it prints."""
    shown = data.with_suffix(f".{time.monotonic_ns()}.txt")
    settings = {"HEARING_DATA": str(data), "HEARING_HOST": "127.0.0.1", "HEARING_PORT": str(port)}
    with shown.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "demo", "--pace", "0"],
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield shown
    finally:
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(60) == 0, shown.read_text()
        finally:
            process.kill()


def wait_for(url: str, accept: Any, seconds: float = 300) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = httpx.get(url, timeout=10)
            if found.status_code == 200 and accept(found):
                return found
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} never became what was waited for")


def hearing_of(shown: Path) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = re.search(r"/h/([0-9a-z]{12})\n", shown.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(shown.read_text())


@pytest.mark.timeout(900)
def test_the_demo_runs_by_itself_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with demo(data, port) as shown:
        hearing = hearing_of(shown)
        api = f"http://127.0.0.1:{port}/api/h/{hearing}"
        wait_for(api, lambda found: found.json()["called"] is not None)
    with demo(data, port) as shown:
        assert hearing_of(shown) == hearing
        state = wait_for(api, lambda found: found.json()["phase"] == "adjourned").json()
        bundle = httpx.get(f"http://127.0.0.1:{port}/h/{hearing}/{hearing}.zip").content

    with demo(data, port) as shown:
        assert hearing_of(shown) != hearing, "a meeting that has ended is followed by another"

    assert state["rehearsal"]
    assert [poll["stage"] for poll in state["polls"]] == ["published"] * 3
    *motions, ranking = (poll["result"] for poll in state["polls"])
    assert {result["decision"] for result in motions} <= {"passed", "rejected"}
    assert (ranking["method"], ranking["decision"]) == ("borda", "decided")
    assert len(ranking["chosen"]) == 2
    anchor = re.search(r"\.([0-9A-Z]{16})\n", shown.read_text())
    assert anchor
    report = audit(read_from(BytesIO(bundle)), Expectations(anchor=anchor[1]))
    assert report.findings == []
    assert report.tied
