"""Rankings: what a voter prefers to what, and a pile of papers that say the same."""

from collections import Counter
from collections.abc import Iterable, Mapping

from voting.rules import Weights

Ranking = tuple[tuple[str, ...], ...]
"""Groups of options, best first; those of one group are ranked equal, those of none are unranked.

Options of a group stand in the order of the question, so that equal rankings are equal values."""
Strict = tuple[str, ...]
"""A ranking without equals: options, best first."""
Papers = Mapping[Ranking, int]
"""How many papers say what."""
StrictPapers = Mapping[Strict, int]
"""How many papers without equals say what; the empty paper is no valid one and is left out."""
NumberedPapers = Iterable[tuple[Mapping[str, int], int]]
"""Papers with a grade or points for some or all options, and how many papers say so."""


def weighed(ballots: Iterable[tuple[Strict, Weights]]) -> Counter[Strict]:
    """Put equal ballots together, each with its heads."""
    papers = Counter[Strict]()
    for ranking, weights in ballots:
        papers[ranking] += weights["heads"]
    return papers


def weakly(ballots: Iterable[tuple[Strict, Weights]]) -> Papers:
    """The same as rankings that could have equals."""
    return {tuple((option,) for option in strict): heads for strict, heads in weighed(ballots).items()}


def numbered(ballots: Iterable[tuple[Mapping[str, int], Weights]]) -> NumberedPapers:
    """Grades or points of every ballot, with its heads."""
    return ((numbers, weights["heads"]) for numbers, weights in ballots)


def firsts(options: Iterable[str], papers: Papers) -> dict[str, Weights]:
    """First preferences, in heads; those ranked equal in first place have one each."""
    found = dict.fromkeys(options, 0)
    for ranking, count in papers.items():
        for option in ranking[0]:
            found[option] += count
    return {option: {"heads": count} for option, count in found.items()}
