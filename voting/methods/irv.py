"""Instant-runoff (排序复选): whoever has fewest is excluded, until one has a majority.

A single transferable vote (`stv`) for one seat is the Scottish form.
The settings are those of RCTab, a program that counts such elections for American authorities.
docs/counting.md tells it step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from voting.choices import read_ranking
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.papers import by_heads
from voting.rankings import StrictPapers, weighed
from voting.ties import Tie, Totals, highest, lowest
from voting.transfers import Pile, deal, put, size, stack

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"


class Irv(Settings, frozen=True, forbid_unknown_fields=True, tag="irv"):
    """What is declared of the method.

    Attributes:
        until: whether the count ends when one has a majority, or goes on until two options remain.
        majority_of: a majority of the papers that name a continuing option in this round, or in the first.
        batch: whether all are excluded at once who even together have fewer than the next one.
        ties: whether the most recent round that differs decides who is excluded, or at once the lot.
    """

    until: Literal["majority", "two_remain"]
    majority_of: Literal["continuing", "first_round"]
    batch: bool
    ties: Literal["earlier_round", "lot"]


class Exclusion(Struct, frozen=True):
    """An option that is excluded at the end of a round.

    Attributes:
        option: which.
        to: how many of its papers each continuing option receives.
        exhausted: how many name no continuing option.
    """

    option: str
    to: dict[str, int]
    exhausted: int


class Round(Struct, frozen=True):
    """One line of the table.

    Attributes:
        totals: how many papers each continuing option has.
        exhausted: how many papers name no continuing option.
        threshold: how many are a majority.
        elected: who has one now, or the more papers of the last two.
        excluded: who is excluded then, and where the papers go.
        ties: how it was settled who of several is elected or excluded.
    """

    totals: dict[str, int]
    exhausted: int
    threshold: int
    elected: str | None
    excluded: tuple[Exclusion, ...]
    ties: tuple[Tie, ...]


class IrvSteps(Steps, frozen=True, tag="irv"):
    """The count as a table.

    Attributes:
        valid: how many valid papers there are.
        rounds: one line after the other.
    """

    valid: int
    rounds: tuple[Round, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is somebody to elect."""
    declared(question, Irv)
    check_seats(question, 1)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: StrictPapers, settings: Irv, lot: Sequence[str] | None = None
) -> Count:
    """Count papers. Where there are none, nobody is elected.

    Args:
        options: all of them, in the order in which they are shown.
        papers: how many say what; none is empty.
        settings: what was declared.
        lot: all options in the order of a lot, if one was drawn.
    """
    if not papers:
        return Count({option: {"heads": 0} for option in options}, vacant=1)
    valid, piles = sum(papers.values()), deal(stack(papers), options)
    earlier, rounds = list[Totals](), list[Round]()
    while True:
        totals = {option: size(pile) for option, pile in piles.items()}
        active = sum(totals.values())
        threshold = (active if settings.majority_of == "continuing" else valid) // 2 + 1
        before = earlier if settings.ties == "earlier_round" else ()
        elects = len(totals) <= 2 or (settings.until == "majority" and max(totals.values()) >= threshold)
        if elects:
            found, ties = highest(totals, before, lot)
        elif settings.batch and (hopeless := _hopeless(totals, settings)):
            found, ties = hopeless, ()
        else:
            found, ties = lowest(totals, before, lot)
        tied = found if ties and len(found) > 1 else ()
        excluded = () if elects or tied else _exclude(found, piles)
        elected = found[0] if elects and not tied else None
        earlier.append(totals)
        rounds.append(Round(totals, valid - active, threshold, elected, excluded, ties))
        if not excluded:
            break
    firsts = {option: {"heads": number} for option, number in earlier[0].items()}
    return Count(firsts, (elected,) if elected else (), tied, steps=IrvSteps(valid, tuple(rounds)))


count = by_heads(Irv, weighed, count_papers)
"""Count rankings, a head each; the totals are first preferences."""


def _hopeless(totals: Totals, settings: Irv) -> tuple[str, ...]:
    """As many of the lowest as together have fewer than the next one; one remains, or the two that must."""
    order = sorted(totals, key=totals.__getitem__)
    most = len(order) - (2 if settings.until == "two_remain" else 1)
    together, batch = 0, 0
    for number, option in enumerate(order[: most + 1]):
        if together < totals[option]:
            batch = number
        together += totals[option]
    return tuple(order[:batch])


def _exclude(options: Sequence[str], piles: dict[str, Pile]) -> tuple[Exclusion, ...]:
    """Take options out of the piles, and deal their papers among the rest."""
    leaving = [(option, piles.pop(option)) for option in options]
    excluded: list[Exclusion] = []
    for option, papers in leaving:
        dealt = {receiver: pile for receiver, pile in deal(papers, piles).items() if pile}
        for receiver, pile in dealt.items():
            put(pile, piles[receiver])
        to = {receiver: size(pile) for receiver, pile in dealt.items()}
        excluded.append(Exclusion(option, to, size(papers) - sum(to.values())))
    return tuple(excluded)
