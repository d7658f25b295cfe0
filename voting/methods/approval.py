"""Approval (赞成投票): any number of marks; the most marked are chosen, as far as the rule allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from voting.choices import read_marks
from voting.declared import declared
from voting.methods import plurality
from voting.methods.plurality import Standing
from voting.methods.protocol import Choice, Count, Decider, QuestionError, Settings, Steps
from voting.rules import Figures, Weights
from voting.seats import SeatCount

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"

count_papers = plurality.count_papers
"""The count on plain data is that of plurality: only how many marks a paper may have differs."""


class Approval(Settings, frozen=True, forbid_unknown_fields=True, tag="approval"):
    """What is declared: how many options are chosen."""

    seats: SeatCount


class ApprovalSteps(Steps, frozen=True, tag="approval"):
    """The options, the most approved first; equals as they are shown."""

    standings: tuple[Standing, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless there is something to choose, and how many is declared."""
    settings = declared(question, Approval)
    if len(question.options) <= settings.seats:
        raise QuestionError(f"choosing {settings.seats} needs more than {settings.seats} options")


def parse(question: Question, raw: bytes) -> Choice:
    """Read a ballot: the ids that are marked, in the order of the question.

    Raises:
        InvalidChoice: anything else.
    """
    return read_marks(question, raw, len(question.options))


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,
    lot: Sequence[str] | None,
) -> Count:
    """Count marks by every measure; choose in the order of marks by heads, as far as the rule allows."""
    seats = declared(question, Approval).seats
    totals, standings, found = plurality.count_marks(question, ballots, figures, lot, seats=seats, spare=0)
    return Count(totals, found.chosen, found.tied, found.vacant, ApprovalSteps(standings))
