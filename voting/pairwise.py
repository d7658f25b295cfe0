"""The pairwise matrix: how many papers put one option before another, and what follows from it directly."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from voting.rankings import Papers

Matrix = Mapping[str, Mapping[str, int]]
"""Option → other option → on how many papers it stands strictly before the other; no diagonal."""
Unranked = Literal["last", "ignored"]
"""What a paper says of options it does not rank: all of them equal behind the ranked ones, or nothing."""
Strength = Literal["winning_votes", "margins"]
"""How strong a pairwise win is: the votes for it, or by how many they are more than the votes against it."""


def matrix(options: Sequence[str], papers: Papers, unranked: Unranked) -> dict[str, dict[str, int]]:
    """Compare every two options on every paper; options of one group are equal and count for neither.

    Raises:
        KeyError: a paper ranks an option that is not one of the options.
    """
    found = {one: {other: 0 for other in options if other != one} for one in options}
    for ranking, count in papers.items():
        ranked = {option for group in ranking for option in group}
        behind = [option for option in options if option not in ranked] if unranked == "last" else []
        for group in reversed(ranking):
            for option in group:
                row = found[option]
                for other in behind:
                    row[other] += count
            behind += group
    return found


def wins(pairs: Matrix, strength: Strength) -> dict[str, dict[str, int]]:
    """Which options win against which, and how strongly; where two are equal, neither does."""
    return {
        one: {
            other: votes if strength == "winning_votes" else votes - pairs[other][one]
            for other, votes in row.items()
            if votes > pairs[other][one]
        }
        for one, row in pairs.items()
    }


def condorcet_winner(pairs: Matrix) -> str | None:
    """The option that wins against every other, if there is one."""
    won = wins(pairs, "winning_votes")
    return next((one for one in won if len(won[one]) == len(won) - 1), None)


def smith_set(pairs: Matrix) -> tuple[str, ...]:
    """The smallest set of options of which each wins against every option outside it, in the given order."""
    won = wins(pairs, "winning_votes")
    beaten = {one: len([other for other in won if one in won[other]]) for one in won}
    # Whoever is beaten least is in the set, and with everyone in it, everyone whom they do not beat.
    inside = {one for one in won if beaten[one] == min(beaten.values())}
    while reached := {other for one in inside for other in won if other not in inside | set(won[one])}:
        inside |= reached
    return tuple(one for one in won if one in inside)


def rows(pairs: Matrix, options: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """A matrix as rows of numbers in the order of the options, with 0 where nothing stands."""
    return tuple(tuple(pairs[one].get(other, 0) for other in options) for one in options)


def restrict(pairs: Matrix, kept: Iterable[str]) -> dict[str, dict[str, int]]:
    """The matrix of some of its options; what papers say of two options does not depend on a third."""
    inside = set(kept)
    return {
        one: {other: votes for other, votes in row.items() if other in inside}
        for one, row in pairs.items()
        if one in inside
    }
