"""What a question must declare before options can be chosen by rankings or grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from voting.methods.protocol import QuestionError, Settings

if TYPE_CHECKING:
    from voting.questions import Question

S = TypeVar("S", bound=Settings)


def declared(question: Question, kind: type[S]) -> S:
    """The settings of a question's method.

    Raises:
        QuestionError: they are absent, or those of another method.
    """
    if not isinstance(question.settings, kind):
        raise QuestionError(f"{question.method} needs its own settings declared")
    return question.settings


def check_seats(question: Question, seats: int) -> None:
    """Check a question whose ballots say more than yes or no, and that is decided by the count alone.

    Raises:
        QuestionError: there is nothing to choose, or the rule asks for what such ballots do not say.
    """
    if len(question.options) <= seats:
        raise QuestionError(f"choosing {seats} needs more than {seats} options")
    if question.rule.majority:
        raise QuestionError(f"the rule asks for a majority, and {question.method} does not count one")
    if question.rule.measures != ("heads",):
        raise QuestionError(f"the rule looks at area, and {question.method} counts heads")
