"""Scottish STV against other programs that count transferable votes: CPU seconds, in one run.

The others live in an environment of their own, `.venv-bench`, which this makes by pip where it is not there.
`python -m tests.bench.stv`
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from tests.bench.stv_counters import REPEATS, WORST
from tests.voting.data import BESIDE

BAR = 0.35
ROOT = Path(__file__).parents[2]
BENCH = ROOT / ".venv-bench"
PEERS = {"votekit": "3.5.0", "pyrankvote": "2.0.6", "votelib": "0.4.0"}
TEN_MINUTES = 600


def installed(name: str) -> bool:
    """Whether a peer is in the environment of the bench, after an attempt to put it there."""
    python = BENCH / "bin" / "python"
    if not python.exists():
        venv.create(BENCH, with_pip=True)
    if runs(python, "-c", f"import {name}"):
        return True
    return runs(python, "-m", "pip", "install", "--quiet", f"{name}=={PEERS[name]}")


def runs(*command: Path | str) -> bool:
    """Whether a command succeeds."""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=TEN_MINUTES)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def measured(python: Path | str, name: str) -> dict[str, Any] | str:
    """The figures of one program, or why there are none."""
    wards = Path(os.environ.get("HEARING_TEST_DATA") or BESIDE) / "scot_stv_2017" / "contests.jsonl.gz"
    command = [python, "-m", "tests.bench.stv_counters", name, *([wards] if wards.exists() else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run() -> str:
    """The figures as lines of a table."""
    figures: dict[str, dict[str, Any]] = {}
    missing: list[str] = []
    for name in ("ours", *PEERS):
        if name != "ours" and not installed(name):
            missing.append(f"{name} skipped: pip could not install it into {BENCH.name}")
            continue
        found = measured(sys.executable if name == "ours" else BENCH / "bin" / "python", name)
        if isinstance(found, str):
            missing.append(f"{name} {found}")
        else:
            figures[name] = found
    ballots, candidates, seats = WORST
    lines = [
        f"{ballots} ballots × {candidates} candidates × {seats} seats; CPU seconds, best of {REPEATS}",
        f"{'':20}{'build':>9}{'count':>9}{'all wards':>12}  official winners",
    ]
    lines += [line(name, found) for name, found in figures.items()]
    peers = {name: found["worst"]["count"] for name, found in figures.items() if name != "ours"}
    if "ours" in figures and peers:
        fastest = min(peers, key=lambda name: peers[name])
        ratio = figures["ours"]["worst"]["count"] / peers[fastest]
        lines.append(f"ours ÷ {fastest} = {ratio:.2f} (bar: {BAR})")
    if len({str(found["worst"]["winners"]) for found in figures.values()}) > 1:
        lines.append("the programs elect different candidates from the made-up ballots")
    return "\n".join(lines + missing)


def line(name: str, found: dict[str, Any]) -> str:
    """One program."""
    worst, wards = found["worst"], found["wards"]
    shown = f"{name} {found['version']}".strip()
    all_wards = (
        f"{wards['seconds']:12.2f}  {wards['right']} of {wards['wards']}" if wards else f"{'no data':>12}"
    )
    return f"{shown:20}{worst['build']:9.2f}{worst['count']:9.3f}{all_wards}"


if __name__ == "__main__":
    print(run())
