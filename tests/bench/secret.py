"""Verification of a secret poll against belenios-tool on the same archive: wall clock, in one run.

1,000 ballots with three choices unless told otherwise; ours uses every core, as anybody's would.
`python -m tests.bench.secret [--ballots N]`
"""

import argparse
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from ballots.secret import arithmetic
from ballots.secret.verify import Report, verify
from tests.ballots.secret.elections import Made, make
from web.parallel import cores

BAR = 0.35


def one(work: tuple[Made, int]) -> bytes:
    """A voter's ballot."""
    made, voter = work
    return made.cast(voter)


def archive(ballots: int) -> bytes:
    """A whole election with two of three holders, each voter voting once."""
    made = make(voters=ballots, singles=0, holders=(3, 2))
    with ProcessPoolExecutor(cores()) as pool:
        cast = list(pool.map(one, [(made, voter) for voter in range(ballots)], chunksize=50))
    return made.archive(cast, owners=(1, 3))


def ours(raw: bytes) -> tuple[Report, float]:
    """Our report, and how many seconds it took with the start of the helping processes."""
    began = time.perf_counter()
    with ProcessPoolExecutor(cores()) as pool:
        report = verify(raw, spread=pool.map)
    return report, time.perf_counter() - began


def theirs(tool: str, raw: bytes) -> float:
    """How many seconds belenios-tool takes."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "poll.bel").write_bytes(raw)
        began = time.perf_counter()
        done = subprocess.run(
            [tool, "election", "verify"], cwd=folder, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    return seconds


def run(ballots: int) -> str:
    """The figures as lines of a table: ours before and after belenios-tool."""
    raw = archive(ballots)
    report, before = ours(raw)
    assert not report.findings
    assert report.tallied == ballots
    with_what = "gmpy2" if arithmetic.gmpy2 is not None else "Python's integers: install gmpy2"
    tool = shutil.which("belenios-tool")
    if tool is None:
        return f"ours    {before:6.2f} s for {ballots} ballots ({with_what}); belenios-tool is not installed"
    other = theirs(tool, raw)
    seconds = (before + ours(raw)[1]) / 2
    return (
        f"ours           {seconds:6.2f} s for {ballots} ballots over {cores()} cores ({with_what})\n"
        f"belenios-tool  {other:6.2f} s\n"
        f"ours ÷ belenios-tool = {seconds / other:.2f} (bar: {BAR})"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=1000)
    print(run(parser.parse_args().ballots))


if __name__ == "__main__":
    main()
