"""Long runs, too long for every change: `python -m tests.soak [ROUNDS]`, 100 rounds unless told.

Only the crashes go in rounds. Prints one line for each; the first failure ends it with its traceback.
"""

import random
import secrets
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ballots.secret import archive
from ballots.secret.verify import verify
from tests import postgres
from tests.ballots.secret.belenios import Tool
from tests.ballots.secret.elections import make
from tests.ballots.secret.test_stages import HALL, Case, asked, owners, stages
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


def secret_hall(_count: int, seed: int) -> str:
    """One secret election, large in every way: `belenios-tool` and our verifier accept it at every stage."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            tool = Tool(Path(folder), limit=900)
        except pytest.skip.Exception as reason:
            return str(reason)
        case, draw = Case(HALL, (12,), (5, 3)), random.Random(seed)
        question = asked(draw, *case.widths, blank=True)
        made = make(question, voters=case.voters, singles=0, holders=case.holders, seed=seed)
        choices = [made.choice() for _ in range(case.voters)]
        ballots = [made.cast(voter, choice) for voter, choice in enumerate(choices)]
        whole = made.archive(ballots, owners=owners(case, draw))
        looked = []
        for step in stages(list(archive.read(whole))):
            raw, start = whole[: step.end], time.monotonic()
            tool.verify(raw)
            theirs, start = time.monotonic() - start, time.monotonic()
            report = verify(raw)
            looked.append(f"{step.kind} {theirs:.1f} / {time.monotonic() - start:.1f}")
            assert (report.findings, report.stage) == ([], step.kind)
    assert report.stage == "Result"
    assert report.totals == (tuple(sum(marks) for marks in zip(*(one for (one,) in choices), strict=True)),)
    blank = report.totals[0][0]
    return (
        f"{HALL} voters, {blank} blank, the others {question.min} to {question.max} of 12 options, 3 of 5 holders, "
        f"{len(whole)} bytes; seconds of belenios-tool / ours: {', '.join(looked)}"
    )


SOAKS = {
    "crash, SQLite": crash_sqlite,
    "crash, PostgreSQL": crash_postgresql,
    "Schulze, Belenios": schulze_and_belenios,
    "secret election of a hall, Belenios": secret_hall,
}


def main() -> None:
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 100, secrets.randbits(32)
    for name, soak in SOAKS.items():
        start = time.monotonic()
        print(f"{name} (seed {seed}): ", end="", flush=True)
        print(f"{soak(count, seed)}, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
