"""An agreement at a coordination meeting (协调会): it stands if every party signs; else none was reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from voting.choices import ids
from voting.methods import positions
from voting.methods.protocol import Choice, Count, Decider, QuestionError
from voting.rules import Figures, Requirement, Text, Weights

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "rule"
IDS = ("for", "against")
"""The options: to sign (签字同意), or not to (不同意)."""
ALL = Requirement("heads", "for", "ge", (1, 1), "eligible")
"""What the rule must ask for: the signature of every party."""
NOT_REACHED = Text(
    zh="未达成一致：不是每一方都签字同意。各方的意见已记入会议记录。",
    en="No agreement was reached: not every party signed. What each said is in the record.",
)


def check(question: Question) -> None:
    """Raise QuestionError unless the options are to sign or not, and the rule asks all to sign."""
    if ids(question) != IDS:
        raise QuestionError("an agreement has the options for, against, in this order")
    if ALL not in question.rule.majority:
        raise QuestionError("the rule of an agreement must ask every party to sign")


def parse(question: Question, raw: bytes) -> Choice:
    """Read a ballot: `"for"` or `"against"`, quotation marks included.

    Raises:
        InvalidChoice: anything else.
    """
    return positions.parse(question, raw)


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,  # noqa: ARG001 - the rule is applied by others
    lot: Sequence[str] | None,  # noqa: ARG001 - nothing is chosen
) -> Count:
    """Count who signs and who does not."""
    return Count(positions.count_papers(IDS, ballots, question.rule.measures))
