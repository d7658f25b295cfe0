"""Meek's single transferable vote (米克法): the elected keep just the share of every vote that they need.

The Reference Meek Rule of the Proportional Representation Foundation: Algorithm 123 of Hill, Wichmann and
Woodall (The Computer Journal 30, 1987) with nine decimals, as many as New Zealand's count has (Local
Electoral Regulations 2001, schedule 1A).
docs/counting.md tells it step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from voting.choices import read_ranking
from voting.decimals import unit, written
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.papers import by_heads
from voting.rankings import StrictPapers, weighed
from voting.seats import SeatCount
from voting.ties import Found, Tie, Totals, lowest

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"

DECIMALS = 9
"""Of every vote, quota and share."""
ONE = unit(DECIMALS)
SMALL = ONE // 1_000_000
"""A total surplus below 0.000001 is none (ω of the rule)."""


class Meek(Settings, frozen=True, forbid_unknown_fields=True, tag="meek"):
    """What is declared of the method: how many are to be elected."""

    seats: SeatCount


class Round(Struct, frozen=True):
    """One line of the table: the votes when somebody is elected, or when all surpluses are spread.

    Attributes:
        iterations: how often the votes were distributed in this round.
        keep: the share of each vote that comes to it which each option keeps.
        totals: what each option has.
        excess: what is with nobody.
        quota: how many votes elect: more than the votes that are with options ÷ (seats + 1).
        surplus: what the elected have beyond the quota, together.
        elected: who has reached the quota now, the highest total first.
        excluded: who is excluded then.
        deemed: who is elected then without the quota, as no more continue than there are vacancies.
        ties: how it was settled who is excluded.
    """

    iterations: int
    keep: dict[str, str]
    totals: dict[str, str]
    excess: str
    quota: str
    surplus: str
    elected: tuple[str, ...]
    excluded: str | None
    deemed: tuple[str, ...]
    ties: tuple[Tie, ...]


class MeekSteps(Steps, frozen=True, tag="meek"):
    """The count as a table; votes are decimals.

    Attributes:
        valid: how many valid papers there are.
        rounds: one line after the other.
    """

    valid: int
    rounds: tuple[Round, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is somebody to elect."""
    check_seats(question, declared(question, Meek).seats)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: StrictPapers, settings: Meek, lot: Sequence[str] | None = None
) -> Count:
    """Count papers. Where there are none, nobody is elected.

    Args:
        options: all of them, in the order in which they are shown.
        papers: how many say what; none is empty.
        settings: what was declared.
        lot: all options in the order of a lot, if one was drawn.
    """
    if not papers:
        return Count({option: {"heads": 0} for option in options}, vacant=settings.seats)
    table = _Table(options, papers, settings.seats, lot)
    tied = table.round()
    while not (tied or table.over):
        tied = table.round()
    vacant = 0 if tied else settings.seats - len(table.chosen)
    return Count(table.firsts, tuple(table.chosen), tied, vacant, MeekSteps(table.valid, tuple(table.rounds)))


count = by_heads(Meek, weighed, count_papers)
"""Count rankings, a head each; the totals are first preferences."""


class _Table:
    """The count from round to round; votes, quota and shares in units of the last decimal."""

    def __init__(
        self, options: Sequence[str], papers: StrictPapers, seats: int, lot: Sequence[str] | None
    ) -> None:
        self.papers, self.valid, self.seats, self.lot = papers, sum(papers.values()), seats, lot
        self.places = {option: place for place, option in enumerate(lot or options)}
        self.keep = dict.fromkeys(options, ONE)
        self.hopeful, self.chosen, self.rounds = list(options), list[str](), list[Round]()
        self.firsts = {option: {"heads": votes // ONE} for option, votes in self.distribute().items()}

    @property
    def over(self) -> bool:
        """Whether the seats are filled, or nobody is left to fill them."""
        return len(self.chosen) == self.seats or not self.hopeful

    @property
    def complete(self) -> bool:
        """Whether no more continue than there are vacancies."""
        return len(self.chosen) + len(self.hopeful) <= self.seats

    def ordered(self, votes: Totals) -> list[str]:
        """Those who are neither elected nor excluded, the highest first."""
        return sorted(self.hopeful, key=lambda one: (-votes[one], self.places[one]))

    def round(self) -> tuple[str, ...]:
        """Count until somebody is elected, or else all surpluses are spread and the lowest is excluded.

        Returns:
            Those among whom only a lot can decide who is excluded.
        """
        before, iterations = self.valid * ONE, 0
        while True:
            iterations += 1
            votes = self.distribute()
            quota = sum(votes.values()) // (self.seats + 1) + 1
            elected = [one for one in self.ordered(votes) if votes[one] >= quota]
            surplus = max(0, sum(votes[one] - quota for one in self.chosen + elected))
            if elected or surplus < SMALL or (iterations > 1 and surplus >= before):
                break
            for one in self.chosen:
                self.keep[one] = _up(_up(self.keep[one] * quota, ONE) * ONE, votes[one])
            before = surplus
        keep = self.keep.copy()
        self.chosen += elected
        self.hopeful = [one for one in self.hopeful if one not in elected]
        last, ties = ((), ()) if elected or self.complete else self.last(votes, surplus)
        if len(last) == 1:
            self.hopeful.remove(last[0])
            self.keep[last[0]] = 0
        deemed = self.ordered(votes) if self.complete else []
        self.rounds.append(
            Round(
                iterations,
                _written(keep),
                _written(votes),
                written(self.valid * ONE - sum(votes.values()), DECIMALS),
                written(quota, DECIMALS),
                written(surplus, DECIMALS),
                tuple(elected),
                last[0] if len(last) == 1 else None,
                tuple(deemed),
                ties,
            )
        )
        self.chosen += deemed
        self.hopeful = [one for one in self.hopeful if one not in deemed]
        return last if len(last) > 1 else ()

    def distribute(self) -> dict[str, int]:
        """Give each option its share of every paper that reaches it, rounded up; the rest goes on."""
        votes = dict.fromkeys(self.keep, 0)
        for ranking, number in self.papers.items():
            weight = ONE
            for option in ranking:
                kept = _up(weight * self.keep[option], ONE)
                votes[option] += kept * number
                weight -= kept
                if not weight:
                    break
        return votes

    def last(self, votes: Totals, surplus: int) -> Found:
        """Who has fewest; those within the total surplus of it are equal, and the lot decides."""
        fewest = min(votes[one] for one in self.hopeful)
        equal = tuple(one for one in self.hopeful if votes[one] <= fewest + surplus)
        return lowest(dict.fromkeys(equal, fewest), (), self.lot)


def _written(votes: Totals) -> dict[str, str]:
    return {option: written(units, DECIMALS) for option, units in votes.items()}


def _up(product: int, divisor: int) -> int:
    """Divide and round up."""
    return -(-product // divisor)
