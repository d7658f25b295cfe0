"""Totals by constituency (网格、楼组、驻区单位 …), without giving a secret ballot away.

Where ballots are secret, no group of fewer than five ballots is shown, nor one whose complement is
that small: small units are put together until there are five, with the smallest of the others if need be.
If that leaves one group only, nothing is shown. A group that is unanimous still tells how its people voted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voting.rules import Weights

LEAST = 5
"""So many ballots at least make a group that may be shown of a secret vote."""

Ballot = TypeVar("Ballot")


@dataclass(frozen=True, slots=True)
class Group:
    """One constituency, or several small ones put together.

    Attributes:
        units: their names, in order; the empty name is that of people without one.
        ballots: how many ballots came from there.
        totals: by option, what it received from there.
    """

    units: tuple[str, ...]
    ballots: int
    totals: Mapping[str, Weights]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A vote by constituency.

    Attributes:
        groups: every ballot is in one of them.
        merged: units that are only shown together with others.
        withheld: whether nothing can be shown without telling how few people voted.
    """

    groups: tuple[Group, ...]
    merged: tuple[str, ...]
    withheld: bool


def breakdown(
    ballots: Sequence[tuple[Ballot, str]],
    count: Callable[[Sequence[Ballot]], Mapping[str, Weights]],
    *,
    secret: bool,
) -> Breakdown:
    """Count a vote by constituency.

    Args:
        ballots: what each says, and the unit of its voter.
        count: the totals by option of some ballots.
        secret: whether nobody may learn what anybody voted.
    """
    units: dict[tuple[str, ...], list[Ballot]] = {}
    for ballot, unit in ballots:
        units.setdefault((unit,), []).append(ballot)
    shown = _merge(units) if secret else units
    if secret and len(shown) < 2:
        return Breakdown((), tuple(sorted(name for names in units for name in names)), withheld=True)
    groups = tuple(Group(names, len(shown[names]), count(shown[names])) for names in sorted(shown))
    merged = tuple(sorted(name for names in shown if len(names) > 1 for name in names))
    return Breakdown(groups, merged, withheld=False)


def _merge(units: dict[tuple[str, ...], list[Ballot]]) -> dict[tuple[str, ...], list[Ballot]]:
    """Put the small ones together; to a rest that is still too small, the smallest of the others is added."""
    small = [names for names, ballots in units.items() if len(ballots) < LEAST]
    large = sorted(
        (names for names in units if names not in small), key=lambda names: (len(units[names]), names)
    )
    while small and sum(len(units[names]) for names in small) < LEAST and large:
        small.append(large.pop(0))
    merged = {names: units[names] for names in large}
    if small:
        together = tuple(sorted(name for names in small for name in names))
        merged[together] = [ballot for names in small for ballot in units[names]]
    return merged
