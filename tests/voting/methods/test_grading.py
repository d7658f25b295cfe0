"""Appraisal by grades: the three verdicts, ballots, settings, and two failures in a row."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.appraisals import Appraisal, failures_in_a_row, warning
from voting.methods.grading import BODIES, PERSONS, Grading, GradingSteps, count_papers, shares
from voting.presets import preset
from voting.questions import (
    InvalidChoice,
    Option,
    Question,
    QuestionError,
    Text,
    decode_question,
    encode_question,
    parse_choice,
)
from voting.tally import tally

PEOPLE = (Option("wang", Text(zh="王", en="Wang")), Option("li", Text(zh="李", en="Li")))
RULE = msgspec.structs.replace(preset("appraisal.grade.urban_reps"), secrecy=("named",))
MODAL = Grading(PERSONS, "modal", "graded")
HALF = Grading(PERSONS, "fail_half", "graded")
POINTS = Grading(PERSONS, "weighted", "graded", (0, 60, 80, 95))


@pytest.fixture
def put(ask: Any) -> Any:
    def build(settings: Any = MODAL, rule: Any = RULE, **changes: Any) -> Question:
        return ask(rule, method="grading", options=PEOPLE, settings=settings, **changes)

    return build


@pytest.mark.parametrize("settings", [MODAL, HALF, POINTS, Grading(BODIES, "fail_half", "valid")])
def test_a_question_survives_its_bytes(put: Any, settings: Grading) -> None:
    assert decode_question(encode_question(put(settings))) == put(settings)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (msgspec.UNSET, "its own settings"),
        (Grading(PERSONS[:1], "modal", "graded"), "two to ten"),
        (Grading(PERSONS * 3, "modal", "graded"), "two to ten"),
        (Grading(PERSONS, "modal", "valid"), "base"),
        (Grading(PERSONS, "weighted", "graded"), "points"),
        (Grading(PERSONS, "modal", "graded", (1, 2, 3, 4)), "points"),
        (Grading(PERSONS, "weighted", "graded", (0, 60, 80)), "points"),
        (Grading(PERSONS, "weighted", "graded", (0, 80, 60, 95)), "more"),
        (Grading(PERSONS, "weighted", "graded", (0, 60, 60, 95)), "more"),
    ],
)
def test_what_is_declared_must_fit(put: Any, settings: Any, why: str) -> None:
    with pytest.raises(QuestionError, match=why):
        encode_question(put(settings))


def test_an_appraisal_counts_heads_and_passes_nothing(put: Any) -> None:
    for other in ("urban.reps", "owners.ordinary"):
        with pytest.raises(QuestionError, match="heads"):
            encode_question(put(rule=preset(other)))


def test_a_ballot_grades_some_or_all(put: Any) -> None:
    assert parse_choice(put(), b'{"wang":3,"li":0}') == {"wang": 3, "li": 0}
    assert parse_choice(put(), b'{"li":2}') == {"li": 2}
    assert parse_choice(put(), b"{}") == {}
    for raw in (b'{"li":2,"wang":1}', b'{"wang":4}', b'{"wang":-1}', b'{"chen":1}', b'{"wang":1.0}', b"[]"):
        with pytest.raises(InvalidChoice):
            parse_choice(put(), raw)


def verdict(settings: Grading, counts: list[int], blank: int = 0) -> tuple[int | None, bool | None]:
    papers = [({"wang": grade}, number) for grade, number in enumerate(counts)]
    (found,) = count_papers(["wang"], papers, sum(counts) + blank, settings)
    assert found.blank == blank
    return found.grade, found.passed


@pytest.mark.parametrize(
    ("settings", "counts", "blank", "expected"),
    [
        (MODAL, [5, 10, 20, 6], 0, (2, True)),
        (MODAL, [21, 10, 20, 6], 0, (0, False)),
        (MODAL, [5, 20, 20, 6], 0, (None, True)),  # no single one, but not the lowest
        (MODAL, [20, 20, 5, 6], 0, (None, None)),
        (MODAL, [0, 0, 0, 0], 9, (None, None)),
        (HALF, [20, 0, 0, 20], 0, (0, False)),  # 半数以上: half is enough
        (HALF, [19, 0, 0, 20], 0, (None, True)),
        (HALF, [19, 19, 0, 0], 0, (0, False)),
        (HALF, [20, 0, 0, 20], 1, (0, False)),
        (Grading(PERSONS, "fail_half", "valid"), [20, 0, 0, 20], 1, (None, True)),
        (POINTS, [0, 0, 10, 10], 0, (2, True)),  # 87.5
        (POINTS, [0, 0, 0, 7], 0, (3, True)),  # 95, exactly
        (POINTS, [1, 0, 0, 999], 0, (2, True)),
        (POINTS, [0, 1, 0, 0], 5, (1, True)),  # 60; who gave no grade is not in the average
        (POINTS, [1, 2, 0, 0], 0, (0, False)),  # 40
    ],
)
def test_verdicts(settings: Grading, counts: list[int], blank: int, expected: Any) -> None:
    assert verdict(settings, counts, blank) == expected


def test_grades_that_are_frequent_alike_are_told() -> None:
    (found,) = count_papers(["wang"], [({"wang": 1}, 4), ({"wang": 3}, 4)], 8, MODAL)
    assert (found.equal, found.grade) == ((1, 3), None)


def test_a_scale_of_two_has_no_basically() -> None:
    assert {(one.value, one.of) for one in shares([3, 7], 2)} == {(7, 10), (7, 12)}


def test_a_poll_of_grades(put: Any) -> None:
    ballots = [b'{"wang":3,"li":0}'] * 20 + [b'{"wang":2}'] * 10 + [b"{}"] * 5 + [b'{"wang":9}'] * 6
    heads = [{"heads": 1}] * 41
    result = tally(
        put(HALF),
        poll="p",
        eligible=[{"heads": 1}] * 61,
        present=heads,
        ballots=[(raw, {"heads": 1}) for raw in ballots],
    )
    assert (result.decision, result.invalid.heads, result.abstain.heads) == ("counted", 6, 5)
    assert [option.total.heads for option in result.options] == [30, 0]
    assert isinstance(result.steps, GradingSteps)
    wang, li = result.steps.options
    assert (wang.counts, wang.blank, wang.passed) == ((0, 0, 10, 20), 5, True)
    assert (li.counts, li.blank, li.passed) == ((20, 0, 0, 0), 15, False)
    missed = tally(put(HALF), poll="p", eligible=heads, present=heads[:27], ballots=[])
    assert missed.decision == "no_quorum"


@given(counts=st.lists(st.integers(0, 30), min_size=4, max_size=4), blank=st.integers(0, 30))
def test_shares_stay_in_their_order(counts: list[int], blank: int) -> None:
    found = {(one.basically, one.blanks): one for one in shares(counts, blank)}
    assert found[True, False].value >= found[False, False].value
    assert found[True, False].of == sum(counts) <= found[True, True].of == sum(counts) + blank
    assert found[True, False].value == sum(counts) - counts[0]


# -- two in a row ------------------------------------------------------------------------------


def history(*passed: bool | None, term: str = "2026") -> list[Appraisal]:
    return [Appraisal(dt.date(2026 + year, 12, 1), term, one) for year, one in enumerate(passed)]


@pytest.mark.parametrize(
    ("passed", "row"),
    [
        ((), 0),
        ((False,), 1),
        ((False, False), 2),
        ((False, True, False), 1),
        ((True, False, False, False), 3),
        ((False, False, True), 0),
        ((False, None, False), 2),  # a vote without a verdict was no appraisal
    ],
)
def test_failures_in_a_row(passed: tuple[bool | None, ...], row: int) -> None:
    assert failures_in_a_row(history(*passed), "2026") == row
    assert failures_in_a_row(history(*passed)[::-1], "2026") == row


def test_an_earlier_term_does_not_count() -> None:
    earlier = [Appraisal(dt.date(2025, 12, 1), "2021", passed=False)]
    assert failures_in_a_row([*earlier, *history(False)], "2026") == 1


def test_the_warning_warns_and_removes_nobody() -> None:
    name = Text(zh="王芳", en="Wang Fang")
    assert warning(name, history(False, True, False), "2026") is None
    told = warning(name, history(False, False), "2026")
    assert told is not None
    assert told.zh.startswith("王芳在本届任期内已连续 2 次被评议为不称职")
    assert "Nothing is done automatically".lower() in told.en.lower()


def test_the_steps_as_docs_counting_shows_them() -> None:
    told = (Path(__file__).parents[3] / "docs" / "counting.md").read_text(encoding="utf-8")
    papers = [({"wang": grade}, number) for grade, number in enumerate([10, 13, 12])]
    steps = GradingSteps(tuple(count_papers(["wang"], papers, 40, Grading(BODIES, "modal", "graded"))))
    assert msgspec.json.encode(steps).decode() in told


@pytest.mark.parametrize("declared", [MODAL, HALF, POINTS, Grading(PERSONS, "fail_half", "valid")])
def test_nothing_is_found_of_whom_nobody_graded(declared: Grading) -> None:
    """0 is at least half of 0, and every average reaches the points of nobody's grades: neither is a verdict."""
    (one,) = count_papers(["wang"], [({}, 3)], 3, declared)
    assert (one.grade, one.passed, one.equal, one.blank) == (None, None, (), 3)
