"""Single transferable vote (单记可让渡投票): the weighted inclusive Gregory method, one transfer a stage.

With the quota `droop` and five decimals it is the count of Scotland's councils: the Scottish Local
Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to 52.
docs/counting.md tells it step by step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from voting.choices import read_ranking
from voting.decimals import unit, written
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, Settings, Steps
from voting.papers import by_heads
from voting.rankings import StrictPapers, weighed
from voting.seats import SeatCount
from voting.ties import Found, Tie, Totals, highest, lowest
from voting.transfers import deal, put, size, stack

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"

Quota = Literal["droop", "hagenbach_bischoff", "hare"]
"""How many votes elect: ⌊valid ÷ (seats + 1)⌋ + 1; more than valid ÷ (seats + 1); or valid ÷ seats."""
Event = Literal["first_preferences", "surplus", "exclusion"]


class Stv(Settings, frozen=True, forbid_unknown_fields=True, tag="stv"):
    """What is declared of the method.

    Attributes:
        seats: how many are to be elected.
        quota: how many votes elect; `droop` in Scotland.
        decimals: to how many the value of a paper is kept, any remainder being ignored; 5 in Scotland.
    """

    seats: SeatCount
    quota: Quota
    decimals: Annotated[int, Meta(ge=0, le=9)]


class Parcel(Struct, frozen=True):
    """Papers of one value that leave an option.

    Attributes:
        papers: how many.
        value: what each was worth where it lay.
        passed_on: what each is worth where it comes to lie.
        to: how many each option receives; the other papers name no continuing option.
    """

    papers: int
    value: str
    passed_on: str
    to: dict[str, int]


class Stage(Struct, frozen=True):
    """One line of the table.

    Attributes:
        event: the count of first preferences, the transfer of a surplus, or an exclusion.
        option: whose surplus it was, or who was excluded.
        parcels: the papers that moved, those of the highest value first.
        totals: what each option has now.
        non_transferable: what is with nobody now: papers that name no continuing option, ignored remainders.
        elected: who has reached the quota now, the highest total first.
        deemed: who is elected now without it, as no more continue than there are vacancies (rule 52).
        ties: how it was settled whose surplus goes next, or who is excluded next.
    """

    event: Event
    option: str | None
    parcels: tuple[Parcel, ...]
    totals: dict[str, str]
    non_transferable: str
    elected: tuple[str, ...]
    deemed: tuple[str, ...]
    ties: tuple[Tie, ...]


class StvSteps(Steps, frozen=True, tag="stv"):
    """The count as a table; votes are decimals.

    Attributes:
        valid: how many valid papers there are.
        quota: how many votes elect.
        stages: one line after the other.
    """

    valid: int
    quota: str
    stages: tuple[Stage, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is somebody to elect."""
    check_seats(question, declared(question, Stv).seats)


parse = read_ranking


def count_papers(
    options: Sequence[str], papers: StrictPapers, settings: Stv, lot: Sequence[str] | None = None
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
    table = _Table(options, papers, settings, lot)
    movers = table.close("first_preferences", None, ())
    while len(movers) == 1:
        movers = table.move(movers[0])
    chosen, votes = tuple(table.chosen), table.votes
    firsts = {option: {"heads": units // votes.unit} for option, units in table.earlier[0].items()}
    steps = StvSteps(votes.valid // votes.unit, votes.written(table.quota), tuple(table.stages))
    return Count(firsts, chosen, movers, 0 if movers else settings.seats - len(chosen), steps)


count = by_heads(Stv, weighed, count_papers)
"""Count rankings, a head each; the totals are first preferences."""


class _Table:
    """The count from stage to stage: who continues, who is chosen, and every line so far."""

    def __init__(
        self, options: Sequence[str], papers: StrictPapers, settings: Stv, lot: Sequence[str] | None
    ) -> None:
        self.votes = _Votes(options, papers, settings.decimals)
        self.seats, self.quota = settings.seats, self.votes.quota(settings.quota, settings.seats)
        self.lot, self.places = lot, {option: place for place, option in enumerate(lot or options)}
        self.continuing, self.chosen = list(options), list[str]()
        self.earlier, self.stages = list[Totals](), list[Stage]()

    def move(self, mover: str) -> tuple[str, ...]:
        """Transfer the surplus of one who is chosen, or exclude one who is not; see `close`."""
        if mover in self.chosen:
            return self.close("surplus", mover, self.votes.give(mover, self.continuing, keep=self.quota))
        self.continuing.remove(mover)
        return self.close("exclusion", mover, self.votes.give(mover, self.continuing, keep=0))

    def close(self, event: Event, option: str | None, parcels: tuple[Parcel, ...]) -> tuple[str, ...]:
        """End a stage.

        Returns:
            Who moves next; several if only a lot can tell; nobody if the count is over.
        """
        totals = self.votes.totals.copy()
        assert sum(totals.values()) + self.votes.non_transferable == self.votes.valid, (
            "every vote is somewhere"
        )
        order = sorted(self.continuing, key=lambda one: (-totals[one], self.places[one]))
        elected = [one for one in order if totals[one] >= self.quota]
        deemed = order[len(elected) :] if len(self.chosen) + len(order) <= self.seats else []
        self.chosen += elected + deemed
        self.continuing = [one for one in self.continuing if one not in self.chosen]
        movers, ties = self._next(totals)
        self.earlier.append(totals)
        self.stages.append(
            Stage(
                event,
                option,
                parcels,
                {one: self.votes.written(units) for one, units in totals.items()},
                self.votes.written(self.votes.non_transferable),
                tuple(elected),
                tuple(deemed),
                ties,
            )
        )
        return movers

    def _next(self, totals: Totals) -> Found:
        if not self.continuing or len(self.chosen) == self.seats:
            return (), ()
        waiting = {one: totals[one] for one in self.chosen if totals[one] > self.quota}
        if waiting:
            return highest(waiting, self.earlier, self.lot)
        return lowest({one: totals[one] for one in self.continuing}, self.earlier, self.lot)


class _Votes:
    """Where the papers lie and what they are worth, in units of the last decimal."""

    def __init__(self, options: Sequence[str], papers: StrictPapers, decimals: int) -> None:
        self.decimals, self.unit = decimals, unit(decimals)
        self.valid = self.unit * sum(papers.values())
        piles = deal(stack(papers), options)
        self.parcels = {option: {self.unit: pile} for option, pile in piles.items()}
        self.totals = {option: self.unit * size(pile) for option, pile in piles.items()}
        self.non_transferable = 0

    def quota(self, form: Quota, seats: int) -> int:
        """How many votes elect whoever has as many."""
        match form:
            case "droop":
                return (self.valid // self.unit // (seats + 1) + 1) * self.unit
            case "hagenbach_bischoff":
                return self.valid // (seats + 1) + 1
            case "hare":
                return -(-self.valid // seats)

    def give(self, giver: str, continuing: Collection[str], keep: int) -> tuple[Parcel, ...]:
        """Pass on all papers: at the value they have, or at the share of it that leaves a quota."""
        had = self.totals[giver]
        self.totals[giver], self.non_transferable = keep, self.non_transferable + had - keep
        moved: list[Parcel] = []
        for value, papers in sorted(self.parcels.pop(giver).items(), reverse=True):
            passed_on = (had - keep) * value // had if keep else value
            to: dict[str, int] = {}
            for option, pile in deal(papers, continuing).items():
                if pile:
                    to[option] = size(pile)
                    put(pile, self.parcels[option].setdefault(passed_on, {}))
                    self.totals[option] += passed_on * to[option]
                    self.non_transferable -= passed_on * to[option]
            moved.append(Parcel(size(papers), self.written(value), self.written(passed_on), to))
        return tuple(moved)

    def written(self, units: int) -> str:
        """Votes as a decimal."""
        return written(units, self.decimals)
