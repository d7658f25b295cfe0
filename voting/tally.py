"""Choices, weights and a question make a result: totals, comparisons, decision, every step shown.

Equal input gives equal bytes, so a published result is checked by computing it again.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from voting.methods import METHODS
from voting.methods.protocol import InvalidChoice
from voting.questions import Question
from voting.rules import Comparison, Figures, Text, Weights, amount, attendance, decide, quorum, total

__all__ = ["Amount", "OptionTotal", "QuestionRef", "Result", "RuleRef", "Weights", "encode_result", "tally"]

Outcome = Literal["passed", "rejected", "no_quorum", "void", "unverified"]


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
        abstain: abstentions; they are valid ballots.
        comparisons: every test made. While ballots are unopened, only those about presence.
        reason: why the result is void or unverified.
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

    Raises:
        KeyError: a weight lacks a measure that the rule needs.
        ValueError: a poll of those present without a list of them.
    """
    if question.electorate == "present" and present is None:
        raise ValueError("a poll of those present needs the list of them")
    figures = _count(question, eligible, present, ballots)
    entitled = len(eligible) if question.electorate == "roll" or present is None else len(present)
    drawn = entitled if issued is None else min(issued, entitled)
    returned = len(ballots) + unopened
    decision, comparisons = _decide(question, figures, drawn=drawn, returned=returned, unopened=unopened)
    if void_reason is not None:
        decision = "void"
    rule = question.rule
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
        options=tuple(OptionTotal(one.id, one.text, _amount(figures, one.id)) for one in question.options),
        comparisons=comparisons,
        decision=decision,
        reason=_reason(decision, void_reason, drawn=drawn, returned=returned, unopened=unopened),
    )


def encode_result(result: Result) -> bytes:
    """The exact bytes of `results/POLL.json`."""
    return msgspec.json.encode(result)


def _count(
    question: Question,
    eligible: Sequence[Weights],
    present: Sequence[Weights] | None,
    ballots: Sequence[tuple[bytes, Weights]],
) -> Figures:
    method = METHODS[question.method]
    parse = method.parse
    valid: list[tuple[str, Weights]] = []
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
        **method.count(question, valid),
    }
    before = attendance(question.rule, eligible, present)
    return {
        measure: {**before[measure], **{name: sums[measure] for name, sums in counts.items()}}
        for measure in measures
    }


def _decide(
    question: Question, figures: Figures, *, drawn: int, returned: int, unopened: int
) -> tuple[Outcome, tuple[Comparison, ...]]:
    heads = {**figures["heads"], "issued": drawn, "returned": returned}
    if unopened:
        outcome: Outcome = "void" if returned > drawn else "unverified"
        return outcome, quorum(question.rule, figures).comparisons
    decision = decide(question.rule, {**figures, "heads": heads})
    return decision.outcome, decision.comparisons


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
