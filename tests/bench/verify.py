"""`hearing verify` against raw Ed25519: signed acts per second over all cores, in one run.

1,000 devices and 100 live polls unless told otherwise: about 102,000 signed acts.
`python -m tests.bench.verify [--devices N] [--polls N]`
"""

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ballots.bundle import read
from ballots.signing import load_public
from deliberation import acts
from deliberation.replay import Log
from tests.room import Room, motion
from web.parallel import cores

BAR = 0.75
RAW = 20_000
"""Raw verifications for each core, of signatures of that very bundle, with keys that are loaded already."""


def make(devices: int, polls: int) -> bytes:
    """A bundle of so many ballots."""
    room = Room(voters=devices, questions=[motion(f"q{n}", visibility="live") for n in range(polls)])
    room.ready()
    for number in range(polls):
        poll = room.open_poll(number)
        seen = room.head()  # as in a hall: many phones have verified the same checkpoint
        for voter in room.voters:
            room.do(voter, acts.CastBallot, poll=poll, replaces=None, choice="for", head=seen)
        room.close(poll)
        room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room.bundle()


def raw_rate(bundle: Path) -> float:
    """Raw verifications a second on one core, with the library that the verifier uses."""
    _, signatures = Log([]).read(read(bundle).entries[:RAW])
    made = [(load_public(public), signature, message) for public, message, signature in signatures.values()]
    began = time.perf_counter()
    for key, signature, message in made:
        key.verify(signature, message)
    return len(made) / (time.perf_counter() - began)


def run(devices: int, polls: int) -> str:
    """The figures as lines of a table: raw before and after, and the command between."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "HEARING.zip"
        bundle.write_bytes(make(devices, polls))
        signed = devices * polls + 2 * devices
        with multiprocessing.Pool(cores()) as pool:
            before = sum(pool.map(raw_rate, [bundle] * cores()))
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "web.cli", "verify", str(bundle)], capture_output=True, check=False
            )
            seconds = time.perf_counter() - began
            after = sum(pool.map(raw_rate, [bundle] * cores()))
        assert done.returncode == 0, done.stdout.decode()
    raw, ours = (before + after) / 2, signed / seconds
    return (
        f"verify  {ours:8.0f} signed acts/s over {cores()} cores ({signed} in {seconds:.1f} s)\n"
        f"raw     {raw:8.0f} Ed25519 verifications/s over {cores()} cores (before and after)\n"
        f"verify ÷ raw = {ours / raw:.2f} (bar: {BAR})"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--polls", type=int, default=100)
    asked = parser.parse_args()
    print(run(asked.devices, asked.polls))


if __name__ == "__main__":
    main()
