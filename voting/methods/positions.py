"""Positions at an advisory hearing (听证): each delegate states one, they are counted, nobody decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from voting.choices import ids
from voting.methods.protocol import Choice, Count, Decider, InvalidChoice, QuestionError
from voting.rules import Figures, Weights, total

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "nobody"

_text = msgspec.json.Decoder(str)


def check(question: Question) -> None:
    """Raise QuestionError if there is nothing to choose, or the rule would decide something."""
    if len(question.options) < 2:
        raise QuestionError("a hearing offers at least two positions")
    if question.rule.majority:
        raise QuestionError("an advisory hearing decides nothing, and its rule states no majority")


def parse(question: Question, raw: bytes) -> Choice:
    """Read a ballot: the id of one position, quotation marks included.

    Raises:
        InvalidChoice: anything else.
    """
    try:
        position = _text.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidChoice("not a position") from None
    if position not in ids(question) or msgspec.json.encode(position) != raw:
        raise InvalidChoice("a position that the question does not have")
    return position


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,  # noqa: ARG001 - nothing is decided
    lot: Sequence[str] | None,  # noqa: ARG001 - and nothing is chosen
) -> Count:
    """Add up the weights under each position."""
    return Count(count_papers(ids(question), ballots, question.rule.measures))


def count_papers(
    options: Iterable[str], papers: Iterable[tuple[str, Weights]], measures: Sequence[str]
) -> dict[str, Weights]:
    """The totals by option of papers that name one each."""
    piles: dict[str, list[Weights]] = {option: [] for option in options}
    for option, weights in papers:
        piles[option].append(weights)
    return {option: total(pile, measures) for option, pile in piles.items()}
