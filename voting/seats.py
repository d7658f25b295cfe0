"""Filling seats by a number that each option has: the highest first, and who is tied for the last place."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, TypeVar

from msgspec import Meta

SeatCount = Annotated[int, Meta(ge=1, le=100)]
"""How many options are to be chosen."""

Score = TypeVar("Score", Fraction, tuple[tuple[int, int], ...])


def levels(scores: Mapping[str, Score]) -> dict[str, int]:
    """Whole numbers in the same order as any scores, equal where they are equal."""
    steps = {score: level for level, score in enumerate(sorted(set(scores.values())))}
    return {option: steps[score] for option, score in scores.items()}


def fill(
    seats: int, scores: Mapping[str, int], lot: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Choose the highest scores.

    Args:
        seats: how many are to be chosen.
        scores: of those who may be chosen, in the order in which options are shown.
        lot: all options in the order of a lot, if one was drawn.

    Returns:
        The chosen, best first (equals in the order of the lot, or as they are shown), and those among whom
        only a lot can decide: more options with the same score than there are places left.
    """
    places = {option: place for place, option in enumerate(lot or scores)}
    order = sorted(scores, key=lambda option: (-scores[option], places[option]))
    chosen, rest = order[:seats], order[seats:]
    if lot is None and chosen and rest and scores[chosen[-1]] == scores[rest[0]]:
        last = scores[rest[0]]
        return (
            tuple(option for option in chosen if scores[option] != last),
            tuple(option for option in order if scores[option] == last),
        )
    return tuple(chosen), ()
