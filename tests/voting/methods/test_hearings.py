"""Positions at an advisory hearing, and agreement at a coordination meeting."""

from typing import Any

import msgspec
import pytest

from voting.methods.agreement import NOT_REACHED
from voting.presets import preset
from voting.questions import (
    AGREEMENT_OPTIONS,
    MOTION_OPTIONS,
    InvalidChoice,
    Option,
    QuestionError,
    Text,
    decode_question,
    encode_question,
    parse_choice,
)
from voting.tally import tally

POSITIONS = tuple(
    Option(name, Text(zh=zh, en=en))
    for name, zh, en in [
        ("lift", "装电梯", "Build the lift"),
        ("later", "明年再议", "Next year"),
        ("never", "不装", "No lift"),
    ]
)


def heads(number: int) -> list[dict[str, int]]:
    return [{"heads": 1}] * number


@pytest.fixture
def hearing(ask: Any) -> Any:
    return ask("hearing.advisory", method="positions", options=POSITIONS)


@pytest.fixture
def coordination(ask: Any) -> Any:
    return ask("coordination.agreement", method="agreement", options=AGREEMENT_OPTIONS)


def test_positions_are_counted_and_nobody_decides(hearing: Any) -> None:
    assert decode_question(encode_question(hearing)) == hearing
    ballots = [b'"lift"'] * 12 + [b'"later"'] * 7 + [b'"never"'] + [b'"maybe"'] * 2
    result = tally(
        hearing,
        poll="p",
        eligible=heads(30),
        present=heads(22),
        ballots=[(raw, {"heads": 1}) for raw in ballots],
    )
    assert result.decision == "counted"
    assert [(option.id, option.total.heads) for option in result.options] == [
        ("lift", 12),
        ("later", 7),
        ("never", 1),
    ]
    assert (result.valid.heads, result.invalid.heads) == (20, 2)
    assert [one.kind for one in result.comparisons] == ["quorum"]
    assert result.chosen is msgspec.UNSET
    assert tally(hearing, poll="p", eligible=heads(30), present=heads(19), ballots=[]).decision == "no_quorum"


@pytest.mark.parametrize("raw", [b"", b"lift", b'"Lift"', b'"lift" ', b'["lift"]', b"null", b'""', b'"\xff"'])
def test_what_is_no_position(raw: bytes, hearing: Any) -> None:
    with pytest.raises(InvalidChoice):
        parse_choice(hearing, raw)


def test_a_hearing_offers_several_positions_and_has_no_majority(ask: Any) -> None:
    with pytest.raises(QuestionError, match="at least two"):
        encode_question(ask("hearing.advisory", method="positions", options=POSITIONS[:1]))
    with pytest.raises(QuestionError, match="decides nothing"):
        encode_question(ask("urban.reps", method="positions", options=POSITIONS))


@pytest.mark.parametrize(
    ("present", "ballots", "decision"),
    [
        (3, [b'"for"'] * 3, "passed"),
        (3, [b'"for"', b'"for"', b'"against"'], "rejected"),
        (3, [b'"for"'] * 2, "rejected"),
        (2, [b'"for"'] * 2, "no_quorum"),
    ],
)
def test_an_agreement_needs_every_signature(
    coordination: Any, present: int, ballots: list[bytes], decision: str
) -> None:
    assert decode_question(encode_question(coordination)) == coordination
    signed = [(raw, {"heads": 1}) for raw in ballots]
    result = tally(coordination, poll="p", eligible=heads(3), present=heads(present), ballots=signed)
    assert result.decision == decision
    assert result.reason == (None if decision == "passed" else NOT_REACHED)
    assert "未达成一致" in NOT_REACHED.zh


def test_an_agreement_has_its_own_slip_and_a_rule_that_needs_all(ask: Any) -> None:
    with pytest.raises(QuestionError, match="words"):
        encode_question(ask("coordination.agreement", method="agreement", options=MOTION_OPTIONS))
    with pytest.raises(QuestionError, match="every party"):
        encode_question(ask("urban.reps", method="agreement", options=AGREEMENT_OPTIONS))
    unclear = msgspec.structs.replace(preset("coordination.agreement"), majority=())
    with pytest.raises(QuestionError, match="every party"):
        encode_question(ask(unclear, method="agreement", options=AGREEMENT_OPTIONS))
