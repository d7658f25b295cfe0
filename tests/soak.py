"""Long runs, too long for every change: `python -m tests.soak [ROUNDS]`, 100 rounds unless told.

Prints one line for each; the first failure ends it with its traceback.
"""

import secrets
import sys
import tempfile
import time
from pathlib import Path

import pytest

from tests import postgres
from tests.crash.rounds import rounds
from tests.voting import profiles


def crash_sqlite(count: int, seed: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        kept = rounds(f"sqlite:///{folder}/hearings.sqlite", Path(folder), count, seed)
    return f"{count} kills, {kept} acknowledged acts, all found again"


def crash_postgresql(count: int, seed: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        server = postgres.start(Path(tempfile.gettempdir()) / f"hearing-postgres-{secrets.token_hex(4)}")
        try:
            kept = rounds(server.get_uri(), Path(folder), count, seed)
        finally:
            server.cleanup()
    return f"{count} kills, {kept} acknowledged acts, all found again"


def schulze_and_belenios(count: int, seed: int) -> str:
    """Every profile of the cross-check, not only a sample of them; nothing in it is random."""
    try:
        found = profiles.strict() | profiles.debian()
        for options, papers in found.values():
            profiles.same_as_belenios(options, papers)
    except pytest.skip.Exception as reason:
        return str(reason)
    return f"{len(found)} elections, the same matrix and the same order of all options"


SOAKS = {
    "crash, SQLite": crash_sqlite,
    "crash, PostgreSQL": crash_postgresql,
    "Schulze, Belenios": schulze_and_belenios,
}


def main() -> None:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 100, secrets.randbits(32)
    for name, soak in SOAKS.items():
        start = time.monotonic()
        print(f"{name} (seed {seed}): ", end="", flush=True)
        print(f"{soak(count, seed)}, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
