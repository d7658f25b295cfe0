"""Majority judgment against its definition, a set of elections, and two other programs."""

import json
from collections import Counter
from itertools import pairwise
from math import lcm
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting import profiles
from tests.voting.data import folder
from voting.methods.majority_judgment import (
    MajorityJudgment,
    MajorityJudgmentSteps,
    Median,
    count_papers,
    outwards,
)
from voting.methods.protocol import Count
from voting.questions import Text
from voting.seats import levels

SCALE = tuple(Text(zh=word, en=word) for word in "012345")
medians = st.sampled_from(["lower", "upper"])
distributions = st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any)


def judge(options: list[str], ballots: Any, median: Median, seats: int = 1) -> Count:
    return count_papers(options, ballots, MajorityJudgment(SCALE, median, "worst", seats))


def by_definition(grades: list[int], median: Median) -> list[int]:
    """Take the median away again and again."""
    left, taken = sorted(grades), []
    while left:
        taken.append(left.pop((len(left) - 1) // 2 if median == "lower" else len(left) // 2))
    return taken


@given(st.lists(distributions, min_size=2, max_size=4), medians)
def test_reading_outwards_is_taking_the_median_away(given_: list[list[int]], median: Median) -> None:
    """As by the definition; options with fewer grades as if each grade stood there more often."""
    judged = {str(number): grades for number, grades in enumerate(given_)}
    order = levels(outwards(judged, median)[1])
    as_many = lcm(*[sum(grades) for grades in given_])
    if as_many > 5000:
        return
    taken = {
        option: by_definition(
            [g for g, times in enumerate(grades) for _ in range(times * as_many // sum(grades))], median
        )
        for option, grades in judged.items()
    }
    for one in judged:
        for other in judged:
            assert (order[one] > order[other]) == (taken[one] > taken[other])


@given(st.lists(distributions, min_size=2, max_size=4), medians, st.integers(1, 10**9))
def test_every_grade_times_the_same_number_judges_the_same(given_: Any, median: Median, factor: int) -> None:
    judged = {str(number): grades for number, grades in enumerate(given_)}
    many = {option: [times * factor for times in grades] for option, grades in judged.items()}
    assert outwards(judged, median) == outwards(many, median)


def elections() -> list[Any]:
    return list(json.loads((folder("majority_judgment") / "synthetic.json").read_text(encoding="utf-8")))


def ballots_of(election: Any) -> tuple[list[str], list[tuple[dict[str, int], int]]]:
    options = [str(number) for number in range(len(election["ballots"][0]))]
    return options, [(dict(zip(options, grades, strict=True)), 1) for grades in election["ballots"]]


def test_every_election_of_the_set_by_both_medians() -> None:
    """Test case 14."""
    apart = 0
    for election in elections():
        options, ballots = ballots_of(election)
        found = [judge(options, ballots, median) for median in ("lower", "upper")]
        won = [[int(one) for one in count.chosen or count.tied] for count in found]
        assert won == [election["winners_lower_median"], election["winners_upper_median"]]
        apart += won[0] != won[1]
    assert (len(elections()), apart) == (150, 15)


@pytest.mark.foreign
def test_belenios_judges_by_the_upper_median() -> None:
    """The order of all options in every election, not only who is first; its best grade is 1."""
    for election in elections():
        options, ballots = ballots_of(election)
        ranks = [[6 - grade for grade in grades] for grades in election["ballots"]]
        found = profiles.belenios("majority-judgment", ranks, "--ngrades=6", "--blank-allowed=false")
        steps = judge(options, ballots, "upper").steps
        assert isinstance(steps, MajorityJudgmentSteps)
        order = levels(outwards({one.option: one.grades for one in steps.judgments}, "upper")[1])
        ours = [{int(o) for o in options if order[o] == level} for level in sorted(set(order.values()))[::-1]]
        assert [set(place) for place in found["winners"]] == ours


@pytest.mark.foreign
def test_votelib_judges_by_the_lower_median_with_two_faults() -> None:
    """What it finds otherwise, one by one."""
    cardinal = pytest.importorskip("votelib.evaluate.cardinal", reason="votelib is not installed: make dev")
    apart = {}
    for number, election in enumerate(elections()):
        options, ballots = ballots_of(election)
        votes = Counter(frozenset(grades.items()) for grades, _ in ballots)
        try:
            (its,) = cardinal.MajorityJudgment().evaluate(dict(votes))
        except Exception as error:  # noqa: BLE001 - whatever it raises is a difference
            its = type(error).__name__
        count = judge(options, ballots, "lower")
        if its != (ours := "".join(count.chosen or count.tied)):
            apart[number] = (ours, its)
    assert apart == {
        # 1 and 2 have the same grades, 0 2 3 3 4 5 5: a real tie, for which votelib has no answer.
        25: ("12", "VotingSystemError"),
        # One median after the other, 1 has 3 3 … and 0 has 3 2 …; votelib takes several away at once.
        108: ("1", "0"),
    }
    papers = ballots_of(elections()[108])[1]
    taken = [by_definition([paper[option] for paper, _ in papers], "lower")[:2] for option in ("0", "1")]
    assert taken == [[3, 2], [3, 3]]


def test_the_steps_show_where_each_option_parts_from_the_rest() -> None:
    """Each option's pairs end where they differ from every other option's, and the shares grow."""
    for election in elections():
        options, ballots = ballots_of(election)
        steps = judge(options, ballots, "lower").steps
        assert isinstance(steps, MajorityJudgmentSteps)
        for one in steps.judgments:
            same = [
                o for o in steps.judgments if o.outwards[: len(one.outwards)] == one.outwards and o != one
            ]
            assert not same or len(one.outwards) == len(steps.reach)
        shares = [tuple(map(int, share.split("/"))) if "/" in share else (1, 1) for share in steps.reach]
        assert all(a * d < c * b for (a, b), (c, d) in pairwise(shares))
