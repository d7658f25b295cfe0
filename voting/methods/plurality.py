"""Plurality (得票多的当选): mark as many options as there are seats, or fewer; the most votes are elected.

The rule's majority is applied to each option. Seats that nobody reaches stay vacant for a further round
(另行选举) among those with the most votes. Of those tied for the last place, a lot or a further vote decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from voting.choices import ids, read_marks
from voting.declared import declared
from voting.methods.protocol import Choice, Count, Decider, QuestionError, Settings, Steps
from voting.rules import Comparison, Figures, Weights, reaches, total
from voting.seats import SeatCount, fill

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"
Spare = Annotated[int, Meta(ge=0, le=100)]
"""How many more candidates than vacant seats go into a further round."""


class Plurality(Settings, frozen=True, forbid_unknown_fields=True, tag="plurality"):
    """What is declared: the seats, as many as a ballot may have marks; and how many go into a re-run."""

    seats: SeatCount
    spare: Spare


class Standing(Struct, frozen=True, forbid_unknown_fields=True):
    """One option: its votes by heads, what the rule says of them, if they are enough (none never are)."""

    id: str
    votes: int
    comparisons: tuple[Comparison, ...]
    reached: bool


class PluralitySteps(Steps, frozen=True, tag="plurality"):
    """The count.

    Attributes:
        standings: the options, the most votes first; equals as they are shown.
        rerun: who goes into a further round, in the order of the question; empty where there is none, and
            where nothing was decided: then the vote itself is held again (重新选举).
    """

    standings: tuple[Standing, ...]
    rerun: tuple[str, ...]


def undecided(steps: Steps | None) -> Steps | None:
    """The steps of a count of which nothing follows, for want of a quorum or because it is void."""
    return msgspec.structs.replace(steps, rerun=()) if isinstance(steps, PluralitySteps) else steps


@dataclass(frozen=True, slots=True)
class Elected:
    """Who is elected, in order; who is tied for the last place; how many seats are vacant; who goes on."""

    chosen: tuple[str, ...]
    tied: tuple[str, ...]
    vacant: int
    rerun: tuple[str, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless there are more options than seats, and they are declared."""
    settings = declared(question, Plurality)
    if len(question.options) <= settings.seats:
        raise QuestionError(f"{settings.seats} seats need more than {settings.seats} candidates")


def parse(question: Question, raw: bytes) -> Choice:
    """Read a ballot: the ids that are marked, in the order of the question, no more than there are seats.

    Raises:
        InvalidChoice: anything else.
    """
    return read_marks(question, raw, declared(question, Plurality).seats)


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,
    lot: Sequence[str] | None,
) -> Count:
    """Count marks by every measure; fill the seats in the order of votes by heads, if the rule allows."""
    settings = declared(question, Plurality)
    seats, spare = settings.seats, settings.spare
    totals, standings, found = count_marks(question, ballots, figures, lot, seats=seats, spare=spare)
    return Count(totals, found.chosen, found.tied, found.vacant, PluralitySteps(standings, found.rerun))


def count_marks(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,
    lot: Sequence[str] | None,
    *,
    seats: int,
    spare: int,
) -> tuple[dict[str, Weights], tuple[Standing, ...], Elected]:
    """Count the marks of a question's ballots, and fill its seats under its rule."""
    rule = question.rule
    piles: dict[str, list[Weights]] = {option: [] for option in ids(question)}
    for marks, weights in ballots:
        for option in marks:
            piles[option].append(weights)
    totals = {option: total(pile, rule.measures) for option, pile in piles.items()}
    found = {option: reaches(rule, figures, votes) for option, votes in totals.items()}
    votes = {option: sums["heads"] for option, sums in totals.items()}
    reached = {option for option, made in found.items() if votes[option] and all(one.ok for one in made)}
    again = rule.tie == "revote"
    drawn = None if again else lot  # where the law asks for a further vote, no lot decides
    order = sorted(votes, key=lambda option: -votes[option])
    standings = tuple(Standing(one, votes[one], found[one], one in reached) for one in order)
    return totals, standings, elect(votes, reached, seats, drawn, spare=spare, revote=again)


def elect(
    votes: Mapping[str, int],
    reached: Collection[str],
    seats: int,
    lot: Sequence[str] | None,
    *,
    spare: int,
    revote: bool,
) -> Elected:
    """Fill the seats. Whom nobody voted for is not elected, and does not go on either.

    Args:
        votes: of every option, in the order of the question.
        reached: those with enough votes to be elected.
        seats: how many there are.
        lot: all options in the order of a lot, if one was drawn.
        spare: how many more candidates than vacant seats go into a further round; of equals, all do.
        revote: whether those tied for the last place are voted on again.
    """
    voted = {one: number for one, number in votes.items() if number > 0}
    chosen, tied = fill(seats, {one: number for one, number in voted.items() if one in reached}, lot)
    if tied:
        return Elected(chosen, tied, 0, tied if revote else ())
    vacant = seats - len(chosen)
    rest = [one for one in voted if one not in chosen]
    if not vacant or not rest:
        return Elected(chosen, (), vacant, ())
    best = sorted((votes[one] for one in rest), reverse=True)
    least = best[min(vacant + spare, len(best)) - 1]
    return Elected(chosen, (), vacant, tuple(one for one in rest if votes[one] >= least))


def count_papers(
    options: Sequence[str],
    papers: Mapping[tuple[str, ...], int],
    seats: int,
    lot: Sequence[str] | None,
    enough: Callable[[int], bool] = lambda _: True,
    *,
    spare: int = 0,
    revote: bool = False,
) -> tuple[dict[str, int], Elected]:
    """Count piles of papers on which options are marked, and elect those with the most marks.

    Args:
        options: in the order in which they are shown.
        papers: which options are marked → on how many papers.
        seats: how many are elected.
        lot: all options in the order of a lot, if one was drawn.
        enough: whether so many votes are enough to be elected.
        spare: as of `elect`.
        revote: as of `elect`.
    """
    votes = dict.fromkeys(options, 0)
    for marks, number in papers.items():
        for option in marks:
            votes[option] += number
    reached = {option for option, number in votes.items() if enough(number)}
    return votes, elect(votes, reached, seats, lot, spare=spare, revote=revote)
