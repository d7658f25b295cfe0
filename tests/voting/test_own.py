"""A community's own rule, the strict result beside it, and counting silence with the majority."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.own import THRESHOLDS, OwnRuleError, amend, at, derive, is_stricter, strict
from voting.presets import preset, presets
from voting.questions import QuestionError, Text, decode_question, encode_question
from voting.results import Result
from voting.rules import Requirement, Rule
from voting.silence import follow
from voting.tally import encode_result, tally

CLAUSE = Text(zh="议事规则第十二条", en="Rules of procedure, clause 12")
TEXT = Text(zh="经到会人员的三分之二以上通过。", en="Two thirds of those present must agree.")
TWO_THIRDS = (Requirement("heads", "for", "ge", (2, 3), "present"),)
FLAT = {"heads": 1, "area": 100_00}


def stricter() -> Rule:
    return derive(preset("urban.reps"), clause=CLAUSE, text=TEXT, majority=TWO_THIRDS)


def silent() -> Rule:
    return derive(preset("owners.ordinary"), clause=CLAUSE, text=TEXT, silence=True)


@pytest.mark.parametrize(
    ("y", "own", "law"), [(20, "rejected", "rejected"), (21, "rejected", "passed"), (28, "passed", "passed")]
)
def test_the_strict_result_stands_beside(
    y: int, own: str, law: str, ask: Any, slips: Any, heads: Any
) -> None:
    question = ask(stricter())
    assert decode_question(encode_question(question)) == question
    result = tally(question, poll="p", eligible=heads(61), present=heads(41), ballots=slips(y=y, n=41 - y))
    assert (result.decision, result.statutory.decision) == (own, law)
    assert [one.expression for one in result.statutory.comparisons][1].endswith("1/2 of 41 (20 1/2)")
    assert result.rule.own == CLAUSE
    assert (result.rule.preset, result.rule.article) == ("urban.reps", "29")
    assert msgspec.json.decode(encode_result(result), type=Result) == result


def test_thresholds_take_the_place_of_the_presets_own_by_every_measure() -> None:
    owners = preset("owners.ordinary")
    rule = amend(owners, CLAUSE, None, "ge_3_4")
    assert rule.quorum == owners.quorum
    assert [(t.measure, t.count, t.comparison, t.fraction, t.base) for t in rule.majority] == [
        ("heads", "for", "ge", (3, 4), "valid"), ("area", "for", "ge", (3, 4), "valid"),
    ]  # fmt: skip
    for said, mine in ((rule.text.zh, "通过的要求为四分之三以上"), (rule.text.en, "three quarters")):
        assert mine in said
    assert CLAUSE.zh in rule.text.zh
    assert owners.text.zh in rule.text.zh
    both = amend(owners, CLAUSE, "ge_1_1", "gt_2_3").text
    assert "法定人数的要求为全部，通过的要求为超过三分之二" in both.zh
    assert "the quorum takes all and passing takes more than two thirds" in both.en
    with pytest.raises(OwnRuleError, match="differs"):
        amend(preset("urban.reps"), CLAUSE, "ge_2_3", "gt_1_2")


def test_stricter_asks_for_more_of_everything_and_more_than_is_more_than_at_least() -> None:
    names = list(THRESHOLDS)
    (law,) = preset("urban.reps").quorum
    for here, one in enumerate(names):
        for there, other in enumerate(names):
            assert is_stricter(at((law,), one), at((law,), other)) is (here > there)
    two = (law, msgspec.structs.replace(law, fraction=(1, 1)))
    assert not is_stricter(at(two, "ge_3_4"), two)


def test_the_strict_rule_is_the_preset_in_its_numbers() -> None:
    found = strict(stricter())
    assert found is not None
    assert msgspec.structs.replace(found, text=preset("urban.reps").text) == preset("urban.reps")
    assert all(strict(rule) is None for rule in presets())


def test_a_result_by_the_law_alone_says_nothing_of_it(ask: Any, slips: Any, heads: Any) -> None:
    result = tally(ask("urban.reps"), poll="p", eligible=heads(61), present=heads(41), ballots=slips(y=21))
    assert {"statutory", "silence", "units"}.isdisjoint(json.loads(encode_result(result)))


def test_the_law_may_measure_what_the_own_rule_does_not(ask: Any) -> None:
    by_heads = (Requirement("heads", "for", "gt", (1, 2), "valid"),)
    rule = derive(preset("owners.ordinary"), clause=CLAUSE, text=TEXT, quorum=(), majority=by_heads)
    ballots = [(b'"for"', FLAT), (b'"for"', FLAT), (b'"against"', {"heads": 1, "area": 900_00})]
    result = tally(
        ask(rule), poll="p", eligible=[weights for _, weights in ballots], present=None, ballots=ballots
    )
    assert (result.decision, result.statutory.decision) == ("passed", "rejected")
    assert result.roll.area == "1100.00"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"clause": Text(" ", "")}, "clause"),
        ({"text": Text("", "")}, "sentence"),
        ({"majority": None}, "differs"),
        ({"majority": preset("urban.reps").majority}, "differs"),
        ({"preset": stricter()}, "from a preset"),
        ({"preset": preset("urban.elect.voters")}, "on paper"),
    ],
)
def test_what_is_no_own_rule(members: dict[str, Any], why: str) -> None:
    usual: dict[str, Any] = {
        "preset": preset("urban.reps"),
        "clause": CLAUSE,
        "text": TEXT,
        "majority": TWO_THIRDS,
    }
    usual |= members
    with pytest.raises(OwnRuleError, match=why):
        derive(usual.pop("preset"), **usual)


# -- silence -----------------------------------------------------------------------------------


def owners_poll(question: Any, y: int, n: int, a: int, roll: int, delivered: int) -> Result:
    ballots = [
        (raw, FLAT)
        for raw, number in ((b'"for"', y), (b'"against"', n), (b'"abstain"', a))
        for _ in range(number)
    ]
    ids = {f"m{number:04d}": FLAT for number in range(delivered)}
    return tally(question, poll="p", eligible=[FLAT] * roll, present=None, ballots=ballots, delivered=ids)


def test_silence_with_the_majority_and_the_strict_result(ask: Any) -> None:
    """Minhang 2021: 1,291 owners, 703 answers, 417 : 278 : 8. Strictly there is no quorum."""
    question = ask(silent())
    assert decode_question(encode_question(question)) == question
    result = owners_poll(question, 417, 278, 8, roll=1291, delivered=588)
    assert result.decision == "passed"
    assert result.statutory.decision == "no_quorum"
    assert (result.silence.option, len(result.silence.counted)) == ("for", 588)
    assert (result.silence.total.heads, result.silence.total.area) == (588, "58800.00")
    assert result.comparisons[2].value == 417 + 588
    # Only the comparisons are made with silence: what was cast is shown as it was.
    assert (result.cast.heads, result.options[0].total.heads) == (703, 417)


def test_only_those_with_proof_of_delivery_are_counted(ask: Any) -> None:
    question = ask(silent())
    none = owners_poll(question, 417, 278, 8, roll=1291, delivered=0)
    assert (none.decision, none.silence.counted) == ("no_quorum", ())
    few = owners_poll(question, 417, 278, 8, roll=1291, delivered=157)  # 860 of 1291: one short of two thirds
    assert few.decision == "no_quorum"
    assert owners_poll(question, 417, 278, 8, roll=1291, delivered=158).decision == "passed"


def test_silence_follows_a_no_as_well(ask: Any) -> None:
    result = owners_poll(ask(silent()), 10, 11, 0, roll=100, delivered=79)
    assert (result.silence.option, result.decision) == ("against", "rejected")


def test_without_a_clause_silence_is_nothing(ask: Any) -> None:
    with pytest.raises(ValueError, match="silence"):
        owners_poll(ask("owners.ordinary"), 10, 5, 0, roll=20, delivered=5)
    with pytest.raises(ValueError, match="silence"):
        owners_poll(ask(silent()), 10, 5, 0, roll=20, delivered=6)  # more than kept silent


def test_silence_is_only_counted_in_a_motion_of_the_whole_roll(ask: Any) -> None:
    with pytest.raises(QuestionError, match="whole roll"):
        encode_question(ask(silent(), electorate="present"))


@given(
    sums=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3),
    silent_people=st.lists(st.integers(1, 9), max_size=4),
)
def test_nobody_follows_where_no_option_is_ahead_by_every_measure(
    sums: list[tuple[int, int]], silent_people: list[int]
) -> None:
    options = ("for", "against", "abstain")
    figures = {
        measure: {"cast": sum(one[i] for one in sums), "valid": sum(one[i] for one in sums), "eligible": 999}
        | {option: one[i] for option, one in zip(options, sums, strict=True)}
        for i, measure in enumerate(("heads", "area"))
    }
    ids = {f"m{place}": {"heads": 1, "area": area} for place, area in enumerate(silent_people)}
    found = follow(preset("owners.ordinary"), figures, options, ids)
    ahead = [
        one
        for one in options
        if all(figures[m][one] > figures[m][other] for m in figures for other in options if other != one)
    ]
    if not ahead:
        assert (found.option, found.counted, found.figures) == (None, (), figures)
    else:
        assert [found.option] == ahead
        assert found.counted == tuple(sorted(ids))
        assert found.figures["heads"][ahead[0]] == figures["heads"][ahead[0]] + len(ids)
        assert found.figures["area"]["valid"] == figures["area"]["valid"] + sum(silent_people)
        assert found.figures["heads"]["eligible"] == 999
