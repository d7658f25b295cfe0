"""Borda: a point for every option that a voter puts behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from voting.choices import read_ranking
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.papers import by_heads
from voting.rankings import Papers, Ranking, weakly
from voting.seats import SeatCount, fill

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"
Truncation = Literal["zero", "average", "modified"]
"""What a paper that leaves options out gives; with n options, of which it ranks k:

* `zero`: the best n − 1 points, the next n − 2 …; those left out none.
* `average`: those left out share the points that are left. Everything counts twice, so that halves are whole.
* `modified`: the best k points, the next k − 1 …; those left out none.
"""


class Borda(Settings, frozen=True, forbid_unknown_fields=True, tag="borda"):
    """What must be declared: what a paper gives that leaves options out, and how many are chosen."""

    truncation: Truncation
    seats: SeatCount


class Points(Struct, frozen=True):
    """What one option received: on how many papers how many points, most points first."""

    option: str
    papers: tuple[tuple[int, int], ...]
    sum: int


class BordaSteps(Steps, frozen=True, tag="borda"):
    """How the points add up; with the truncation rule `average` they are half points."""

    points: tuple[Points, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is something to choose."""
    check_seats(question, declared(question, Borda).seats)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: Papers, settings: Borda, lot: Sequence[str] | None = None
) -> Count:
    """Count papers: the most points are chosen. Where nobody ranked anything, nobody is."""
    found: dict[str, Counter[int]] = {option: Counter() for option in options}
    for ranking, times in papers.items():
        for option, points in given(options, ranking, settings.truncation).items():
            found[option][points] += times
    sums = {option: sum(p * times for p, times in piles.items()) for option, piles in found.items()}
    chosen, tied = fill(settings.seats, sums, lot) if papers else ((), ())
    return Count(
        totals={option: {"heads": points} for option, points in sums.items()},
        chosen=chosen,
        tied=tied,
        vacant=max(0, settings.seats - len(options)) if papers else settings.seats,
        steps=BordaSteps(
            tuple(Points(one, tuple(sorted(found[one].items(), reverse=True)), sums[one]) for one in options)
        ),
    )


count = by_heads(Borda, weakly, count_papers)
"""Count rankings, a head each; the totals are points, or half points with the rule `average`."""


def given(options: Sequence[str], ranking: Ranking, truncation: Truncation) -> Mapping[str, int]:
    """The points that one paper gives.

    Options ranked equal get what only those behind all of them are worth;
    under `average`, half a point more for each of their equals.
    """
    points = dict.fromkeys(options, 0)
    ranked = sum(len(group) for group in ranking)
    unranked = len(options) - ranked
    if truncation == "average":
        rest = dict.fromkeys(options, unranked - 1)
        behind = unranked
        for group in reversed(ranking):
            rest |= dict.fromkeys(group, 2 * behind + len(group) - 1)
            behind += len(group)
        return rest
    behind = unranked if truncation == "zero" else 1
    for group in reversed(ranking):
        points |= dict.fromkeys(group, behind)
        behind += len(group)
    return points
