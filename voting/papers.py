"""From a question's ballots to papers to count: shared by the methods that count a head each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from voting.choices import ids
from voting.declared import S, declared
from voting.methods.protocol import Count
from voting.rules import Figures, Weights

if TYPE_CHECKING:
    from voting.questions import Question

P = TypeVar("P")
"""Papers, in the form in which a method counts them."""
Ballots = Iterable[tuple[Any, Weights]]
"""What each says, as the method reads it, and what its voter weighs."""
Counter = Callable[["Question", Ballots, Figures, Sequence[str] | None], Count]


def by_heads(
    kind: type[S],
    papers: Callable[[Ballots], P],
    count: Callable[[Sequence[str], P, S, Sequence[str] | None], Count],
) -> Counter:
    """The `count` of a method (`voting/methods/protocol.py`) that asks for no majority of all that were cast.

    Args:
        kind: what is declared of it.
        papers: how ballots become its papers.
        count: counts the papers of the options shown, by what is declared, with the lot if one was drawn.
    """

    def counted(
        question: Question,
        ballots: Ballots,
        figures: Figures,  # noqa: ARG001 - no method of this kind looks at them
        lot: Sequence[str] | None,
    ) -> Count:
        return count(ids(question), papers(ballots), declared(question, kind), lot)

    return counted
