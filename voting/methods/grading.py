"""Appraisal by grades (民主评议): 优秀, 称职, 基本称职, 不称职; or 满意, 基本满意, 不满意.

How grades become a verdict is not laid down nationally, so one of three rules is declared.
The count finds verdicts and decides nothing: what follows from them is for the law and the meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from voting.choices import ids, read_numbers
from voting.declared import declared
from voting.methods.protocol import Choice, Count, Decider, QuestionError, Settings, Steps
from voting.rules import Figures, Text, Weights

if TYPE_CHECKING:
    from voting.questions import Question

DECIDER: Decider = "nobody"
PERSONS = (
    Text(zh="不称职", en="Incompetent"),
    Text(zh="基本称职", en="Basically competent"),
    Text(zh="称职", en="Competent"),
    Text(zh="优秀", en="Excellent"),
)
"""The scale for persons, the lowest grade first."""
BODIES = (
    Text(zh="不满意", en="Dissatisfied"),
    Text(zh="基本满意", en="Basically satisfied"),
    Text(zh="满意", en="Satisfied"),
)
"""The scale for bodies, the lowest grade first."""
FAIL = 0
"""The lowest grade of every scale: 不称职, 不满意. Of three or more, the next is the one with 基本."""
Points = Annotated[int, Meta(ge=0, le=1000)]
Verdict = Literal["modal", "fail_half", "weighted"]


class Grading(Settings, frozen=True, forbid_unknown_fields=True, tag="grading"):
    """What is declared.

    Attributes:
        scale: the grades, the lowest first.
        verdict: `modal`: the most frequent grade; `fail_half`: failed if at least half gave the lowest;
            `weighted`: the highest grade whose points the average reaches.
        base: half of whom, for `fail_half`: of those who graded this option, or of all valid ballots.
        points: of each grade, rising; only for `weighted`.
    """

    scale: tuple[Text, ...]
    verdict: Verdict
    base: Literal["graded", "valid"]
    points: tuple[Points, ...] | UnsetType = UNSET


class Share(Struct, frozen=True, forbid_unknown_fields=True):
    """How many passed an option, of how many.

    Attributes:
        basically: whether the grade just above the lowest (基本称职, 基本满意) counts as passing.
        blanks: whether those who gave this option no grade are in the base.
        value: how many.
        of: of how many.
    """

    basically: bool
    blanks: bool
    value: int
    of: int


class Grades(Struct, frozen=True, forbid_unknown_fields=True):
    """One option.

    Attributes:
        id: whom or what it is about.
        counts: how often each grade was given, the lowest first.
        blank: how many gave none.
        shares: the pass share with and without "basically", with and without blanks: all four.
        grade: the verdict; None where the rule only tells whether it failed, or found no single one.
        passed: whether it is not the lowest; None where that was not found.
        equal: the grades that are most frequent alike, where there are several.
    """

    id: str
    counts: tuple[int, ...]
    blank: int
    shares: tuple[Share, ...]
    grade: int | None
    passed: bool | None
    equal: tuple[int, ...]


class GradingSteps(Steps, frozen=True, tag="grading"):
    """Every option, in the order of the question."""

    options: tuple[Grades, ...]


def check(question: Question) -> None:
    """Raise QuestionError unless scale and verdict are declared and fit each other."""
    check_declared(declared(question, Grading))
    if not question.options:
        raise QuestionError("an appraisal needs somebody to appraise")
    if question.rule.majority or question.rule.measures != ("heads",):
        raise QuestionError("an appraisal counts heads, and its rule states a quorum only")


def check_declared(settings: Grading) -> None:
    """Raise QuestionError unless scale, verdict, base and points fit each other."""
    if not 2 <= len(settings.scale) <= 10:
        raise QuestionError("a scale has two to ten grades")
    if settings.base == "valid" and settings.verdict != "fail_half":
        raise QuestionError("only half of something has a base")
    points = settings.points
    if (settings.verdict == "weighted") is isinstance(points, UnsetType):
        raise QuestionError("points are for weighted grades, and these need them")
    if not isinstance(points, UnsetType) and (
        len(points) != len(settings.scale) or sorted(set(points)) != list(points)
    ):
        raise QuestionError("every grade has points, and a higher grade has more")


def parse(question: Question, raw: bytes) -> Choice:
    """Read a ballot: a grade for some or all options, 0 for the lowest: `{"wang":2,"li":0}`.

    Raises:
        InvalidChoice: anything else.
    """
    return read_numbers(question, raw, FAIL, len(declared(question, Grading).scale) - 1)


def count(
    question: Question,
    ballots: Iterable[tuple[Choice, Weights]],
    figures: Figures,
    lot: Sequence[str] | None,  # noqa: ARG001 - equal grades are no matter for a lot
) -> Count:
    """Count grades by heads; the total of an option is how many found it at least basically good."""
    papers = [(grades, weights["heads"]) for grades, weights in ballots]
    declaration = declared(question, Grading)
    options = tuple(count_papers(ids(question), papers, figures["heads"]["valid"], declaration))
    totals = {one.id: {"heads": sum(one.counts[FAIL + 1 :])} for one in options}
    return Count(totals, steps=GradingSteps(options))


def count_papers(
    options: Iterable[str], papers: Sequence[tuple[Mapping[str, int], int]], valid: int, declaration: Grading
) -> Iterable[Grades]:
    """Count papers on which options are graded.

    Args:
        options: in the order in which they are shown.
        papers: grades by option, and how many papers say the same.
        valid: how many papers are valid, blank ones included.
        declaration: scale, verdict and base.
    """
    for option in options:
        counts = [0] * len(declaration.scale)
        for grades, number in papers:
            if option in grades:
                counts[grades[option]] += number
        found = _verdict(counts, valid, declaration)
        blank = valid - sum(counts)
        yield Grades(
            option, tuple(counts), blank, shares(counts, blank), found.grade, found.passed, found.equal
        )


def shares(counts: Sequence[int], blank: int) -> tuple[Share, ...]:
    """The pass share in all four ways; of a scale of two grades "basically" makes no difference."""
    graded = sum(counts)
    return tuple(
        Share(
            basically=basically,
            blanks=blanks,
            value=sum(counts[1 if basically or len(counts) == 2 else 2 :]),
            of=graded + blank if blanks else graded,
        )
        for basically in (True, False)
        for blanks in (False, True)
    )


@dataclass(frozen=True, slots=True)
class _Found:
    grade: int | None
    passed: bool | None
    equal: tuple[int, ...] = ()


_NOTHING = _Found(None, None)


def _verdict(counts: Sequence[int], valid: int, declaration: Grading) -> _Found:
    graded = sum(counts)
    if not graded:
        return _NOTHING
    if declaration.verdict == "modal":
        most = max(counts)
        equal = tuple(grade for grade, number in enumerate(counts) if number == most)
        if len(equal) == 1:
            return _Found(equal[0], equal[0] > FAIL)
        return _Found(None, None if FAIL in equal else True, equal)
    if declaration.verdict == "fail_half":
        failed = 2 * counts[FAIL] >= (graded if declaration.base == "graded" else valid)
        return _Found(FAIL if failed else None, not failed)
    points = () if isinstance(declaration.points, UnsetType) else declaration.points
    average = sum(number * worth for number, worth in zip(counts, points, strict=True))
    grade = max(grade for grade, worth in enumerate(points) if average >= worth * graded)
    return _Found(grade, grade > FAIL)
