"""Legal majorities: quorum, thresholds, bases and measures; `decide()` and its reasons.

A rule is data: two short lists of requirements, each saying which count must exceed or reach
which fraction of which base, by heads or by area.
All arithmetic is on whole numbers by cross-multiplication; heads and area never meet.
以上 includes the number (`ge`), 超过 and 过半数 do not (`gt`): Civil Code (民法典) article 1259.
docs/rules.md tells how rules are written down.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta, Struct

Measure = Literal["heads", "area"]
"""What is counted: persons or households or owners, or exclusive area in units of 0.01 m²."""
Weights = dict[str, int]
"""What one participant weighs by each measure: `{"heads": 1, "area": 12345}`, area in 0.01 m²."""
Figures = Mapping[str, Mapping[str, int]]
"""Measure → name of a count → its value.

Names are `eligible` (E), `present` (P), `cast` (C = valid + invalid), `valid` (abstentions included),
`invalid`, and the ids of the options. Under `heads` there may be `issued` and `returned`, in ballots.
"""
Unit = Literal["members", "residents_or_households", "households", "owners"]
Bound = Annotated[int, Meta(ge=1, le=1000)]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One text for people in both languages; an empty one falls back to the other."""

    zh: Annotated[str, Meta(max_length=4000)]
    en: Annotated[str, Meta(max_length=4000)]


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """`count` is more than (`gt`) or at least (`ge`) `fraction` of `base`, all by one measure.

    Raises:
        ValueError: a fraction above 1, or more than the whole asked for.
    """

    measure: Measure
    count: Literal["present", "cast", "valid", "for"]
    comparison: Literal["gt", "ge"]
    fraction: tuple[Bound, Bound]
    base: Literal["eligible", "present", "cast", "valid"]

    def __post_init__(self) -> None:
        numerator, denominator = self.fraction
        if numerator > denominator or (self.comparison == "gt" and numerator == denominator):
            raise ValueError("no count can satisfy this requirement")


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision rule, as a preset ships it and as a question freezes it.

    Attributes:
        preset: the id of the preset it was taken from, for instance `urban.reps`.
        law: the statute, or None where no statute prescribes the rule.
        article: the article's number in `law`.
        effective_from: first day on which the rule may be used; None is unbounded.
        effective_to: last such day; None is unbounded.
        evidence: `confirmed` (statute text read), `secondary`, `general` or `design` (our choice).
        unit: whom `heads` counts.
        text: the rule in a sentence for people.
        secrecy: the ways of voting that it admits.
        quorum: every test must hold for the meeting to decide; empty where none is stated.
        majority: every test must hold for the motion to pass.
    """

    preset: Annotated[str, Meta(pattern=r"^[a-z]+(\.[a-z_]+)+\Z", max_length=64)]
    law: Text | None
    article: Annotated[str, Meta(min_length=1, max_length=64)] | None
    effective_from: dt.date | None
    effective_to: dt.date | None
    evidence: Literal["confirmed", "secondary", "general", "design"]
    unit: Unit
    text: Text
    secrecy: tuple[Literal["open", "named", "secret"], ...]
    quorum: tuple[Requirement, ...]
    majority: tuple[Requirement, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that the rule looks at; heads are always shown."""
        used = {test.measure for test in (*self.quorum, *self.majority)}
        return ("heads", "area") if "area" in used else ("heads",)

    @property
    def needs_presence(self) -> bool:
        """Whether some test refers to those present."""
        return any("present" in (test.count, test.base) for test in (*self.quorum, *self.majority))


class Comparison(Struct, frozen=True, forbid_unknown_fields=True):
    """One test made: the numbers, whether it holds, and how to say so.

    Heads are integers; areas are decimal strings in m². `threshold` is the exact fraction
    (`"122/3"`), `needed` the smallest amount that would do.
    """

    kind: Literal["quorum", "majority"]
    measure: Measure
    count: str
    value: int | str
    comparison: Literal["gt", "ge"]
    fraction: tuple[int, int]
    base: str
    of: int | str
    threshold: str
    needed: int | str
    ok: bool
    expression: str
    text: Text


class Quorum(Struct, frozen=True):
    """Whether a poll may be opened, and why."""

    met: bool
    comparisons: tuple[Comparison, ...]


class Decision(Struct, frozen=True):
    """What a rule says about figures, and every comparison that led there."""

    outcome: Literal["passed", "rejected", "no_quorum", "void"]
    comparisons: tuple[Comparison, ...]


def total(weights: Iterable[Weights], measures: Sequence[str]) -> Weights:
    """Add up weights by each measure.

    Raises:
        KeyError: a weight lacks a measure that the rule needs.
    """
    kept = list(weights)
    return {measure: sum([weight[measure] for weight in kept]) for measure in measures}


def attendance(rule: Rule, eligible: Iterable[Weights], present: Iterable[Weights] | None) -> Figures:
    """The figures known before a poll is opened: all that `quorum` needs."""
    nothing: Weights = dict.fromkeys(rule.measures, 0)  # no ballot is cast before a poll opens
    counts = {"eligible": total(eligible, rule.measures), "cast": nothing, "valid": nothing}
    if present is not None:
        counts["present"] = total(present, rule.measures)
    return {measure: {name: sums[measure] for name, sums in counts.items()} for measure in rule.measures}


def quorum(rule: Rule, figures: Figures) -> Quorum:
    """Judge whether a poll may be opened: only tests that count those present.

    A rule whose quorum is measured on ballots cast can always be put to the vote.

    Raises:
        KeyError: a figure that the rule needs is missing.
    """
    tests = [test for test in rule.quorum if test.count == "present"]
    made = tuple(_compare(rule, "quorum", test, figures) for test in tests)
    return Quorum(met=all(one.ok for one in made), comparisons=made)


def reaches(rule: Rule, figures: Figures, votes: Weights) -> tuple[Comparison, ...]:
    """What the rule's majority says of one option that received these votes.

    Raises:
        KeyError: a figure that the rule needs is missing.
    """
    own: Figures = {measure: {**figures[measure], "for": votes[measure]} for measure in rule.measures}
    return tuple(_compare(rule, "majority", test, own) for test in rule.majority)


def turnout(rule: Rule, figures: Figures) -> Quorum:
    """Judge whether enough took part for the meeting to decide: every test of the quorum, after the count.

    Raises:
        KeyError: a figure that the rule needs is missing.
    """
    made = tuple(_compare(rule, "quorum", test, figures) for test in rule.quorum)
    return Quorum(met=all(one.ok for one in made), comparisons=made)


def decide(rule: Rule, figures: Figures) -> Decision:
    """Apply a rule to figures.

    Without a quorum the majority is not looked at.
    More ballots returned than issued make the vote void; the comparisons are still shown.

    Raises:
        KeyError: a figure that the rule needs is missing.
    """
    found = turnout(rule, figures)
    made = found.comparisons
    outcome: Literal["passed", "rejected", "no_quorum", "void"] = "no_quorum"
    if found.met:
        majority = tuple(_compare(rule, "majority", test, figures) for test in rule.majority)
        outcome = "passed" if all(one.ok for one in majority) else "rejected"
        made += majority
    heads = figures["heads"]
    if "issued" in heads and heads["returned"] > heads["issued"]:
        outcome = "void"
    return Decision(outcome=outcome, comparisons=made)


def _compare(
    rule: Rule, kind: Literal["quorum", "majority"], test: Requirement, figures: Figures
) -> Comparison:
    value, of = figures[test.measure][test.count], figures[test.measure][test.base]
    share = Fraction(*test.fraction) * of
    needed = math.floor(share) + 1 if test.comparison == "gt" else math.ceil(share)
    # A share of nothing is never enough: an empty roll has no quorum.
    ok = of > 0 and _holds(test, value, of)
    return Comparison(
        kind=kind,
        measure=test.measure,
        count=test.count,
        value=amount(test.measure, value),
        comparison=test.comparison,
        fraction=test.fraction,
        base=test.base,
        of=amount(test.measure, of),
        threshold=str(share / 100 if test.measure == "area" else share),
        needed=amount(test.measure, needed),
        ok=ok,
        expression=_expression(test, value, of),
        text=_sentence(rule.unit, kind, test, value, of, ok=ok),
    )


def amount(measure: str, value: int) -> int | str:
    """Write a value for people's programs: heads as an integer, area in m² as a decimal string."""
    return f"{value // 100}.{value % 100:02d}" if measure == "area" else value


_OPERATORS = {"gt": (">", "≤"), "ge": ("≥", "<")}
_VULGAR = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}

_Words = Mapping[str, tuple[str, str]]
_MEETING: _Words = {
    "eligible": ("应到", "eligible"),
    "present": ("实到", "present"),
    "cast": ("收回票", "ballots cast"),
    "valid": ("有效票", "valid ballots"),
    "for": ("同意", "for"),
    "quorum": ("法定人数", "quorum"),
}
_HOUSEHOLDS: _Words = {
    "eligible": ("总户数", "households"),
    "present": ("到会户数", "households present"),
    "cast": ("参加表决户数", "households voting"),
    "valid": ("有效票户数", "households with a valid ballot"),
    "for": ("同意户数", "households for"),
    "quorum": ("规定户数", "required turnout"),
}
_OWNERS: _Words = {
    "eligible": ("业主总人数", "owners"),
    "present": ("到会人数", "owners present"),
    "cast": ("收回票人数", "owners with a ballot cast"),
    "valid": ("参与表决人数", "owners taking part"),
    "for": ("同意人数", "owners for"),
    "quorum": ("法定人数比例", "required share of owners"),
}
_AREA: _Words = {
    "eligible": ("专有部分总面积", "in all"),
    "present": ("到会面积", "present"),
    "cast": ("收回票面积", "with a ballot cast"),
    "valid": ("参与表决面积", "taking part"),
    "for": ("同意面积", "for"),
    "quorum": ("法定面积比例", "required share of the area"),
}
_WORDS: Mapping[str, _Words] = {
    "members": _MEETING,
    "residents_or_households": _MEETING,
    "households": _HOUSEHOLDS,
    "owners": _OWNERS,
}


def _holds(test: Requirement, value: int, of: int) -> bool:
    numerator, denominator = test.fraction
    left, right = value * denominator, of * numerator
    return left > right if test.comparison == "gt" else left >= right


def _operator(test: Requirement, value: int, of: int) -> str:
    return _OPERATORS[test.comparison][0 if _holds(test, value, of) else 1]


def _expression(test: Requirement, value: int, of: int) -> str:
    share, limit = f"{test.fraction[0]}/{test.fraction[1]}", _limit(test, of)
    left, right = amount(test.measure, value), amount(test.measure, of)
    return f"{left} {_operator(test, value, of)} {share} of {right} ({limit})"


def _sentence(unit: Unit, kind: str, test: Requirement, value: int, of: int, *, ok: bool) -> Text:
    words = _AREA if test.measure == "area" else _WORDS[unit]
    count, base = words[test.count], words[test.base]
    zh, en = words["quorum"] if kind == "quorum" else ("通过要求", "majority")
    left, right = _read(test.measure, value), _read(test.measure, of)
    share = f"{test.fraction[0]}/{test.fraction[1]}"
    operator, limit = _operator(test, value, of), _typeset(_limit(test, of))
    zh, en = ("达到" + zh, en + " reached") if ok else ("未达到" + zh, en + " not reached")
    return Text(
        zh=f"{base[0]} {right}，{count[0]} {left} {operator} {share}（{limit}）：{zh}",
        en=f"{left} {count[1]} {operator} {share} of {right} {base[1]} ({limit}): {en}",
    )


def _read(measure: str, value: int) -> str:
    return f"{value // 100:,}.{value % 100:02d} m²" if measure == "area" else f"{value:,}"


def _limit(test: Requirement, of: int) -> str:
    """The threshold, heads as a mixed number, area as a decimal that says so if it never ends."""
    share = Fraction(*test.fraction) * of
    if test.measure == "heads":
        whole, rest = divmod(share.numerator, share.denominator)
        part = f"{rest}/{share.denominator}" if rest else ""
        return f"{whole} {part}".rstrip() if whole or not rest else part
    exact = next((places for places in range(2, 6) if (share * 10**places / 100).denominator == 1), None)
    places = 3 if exact is None else exact
    whole, rest = divmod(math.floor(share * 10**places / 100), 10**places)
    return f"{whole}.{rest:0{places}d}" + ("…" if exact is None else "")


def _typeset(limit: str) -> str:
    """`40 2/3` as `40⅔`, `66666.666…` as `66,666.666…`."""
    number, _, part = limit.rpartition(" ") if "/" in limit else (limit, "", "")
    whole, point, decimals = number.partition(".")
    grouped = f"{int(whole):,}" if whole else ""
    sign = _VULGAR.get(part, f" {part}" if grouped and part else part)
    return grouped + point + decimals + sign
