"""How far each option came, in the terms of its method: votes, points, grades; with bars to compare them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from msgspec import Struct, UnsetType

from voting.methods.borda import Borda, BordaSteps
from voting.methods.grading import Grades, Grading, GradingSteps
from voting.methods.majority_judgment import MajorityJudgment, MajorityJudgmentSteps
from voting.methods.plurality import PluralitySteps
from voting.methods.schulze import SchulzeSteps
from voting.methods.score import Score, ScoreSteps
from voting.phrases import fill, joined, same, written
from voting.questions import Question
from voting.results import Amount, OptionTotal, Result
from voting.rules import Text

LENGTH = 1000
"""How long the longest bar can be."""
Mark = Literal["chosen", "tied", "again"]


class Standing(Struct, frozen=True):
    """How far an option came.

    Attributes:
        id: which option.
        name: what it is called.
        amount: what it has, in the method's terms.
        bar: the same as a part of `LENGTH`.
        mark: whether it is chosen, tied where a lot must decide, or goes into a further round; else null.
    """

    id: str
    name: Text
    amount: Text
    bar: int
    mark: Mark | None


class Constituency(Struct, frozen=True):
    """How those of one constituency voted, or of several that are told together.

    Attributes:
        name: what it is called.
        ballots: how many valid ones came from there.
        amounts: what each option has from there, in the order of the question; a dash where nobody says.
        says: the same in a line.
    """

    name: Text
    ballots: int
    amounts: tuple[Text, ...]
    says: Text


_VOTES = Text(zh="票数", en="Votes")
_FIRSTS = Text(
    zh="第一选择票数；其后怎样转移，见计票过程", en="First preferences; how votes moved on is in the count"
)
_PAIRS = Text(
    zh="第一选择票数；先后由两两比较决定", en="First preferences; the order comes from comparing pairs"
)
AMOUNTS: Mapping[str, Text] = {
    "motion": _VOTES,
    "agreement": Text(zh="人数", en="Parties"),
    "positions": Text(zh="持此立场的人数", en="How many hold it"),
    "approval": _VOTES,
    "plurality": _VOTES,
    "grading": Text(
        zh="各等次的票数和评议结论",
        en="How often each grade was given, and the verdict",
    ),
    "score": Text(zh="平均分", en="Mean points"),
    "majority_judgment": Text(zh="中间等次", en="Middle grade"),
    "borda": Text(zh="总分", en="Points"),
    "schulze": _PAIRS,
    "ranked_pairs": _PAIRS,
    "irv": _FIRSTS,
    "stv": _FIRSTS,
    "meek": _FIRSTS,
}
"""What the amounts are, by method."""
_PARTS = {
    "grading": Text(zh="不是最低等次的票数", en="Grades other than the lowest"),
    "score": Text(zh="总分", en="Points"),
    **dict.fromkeys(
        ("schulze", "ranked_pairs", "irv", "stv", "meek"), Text(zh="第一选择票数", en="First preferences")
    ),
}
_IN_ORDER = ("motion", "agreement", "positions", "grading")
Told = tuple[Text, Fraction]
"""What an option has in words, and how much that is of the most it could have."""


def standings(question: Question, result: Result) -> Iterable[Standing]:
    """How far each option came: the chosen first, in order, then who came farther.

    The options of a question that is answered, not chosen from, stay in their order.
    """
    amounts = _amounts(question, result)
    chosen, marks = result.chosen or (), _marks(result)
    ranks = dict(_ranks(result))

    def place(option: OptionTotal) -> tuple[int, int, Fraction]:
        ahead = chosen.index(option.id) if option.id in chosen else len(chosen)
        return ahead, ranks.get(option.id, 0), -amounts(option)[1]

    options = result.options if result.method in _IN_ORDER else sorted(result.options, key=place)
    for option in options:
        amount, share = amounts(option)
        bar = min(LENGTH, max(0, round(share * LENGTH)))
        yield Standing(option.id, option.text, amount, bar, marks.get(option.id))


def of_parts(method: str) -> Text:
    """What the amounts of a constituency are: of points the sums, as the numbers of papers differ."""
    return _PARTS.get(method, AMOUNTS[method])


def constituencies(question: Question, result: Result) -> Iterable[Constituency]:
    """The vote by constituency, 3号楼 before 10号楼; nothing where it was not asked for, or is withheld."""
    found = () if isinstance(result.units, UnsetType) else result.units.groups
    names = {option.id: option.text for option in question.options}
    for group in sorted(found, key=lambda group: [_natural(unit) for unit in group.units]):
        where = joined(same(unit) if unit else _NOWHERE for unit in group.units)
        received = {one.id: part(question, one.total) for one in group.options}
        amounts = tuple(received.get(one, _NONE) for one in names)
        told = joined(
            fill("{0} {1}", "{0} {1}", name, amount)
            for name, amount in zip(names.values(), amounts, strict=True)
        )
        ballots = f"{group.ballots} ballot" + ("" if group.ballots == 1 else "s")
        says = fill(f"{{0}}（{group.ballots} 票）：{{1}}", f"{{0}} ({ballots}): {{1}}", where, told)
        yield Constituency(where, group.ballots, amounts, says)


def part(question: Question, amount: Amount) -> Text:
    """What an option has from a constituency."""
    match question.settings:
        case MajorityJudgment(grades=grades):
            return grades[amount.heads]
        case Borda(truncation="average"):
            return _halves(amount.heads)
        case _:
            return written(amount)


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Puts 3号楼 before 10号楼, and no name last."""
    pieces = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(0, int(number), "") if number else (1, 0, word) for number, word in pieces] or [(2, 0, "")]


def _ranks(result: Result) -> Iterable[tuple[str, int]]:
    """The places that Schulze's method gives to all, not only to the chosen."""
    places = result.steps.places if isinstance(result.steps, SchulzeSteps) else ()
    return ((option, rank) for rank, among in enumerate(places) for option in among)


def _marks(result: Result) -> Mapping[str, Mark]:
    again = result.steps.rerun if isinstance(result.steps, PluralitySteps) and not result.tied else ()
    marks: dict[str, Mark] = dict.fromkeys(again if result.vacant else (), "again")
    marks |= dict.fromkeys(result.tied or (), "tied")
    return marks | dict.fromkeys(result.chosen or (), "chosen")


def _amounts(question: Question, result: Result) -> Callable[[OptionTotal], Told]:
    match question.settings, result.steps:
        case Score(low=low, high=high), ScoreSteps(means=means):
            exact = {one.option: None if one.mean is None else Fraction(one.mean) for one in means}
            return lambda option: _mean(exact[option.id], low, high)
        case MajorityJudgment(grades=grades), MajorityJudgmentSteps(judgments=judgments):
            medians = {one.option: one.median for one in judgments}
            return lambda option: _grade(medians[option.id], grades)
        case Grading(scale=scale), GradingSteps(options=options):
            found = {one.id: one for one in options}
            return lambda option: _verdict(found[option.id], scale)
        case Borda() as settings, BordaSteps():
            return lambda option: _points(option, settings, result)
        case _:
            return lambda option: (written(option.total), _of(option.total.heads, result.valid.heads))


def _mean(mean: Fraction | None, low: int, high: int) -> Told:
    if mean is None:
        return _NONE, Fraction(0)
    hundredths = round(abs(mean) * 100)
    written = f"{hundredths // 100}.{hundredths % 100:02}" if mean.denominator > 1 else str(abs(mean))
    return same(f"{'−' if mean < 0 else ''}{written}"), (mean - low) / (high - low)


def _grade(median: int | None, grades: tuple[Text, ...]) -> Told:
    if median is None:
        return _NONE, Fraction(0)
    return grades[median], Fraction(median, len(grades) - 1)


def _verdict(one: Grades, scale: tuple[Text, ...]) -> Told:
    """How often each grade was given, the best first, and what follows; the bar is all but the lowest."""
    given = [
        fill(f"{{0}} {count}", f"{{0}} {count}", grade)
        for grade, count in reversed(tuple(zip(scale, one.counts, strict=True)))
    ]
    if one.blank:
        given.append(Text(zh=f"未评 {one.blank}", en=f"no grade {one.blank}"))
    if one.grade is not None:
        verdict = scale[one.grade]
    elif one.equal:
        tied = [scale[grade] for grade in reversed(one.equal)]
        verdict = fill("{0}票数并列", "tie between {1}", joined(tied), _and(tied))
    elif one.passed is None:
        verdict = Text(zh="无", en="none")
    else:
        verdict = Text(zh="合格", en="Passed") if one.passed else Text(zh="不合格", en="Failed")
    told = fill("{0}（结论：{1}）", "{0} (verdict: {1})", joined(given), verdict)
    return told, _of(sum(one.counts[1:]), sum(one.counts))


def _and(texts: Sequence[Text]) -> Text:
    """Two or more: A and B; A, B and C."""
    return fill("{0}、{1}", "{0} and {1}", joined(texts[:-1]), texts[-1])


def _points(option: OptionTotal, settings: Borda, result: Result) -> Told:
    """Half points are written as such; the most is what a paper can give, from every ballot."""
    total, others = option.total.heads, len(result.options) - 1
    papers = result.valid.heads - result.abstain.heads
    if settings.truncation == "average":
        return _halves(total), _of(total, 2 * others * papers)
    return same(str(total)), _of(total, (others + (settings.truncation == "modified")) * papers)


_NONE = same("—")
_NOWHERE = Text(zh="没有填楼栋", en="No building given")


def _halves(total: int) -> Text:
    return same(f"{total // 2 or ''}½" if total % 2 else str(total // 2))


def _of(value: int, whole: int) -> Fraction:
    return Fraction(value, whole) if whole else Fraction(0)
