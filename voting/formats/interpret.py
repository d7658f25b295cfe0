"""From the marks on a ranked ballot to the ranking that counts, by rules declared beforehand.

The rules are those of RCTab, which serves elections in the United States; each is fixed before the vote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

OVERVOTE = "\0overvote"
"""A mark that the scanner already read as several at one rank, without saying which."""

Overvote = Literal["exhaust", "skip", "exhaust_if_multiple_continuing"]
"""Several marks at one rank: the ballot ends there; the rank is passed over; or the count decides when it
gets there: the ballot ends if several of them still continue. Only then a ranking has groups of several."""
Marked = Mapping[int, Sequence[str]]
"""By rank from 1, the ids marked there; a rank without marks is left out."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How ranked marks are read.

    Attributes:
        overvote: what several marks at one rank do.
        most_skipped: how many ranks in a row may be skipped; one more ends the ballot. None: any number.
        exhaust_on_duplicate: a candidate named a second time ends the ballot there;
            else the second time is passed over.
        excluded: ids that cannot be chosen; they are passed over, but their ranks are not skipped ones.
    """

    overvote: Overvote = "exhaust_if_multiple_continuing"
    most_skipped: int | None = None
    exhaust_on_duplicate: bool = False
    excluded: frozenset[str] = frozenset()


def interpret(marked: Marked, rules: Interpretation) -> list[list[str]]:
    """The groups that count, best first; none where the ballot ends before it says anything."""
    groups: list[list[str]] = []
    seen: set[str] = set()
    last = 0
    for rank in sorted(marked):
        if rules.most_skipped is not None and rank - last > rules.most_skipped + 1:
            break
        last = rank
        named = list(dict.fromkeys(marked[rank]))
        if rules.exhaust_on_duplicate and seen & set(named):
            break
        if OVERVOTE in named or len(named) > 1:
            if rules.overvote == "exhaust":
                break
            if rules.overvote == "skip" or OVERVOTE in named:
                seen |= set(named) if rules.exhaust_on_duplicate else set()
                continue
        if group := [one for one in named if one not in seen and one not in rules.excluded]:
            groups.append(group)
        seen |= set(named)
    return groups
