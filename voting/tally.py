"""Choices, weights and a question make a result: totals, comparisons, decision, every step shown.

Equal input gives equal bytes, so a published result is checked by computing it again.
"""

from collections.abc import Sequence
from typing import Literal, cast

import msgspec
from msgspec import UNSET, Struct, UnsetType

from voting.methods import METHODS, AnySteps
from voting.methods.protocol import Choice, Count, InvalidChoice
from voting.questions import Question
from voting.rules import (
    Comparison,
    Figures,
    Text,
    Weights,
    amount,
    attendance,
    decide,
    quorum,
    total,
    turnout,
)

__all__ = ["Amount", "OptionTotal", "QuestionRef", "Result", "RuleRef", "Weights", "encode_result", "tally"]

Outcome = Literal[
    "passed", "rejected", "no_quorum", "void", "unverified", "decided", "vacant", "tied", "counted"
]
"""`passed` and `rejected` of a question that is answered by yes or no; `decided` where options were chosen,
`vacant` where seats were not filled, `tied` where a lot must be drawn; `counted` where nobody decides."""


class Amount(Struct, frozen=True, forbid_unknown_fields=True):
    """Heads and area, apart; `area` is a decimal string in m², there only if the rule measures it."""

    heads: int
    area: str | UnsetType = UNSET


class QuestionRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which question was answered."""

    id: str
    title: Text


class RuleRef(Struct, frozen=True, forbid_unknown_fields=True):
    """By which rule it was decided."""

    preset: str
    law: Text | None
    article: str | None
    text: Text


class OptionTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """What one option received."""

    id: str
    text: Text
    total: Amount


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `results/POLL.json`.

    Attributes:
        roll: everyone eligible (应到).
        present: those present when the poll opened (实到), or None in a poll without a meeting.
        issued: ballots handed out (发出), or None where ballots are not handed out.
        returned: ballots that came back (收回), opened or not.
        cast: the ballots that could be opened: `valid` + `invalid`.
        unopened: ballots without their opening; if there are any, nothing is decided.
        abstain: abstentions, which are blank ballots or an option of their own; they are valid ballots.
        comparisons: every test made. While ballots are unopened, only those about presence.
        reason: why the result is void or unverified.
        chosen: ids of the options that are chosen, in order; like those below only where a method chooses.
        tied: ids of those among whom a lot must decide.
        vacant: seats that nobody has reached.
        lot: all options in the order of the lot that was drawn, if one was.
        steps: the count line by line, in the method's own terms.
    """

    v: Literal[1]
    poll: str
    question: QuestionRef
    method: str
    rule: RuleRef
    roll: Amount
    present: Amount | None
    issued: int | None
    returned: int
    cast: Amount
    valid: Amount
    invalid: Amount
    abstain: Amount
    unopened: int
    options: tuple[OptionTotal, ...]
    comparisons: tuple[Comparison, ...]
    decision: Outcome
    reason: Text | None
    chosen: tuple[str, ...] | UnsetType = UNSET
    tied: tuple[str, ...] | UnsetType = UNSET
    vacant: int | UnsetType = UNSET
    lot: tuple[str, ...] | UnsetType = UNSET
    steps: AnySteps | UnsetType = UNSET


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

    Raises:
        KeyError: a weight lacks a measure that the rule needs.
        ValueError: a poll of those present without a list of them, or a lot that is not of all options.
    """
    if question.electorate == "present" and present is None:
        raise ValueError("a poll of those present needs the list of them")
    if lot is not None and sorted(lot) != sorted(option.id for option in question.options):
        raise ValueError("a lot is an order of all options")
    figures, count = _count(question, eligible, present, ballots, lot)
    entitled = len(eligible) if question.electorate == "roll" or present is None else len(present)
    drawn = entitled if issued is None else min(issued, entitled)
    returned = len(ballots) + unopened
    if returned > drawn or void_reason is not None:
        decision: Outcome = "void"
    elif unopened:
        decision = "unverified"
    else:
        decision = _outcome(question, figures, count)
    comparisons = _comparisons(question, figures, unopened=unopened)
    chooses = METHODS[question.method].DECIDER == "count"
    final = chooses and decision in ("decided", "vacant", "tied")
    rule = question.rule
    sums: Figures = {m: {name: weights[m] for name, weights in count.totals.items()} for m in rule.measures}
    return Result(
        v=1,
        poll=poll,
        question=QuestionRef(question.id, question.title),
        method=question.method,
        rule=RuleRef(rule.preset, rule.law, rule.article, rule.text),
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
        reason=_reason(decision, void_reason, drawn=drawn, returned=returned, unopened=unopened),
        chosen=count.chosen if final else UNSET,
        tied=count.tied if final else UNSET,
        vacant=count.vacant if final else UNSET,
        lot=UNSET if lot is None else tuple(lot),
        steps=UNSET if count.steps is None else cast(AnySteps, count.steps),
    )


def encode_result(result: Result) -> bytes:
    """The exact bytes of `results/POLL.json`."""
    return msgspec.json.encode(result)


def _count(
    question: Question,
    eligible: Sequence[Weights],
    present: Sequence[Weights] | None,
    ballots: Sequence[tuple[bytes, Weights]],
    lot: Sequence[str] | None,
) -> tuple[Figures, Count]:
    """All figures, those of the options included, and what the method found."""
    method = METHODS[question.method]
    parse = method.parse
    valid: list[tuple[Choice, Weights]] = []
    invalid: list[Weights] = []
    for raw, weights in ballots:
        try:
            valid.append((parse(question, raw), weights))
        except InvalidChoice:
            invalid.append(weights)
    measures = question.rule.measures
    counts = {
        "cast": total((weights for _, weights in ballots), measures),
        "valid": total((weights for _, weights in valid), measures),
        "invalid": total(invalid, measures),
        "abstain": total((weights for choice, weights in valid if not choice), measures),
    }
    before = attendance(question.rule, eligible, present)
    figures: Figures = {
        measure: {**before[measure], **{name: sums[measure] for name, sums in counts.items()}}
        for measure in measures
    }
    count = method.count(question, [one for one in valid if one[0]], figures, lot)
    if method.DECIDER == "rule":  # its options have names of their own, not of the question's making
        options = count.totals.items()
        figures = {m: {**figures[m], **{name: sums[m] for name, sums in options}} for m in measures}
    return figures, count


def _outcome(question: Question, figures: Figures, count: Count) -> Outcome:
    decider = METHODS[question.method].DECIDER
    if decider == "rule":
        return decide(question.rule, figures).outcome
    if not turnout(question.rule, figures).met:
        return "no_quorum"
    if decider == "nobody":
        return "counted"
    return "tied" if count.tied else "vacant" if count.vacant else "decided"


def _comparisons(question: Question, figures: Figures, *, unopened: int) -> tuple[Comparison, ...]:
    """Every test made of the meeting as a whole; while ballots are unopened, only those about presence."""
    if unopened:
        return quorum(question.rule, figures).comparisons
    if METHODS[question.method].DECIDER == "rule":
        return decide(question.rule, figures).comparisons
    return turnout(question.rule, figures).comparisons


def _amount(figures: Figures, name: str) -> Amount:
    area = figures.get("area")
    return Amount(
        heads=figures["heads"][name], area=UNSET if area is None else str(amount("area", area[name]))
    )


def _reason(
    decision: Outcome, void_reason: str | None, *, drawn: int, returned: int, unopened: int
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
    return None
