"""What a counting method must be able to do.

A method is a module of this package with these three functions.
Others decide who may vote and what the totals mean; a method knows only its ballots.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from voting.rules import Weights

if TYPE_CHECKING:
    from voting.questions import Question

Choice = str
"""What one ballot says: for a motion the id of an option."""


class QuestionError(ValueError):
    """The question cannot be put to the vote as it stands; the message says why."""


class InvalidChoice(ValueError):  # noqa: N818 - an invalid vote (无效票) is the field's word, and no fault of ours
    """The bytes are not a valid choice in this question."""


class Method(Protocol):
    """One way of counting, with the same validator at cast and at count."""

    def check(self, question: Question) -> None:
        """Raise QuestionError unless the question suits the method."""

    def parse(self, question: Question, raw: bytes) -> Choice:
        """Read a ballot from its exact canonical JSON bytes. MUST be deterministic.

        Raises:
            InvalidChoice: anything else.
        """

    def count(self, question: Question, ballots: Iterable[tuple[Choice, Weights]]) -> dict[str, Weights]:
        """Add up valid ballots: the id of each option → its weight by each measure of the rule."""
