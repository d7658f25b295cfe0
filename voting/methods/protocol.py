"""What a counting method must be able to do.

A method is a module of this package with the members below.
Others decide who may vote and whether enough did; a method knows its ballots,
and what the rule asks of each option that is to be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from msgspec import Struct

from voting.rules import Figures, Weights

if TYPE_CHECKING:
    from voting.questions import Question

Choice = Any
"""What one ballot says, as the method reads it: an option, a ranking, grades …"""


class QuestionError(ValueError):
    """The question cannot be put to the vote as it stands; the message says why."""


class InvalidChoice(ValueError):  # noqa: N818 - an invalid vote (无效票) is the field's word, and no fault of ours
    """The bytes are not a valid choice in this question."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, tag_field="method"):
    """What a question declares of its method before the vote; each method has its own, tagged by its name.

    Every parameter that could change a winner is one, and none has a default:
    what is not declared is not decided.
    """

    NAME: ClassVar[str] = ""


class Steps(Struct, frozen=True, tag_field="method"):
    """How a count went, in the method's own terms, so that it can be followed line by line."""


@dataclass(frozen=True, slots=True)
class Count:
    """What a method found.

    Attributes:
        totals: by option what it received, as people read it first: votes, first preferences, points.
        chosen: the options that are chosen, in the order in which they were.
        tied: those among whom only a lot can decide, because none was drawn yet.
        vacant: seats that no option has reached by the rule: for a further round (另行选举).
        steps: how it went; None where the totals say all.
        unsaid: options of which no paper says anything, where their total is therefore none.
    """

    totals: dict[str, Weights]
    chosen: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    vacant: int = 0
    steps: Steps | None = field(default=None)
    unsaid: tuple[str, ...] = ()


Decider = Literal["rule", "count", "nobody"]
"""Who says what came of it: the rule, by the option `for`; the count, by whom it chooses; or nobody."""


class Method(Protocol):
    """One way of counting, with the same validator at cast and at count."""

    DECIDER: Decider

    def check(self, question: Question) -> None:
        """Raise QuestionError unless the question suits the method."""

    def parse(self, question: Question, raw: bytes) -> Choice:
        """Read a ballot from its exact canonical JSON bytes. MUST be deterministic.

        Raises:
            InvalidChoice: anything else.
        """

    def count(
        self,
        question: Question,
        ballots: Iterable[tuple[Choice, Weights]],
        figures: Figures,
        lot: Sequence[str] | None,
    ) -> Count:
        """Count valid ballots.

        Args:
            question: the frozen question.
            ballots: what each says, and what its voter weighs.
            figures: everything that is known of attendance and ballots, without the options.
            lot: all options in the order of a public lot, where one was drawn: in every tie
                the one that comes first in it is preferred. None: no lot was drawn yet.
        """
