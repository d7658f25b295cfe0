"""What `hearing serve` knows of the address under which phones reach it, and who can read its folder."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port
from web.settings import is_only_here


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "127.8.8.8", "localhost", "localhost:8000", "a.localhost", "[::1]:80", "0.0.0.0"],
)
def test_addresses_that_lead_every_machine_to_itself(host: str) -> None:
    assert is_only_here(f"http://{host}")


@pytest.mark.parametrize("host", ["192.168.1.7:8000", "hall.example", "localhost.example", "[2001:db8::1]"])
def test_addresses_that_phones_can_reach(host: str) -> None:
    assert not is_only_here(f"https://{host}")


def test_the_data_is_for_its_owner_and_the_address_for_phones_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    port = str(free_port())
    told = {"HEARING_DATA": str(data), "HEARING_PORT": port, "HEARING_HOST": "127.0.0.1"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEARING_")}
    with subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve"],
        env=environment | told, stdout=subprocess.PIPE, text=True, umask=0o022,
    ) as process:  # fmt: skip
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=30) as http:
                assert http.get(f"http://127.0.0.1:{port}/").status_code == 200
            modes = {str(path.relative_to(data)): path.stat().st_mode & 0o777 for path in data.rglob("*")}
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()

    assert data.stat().st_mode & 0o777 == 0o700
    assert {"hearing.db", "hearing.db-wal", "checkpoints.db"} <= set(modes)
    assert {mode & 0o077 for mode in modes.values()} == {0}
    assert modes["hearing.db"] == modes["hearing.db-wal"] == modes["checkpoints.db"] == 0o600
    assert re.search(rf"HEARING_HOST=0\.0\.0\.0 HEARING_URL=http://[0-9.]+:{port}\n", out)
