"""The service as a process: it serves, ends at once with listeners on the line, and logs nothing of requests."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import anyio
import httpx

from tests.actors import PATIENT, gather, open_hall
from tests.ports import free_port
from web.server import GRACE


async def prepare(data: Path) -> tuple[str, bytes]:
    async with open_hall(data) as hall:
        meeting = await gather(hall)
        return hall.hearing, meeting.phones[0].kept[0].body


def test_a_service_starts_serves_and_stops_while_somebody_listens(tmp_path: Path) -> None:
    hearing, body = anyio.run(prepare, tmp_path)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    told = {"HEARING_DATA": str(tmp_path), "HEARING_PORT": str(port), "HEARING_URL": "http://hall.example"}
    command = [sys.executable, "-m", "web.cli", "serve"]
    with subprocess.Popen(
        command, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            with httpx.Client(
                base_url=base, transport=httpx.HTTPTransport(retries=8), timeout=PATIENT
            ) as http:
                assert http.get(f"/api/h/{hearing}").json()["hearing"] == hearing
                assert http.post(f"/api/h/{hearing}/acts", content=body).status_code == 200
                assert http.get("/j/qinghuai?seen=SECRETSECRET").status_code == 200
                assert http.head(f"/h/{hearing}/log/checkpoint").content == b""
                with http.stream("GET", f"/api/h/{hearing}/live") as live:
                    lines = live.iter_lines()
                    assert next(lines) == "event: head"
                    began = time.monotonic()
                    process.send_signal(signal.SIGTERM)
                    assert list(lines)[-1] == ""
                    ended = time.monotonic() - began
            out, err = process.communicate(timeout=60)
            stopped = time.monotonic() - began
        finally:
            process.kill()

    assert ended < GRACE, "and not when the time of grace was over"
    assert stopped < 4
    assert process.returncode == 0
    assert "/o#" in out
    assert err == ""
    assert "SECRETSECRET" not in out


def test_a_service_whose_database_is_older_than_what_it_signed_does_not_start(tmp_path: Path) -> None:
    anyio.run(prepare, tmp_path)
    for file in tmp_path.glob("hearing.db*"):
        file.unlink()
    told = {"HEARING_DATA": str(tmp_path), "HEARING_PORT": str(free_port())}
    found = subprocess.run(
        [sys.executable, "-m", "web.cli", "serve"],
        env=os.environ | told, capture_output=True, text=True, timeout=PATIENT, check=False,
    )  # fmt: skip

    assert found.returncode == 1
    assert "What is safe" in found.stderr
    assert "Traceback" not in found.stderr
