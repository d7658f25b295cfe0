"""Counting silence with the majority (从众): off, unless a clause of the owners' own rules says so.

Whether owners who do not vote "可以计入已表决的多数票" is left to their rules (指导规则 26); courts differ.
So it takes a clause, and proof of delivery for each person counted; the strict result is always shown too.
Who was delivered to is for the caller to prove: an id here is a claim of proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.rules import Figures, Rule, Weights, total


@dataclass(frozen=True, slots=True)
class Followed:
    """With which option silence was counted, if any; of whom; what they weigh; the figures with them."""

    option: str | None
    counted: tuple[str, ...]
    total: Weights
    figures: Figures


def follow(
    rule: Rule, figures: Figures, options: Sequence[str], delivered: Mapping[str, Weights]
) -> Followed:
    """Count those who gave no answer with the option that is ahead of every other by every measure.

    Args:
        rule: by whose measures it must be ahead.
        figures: of the ballots alone.
        options: the ids that were voted on.
        delivered: id → weights of those without a ballot to whom delivery of the papers is proven.

    Returns:
        The figures with them: they are `cast`, `valid`, and for that option. If no option is ahead by every
        measure, nobody is counted and the figures stay as they are.
    """
    leaders = {_ahead(figures[measure], options) for measure in rule.measures}
    (leader,) = leaders if len(leaders) == 1 else (None,)
    counted = tuple(sorted(delivered)) if leader is not None else ()
    sums = total((delivered[one] for one in counted), rule.measures)
    if leader is None:
        return Followed(None, (), sums, figures)
    more: Figures = {
        measure: {
            name: value + (sums[measure] if name in ("cast", "valid", leader) else 0)
            for name, value in figures[measure].items()
        }
        for measure in rule.measures
    }
    return Followed(leader, counted, sums, more)


def _ahead(sums: Mapping[str, int], options: Sequence[str]) -> str | None:
    most = max(sums[option] for option in options)
    first, *others = [option for option in options if sums[option] == most]
    return None if others else first
