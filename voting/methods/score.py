"""Score: every option has points, and the highest means are chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from voting.choices import read_numbers
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, QuestionError, Settings, Steps
from voting.papers import by_heads
from voting.rankings import NumberedPapers, numbered
from voting.seats import SeatCount, fill, levels

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"
Bound = Annotated[int, Meta(ge=-1000, le=1000)]


class Score(Settings, frozen=True, forbid_unknown_fields=True, tag="score"):
    """What must be declared.

    Attributes:
        low: the fewest points an option can have.
        high: the most.
        missing: what a ballot says of an option without points: `lowest`, the fewest;
            `excluded`, nothing, so that the mean is of the others.
        seats: how many are chosen.
    """

    low: Bound
    high: Bound
    missing: Literal["lowest", "excluded"]
    seats: SeatCount


class Mean(Struct, frozen=True):
    """What one option received.

    Attributes:
        papers: how many points on how many papers, most points first; with `lowest`, those without included.
        sum: all its points.
        of: on how many papers.
        mean: the exact fraction; None where no paper says anything.
    """

    option: str
    papers: tuple[tuple[int, int], ...]
    sum: int
    of: int
    mean: str | None


class ScoreSteps(Steps, frozen=True, tag="score"):
    """How the points add up."""

    means: tuple[Mean, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is something to choose."""
    settings = declared(question, Score)
    check_seats(question, settings.seats)
    check_declared(settings)


def check_declared(settings: Score) -> None:
    """Raise QuestionError unless there is more than one number of points to give."""
    if settings.low >= settings.high:
        raise QuestionError("the most points are more than the fewest")


def parse(question: Question, raw: bytes) -> dict[str, int]:
    """Read points for some or all options: `{"a":3,"b":0}`.

    Raises:
        InvalidChoice: anything else.
    """
    settings = declared(question, Score)
    return read_numbers(question, raw, settings.low, settings.high)


def count_papers(
    options: Sequence[str], papers: NumberedPapers, settings: Score, lot: Sequence[str] | None = None
) -> Count:
    """Count papers: the highest means are chosen. An option of which no paper says anything is not."""
    found: dict[str, Counter[int]] = {option: Counter() for option in options}
    for points, times in papers:
        for option in options:
            if option in points:
                found[option][points[option]] += times
            elif settings.missing == "lowest":
                found[option][settings.low] += times
    sums = {option: sum(p * times for p, times in piles.items()) for option, piles in found.items()}
    means = {one: Fraction(sums[one], piles.total()) for one, piles in found.items() if piles.total()}
    chosen, tied = fill(settings.seats, levels(means), lot)
    return Count(
        totals={option: {"heads": points} for option, points in sums.items()},
        chosen=chosen,
        tied=tied,
        vacant=max(0, settings.seats - len(means)),
        steps=ScoreSteps(
            tuple(
                Mean(
                    option=one,
                    papers=tuple(sorted(piles.items(), reverse=True)),
                    sum=sums[one],
                    of=piles.total(),
                    mean=str(means[one]) if one in means else None,
                )
                for one, piles in found.items()
            )
        ),
    )


count = by_heads(Score, numbered, count_papers)
"""Count points, a head each; the totals are sums of points."""
