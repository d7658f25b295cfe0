"""Ranked papers: each lies with the first option on it that still counts, and moves when that changes.

Papers that begin alike lie in one bundle. While their beginning tells where they go, the bundle moves as it
is, and nobody looks at the single papers: most of a count of many papers is that.
"""

from collections import defaultdict
from collections.abc import Collection

from voting.rankings import Strict, StrictPapers

Pile = dict[tuple[int, Strict], list[Strict]]
"""Bundles: how many papers say each the same, and how all of them begin → what they say."""
BEGINNING = 3
"""So many options of a ranking tell its bundle; a longer beginning makes smaller bundles."""


def stack(papers: StrictPapers) -> Pile:
    """All papers on one pile."""
    pile: Pile = defaultdict(list)
    for ranking, number in papers.items():
        pile[number, ranking[:BEGINNING]].append(ranking)
    return pile


def deal(pile: Pile, continuing: Collection[str]) -> dict[str, Pile]:
    """Give each paper to the first continuing option on it.

    Returns:
        What each continuing option receives; a paper that names none is in no pile.
    """
    piles: dict[str, Pile] = {option: defaultdict(list) for option in continuing}
    for (number, beginning), rankings in pile.items():
        for option in beginning:
            if option in piles:
                piles[option][number, beginning] = rankings
                break
        else:
            loose = number, ()
            for ranking in rankings:
                for option in ranking:
                    if option in piles:
                        piles[option][loose].append(ranking)
                        break
    return piles


def put(pile: Pile, onto: Pile) -> None:
    """Put papers onto others; they are moved, not copied, so leave `pile` alone afterwards."""
    for bundle, rankings in pile.items():
        if bundle in onto:
            onto[bundle] += rankings
        else:
            onto[bundle] = rankings


def size(pile: Pile) -> int:
    """How many papers there are."""
    return sum(number * len(rankings) for (number, _), rankings in pile.items())
