"""Who is lowest or highest in a count by stages, if several are equal.

The most recent stage where they differ decides, and where there is none, a lot.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

Totals = Mapping[str, int]
"""What each option has at the end of a stage."""


class Tie(Struct, frozen=True):
    """One step in the breaking of a tie.

    Attributes:
        among: those who were equal.
        left: those who still are, or the one who was told apart.
        stage: the earlier stage (counted from 1) at which they differed; None: the lot decided, or must.
    """

    among: tuple[str, ...]
    left: tuple[str, ...]
    stage: int | None


Found = tuple[tuple[str, ...], tuple[Tie, ...]]
"""The option that was looked for, or those among whom only a lot can decide; and how ties were broken."""


def lowest(now: Totals, earlier: Sequence[Totals], lot: Sequence[str] | None) -> Found:
    """Who has least now, or had least when they last differed, or comes last in the lot."""
    return _extreme(min, now, earlier, lot and lot[::-1])


def highest(now: Totals, earlier: Sequence[Totals], lot: Sequence[str] | None) -> Found:
    """Who has most now, or had most when they last differed, or comes first in the lot."""
    return _extreme(max, now, earlier, lot)


def _extreme(
    most: Callable[..., int], now: Totals, earlier: Sequence[Totals], lot: Sequence[str] | None
) -> Found:
    left = _those(most, now, tuple(now))
    ties: list[Tie] = []
    for stage in range(len(earlier), 0, -1):
        differ = _those(most, earlier[stage - 1], left)
        if differ != left:
            ties.append(Tie(left, differ, stage))
            left = differ
    if len(left) > 1:
        drawn = left if lot is None else (min(left, key=lot.index),)
        ties.append(Tie(left, drawn, None))
        left = drawn
    return left, tuple(ties)


def _those(most: Callable[..., int], totals: Totals, among: tuple[str, ...]) -> tuple[str, ...]:
    value = most(totals[option] for option in among)
    return tuple(option for option in among if totals[option] == value)
