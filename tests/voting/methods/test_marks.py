"""Approval and plurality: marks, seats, and the count on plain data."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.methods.approval import Approval, ApprovalSteps
from voting.methods.plurality import Plurality, count_papers
from voting.presets import preset
from voting.questions import (
    Option,
    Question,
    QuestionError,
    Text,
    decode_question,
    encode_question,
    parse_choice,
)
from voting.tally import Result, encode_result, tally

OPTIONS = tuple(Option(one, Text(zh=one, en=one)) for one in "abcd")
RULE = msgspec.structs.replace(preset("household.decision"), majority=())


@pytest.fixture
def put(ask: Any) -> Any:
    def build(settings: Any, **changes: Any) -> Question:
        method = changes.pop("method", settings.__struct_config__.tag if settings else "plurality")
        return ask(changes.pop("rule", RULE), method=method, options=OPTIONS, settings=settings, **changes)

    return build


def poll(question: Question, papers: list[str], lot: str | None = None) -> Result:
    weights = [{"heads": 1, "area": 100_00}] * len(papers)
    ballots = [(msgspec.json.encode(list(marks)), weights[0]) for marks in papers]
    return tally(question, poll="p", eligible=weights, present=None, ballots=ballots, lot=lot)


@pytest.mark.parametrize("settings", [Approval(2), Plurality(2, 1)])
def test_a_question_survives_its_bytes(put: Any, settings: Any) -> None:
    question = put(settings)
    assert decode_question(encode_question(question)) == question


@pytest.mark.parametrize("method", ["approval", "plurality"])
def test_nothing_is_decided_that_was_not_declared(put: Any, method: str) -> None:
    with pytest.raises(QuestionError, match="its own settings"):
        encode_question(put(msgspec.UNSET, method=method))
    other = Plurality(1, 1) if method == "approval" else Approval(1)
    with pytest.raises(QuestionError, match="its own settings"):
        encode_question(put(other, method=method))


@pytest.mark.parametrize("settings", [Approval(4), Plurality(4, 0), Plurality(5, 0)])
def test_there_are_more_candidates_than_seats(put: Any, settings: Any) -> None:
    with pytest.raises(QuestionError, match="more than"):
        encode_question(put(settings))


def test_approval_marks_any_number(put: Any) -> None:
    question = put(Approval(1))
    assert parse_choice(question, b'["a","b","c","d"]') == ("a", "b", "c", "d")
    result = poll(question, ["abcd", "bc", "b", ""])
    assert result.chosen == ("b",)
    assert [option.total.heads for option in result.options] == [1, 3, 2, 1]
    assert result.abstain.heads == 1
    assert isinstance(result.steps, ApprovalSteps)
    assert [one.id for one in result.steps.standings] == ["b", "c", "a", "d"]


def test_approval_applies_the_majority_of_its_rule_to_each_option(put: Any) -> None:
    half = preset("household.decision")  # more than half of all households
    result = poll(put(Approval(2), rule=half), ["ab", "ab", "a", "c"])
    assert (result.decision, result.chosen, result.vacant) == ("vacant", ("a",), 1)


def test_where_area_counts_too_both_must_be_reached_and_heads_give_the_order(ask: Any) -> None:
    rule = preset("owners.ordinary")
    question = ask(rule, method="plurality", options=OPTIONS, settings=Plurality(2, 0))
    large, small = {"heads": 1, "area": 500_00}, {"heads": 1, "area": 50_00}
    ballots = [(b'["a","b"]', small), (b'["a","b"]', small), (b'["b"]', large)]
    result = tally(question, poll="p", eligible=[large, small, small], present=None, ballots=ballots)
    # a has two heads of three, but 100 m² of 600 m².
    assert (result.chosen, result.vacant) == (("b",), 1)
    assert result.options[0].total.area == "100.00"


def test_a_result_with_marks_has_the_same_bytes_in_any_order(put: Any) -> None:
    papers = ["ab", "bc", "c", "", "ab", "a"]
    question = put(Plurality(2, 1))
    assert encode_result(poll(question, papers)) == encode_result(poll(question, papers[::-1]))


papers = st.dictionaries(
    st.sets(st.sampled_from("abcd")).map(lambda marks: tuple(sorted(marks))), st.integers(1, 9), max_size=8
)


@given(papers=papers, seats=st.integers(1, 3), lot=st.permutations("abcd"))
def test_whoever_is_chosen_has_at_least_as_many_votes_as_whoever_is_not(
    papers: dict[tuple[str, ...], int], seats: int, lot: list[str]
) -> None:
    votes, found = count_papers("abcd", papers, seats, lot)
    assert votes == {one: sum(n for marks, n in papers.items() if one in marks) for one in "abcd"}
    assert len(found.chosen) == min(seats, sum(number > 0 for number in votes.values()))
    assert len(found.chosen) + found.vacant == seats
    others = [votes[one] for one in "abcd" if one not in found.chosen]
    assert all(votes[one] > 0 and votes[one] >= max(others) for one in found.chosen)
    _, drawn = count_papers("abcd", papers, seats, None)
    assert not drawn.tied or len(drawn.chosen) + len(drawn.tied) > seats
    assert set(drawn.chosen) <= set(found.chosen) <= {*drawn.chosen, *drawn.tied}


@given(papers=papers, seats=st.integers(1, 3), least=st.integers(0, 20))
def test_seats_are_filled_or_vacant(papers: dict[tuple[str, ...], int], seats: int, least: int) -> None:
    votes, found = count_papers("abcd", papers, seats, None, lambda number: number >= least)
    assert all(votes[one] >= least for one in found.chosen)
    if not found.tied:
        assert len(found.chosen) + found.vacant == seats
        assert not found.rerun or found.vacant
        assert all(votes[one] > 0 for one in found.rerun)
        assert not set(found.rerun) & set(found.chosen)


@given(papers=papers, names=st.permutations("abcd"))
def test_no_candidate_is_favoured_by_name(papers: dict[tuple[str, ...], int], names: list[str]) -> None:
    renamed = dict(zip("abcd", names, strict=True))
    other: Counter[tuple[str, ...]] = Counter()
    for marks, number in papers.items():
        other[tuple(renamed[one] for one in marks)] += number
    _, found = count_papers("abcd", papers, 2, None)
    _, again = count_papers("abcd", other, 2, None)
    assert {renamed[one] for one in found.chosen} == set(again.chosen)
    assert {renamed[one] for one in found.tied} == set(again.tied)


def test_nobody_is_elected_without_a_vote(put: Any) -> None:
    result = poll(put(Plurality(3, 1)), ["ab", "a", ""])
    assert (result.decision, result.chosen, result.vacant) == ("vacant", ("a", "b"), 1)
    assert result.steps.rerun == ()
    empty = poll(put(Plurality(1, 1)), ["", ""])
    assert (empty.decision, empty.chosen, empty.vacant) == ("vacant", (), 1)


def test_nobody_goes_into_a_further_round_where_nothing_was_decided(put: Any) -> None:
    question = put(Plurality(2, 1))
    weights = {"heads": 1}
    papers = [(b'["a"]', weights)] * 3 + [(b'["b"]', weights)]
    asked: dict[str, Any] = {"poll": "p", "present": None, "ballots": papers}
    valid = tally(put(Plurality(2, 1), rule=preset("household.decision")), eligible=[weights] * 5, **asked)
    assert (valid.decision, valid.steps.rerun) == ("vacant", ("b",))
    few = tally(question, eligible=[weights] * 100, **asked)
    assert (few.decision, few.steps.rerun) == ("no_quorum", ())
    for more in ({"void_reason": "Read out wrongly"}, {"unopened": 1}):
        strict = put(Plurality(2, 1), rule=preset("household.decision"))
        assert tally(strict, eligible=[weights] * 5, **asked, **more).steps.rerun == ()


def test_no_votes_are_never_enough(put: Any) -> None:
    standings = poll(put(Approval(2)), ["a", "a", "b"]).steps.standings
    assert [(one.id, one.reached) for one in standings] == [
        ("a", True), ("b", True), ("c", False), ("d", False),
    ]  # fmt: skip
