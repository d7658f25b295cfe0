"""Long runs, too long for every change: `python -m tests.soak [ROUNDS]`, 100 rounds unless told.

Prints one line for each; the first failure ends it with its traceback.
"""

import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.crash.rounds import rounds


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


SOAKS = {"crash, SQLite": crash_sqlite, "crash, PostgreSQL": crash_postgresql}


def main() -> None:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 100, secrets.randbits(32)
    for name, soak in SOAKS.items():
        start = time.monotonic()
        print(f"{name} (seed {seed}): ", end="", flush=True)
        print(f"{soak(count, seed)}, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
