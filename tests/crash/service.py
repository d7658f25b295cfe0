"""The real service over one folder, in a process of its own: started, stopped, killed and started again."""

import multiprocessing
import socket
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.crash.later import serve
from tests.ports import free_port

PATIENCE = 60
"""Seconds in which a service starts, or stops."""

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.crash.later", "web.commands.serve"])  # loading takes a second each


class Service:
    """`hearing serve`, at one address whenever it runs.

    Args:
        data: its folder.
        database: its tables, where they are not in that folder.

    Attributes:
        days: how far ahead its clock is when it starts next.
    """

    def __init__(self, data: Path, database: str | None = None) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self._port = port
        self.days = 0.0
        self._told = {
            "HEARING_DATA": str(data),
            "HEARING_URL": "http://hall.example",
            "HEARING_PORT": str(port),
            **({"HEARING_DATABASE_URL": database} if database else {}),
        }
        self._process: ForkServerProcess | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = _processes.Process(target=serve, args=(self._told, self.days), daemon=True)
        self._process.start()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self._process.is_alive(), "the service did not start"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError(f"the service did not answer in {PATIENCE} s")

    def kill(self) -> None:
        """End it in the midst of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._gone()

    def stop(self) -> None:
        """Tell it to stop, and wait until it has."""
        if self._process is not None:
            self._process.terminate()
            self._gone()

    def _gone(self) -> None:
        assert self._process is not None
        self._process.join(PATIENCE)
        assert not self._process.is_alive(), "the service did not stop"
        self._process = None
