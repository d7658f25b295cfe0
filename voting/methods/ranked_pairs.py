"""Ranked pairs (Tideman): strong pairwise wins are locked first, and none that would close a circle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from voting.choices import read_ranking
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.pairwise import Strength, Unranked, matrix, rows, wins
from voting.papers import by_heads
from voting.rankings import Papers, firsts, weakly

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"
Verdict = Literal["locked", "skipped", "open"]


class RankedPairs(Settings, frozen=True, forbid_unknown_fields=True, tag="ranked_pairs"):
    """What must be declared: how strong a win is, and what unranked options are."""

    strength: Strength
    unranked: Unranked


class Pair(Struct, frozen=True):
    """One pairwise win in its turn.

    Attributes:
        strength: how strong it is.
        verdict: `locked`; `skipped`, because the loser already stands before the winner;
            `open`, because that depends on the order of equal wins, and no lot was drawn.
        because: where it is not locked, the wins by which the loser stands (or may stand) before the winner.
    """

    winner: str
    loser: str
    strength: int
    verdict: Verdict
    because: tuple[str, ...]


class RankedPairsSteps(Steps, frozen=True, tag="ranked_pairs"):
    """How the count went.

    Attributes:
        options: the order of rows and columns.
        pairs: on how many papers the row's option stands before the column's.
        turns: every win in the order in which it was looked at.
    """

    options: tuple[str, ...]
    pairs: tuple[tuple[int, ...], ...]
    turns: tuple[Pair, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is something to choose."""
    declared(question, RankedPairs)
    check_seats(question, 1)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: Papers, settings: RankedPairs, lot: Sequence[str] | None = None
) -> Count:
    """Count papers and choose one: the option before which no other was locked.

    Among several such options, which are equal in pairs, the lot decides.
    Without a lot, all that may win in some order of equal wins are tied.
    Where nobody ranked anything, nobody is chosen.
    """
    pairs = matrix(options, papers, settings.unranked)
    won = [
        (strength, winner, loser)
        for winner, row in wins(pairs, settings.strength).items()
        for loser, strength in row.items()
    ]
    turns = lock(_turns(won, lot))
    beaten = {turn.loser for turn in turns if turn.verdict == "locked"}
    possible = tuple(option for option in options if option not in beaten) if papers else ()
    if lot is not None:
        possible = tuple(sorted(possible, key=lot.index))[:1]
    alone = len(possible) == 1
    return Count(
        totals=firsts(options, papers),
        chosen=possible if alone else (),
        tied=() if alone else possible,
        vacant=0 if papers else 1,
        steps=RankedPairsSteps(tuple(options), rows(pairs, options), tuple(turns)),
    )


count = by_heads(RankedPairs, weakly, count_papers)
"""Count rankings, a head each; the totals are first preferences."""


Win = tuple[int, str, str]
"""Strength, winner, loser."""


def _turns(won: Sequence[Win], lot: Sequence[str] | None) -> list[list[Win]]:
    """The wins in the order in which they are looked at; without a lot, equal ones together.

    With one, of equal wins first that of the option which comes first in the lot,
    of one option's first that over the option which comes last.
    """
    if lot is None:
        ordered = sorted(won, key=lambda win: -win[0])
        return [list(equal) for _, equal in groupby(ordered, key=lambda win: win[0])]
    place = {option: place for place, option in enumerate(lot)}
    return [[win] for win in sorted(won, key=lambda win: (-win[0], place[win[1]], -place[win[2]]))]


def lock(turns: Iterable[Sequence[Win]]) -> tuple[Pair, ...]:
    """Look at wins in their order; those of one turn are equal, and their order is not known.

    A win is locked if it is in every order, skipped if it is in every order, and otherwise open.
    To trying every order, which would take for ever, this prefers being careful:
    a win may be called open that every order would have locked or skipped.
    """
    sure: dict[str, list[str]] = {}  # winner → losers, locked in every order
    possible: dict[str, list[str]] = {}  # those, and what is locked in some
    seen = list[Pair]()
    for equal in turns:
        left = list[Win]()
        for win in equal:
            strength, winner, loser = win
            if way := _way(sure, loser, winner):
                seen.append(Pair(winner, loser, strength, "skipped", way))
            else:
                left.append(win)
        for _, winner, loser in left:
            possible.setdefault(winner, []).append(loser)
        for strength, winner, loser in left:
            way = _way(possible, loser, winner)
            seen.append(Pair(winner, loser, strength, "open" if way else "locked", way))
        for pair in seen[len(seen) - len(left) :]:
            if pair.verdict == "locked":
                sure.setdefault(pair.winner, []).append(pair.loser)
    return tuple(seen)


def _way(locked: dict[str, list[str]], start: str, goal: str) -> tuple[str, ...]:
    """A shortest way from one option to another over locked wins; empty where there is none."""
    ways: dict[str, tuple[str, ...]] = {start: (start,)}
    queue = [start]
    for one in queue:  # grows as it goes
        for other in locked.get(one, ()):
            if other not in ways:
                ways[other] = (*ways[one], other)
                if other == goal:
                    return ways[other]
                queue.append(other)
    return ()
