"""A motion: for, against, abstain (同意、反对、弃权)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from voting.methods.protocol import Choice, Count, Decider, InvalidChoice, QuestionError
from voting.rules import Figures, Rule, Weights, total

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "rule"
IDS = ("for", "against", "abstain")
"""The options of every motion, in this order."""

_CHOICES = {f'"{option}"'.encode(): option for option in IDS}


def decides(rule: Rule) -> bool:
    """Whether a rule says how many in favour are enough; else a motion would pass with nobody for it."""
    return bool(rule.majority)


def check(question: Question) -> None:
    """Raise QuestionError unless the options are those of a motion and the rule states a majority."""
    if tuple(option.id for option in question.options) != IDS:
        raise QuestionError("a motion has the options for, against, abstain, in this order")
    if not decides(question.rule):
        raise QuestionError("the rule of a motion must state a majority")


def parse(question: Question, raw: bytes) -> Choice:  # noqa: ARG001 - every motion has the same options
    """Read a ballot: `"for"`, `"against"` or `"abstain"`, quotation marks included.

    Raises:
        InvalidChoice: anything else.
    """
    try:
        return _CHOICES[raw]
    except KeyError:
        raise InvalidChoice('a motion is answered "for", "against" or "abstain"') from None


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,  # noqa: ARG001 - the rule is applied by others
    lot: Sequence[str] | None,  # noqa: ARG001 - a motion that ties has not passed
) -> Count:
    """Add up the weights under each option."""
    piles: dict[str, list[Weights]] = {option: [] for option in IDS}
    for choice, weights in ballots:
        piles[choice].append(weights)
    return Count({option: total(pile, question.rule.measures) for option, pile in piles.items()})
