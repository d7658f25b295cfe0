"""Counts of marks, points and grades, told: approval, plurality, grading, score, Borda, majority judgment."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from voting.methods.approval import ApprovalSteps
from voting.methods.borda import BordaSteps
from voting.methods.grading import Grades, GradingSteps
from voting.methods.majority_judgment import MajorityJudgment, MajorityJudgmentSteps
from voting.methods.plurality import PluralitySteps, Standing
from voting.methods.score import ScoreSteps
from web.tally.amounts import halved, halves, said
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
        (
            words.name(one.option),
            _given(one.papers),
            str(one.sum),
            str(one.of),
            said(None if one.mean is None else Fraction(one.mean)),
        )
        for one in steps.means
    )
    return [Table(words("score.caption"), header, rows), Paragraph(words("score.how"))]


def borda(steps: BordaSteps, words: Words, settings: object) -> list[Block]:
    """Points added up; where they are counted as half points, they are told as points."""
    half = halved(settings)
    write = halves if half else str
    header = (words("option"), words("borda.given"), words("borda.sum"))
    rows = tuple((words.name(one.option), _given(one.papers, write), write(one.sum)) for one in steps.points)
    return [
        Table(words("borda.caption"), header, rows),
        Paragraph(words("borda.average" if half else "borda.how")),
    ]


def majority_judgment(steps: MajorityJudgmentSteps, words: Words, settings: object) -> list[Block]:
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
    told = [words("judgment.how")]
    if isinstance(settings, MajorityJudgment):
        told.append(words(f"judgment.{settings.median}"))
    told.append(_reach(steps, words))
    return [Table(words("judgment.caption"), header, rows), Paragraph(words.join(told))]


def _reach(steps: MajorityJudgmentSteps, words: Words) -> str:
    """How far from the middle each pair holds: in grades, or where their numbers differ, in shares."""
    sizes = {sum(one.grades) for one in steps.judgments if any(one.grades)}
    shares = [Fraction(share) for share in steps.reach]
    if len(sizes) != 1:
        return words("judgment.shares", reach=words("comma").join(map(str, shares)))
    size = sizes.pop()
    places = (halves(int(share * size)) for share in shares)  # of half a row
    return words("judgment.places", size=size, places=words("comma").join(places))


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


def _given(papers: Iterable[tuple[int, int]], write: Callable[[int], str] = str) -> str:
    return " + ".join(f"{write(points)}×{times}" for points, times in papers)
