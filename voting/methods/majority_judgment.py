"""Majority judgment (Balinski and Laraki): every option has grades, and the best middle grade is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from voting.choices import read_numbers
from voting.declared import check_seats, declared
from voting.methods.protocol import Count, Decider, QuestionError, Settings, Steps
from voting.papers import by_heads
from voting.rankings import NumberedPapers, numbered
from voting.rules import Text
from voting.seats import SeatCount, fill, levels

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "count"
Median = Literal["lower", "upper"]
"""Which of two middle grades is the median: the lower (Balinski and Laraki) or the upper."""
Pair = tuple[int, int]
Distribution = Sequence[int]
"""How often each grade was given, the worst first."""


class MajorityJudgment(Settings, frozen=True, forbid_unknown_fields=True, tag="majority_judgment"):
    """What must be declared.

    Attributes:
        grades: the words of the scale, the worst first; on ballots the worst is 0.
        median: which of two middle grades counts.
        missing: what a ballot says of an option without a grade: `worst`, the worst; `excluded`, nothing.
        seats: how many are chosen.
    """

    grades: Annotated[tuple[Text, ...], Meta(min_length=2, max_length=10)]
    median: Median
    missing: Literal["worst", "excluded"]
    seats: SeatCount


class Judgment(Struct, frozen=True):
    """What one option received.

    Attributes:
        grades: how often each grade was given, the worst first; with `worst`, missing ones included.
        median: its grade; None where no paper says anything.
        outwards: from the middle outwards the pairs of grades that decide, up to where they differ from
            those of every other option (or to the end); the first of a pair is the one compared first.
    """

    option: str
    grades: tuple[int, ...]
    median: int | None
    outwards: tuple[Pair, ...]


class MajorityJudgmentSteps(Steps, frozen=True, tag="majority_judgment"):
    """How the options compare.

    Attributes:
        judgments: each option.
        reach: up to which share of each half, counted from the middle, the first pair holds, the second …
    """

    judgments: tuple[Judgment, ...]
    reach: tuple[str, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless the settings are declared and there is something to choose."""
    settings = declared(question, MajorityJudgment)
    check_seats(question, settings.seats)
    check_declared(settings)


def check_declared(settings: MajorityJudgment) -> None:
    """Raise QuestionError unless every grade has a word."""
    if not all(grade.zh.strip() or grade.en.strip() for grade in settings.grades):
        raise QuestionError("a grade needs a word")


def parse(question: Question, raw: bytes) -> dict[str, int]:
    """Read grades for some or all options, 0 the worst: `{"a":3,"b":0}`.

    Raises:
        InvalidChoice: anything else.
    """
    return read_numbers(question, raw, 0, len(declared(question, MajorityJudgment).grades) - 1)


def count_papers(
    options: Sequence[str],
    papers: NumberedPapers,
    settings: MajorityJudgment,
    lot: Sequence[str] | None = None,
) -> Count:
    """Count papers: the best judged are chosen. An option of which no paper says anything is not."""
    given = {option: [0] * len(settings.grades) for option in options}
    for grades, times in papers:
        for option in options:
            if option in grades:
                given[option][grades[option]] += times
            elif settings.missing == "worst":
                given[option][0] += times
    judged = {option: grades for option, grades in given.items() if any(grades)}
    reach, pairs = outwards(judged, settings.median)
    chosen, tied = fill(settings.seats, levels(pairs), lot)
    medians = {option: pairs[option][0][0] for option in judged}
    return Count(
        totals={option: {"heads": medians.get(option, 0)} for option in options},
        chosen=chosen,
        tied=tied,
        vacant=max(0, settings.seats - len(judged)),
        steps=MajorityJudgmentSteps(
            judgments=tuple(
                Judgment(one, tuple(given[one]), medians.get(one), _until_it_differs(one, pairs))
                for one in options
            ),
            reach=tuple(str(share) for share in reach),
        ),
        unsaid=tuple(option for option in options if option not in judged),
    )


count = by_heads(MajorityJudgment, numbered, count_papers)
"""Count grades, a head each; the totals are the median grades, 0 the worst."""


def outwards(
    judged: Mapping[str, Distribution], median: Median
) -> tuple[list[Fraction], dict[str, tuple[Pair, ...]]]:
    """What decides between options: their grades in a row, cut in the middle, read outwards from the cut.

    To take the median away again and again is to read outwards, one grade from each half by turns.
    As only shares of a half count, options with different numbers of grades compare as well.

    Returns:
        Up to which share of each half each pair holds; and of every option its pairs, better if greater.
    """
    halves = {option: _halves(grades) for option, grades in judged.items()}
    reach = sorted({end for both in halves.values() for half in both for end, _ in half})
    pairs = dict[str, tuple[Pair, ...]]()
    for option, (lower, upper) in halves.items():
        below, above = _read(lower, reach), _read(upper, reach)
        first, second = (below, above) if median == "lower" else (above, below)
        pairs[option] = tuple(zip(first, second, strict=True))
    return reach, pairs


Half = list[tuple[Fraction, int]]
"""From the middle outwards: up to which share of the half which grade holds."""


def _halves(grades: Distribution) -> tuple[Half, Half]:
    """Cut a row of grades in the middle; of an odd number, the middle one belongs to both halves by half."""
    total = sum(grades)
    worst_first = list(enumerate(grades))
    return _outwards(worst_first, total), _outwards(worst_first[::-1], total)


def _outwards(grades: Sequence[tuple[int, int]], total: int) -> Half:
    """The half that ends with the first of these grades; every grade counts twice, so it has `total`."""
    taken, left = list[tuple[int, int]](), total
    for grade, times in grades:
        if share := min(2 * times, left):
            taken.append((grade, share))
            left -= share
    taken.reverse()
    ends = accumulate(share for _, share in taken)
    return [(Fraction(end, total), grade) for end, (grade, _) in zip(ends, taken, strict=True)]


def _read(half: Half, reach: Iterable[Fraction]) -> list[int]:
    return [next(grade for end, grade in half if end >= share) for share in reach]


def _until_it_differs(option: str, pairs: Mapping[str, tuple[Pair, ...]]) -> tuple[Pair, ...]:
    if option not in pairs:
        return ()
    own, needed = pairs[option], 1
    for other, others in pairs.items():
        if other != option:
            same = next((n for n, (a, b) in enumerate(zip(own, others, strict=True)) if a != b), len(own))
            needed = max(needed, same + 1)
    return own[:needed]
