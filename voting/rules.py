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

from msgspec import UNSET, Meta, Struct, UnsetType

from voting.sentences import amount, expression, holds, sentence

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


class Proxies(Struct, frozen=True, forbid_unknown_fields=True):
    """Who may vote for others (委托投票), always in writing; `voting/proxies.py` applies it.

    Attributes:
        most: from how many people one holder may take a proxy; None where no number is stated.
        holder: another voter of the same roll, an adult of the same household, or any lawful agent.
        candidates: whether a candidate may hold a proxy.
        instructed: whether the paper must say how to vote.
    """

    most: Bound | None
    holder: Literal["voter", "household", "agent"]
    candidates: bool
    instructed: bool


class Composition(Struct, frozen=True, forbid_unknown_fields=True):
    """Who must be among the members (组成人员): so many, or such a part; `voting/composition.py` checks it.

    Attributes:
        group: who is counted.
        among: those on the roll, or those present.
        number: how many at least.
        fraction: which part at least, instead of a number.
        of: of whom it is a part: all members among the same, or the same group on the roll.
    """

    group: Literal["members", "representatives", "women_representatives"]
    among: Literal["roll", "present"]
    number: Bound | UnsetType = UNSET
    fraction: tuple[Bound, Bound] | UnsetType = UNSET
    of: Literal["members", "group"] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Raise ValueError for neither a number nor a fraction of something, or both."""
        if (self.number is UNSET) is (self.fraction is UNSET) or (self.fraction is UNSET) is not (
            self.of is UNSET
        ):
            raise ValueError("either a number, or a fraction of something")


class Own(Struct, frozen=True, forbid_unknown_fields=True):
    """That a community's own rules of procedure (议事规则) depart from the statute, and from what.

    Attributes:
        clause: number and wording of the clause that says so.
        quorum: what the preset requires instead.
        majority: what the preset requires instead.
        silence: whether those who give no answer are counted with the majority (从众): `voting/silence.py`.
    """

    clause: Text
    quorum: tuple[Requirement, ...]
    majority: tuple[Requirement, ...]
    silence: bool


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
        majority: every test must hold for the motion to pass, or for an option to be chosen.
        proxies: who may vote for others; absent where nobody may.
        composition: who must be among the members.
        tie: `revote` where those tied are voted on again (再次投票); absent where a lot decides.
        paper: whether the law keeps the vote on paper, in a booth (秘密写票处): none is held by this service.
        own: from which clause of the community's own rules `quorum` and `majority` are, if not the preset's.
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
    proxies: Proxies | UnsetType = UNSET
    composition: tuple[Composition, ...] | UnsetType = UNSET
    tie: Literal["revote"] | UnsetType = UNSET
    paper: bool | UnsetType = UNSET
    own: Own | UnsetType = UNSET

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that the rule looks at; heads are always shown."""
        return ("heads", "area") if any(test.measure == "area" for test in self._tests) else ("heads",)

    @property
    def needs_presence(self) -> bool:
        """Whether some test refers to those present."""
        return any("present" in (test.count, test.base) for test in self._tests)

    @property
    def _tests(self) -> tuple[Requirement, ...]:
        statutory = () if isinstance(self.own, UnsetType) else (*self.own.quorum, *self.own.majority)
        return (*self.quorum, *self.majority, *statutory)


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
    """What the rule's majority says of one option, among several, that received these votes.

    Raises:
        KeyError: a figure that the rule needs is missing.
    """
    own: Figures = {measure: {**figures[measure], "for": votes[measure]} for measure in rule.measures}
    return tuple(_compare(rule, "majority", test, own, of_option=True) for test in rule.majority)


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
    rule: Rule,
    kind: Literal["quorum", "majority"],
    test: Requirement,
    figures: Figures,
    *,
    of_option: bool = False,
) -> Comparison:
    value, of = figures[test.measure][test.count], figures[test.measure][test.base]
    share = Fraction(*test.fraction) * of
    needed = math.floor(share) + 1 if test.comparison == "gt" else math.ceil(share)
    # A share of nothing is never enough: an empty roll has no quorum.
    ok = of > 0 and holds(test, value, of)
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
        expression=expression(test, value, of),
        text=Text(*sentence(rule.unit, kind, test, value, of, ok=ok, of_option=of_option)),
    )
