"""What a ballot asks of the voter, whatever the method: one option, marks, a ranking, or a number for each.

Pages draw the ballot from this and need not know the methods.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from voting.methods import METHODS
from voting.methods.approval import Approval
from voting.methods.grading import Grading
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.questions import Question
from voting.rules import Text


class One(Struct, frozen=True, tag_field="kind", tag="one"):
    """One option: its id, as a string."""


class Marks(Struct, frozen=True, tag_field="kind", tag="marks"):
    """None or some options, at most so many: their ids in the order of the question."""

    most: int


class Ranking(Struct, frozen=True, tag_field="kind", tag="ranking"):
    """None or some options, best first: their ids in the voter's order."""


class Numbers(Struct, frozen=True, tag_field="kind", tag="numbers"):
    """A whole number for none, some or all options: id → number, in the order of the question.

    Attributes:
        low: the smallest number.
        high: the largest.
        words: of a scale of grades, what each number is called, the smallest first.
        missing: whether an option without a number counts as having the lowest; absent where as nothing.
    """

    low: int
    high: int
    words: tuple[Text, ...] | UnsetType = UNSET
    missing: Literal["lowest"] | UnsetType = UNSET


Form = One | Marks | Ranking | Numbers


def form(question: Question) -> Form:
    """What a ballot on this question looks like."""
    lowest = getattr(question.settings, "missing", None) in {"lowest", "worst"}
    missing: Literal["lowest"] | UnsetType = "lowest" if lowest else UNSET
    match question.settings:
        case Plurality(seats=seats):
            return Marks(seats)
        case Approval():
            return Marks(len(question.options))
        case Grading(scale=words) | MajorityJudgment(grades=words):
            return Numbers(0, len(words) - 1, words, missing)
        case Score(low=low, high=high):
            return Numbers(low, high, missing=missing)
        case UnsetType():
            return One()
        case _:
            return Ranking()


def seats(question: Question) -> int:
    """How many options are chosen; 0 where none are."""
    return getattr(question.settings, "seats", 1) if METHODS[question.method].DECIDER == "count" else 0


def tapped(question: Question, choice: object) -> tuple[str, ...]:
    """The options that a ballot names where each counts alike, for the bars of a live poll."""
    match form(question):
        case One():
            return (choice,) if isinstance(choice, str) else ()
        case Marks():
            return tuple(choice) if isinstance(choice, list) else ()
        case _:
            return ()
