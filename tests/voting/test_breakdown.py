"""Totals by constituency, and what is not shown of a secret vote."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room import choosing
from voting.breakdown import LEAST, breakdown
from voting.methods.grading import PERSONS
from voting.methods.majority_judgment import MajorityJudgment
from voting.questions import decode_question, encode_question
from voting.standings import constituencies
from voting.tally import encode_result, tally


def count(ballots: Sequence[str]) -> dict[str, dict[str, int]]:
    return {option: {"heads": ballots.count(option)} for option in ("for", "against")}


def ballots(**units: int) -> list[tuple[str, str]]:
    return [("for" if place % 2 else "against", unit) for unit, n in units.items() for place in range(n)]


def test_a_named_vote_shows_every_unit() -> None:
    found = breakdown(ballots(east=3, west=1), count, secret=False)
    assert [(group.units, group.ballots) for group in found.groups] == [(("east",), 3), (("west",), 1)]
    assert found.groups[0].totals == {"for": {"heads": 1}, "against": {"heads": 2}}
    assert not found.withheld


@pytest.mark.parametrize(
    ("units", "shown", "merged"),
    [
        ({"a": 5, "b": 5}, [("a",), ("b",)], ()),
        ({"a": 5, "b": 4, "c": 1}, [("a",), ("b", "c")], ("b", "c")),
        ({"a": 9, "b": 7, "c": 4}, [("a",), ("b", "c")], ("b", "c")),  # the smallest of the others joins
        ({"a": 6, "b": 6, "c": 2, "d": 2}, [("a", "c", "d"), ("b",)], ("a", "c", "d")),
    ],
)
def test_a_secret_vote_merges_small_units(
    units: dict[str, int], shown: list[tuple[str, ...]], merged: tuple[str, ...]
) -> None:
    found = breakdown(ballots(**units), count, secret=True)
    assert sorted(group.units for group in found.groups) == sorted(shown)
    assert (found.merged, found.withheld) == (merged, False)


@pytest.mark.parametrize("units", [{}, {"a": 30}, {"a": 30, "b": 4}, {"a": 4, "b": 4}, {"a": 2, "b": 2}])
def test_a_secret_vote_withholds_what_cannot_be_merged(units: dict[str, int]) -> None:
    found = breakdown(ballots(**units), count, secret=True)
    assert (found.groups, found.withheld, found.merged) == ((), True, tuple(sorted(units)))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12), max_size=8))
def test_no_group_of_a_secret_vote_nor_the_rest_is_under_five(units: dict[str, int]) -> None:
    whole = ballots(**units)
    found = breakdown(whole, count, secret=True)
    for group in found.groups:
        assert group.ballots >= LEAST
        assert len(whole) - group.ballots >= LEAST
    if not found.withheld:
        assert sum(group.ballots for group in found.groups) == len(whole)
        sums: Counter[str] = Counter()
        for group in found.groups:
            sums.update({option: weights["heads"] for option, weights in group.totals.items()})
        assert {option: {"heads": sums[option]} for option in ("for", "against")} == count(
            [said for said, _ in whole]
        )
        assert sorted(unit for group in found.groups for unit in group.units) == sorted(units)


def test_a_result_by_constituency(ask: Any) -> None:
    question = ask("owners.ordinary", breakdown="unit")
    assert decode_question(encode_question(question)) == question
    people = [{"heads": 1, "area": 80_05}, {"heads": 1, "area": 100_00}, {"heads": 1, "area": 60_00}]
    papers = [(b'"for"', people[0]), (b'"neither"', people[1]), (b'"against"', people[2])]
    members: dict[str, Any] = {"poll": "p", "eligible": people, "present": None, "ballots": papers}
    result = tally(question, **members, units=["3号楼", "3号楼", "1号楼"])
    first, second = result.units.groups
    assert (first.units, first.ballots, second.units, second.ballots) == (("1号楼",), 1, ("3号楼",), 1)
    assert [(part.id, part.total.heads, part.total.area) for part in second.options] == [
        ("for", 1, "80.05"),
        ("against", 0, "0.00"),
        ("abstain", 0, "0.00"),
    ]
    with pytest.raises(ValueError, match="breakdown"):
        tally(question, **members)
    with pytest.raises(ValueError, match="breakdown"):
        tally(ask("owners.ordinary"), **members, units=["", "", ""])
    assert b"units" not in encode_result(tally(ask("owners.ordinary"), **members))


def test_an_option_that_nobody_there_graded_has_no_grade_there() -> None:
    settings = MajorityJudgment(PERSONS, "lower", "excluded", 1)
    question = choosing("q1", settings, ["a", "b"], breakdown="unit")
    ballots = [(b'{"a":2}', {"heads": 1}), (b'{"a":3,"b":1}', {"heads": 1}), (b"{}", {"heads": 1})]
    people = [weights for _, weights in ballots]
    result = tally(
        question, poll="p", eligible=people, present=people, ballots=ballots, units=["east", "west", "north"]
    )
    east, north, west = result.units.groups
    assert [part.id for part in east.options] == ["a"]
    assert [(part.id, part.total.heads) for part in west.options] == [("a", 3), ("b", 1)]
    assert north.options == ()
    assert [one.total.heads for one in result.options] == [2, 1]
    says = [one.says.zh for one in constituencies(question, result)]
    assert says[0].endswith("a 称职、b —")
    assert says[1].endswith("a —、b —")
