"""Schulze: who is beaten by nobody, over the strongest paths of pairwise wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct

from voting.choices import read_ranking
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.pairwise import Matrix, Strength, Unranked, matrix, restrict, rows, wins
from voting.papers import by_heads
from voting.rankings import Papers, firsts, weakly
from voting.seats import SeatCount, fill

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"


class Schulze(Settings, frozen=True, forbid_unknown_fields=True, tag="schulze"):
    """What must be declared: how strong a win is, what unranked options are, how many are chosen."""

    strength: Strength
    unranked: Unranked
    seats: SeatCount


class Path(Struct, frozen=True):
    """A strongest path: the options on it, each winning against the next; none where there is no path.

    Attributes:
        strength: its weakest win, 0 where there is no path.
    """

    strength: int
    over: tuple[str, ...]


class Duel(Struct, frozen=True):
    """Two options compared by their strongest paths; the stronger beats the other."""

    one: str
    other: str
    forth: Path
    back: Path


class SchulzeSteps(Steps, frozen=True, tag="schulze"):
    """How Schulze's count went.

    Attributes:
        options: the order of rows and columns.
        pairs: on how many papers the row's option stands before the column's.
        duels: every two options.
        places: the Schulze order; first those whom nobody beats, then those whom nobody of the rest beats …
    """

    options: tuple[str, ...]
    pairs: tuple[tuple[int, ...], ...]
    duels: tuple[Duel, ...]
    places: tuple[tuple[str, ...], ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is something to choose."""
    check_seats(question, declared(question, Schulze).seats)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: Papers, settings: Schulze, lot: Sequence[str] | None = None
) -> Count:
    """Count papers; several seats are filled by the Schulze order.

    Where nobody ranked anything, nobody is chosen.
    """
    pairs = matrix(options, papers, settings.unranked)
    paths = strongest_paths(wins(pairs, settings.strength))
    places = schulze_order(paths)
    scores = {option: -place for place, among in enumerate(places) for option in among}
    shown = {option: scores[option] for option in options}
    chosen, tied = fill(settings.seats, shown, lot) if papers else ((), ())
    return Count(
        totals=firsts(options, papers),
        chosen=chosen,
        tied=tied,
        vacant=max(0, settings.seats - len(options)) if papers else settings.seats,
        steps=SchulzeSteps(
            options=tuple(options),
            pairs=rows(pairs, options),
            duels=tuple(
                Duel(one, other, paths[one][other], paths[other][one])
                for one, other in combinations(options, 2)
            ),
            places=places,
        ),
    )


count = by_heads(Schulze, weakly, count_papers)
"""Count rankings, a head each; the totals are first preferences."""


def strongest_paths(won: Matrix) -> dict[str, dict[str, Path]]:
    """From each option to each other the path whose weakest win is the strongest (Floyd and Warshall)."""
    nowhere = Path(0, ())
    best = {
        one: {
            other: Path(won[one][other], (one, other)) if other in won[one] else nowhere
            for other in won
            if other != one
        }
        for one in won
    }
    for middle in won:
        for one in won:
            if one == middle or not (head := best[one][middle]).strength:
                continue
            for other, tail in best[middle].items():
                strength = min(head.strength, tail.strength)
                if other != one and strength > best[one][other].strength:
                    best[one][other] = Path(strength, head.over + tail.over[1:])
    return best


def schulze_order(paths: Mapping[str, Mapping[str, Path]]) -> tuple[tuple[str, ...], ...]:
    """Those whom nobody beats, then those whom nobody of the rest beats, and so on.

    Being beaten is transitive, so there always are some whom nobody beats.
    """
    places = list[tuple[str, ...]]()
    rest = list(paths)
    while rest:
        best = tuple(
            one
            for one in rest
            if all(paths[one][other].strength >= paths[other][one].strength for other in rest if other != one)
        )
        places.append(best)
        rest = [one for one in rest if one not in best]
    return tuple(places)


class Dropped(Struct, frozen=True):
    """An option that did not stand against the default option: the votes, and whether the quorum was met."""

    option: str
    votes: int
    against: int
    quorate: bool


def count_debian(
    pairs: Matrix, default: str, quorum: int, ratios: Mapping[str, Fraction]
) -> tuple[tuple[str, ...], tuple[Dropped, ...]]:
    """Schulze by winning votes as the Debian constitution has it (its appendix A, vote counting).

    Args:
        pairs: the matrix, unranked options last.
        default: the option that stands for none of the others; it is never dropped.
        quorum: how many must prefer an option to the default, rounded up to a whole number.
        ratios: the majority ratio of each option, 1 where it is not named.

    Returns:
        Those whom nobody beats (the one with the casting vote chooses among several), and those dropped.
    """
    dropped = tuple(
        Dropped(option, votes, against, votes >= quorum)
        for option, row in pairs.items()
        if option != default
        for votes, against in [(row[default], pairs[default][option])]
        if votes < quorum or votes <= ratios.get(option, Fraction(1)) * against
    )
    left = restrict(pairs, [option for option in pairs if option not in {one.option for one in dropped}])
    return schulze_order(strongest_paths(wins(left, "winning_votes")))[0], dropped
