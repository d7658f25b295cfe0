"""A profile counted by any method, with every setting said that was declared for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from voting.formats import FormatError, Profile
from voting.formats.profile import clean
from voting.formats.table import Layout
from voting.methods import (
    METHODS,
    borda,
    grading,
    irv,
    majority_judgment,
    meek,
    motion,
    plurality,
    ranked_pairs,
    schulze,
    score,
    stv,
)
from voting.methods.approval import Approval, ApprovalSteps
from voting.methods.borda import Borda
from voting.methods.grading import PERSONS, Grading, GradingSteps
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.meek import Meek
from voting.methods.plurality import Plurality, PluralitySteps, Standing
from voting.methods.protocol import Count, QuestionError, Settings, Steps
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.questions import MOTION_OPTIONS
from voting.rules import Comparison, Decision, Figures, Quorum, Rule, Text, decide, reaches, turnout

DEFAULTS: Mapping[str, tuple[type[Settings], Mapping[str, Any]]] = {
    "approval": (Approval, {}),
    "plurality": (Plurality, {"spare": 1}),
    "grading": (Grading, {"verdict": "modal", "base": "graded"}),
    "score": (Score, {"missing": "lowest"}),
    "majority_judgment": (MajorityJudgment, {"median": "lower", "missing": "worst"}),
    "borda": (Borda, {"truncation": "zero"}),
    "schulze": (Schulze, {"strength": "winning_votes", "unranked": "last"}),
    "ranked_pairs": (RankedPairs, {"strength": "winning_votes", "unranked": "last"}),
    "irv": (Irv, {"until": "majority", "majority_of": "continuing", "batch": False, "ties": "earlier_round"}),
    "stv": (Stv, {"quota": "droop", "decimals": 5}),
    "meek": (Meek, {}),
}
"""The settings of each method that is counted from a file, as they are where nothing else is said."""
COUNTED: tuple[str, ...] = tuple(name for name in METHODS if name == "motion" or name in DEFAULTS)
LAYOUTS: Mapping[str, Layout] = {
    "motion": "marks",
    "approval": "marks",
    "plurality": "marks",
    "grading": "numbers",
    "score": "numbers",
    "majority_judgment": "numbers",
}
"""What the columns of a table hold for each method; ranks for the others."""
LISTS = ("points", "scale", "grades")
"""Settings that are lists."""


class CannotCountError(ValueError):
    """What was asked for does not fit; `key` is one of the sentences under `command` in the locale."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be counted how.

    Attributes:
        method: a key of `DEFAULTS`, or `motion`.
        seats: how many are chosen; None: as the file says.
        settings: further settings, as somebody typed them.
        lot: all options in the order of a lot, if one was drawn.
        rule: by what motions are decided, and what marks must reach.
        known: how many are entitled and present, where the rule asks.
    """

    method: str
    seats: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    lot: Sequence[str] | None = None
    rule: Rule | None = None
    known: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was found.

    Attributes:
        profile: the papers as they counted.
        count: the count.
        settings: as they were declared; None for a motion.
        decision: what came of it, where it is not whom the count chose.
        turnout: every test of the rule's quorum, where it was met and options are chosen.
        rule: what decided, or what marks had to reach.
    """

    profile: Profile
    count: Count
    settings: Settings | None
    decision: Decision | None
    turnout: tuple[Comparison, ...] = ()
    rule: Rule | None = None

    @property
    def revote(self) -> bool:
        """Whether those tied are voted on again, and no lot decides."""
        return self.rule is not None and self.rule.tie == "revote"


def declare(profile: Profile, asked: Asked) -> Settings | None:
    """The settings of a count; None for a motion.

    Raises:
        CannotCountError: a setting is unknown, said twice or out of its range, or they do not fit each other.
    """
    if asked.method == "motion":
        return None
    kind, defaults = DEFAULTS[asked.method]
    members = {member.name for member in msgspec.structs.fields(kind)}
    known: dict[str, Any] = {**defaults, **_scale(profile, asked.method), **asked.settings}
    if asked.seats is not None and "seats" in asked.settings:
        raise CannotCountError("seats_twice")
    if "seats" in members:
        known.setdefault(
            "seats", asked.seats if asked.seats is not None else 1 if profile.seats is None else profile.seats
        )
    elif asked.seats not in (None, 1):
        raise CannotCountError("one_seat", method=asked.method)
    if odd := sorted(set(known) - members):
        raise CannotCountError("no_setting", name=odd[0], names=", ".join(sorted(members)) or "–")
    for name, value in known.items():
        known[name] = _setting(kind, name, value)
    settings = msgspec.convert(known, kind)
    try:
        match settings:
            case Grading():
                grading.check_declared(settings)
            case Score():
                score.check_declared(settings)
            case MajorityJudgment():
                majority_judgment.check_declared(settings)
    except QuestionError:
        raise CannotCountError(f"declared.{asked.method}") from None
    return settings


def _setting(kind: type[Settings], name: str, value: object) -> object:
    """A setting as its method takes it; lists are typed with commas between.

    Raises:
        CannotCountError: it is not one that the method takes.
    """
    member = next(one for one in msgspec.structs.fields(kind) if one.name == name)
    if isinstance(value, str) and name in LISTS:
        value = [clean(one) for one in value.replace("，", ",").split(",")]
        value = value if name == "points" else [Text(zh=one, en=one) for one in value]
    try:
        return msgspec.convert(value, member.type, strict=False)
    except msgspec.ValidationError:
        raise CannotCountError("setting", name=name, why=_wanted(member.type)) from None


def _wanted(wanted: object) -> Text:
    """What values a setting can have."""
    match msgspec.inspect.type_info(wanted):
        case msgspec.inspect.LiteralType(values=values):
            named = ", ".join(map(str, values))
            return Text(zh=f"应是下列之一：{named}", en=f"one of {named}")
        case msgspec.inspect.IntType(ge=low, le=high):
            return Text(zh=f"应是 {low} 到 {high} 的整数", en=f"a whole number from {low} to {high}")
        case msgspec.inspect.BoolType():
            return Text(zh="应是 true 或 false", en="true or false")
        case _:
            return Text(
                zh="从最低的起逐个写出，用逗号隔开，例如 0,60,80,100",
                en="all of them, the lowest first, with commas between: 0,60,80,100",
            )


def count(profile: Profile, asked: Asked) -> Counted:
    """Count.

    Raises:
        CannotCountError: the papers, the settings or the rule do not fit the method.
    """
    settings = declare(profile, asked)
    if asked.rule is not None and asked.method not in ("motion", "approval", "plurality"):
        raise CannotCountError("rule_not_here", method=asked.method)
    if asked.lot is not None and asked.rule is not None and asked.rule.tie == "revote":
        raise CannotCountError("revote", rule=asked.rule.preset)
    _check_known(asked.known)
    try:
        if settings is None or isinstance(settings, Approval | Plurality):
            found = _marks(profile, asked, settings)
        else:
            found = Counted(profile, _count(profile, settings, asked.lot), settings, None)
        cast = profile.valid + profile.empty + profile.invalid
        found = replace(found, rule=asked.rule)
        return _void(found) if cast > min(asked.known.values(), default=cast) else found
    except FormatError as error:
        raise CannotCountError("method", method=asked.method, why=error.text) from None
    except KeyError as error:
        raise CannotCountError("figure", name=error.args[0]) from None


def _check_known(known: Mapping[str, int]) -> None:
    """Nobody is present who is not entitled, and of nothing there are fewer than none."""
    for name, number in known.items():
        if number < 0:
            raise CannotCountError("negative", name=name, number=number)
    eligible, present = known.get("eligible"), known.get("present")
    if eligible is not None and present is not None and present > eligible:
        raise CannotCountError("present", present=present, eligible=eligible)


def _void(found: Counted) -> Counted:
    """More ballots than people who could cast one: the totals are shown, and nothing follows from them."""
    made = found.decision.comparisons if found.decision else ()
    return replace(found, count=_undecided(found.count), decision=Decision("void", made), turnout=())


def _undecided(count: Count) -> Count:
    """What was counted, where nothing follows from it."""
    return Count(count.totals, steps=plurality.undecided(count.steps), unsaid=count.unsaid)


def _count(profile: Profile, settings: Settings, lot: Sequence[str] | None) -> Count:  # noqa: PLR0911
    options = profile.ids
    match settings:
        case Stv():
            return stv.count_papers(options, profile.as_strict(), settings, lot)
        case Irv():
            return irv.count_papers(options, profile.as_strict(), settings, lot)
        case Meek():
            return meek.count_papers(options, profile.as_strict(), settings, lot)
        case Schulze():
            return schulze.count_papers(options, profile.as_rankings(), settings, lot)
        case RankedPairs():
            return ranked_pairs.count_papers(options, profile.as_rankings(), settings, lot)
        case Borda():
            return borda.count_papers(options, profile.as_rankings(), settings, lot)
        case Score():
            return score.count_papers(options, _numbered(profile, settings.low, settings.high), settings, lot)
        case MajorityJudgment():
            papers = _numbered(profile, 0, len(settings.grades) - 1)
            return majority_judgment.count_papers(options, papers, settings, lot)
        case Grading():
            papers = _numbered(profile, 0, len(settings.scale) - 1)
            found = grading.count_papers(options, papers, profile.valid + profile.empty, settings)
            steps = GradingSteps(tuple(found))
            return Count({one.id: {"heads": sum(one.counts[1:])} for one in steps.options}, steps=steps)
    raise CannotCountError("setting", name="method", why=type(settings).__name__)


def _marks(profile: Profile, asked: Asked, settings: Approval | Plurality | None) -> Counted:
    """Marks, which a rule may judge; of a paper with too many, nothing counts."""
    rule = asked.rule
    if rule is not None and rule.measures != ("heads",):
        raise CannotCountError("area")
    most = 1 if settings is None else settings.seats if isinstance(settings, Plurality) else len(profile.ids)
    papers = {marks: times for marks, times in profile.as_marks().items() if len(marks) <= most}
    spoiled = profile.valid - sum(papers.values())
    profile = replace(profile, kind="marks", rankings={}, marks=papers, invalid=profile.invalid + spoiled)
    figures = _figures(profile, asked.known)
    if settings is None:
        return _motion(profile, rule, figures)
    votes, _ = plurality.count_papers(profile.ids, papers, settings.seats, asked.lot)
    made = {one: reaches(rule, figures, {"heads": number}) if rule else () for one, number in votes.items()}
    reached = {one for one, tests in made.items() if votes[one] and all(test.ok for test in tests)}
    spare = settings.spare if isinstance(settings, Plurality) else 0
    revote = rule is not None and rule.tie == "revote"
    found = plurality.elect(votes, reached, settings.seats, asked.lot, spare=spare, revote=revote)
    order = sorted(votes, key=lambda one: -votes[one])
    standings = tuple(Standing(one, votes[one], made[one], one in reached) for one in order)
    steps: Steps = ApprovalSteps(standings)
    if isinstance(settings, Plurality):
        steps = PluralitySteps(standings, found.rerun)
    totals = {one: {"heads": number} for one, number in votes.items()}
    counted = Count(totals, found.chosen, found.tied, found.vacant, steps)
    quorate = turnout(rule, figures) if rule else Quorum(met=True, comparisons=())
    if not quorate.met:
        nothing = Decision("no_quorum", quorate.comparisons)
        return Counted(profile, _undecided(counted), settings, nothing)
    return Counted(profile, counted, settings, None, quorate.comparisons)


def _motion(profile: Profile, rule: Rule | None, figures: Figures) -> Counted:
    if rule is None:
        raise CannotCountError("needs_rule")
    if not motion.decides(rule):
        raise CannotCountError("no_majority", rule=rule.preset)
    if rule.tie == "revote":  # it says how candidates are elected
        raise CannotCountError("elects", rule=rule.preset)
    named = {text.lower(): one.id for one in MOTION_OPTIONS for text in (one.id, one.text.zh, one.text.en)}
    known = {one: named.get(profile.names[one].lower(), "") for one in profile.ids}
    if sorted(known.values()) != ["abstain", "against", "for"]:
        raise CannotCountError("motion")
    totals = {one: profile.marks.get((one,), 0) for one in profile.ids}
    heads = {known[one]: number for one, number in totals.items()}
    heads["abstain"] += profile.empty
    decision = decide(rule, {"heads": {**figures["heads"], **heads}})
    count = Count({one: {"heads": number} for one, number in totals.items()})
    return Counted(profile, count, None, decision)


def _figures(profile: Profile, known: Mapping[str, int]) -> Figures:
    """What a file tells of attendance; blank ballots are valid ones that abstain."""
    valid = profile.valid + profile.empty
    return {
        "heads": {**known, "cast": valid + profile.invalid, "valid": valid, "invalid": profile.invalid}
        | {"abstain": profile.empty}
    }


def _numbered(profile: Profile, low: int, high: int) -> list[tuple[Mapping[str, int], int]]:
    papers = profile.as_numbers()
    odd = [number for paper in papers for _, number in paper if not low <= number <= high]
    if odd:
        raise FormatError("number", found=odd[0], low=low, high=high)
    return [(dict(paper), times) for paper, times in papers.items()]


def _scale(profile: Profile, method: str) -> dict[str, Any]:
    """The scale that a file's numbers show: from 0, or the lowest points, to the highest."""
    found = [number for paper in profile.numbers for _, number in paper] or [0]
    if method == "score":
        low = min(0, *found)
        return {"low": low, "high": max(low + 1, *found)}
    if method == "majority_judgment":
        return {"grades": [Text(zh=str(one), en=str(one)) for one in range(max(2, max(found) + 1))][:10]}
    return {"scale": PERSONS} if method == "grading" else {}
