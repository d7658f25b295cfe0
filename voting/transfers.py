"""Ranked papers that lie with an option, and move to the next one on them that still counts."""

from collections.abc import Collection, Iterable, Iterator

from voting.rankings import StrictPapers

Moving = tuple[int, Iterator[str]]
"""How many equal papers, and what is still unread on them: an option that was passed over counts no more."""


def unread(papers: StrictPapers) -> list[Moving]:
    """Papers of which nothing has been read yet."""
    return list(zip(papers.values(), map(iter, papers), strict=True))


def deal(papers: Iterable[Moving], continuing: Collection[str]) -> dict[str, list[Moving]]:
    """Give each paper to the first continuing option that is still unread on it.

    Returns:
        What each continuing option receives; a paper that names none is in no pile.
    """
    piles: dict[str, list[Moving]] = {option: [] for option in continuing}
    for paper in papers:
        for option in paper[1]:
            if option in piles:
                piles[option].append(paper)
                break
    return piles


def size(papers: Iterable[Moving]) -> int:
    """How many papers there are."""
    return sum([number for number, _ in papers])
