"""Choices, weights and a question make a result: totals, comparisons, decision, every step shown.

Equal input gives equal bytes, so a published result is checked by computing it again.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import msgspec
from msgspec import UNSET, UnsetType

from voting.breakdown import breakdown
from voting.methods import METHODS, AnySteps, agreement, motion, plurality
from voting.methods.protocol import Choice, Count, InvalidChoice
from voting.own import strict
from voting.questions import Question
from voting.results import (
    Amount,
    OptionTotal,
    Outcome,
    Part,
    QuestionRef,
    Result,
    RuleRef,
    Silence,
    Statutory,
    UnitGroup,
    Units,
    encode_result,
)
from voting.rules import Comparison, Figures, Text, Weights, attendance, decide, quorum, total, turnout
from voting.sentences import amount
from voting.silence import Followed, follow

__all__ = [
    "Amount",
    "OptionTotal",
    "Outcome",
    "QuestionRef",
    "Result",
    "RuleRef",
    "Weights",
    "encode_result",
    "tally",
]

_Valid = list[tuple[Choice, Weights]]


def tally(
    question: Question,
    *,
    poll: str,
    eligible: Sequence[Weights],
    present: Sequence[Weights] | None,
    ballots: Sequence[tuple[bytes, Weights]],
    issued: int | None = None,
    void_reason: str | None = None,
    unopened: int = 0,
    lot: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
    delivered: Mapping[str, Weights] | None = None,
    archive: str | None = None,
) -> Result:
    """Count a poll and decide it.

    Args:
        question: as frozen at notice.
        poll: the poll's id.
        eligible: the weights of everyone on the roll who may vote.
        present: of those who were present when the poll opened; None in a poll without a meeting.
            Later arrivals are not in it; those who left afterwards stay in it.
        ballots: the exact bytes of each choice and the voter's weights, one ballot a person.
        issued: how many paper ballots were handed out.
        void_reason: why an officer declared the poll void.
        unopened: how many further ballots lack their opening.
        lot: all options in the order of a public lot, where one was drawn.
        units: the constituency of each ballot's voter, where the question asks for a breakdown.
        delivered: id → weights of those who cast no ballot and to whom delivery of the papers is proven,
            where the community's own rule counts silence.
        archive: of a secret poll, the SHA-256 in hex of the archive that proves its totals.

    Raises:
        KeyError: a weight lacks a measure that the rule needs.
        ValueError: a poll of those present without a list of them, a lot that is not of all options, a
            breakdown without units, or silence that the rule does not count, or of too many people.
    """
    if question.electorate == "present" and present is None:
        raise ValueError("a poll of those present needs the list of them")
    if lot is not None and sorted(lot) != sorted(option.id for option in question.options):
        raise ValueError("a lot is an order of all options")
    own = question.rule.own
    silent = not isinstance(own, UnsetType) and own.silence
    if delivered and not (silent and len(delivered) + len(ballots) + unopened <= len(eligible)):
        raise ValueError("silence is counted where the rule says so, of people who cast no ballot")
    if (units is None) is not (question.breakdown is UNSET):
        raise ValueError("units are given where the question asks for a breakdown")
    valid, invalid, places = _read(question, ballots)
    count, figures = _count(question, valid, _figures(question, eligible, present, valid, invalid), lot)
    followed = follow(question.rule, figures, motion.IDS, delivered or {}) if silent else None
    entitled = len(eligible) if question.electorate == "roll" or present is None else len(present)
    drawn = entitled if issued is None else min(issued, entitled)
    returned = len(ballots) + unopened
    void = returned > drawn or void_reason is not None
    decision, comparisons = _decide(
        question, followed.figures if followed else figures, count, void=void, unopened=unopened
    )
    final = METHODS[question.method].DECIDER == "count" and decision in ("decided", "vacant", "tied")
    rule = question.rule
    steps = count.steps if final else plurality.undecided(count.steps)
    sums: Figures = {m: {name: weights[m] for name, weights in count.totals.items()} for m in rule.measures}
    return Result(
        v=1,
        poll=poll,
        question=QuestionRef(question.id, question.title),
        method=question.method,
        rule=RuleRef(
            rule.preset,
            rule.law,
            rule.article,
            rule.text,
            UNSET if isinstance(own, UnsetType) else own.clause,
        ),
        roll=_amount(figures, "eligible"),
        present=None if present is None else _amount(figures, "present"),
        issued=issued,
        returned=returned,
        cast=_amount(figures, "cast"),
        valid=_amount(figures, "valid"),
        invalid=_amount(figures, "invalid"),
        abstain=_amount(figures, "abstain"),
        unopened=unopened,
        options=tuple(OptionTotal(one.id, one.text, _amount(sums, one.id)) for one in question.options),
        comparisons=comparisons,
        decision=decision,
        reason=_reason(question, decision, void_reason, drawn=drawn, returned=returned, unopened=unopened),
        chosen=count.chosen if final else UNSET,
        tied=count.tied if final else UNSET,
        vacant=count.vacant if final else UNSET,
        lot=UNSET if lot is None else tuple(lot),
        steps=UNSET if steps is None else cast("AnySteps", steps),
        statutory=_statutory(question, valid, figures, lot, void=void, unopened=unopened),
        silence=UNSET if followed is None else _silence(followed),
        units=UNSET
        if units is None or unopened
        else _units(question, valid, figures, [units[place] for place in places]),
        archive=UNSET if archive is None else archive,
    )


def _read(
    question: Question, ballots: Sequence[tuple[bytes, Weights]]
) -> tuple[_Valid, list[Weights], list[int]]:
    """The valid ballots, the weights of the invalid ones, and at which places the valid ones stood."""
    parse = METHODS[question.method].parse
    valid: _Valid = []
    invalid: list[Weights] = []
    places: list[int] = []
    for place, (raw, weights) in enumerate(ballots):
        try:
            valid.append((parse(question, raw), weights))
            places.append(place)
        except InvalidChoice:
            invalid.append(weights)
    return valid, invalid, places


def _figures(
    question: Question,
    eligible: Sequence[Weights],
    present: Sequence[Weights] | None,
    valid: _Valid,
    invalid: Sequence[Weights],
) -> Figures:
    """Everything that is known of attendance and ballots, without the options."""
    measures = question.rule.measures
    good = total((weights for _, weights in valid), measures)
    bad = total(invalid, measures)
    counts: dict[str, Weights] = {
        "cast": {measure: good[measure] + bad[measure] for measure in measures},
        "valid": good,
        "invalid": bad,
        "abstain": total((weights for choice, weights in valid if not choice), measures),
    }
    before = attendance(question.rule, eligible, present)
    return {
        measure: {**before[measure], **{name: sums[measure] for name, sums in counts.items()}}
        for measure in measures
    }


def _count(
    question: Question, valid: _Valid, figures: Figures, lot: Sequence[str] | None
) -> tuple[Count, Figures]:
    """What the method found, and the figures with those of its options where a rule is applied to them."""
    method = METHODS[question.method]
    count = method.count(question, [one for one in valid if one[0]], figures, lot)
    if method.DECIDER == "rule":  # its options have names of their own, not of the question's making
        options = count.totals.items()
        measures = question.rule.measures
        figures = {m: {**figures[m], **{name: sums[m] for name, sums in options}} for m in measures}
    return count, figures


def _decide(
    question: Question, figures: Figures, count: Count, *, void: bool, unopened: int
) -> tuple[Outcome, tuple[Comparison, ...]]:
    """The outcome, and every test made of the meeting as a whole.

    While ballots are unopened, only the tests about presence are made.
    """
    decider = METHODS[question.method].DECIDER
    if unopened:
        left: Outcome = "unopened" if question.visibility == "secret" else "unverified"
        return "void" if void else left, quorum(question.rule, figures).comparisons
    if decider == "rule":
        decided = decide(question.rule, figures)
        return "void" if void else decided.outcome, decided.comparisons
    found = turnout(question.rule, figures)
    outcome: Outcome = "counted"
    if void:
        outcome = "void"
    elif not found.met:
        outcome = "no_quorum"
    elif decider == "count":
        outcome = "tied" if count.tied else "vacant" if count.vacant else "decided"
    return outcome, found.comparisons


def _statutory(
    question: Question,
    valid: _Valid,
    figures: Figures,
    lot: Sequence[str] | None,
    *,
    void: bool,
    unopened: int,
) -> Statutory | UnsetType:
    """The strict result, where the community's own rule decides."""
    rule = strict(question.rule)
    if rule is None:
        return UNSET
    question = msgspec.structs.replace(question, rule=rule)
    count, figures = _count(question, valid, figures, lot)
    decision, comparisons = _decide(question, figures, count, void=void, unopened=unopened)
    chooses = METHODS[question.method].DECIDER == "count"
    return Statutory(decision, comparisons, count.chosen if chooses else UNSET)


def _silence(followed: Followed) -> Silence:
    sums: Figures = {measure: {"silence": value} for measure, value in followed.total.items()}
    return Silence(followed.option, followed.counted, _amount(sums, "silence"))


def _units(question: Question, valid: _Valid, figures: Figures, units: Sequence[str]) -> Units:
    """The vote by constituency. Ballots are named in this version, so none is hidden."""
    method = METHODS[question.method]

    def totals(ballots: Sequence[tuple[Choice, Weights]]) -> Mapping[str, Weights]:
        found = method.count(question, [one for one in ballots if one[0]], figures, None)
        return {one: weights for one, weights in found.totals.items() if one not in found.unsaid}

    found = breakdown(list(zip(valid, units, strict=True)), totals, secret=False)
    groups = tuple(
        UnitGroup(
            group.units,
            group.ballots,
            tuple(Part(one, _weights(weights)) for one, weights in group.totals.items()),
        )
        for group in found.groups
    )
    return Units(groups, found.merged, found.withheld)


def _amount(figures: Figures, name: str) -> Amount:
    return _weights({measure: sums[name] for measure, sums in figures.items()})


def _weights(weights: Weights) -> Amount:
    area = weights.get("area")
    return Amount(weights["heads"], UNSET if area is None else str(amount("area", area)))


def _reason(
    question: Question,
    decision: Outcome,
    void_reason: str | None,
    *,
    drawn: int,
    returned: int,
    unopened: int,
) -> Text | None:
    if void_reason is not None:
        return Text(zh=void_reason, en=void_reason)
    if decision == "void":
        return Text(
            zh=f"收回 {returned} 票，多于可投的 {drawn} 票，本次表决无效。",
            en=f"{returned} ballots came back, but only {drawn} could be cast: the vote is void.",
        )
    if decision == "unverified":
        return Text(
            zh=f"有 {unopened} 票未能打开，结果无法核实。",
            en=f"{unopened} ballots could not be opened: the result cannot be verified.",
        )
    if decision == "unopened":
        return Text(
            zh=f"收回 {unopened} 票，不足 5 票：为了保密，这些票永远不打开。请换一种方式表决。",
            en=f"{unopened} ballots came back, fewer than 5: to keep them secret nobody ever opens them. "
            "Please decide this another way.",
        )
    if question.method == "agreement" and decision in ("rejected", "no_quorum"):
        return agreement.NOT_REACHED
    return None
