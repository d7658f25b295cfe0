"""Counts of marks, points and grades, told: approval, plurality, grading, score, Borda, majority judgment."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from voting.methods.approval import ApprovalSteps
from voting.methods.borda import BordaSteps
from voting.methods.grading import Grades, GradingSteps
from voting.methods.majority_judgment import MajorityJudgmentSteps
from voting.methods.plurality import PluralitySteps, Standing
from voting.methods.score import ScoreSteps
from web.tally.story import Block, Paragraph, Table, Words


def approval(steps: ApprovalSteps, words: Words) -> list[Block]:
    """Who has how many marks."""
    return _standings(steps.standings, words)


def plurality(steps: PluralitySteps, words: Words) -> list[Block]:
    """Who has how many marks, and who goes into a further round."""
    rerun = [Paragraph(words("marks.rerun", names=words.list(steps.rerun)))] if steps.rerun else []
    return [*_standings(steps.standings, words), *rerun]


def score(steps: ScoreSteps, words: Words) -> list[Block]:
    """Points added up, and their means."""
    header = (words("option"), *(words(f"score.{name}") for name in ("given", "sum", "of", "mean")))
    rows = tuple(
        (words.name(one.option), _given(one.papers), str(one.sum), str(one.of), _mean(one.mean))
        for one in steps.means
    )
    return [Table(words("score.caption"), header, rows), Paragraph(words("score.how"))]


def borda(steps: BordaSteps, words: Words) -> list[Block]:
    """Points added up."""
    header = (words("option"), words("borda.given"), words("borda.sum"))
    rows = tuple((words.name(one.option), _given(one.papers), str(one.sum)) for one in steps.points)
    return [Table(words("borda.caption"), header, rows), Paragraph(words("borda.how"))]


def majority_judgment(steps: MajorityJudgmentSteps, words: Words) -> list[Block]:
    """Grades, the one in the middle, and what decides between equals."""
    grades = range(max((len(one.grades) for one in steps.judgments), default=0))
    header = (
        words("option"),
        *map(words.grade, grades),
        words("judgment.median"),
        words("judgment.outwards"),
    )
    rows = tuple(
        (
            words.name(one.option),
            *map(str, one.grades),
            "—" if one.median is None else words.grade(one.median),
            " · ".join(f"{words.grade(first)}/{words.grade(second)}" for first, second in one.outwards),
        )
        for one in steps.judgments
    )
    how = words("judgment.how", reach=words("comma").join(steps.reach))
    return [Table(words("judgment.caption"), header, rows), Paragraph(how)]


def grading(steps: GradingSteps, words: Words) -> list[Block]:
    """How often each grade was given, the pass share in all its ways, and the verdict."""
    grades = range(max((len(one.counts) for one in steps.options), default=0))
    counts = Table(
        words("grades.caption"),
        (words("option"), *map(words.grade, grades), words("grades.blank"), words("grades.verdict")),
        tuple(
            (words.name(one.id), *map(str, one.counts), str(one.blank), _verdict(one, words))
            for one in steps.options
        ),
    )
    kinds = ("pass", "pass_all", "strict", "strict_all")
    shares = Table(
        words("grades.shares"),
        (words("option"), *(words(f"grades.{kind}") for kind in kinds)),
        tuple(
            (words.name(one.id), *(f"{share.value}/{share.of}" for share in one.shares))
            for one in steps.options
        ),
    )
    return [counts, shares]


def _standings(standings: Sequence[Standing], words: Words) -> list[Block]:
    header = (words("option"), words("marks.votes"), words("marks.enough"))
    rows = tuple(
        (words.name(one.id), str(one.votes), words("marks.yes" if one.reached else "marks.no"))
        for one in standings
    )
    says = [
        Paragraph(words("marks.says", option=words.name(one.id), text=words.of(made.text)))
        for one in standings
        for made in one.comparisons
    ]
    return [Table(words("marks.caption"), header, rows), *says]


def _verdict(one: Grades, words: Words) -> str:
    if one.equal:
        return words("grades.equal", names=words("comma").join(map(words.grade, one.equal)))
    if one.grade is not None:
        return words.grade(one.grade)
    return words("grades.none" if one.passed is None else "grades.passed" if one.passed else "grades.failed")


def _given(papers: Iterable[tuple[int, int]]) -> str:
    return " + ".join(f"{points}×{times}" for points, times in papers)


def _mean(mean: str | None) -> str:
    """The exact fraction, and what it is about, rounded to the nearest hundredth."""
    if mean is None:
        return "—"
    exact = Fraction(mean)
    if exact.denominator == 1:
        return mean
    hundredths = round(abs(exact) * 100)
    return f"{mean} ≈ {'-' if exact < 0 else ''}{hundredths // 100}.{hundredths % 100:02}"
