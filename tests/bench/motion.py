"""A motion by heads and area over 1,000,000 ballots, against reading the same file with msgspec alone.

`python -m tests.bench.motion [--ballots N]`
"""

import argparse
import gc
import random
import time

import msgspec
from msgspec import Struct

from voting.presets import preset
from voting.questions import MOTION_OPTIONS, Question, Text
from voting.rules import Weights
from voting.tally import Result, tally


class Slip(Struct):
    """One line of the file: the choice, and what its voter weighs."""

    choice: msgspec.Raw
    weights: Weights


def make(ballots: int) -> bytes:
    """The file: a slip a line, areas in 0.01 m²."""
    chance = random.Random(7)
    lines = [
        b'{"choice":"%b","weights":{"heads":1,"area":%d}}'
        % (chance.choice((b"for", b"for", b"against", b"abstain")), chance.randrange(3000, 30000))
        for _ in range(ballots)
    ]
    return b"\n".join(lines)


def count(slips: list[Slip]) -> Result:
    """The tally of a whole roll, everyone of whom has voted."""
    question = Question(
        v=1, id="lift", title=Text("电梯", "Lift"), text=Text("", ""), method="motion", options=MOTION_OPTIONS,
        rule=preset("owners.ordinary"), visibility="sealed", change="none", electorate="roll",
    )  # fmt: skip
    weights = [slip.weights for slip in slips]
    ballots = [(bytes(slip.choice), slip.weights) for slip in slips]
    return tally(question, poll="0" * 64, eligible=weights, present=None, ballots=ballots)


def run(ballots: int) -> str:
    """The figures as lines of a table."""
    raw = make(ballots)
    decoder = msgspec.json.Decoder(Slip)
    gc.disable()
    began = time.process_time()
    slips = decoder.decode_lines(raw)
    read = time.process_time()
    result = count(slips)
    done = time.process_time()
    gc.enable()
    assert sum(option.total.heads for option in result.options) == ballots
    return (
        f"msgspec alone   {read - began:6.2f} s CPU for {ballots:,} ballots ({len(raw) / 1e6:.0f} MB)\n"
        f"counting        {done - read:6.2f} s CPU, {result.decision}\n"
        f"counting ÷ reading = {(done - read) / (read - began):.2f}"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ballots", type=int, default=1_000_000)
    print(run(parser.parse_args().ballots))


if __name__ == "__main__":
    main()
