"""What every option has in the end, in its method's terms: for bars, and for the table of results."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from voting.methods.borda import Borda, BordaSteps
from voting.methods.grading import GradingSteps
from voting.methods.irv import IrvSteps
from voting.methods.majority_judgment import MajorityJudgmentSteps
from voting.methods.meek import MeekSteps
from voting.methods.protocol import Count
from voting.methods.ranked_pairs import RankedPairsSteps
from voting.methods.schulze import SchulzeSteps
from voting.methods.score import Score, ScoreSteps
from voting.methods.stv import StvSteps
from web.tally.story import Words

_TITLES: Mapping[type, str] = {
    **dict.fromkeys((StvSteps, IrvSteps, MeekSteps, SchulzeSteps, RankedPairsSteps), "svg.firsts"),
    GradingSteps: "grades.pass",
    MajorityJudgmentSteps: "judgment.median",
    ScoreSteps: "score.mean",
    BordaSteps: "borda.sum",
}
"""What the amounts of a count are, where they are not simply votes."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What one option has: how to say it, and how long its bar is beside the others'."""

    says: str
    length: Fraction


def title(count: Count, words: Words, votes: str = "svg.bars") -> str:
    """What the amounts are; `votes` is the text for simple votes."""
    return words(_TITLES.get(type(count.steps), votes))


def amounts(count: Count, words: Words, settings: object = None) -> dict[str, Amount]:
    """What each option has, in the order of the question; with the settings that were declared."""
    heads = {option: Fraction(weights["heads"]) for option, weights in count.totals.items()}
    match count.steps:
        case ScoreSteps(means=means):
            low = Fraction(settings.low if isinstance(settings, Score) else 0)
            exact = {one.option: None if one.mean is None else Fraction(one.mean) for one in means}
            return {
                one: Amount(said(mean), Fraction(0) if mean is None else mean - low)
                for one, mean in exact.items()
            }
        case MajorityJudgmentSteps(judgments=judgments):
            return {
                one.option: Amount("—" if one.median is None else words.grade(one.median), heads[one.option])
                for one in judgments
            }
        case BordaSteps() if halved(settings):
            return {one: Amount(halves(int(number)), number / 2) for one, number in heads.items()}
        case _:
            return {one: Amount(str(number), number) for one, number in heads.items()}


def halved(settings: object) -> bool:
    """Whether totals and steps are half points."""
    return isinstance(settings, Borda) and settings.truncation == "average"


def halves(number: int) -> str:
    """Half points as points."""
    return f"{number // 2 or ''}½" if number % 2 else str(number // 2)


def said(mean: Fraction | None) -> str:
    """The exact fraction, and what it is about, rounded to the nearest hundredth; a dash for none."""
    if mean is None:
        return "—"
    if mean.denominator == 1:
        return str(mean)
    hundredths = round(abs(mean) * 100)
    return f"{mean} ≈ {'-' if mean < 0 else ''}{hundredths // 100}.{hundredths % 100:02}"
