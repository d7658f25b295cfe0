"""Test cases 15 to 22 of the counting reference, by number. Real votes of 15, 17 and 18: test_official.py."""

from typing import Any

import msgspec
import pytest

from voting.methods.grading import BODIES, Grading, GradingSteps
from voting.methods.plurality import Plurality, PluralitySteps
from voting.presets import preset
from voting.proxies import Proxy, Roll, judge
from voting.questions import InvalidChoice, Option, Question, Text, parse_choice
from voting.rules import Requirement, Rule, decide
from voting.tally import Result, Weights, tally


def needs(count: str, comparison: str, fraction: tuple[int, int], base: str) -> Rule:
    requirement = Requirement("heads", count, comparison, fraction, base)  # type: ignore[arg-type]
    return msgspec.structs.replace(preset("urban.reps"), quorum=(), majority=(requirement,))


# -- 15: the denominator decides ---------------------------------------------------------------

FIGURES = {"heads": {"for": 341, "against": 274, "valid": 625, "cast": 630, "present": 640, "eligible": 705}}
"""341 for, 274 against, 10 abstain, 5 invalid, 10 present who did not vote, 65 absent."""


@pytest.mark.parametrize(
    ("base", "outcome"),
    [("valid", "passed"), ("cast", "passed"), ("present", "passed"), ("eligible", "rejected")],
)
def test_case_15_the_same_votes_by_another_denominator(base: str, outcome: str) -> None:
    assert decide(needs("for", "gt", (1, 2), base), FIGURES).outcome == outcome


def test_case_15_abstentions_in_the_base_act_as_no(ask: Any, slips: Any, heads: Any) -> None:
    rule = needs("for", "gt", (1, 2), "valid")
    result = tally(ask(rule), poll="p", eligible=heads(40), present=None, ballots=slips(y=20, n=15, a=5))
    assert result.decision == "rejected"
    without = {"heads": {"for": 20, "valid": 35}}  # present and voting: yes / (yes + no)
    assert decide(rule, without).outcome == "passed"


# -- 16: strictness ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comparison", "fraction", "base", "enough"),
    [
        ("gt", (1, 2), 60, 31),
        ("gt", (1, 2), 61, 31),
        ("ge", (1, 2), 60, 30),
        ("ge", (1, 2), 61, 31),
        ("ge", (2, 3), 60, 40),
        ("gt", (2, 3), 60, 41),
        ("ge", (2, 3), 61, 41),
        ("gt", (2, 3), 61, 41),
        ("ge", (3, 4), 60, 45),
        ("ge", (3, 4), 61, 46),
        ("ge", (1, 3), 3 * 10**17, 10**17),
        ("ge", (2, 3), 3 * 10**17 + 1, 2 * 10**17 + 1),
    ],
)
def test_case_16_one_less_is_not_enough(
    comparison: str, fraction: tuple[int, int], base: int, enough: int
) -> None:
    rule = needs("for", comparison, fraction, "valid")
    assert decide(rule, {"heads": {"for": enough, "valid": base}}).outcome == "passed"
    assert decide(rule, {"heads": {"for": enough - 1, "valid": base}}).outcome == "rejected"


# -- 19: owners by area ------------------------------------------------------------------------

WHOLE = (900, 100_000_00)


def owners(taking_part: tuple[int, int], agreeing: tuple[int, int], whole: tuple[int, int] = WHOLE) -> Any:
    return {
        measure: {"eligible": whole[i], "valid": taking_part[i], "for": agreeing[i]}
        for i, measure in enumerate(("heads", "area"))
    }


OLD_LAW = msgspec.structs.replace(
    preset("owners.ordinary"),
    quorum=(),
    majority=(
        Requirement("heads", "for", "gt", (1, 2), "eligible"),
        Requirement("area", "for", "gt", (1, 2), "eligible"),
    ),
)
"""Property Law (物权法) article 76, no longer in force: more than half of all owners."""


def test_case_19_passes_on_all_owners_and_fails_on_participation() -> None:
    figures = owners((500, 60_000_00), (460, 55_000_00))
    assert decide(OLD_LAW, figures).outcome == "passed"
    assert decide(preset("owners.ordinary"), figures).outcome == "no_quorum"


def test_case_19_passes_on_participation_and_fails_on_all_owners() -> None:
    figures = owners((600, 70_000_00), (301, 36_000_00))
    assert decide(OLD_LAW, figures).outcome == "rejected"
    assert decide(preset("owners.ordinary"), figures).outcome == "passed"


def test_case_19_who_abstains_takes_part(ask: Any) -> None:
    people: list[Weights] = [{"heads": 1, "area": 100_00} for _ in range(9)]
    ballots = [(raw, people[0]) for raw in [b'"for"'] * 4 + [b'"abstain"'] * 2]
    result = tally(ask("owners.ordinary"), poll="p", eligible=people, present=None, ballots=ballots)
    assert result.decision == "passed"  # 6 of 9 take part, 4 of 6 agree
    spoiled = tally(
        ask("owners.ordinary"),
        poll="p",
        eligible=people,
        present=None,
        ballots=[*ballots[:4], *[(b'"both"', people[0])] * 2],
    )
    assert spoiled.decision == "no_quorum"  # an invalid ballot does not


def test_case_19_an_owner_of_three_flats_is_one_head(ask: Any) -> None:
    flats = [80_05, 80_05, 120_10]
    large: Weights = {"heads": 1, "area": sum(flats)}
    people: list[Weights] = [large, {"heads": 1, "area": 70_00}, {"heads": 1, "area": 70_00}]
    result = tally(
        ask("owners.ordinary"),
        poll="p",
        eligible=people,
        present=None,
        ballots=[(b'"for"', large), (b'"against"', people[1]), (b'"against"', people[2])],
    )
    assert result.options[0].total.heads == 1
    assert result.options[0].total.area == "280.20"
    # Two thirds of the area agree, but one head of three: both must pass.
    assert result.decision == "rejected"
    assert [one.ok for one in result.comparisons] == [True, True, False, True]


# -- 20: quorum --------------------------------------------------------------------------------


def test_case_20_the_quorum_is_judged_at_every_vote(ask: Any, slips: Any, heads: Any) -> None:
    """41 of 61 open the meeting; one signs out: the next vote has no quorum."""
    question = ask("urban.reps")
    first = tally(question, poll="p", eligible=heads(61), present=heads(41), ballots=slips(y=21, n=20))
    second = tally(question, poll="q", eligible=heads(61), present=heads(40), ballots=slips(y=40))
    assert (first.decision, second.decision) == ("passed", "no_quorum")


def test_case_20_a_spoiled_paper_is_present_and_cast_but_not_valid(ask: Any, slips: Any, heads: Any) -> None:
    result = tally(
        ask("urban.reps"), poll="p", eligible=heads(60), present=heads(40), ballots=slips(y=20, spoiled=20)
    )
    assert (result.cast.heads, result.valid.heads, result.invalid.heads) == (40, 20, 20)
    assert result.decision == "rejected"  # 20 of 40 present
    cast = tally(
        ask("household.decision"), poll="p", eligible=heads(60), present=None, ballots=slips(y=31, spoiled=9)
    )
    assert cast.decision == "passed"  # 40 of 60 cast a ballot, spoiled or not


def test_case_20_a_proxy_counts_once_for_each_principal() -> None:
    papers = [Proxy("a", "x", written=True), Proxy("a", "y", written=True), Proxy("b", "x", written=True)]
    found = judge(preset("urban.elect.voters"), papers, Roll(voters={"a", "b", "x", "y"}))
    assert [one.principal for one in found.good] == ["a", "b"]
    assert [one.code for one in found.refused] == ["repeated"]


# -- 21: appraisal, both shares printed --------------------------------------------------------

OFFICE = (Option("office", Text(zh="物业服务", en="Property services")),)


def appraise(ask: Any, votes: dict[bytes, int], **settings: Any) -> Result:
    declared = {"scale": BODIES, "verdict": "modal", "base": "graded"} | settings
    rule = msgspec.structs.replace(preset("appraisal.grade.urban_reps"), secrecy=("named",))
    question: Question = ask(rule, method="grading", options=OFFICE, settings=Grading(**declared))
    ballots = [(raw, {"heads": 1}) for raw, number in votes.items() for _ in range(number)]
    return tally(
        question, poll="p", eligible=[{"heads": 1}] * 60, present=[{"heads": 1}] * 45, ballots=ballots
    )


def test_case_21_the_pass_share_in_all_four_ways(ask: Any) -> None:
    """12 satisfied, 13 basically, 10 not, 5 blank: 25 or 12, of 35 or 40."""
    votes = {b'{"office":2}': 12, b'{"office":1}': 13, b'{"office":0}': 10, b"{}": 5}
    result = appraise(ask, votes)
    assert result.decision == "counted"
    assert isinstance(result.steps, GradingSteps)
    (office,) = result.steps.options
    assert (office.counts, office.blank) == ((10, 13, 12), 5)
    assert {(one.basically, one.blanks): (one.value, one.of) for one in office.shares} == {
        (True, False): (25, 35),
        (True, True): (25, 40),
        (False, False): (12, 35),
        (False, True): (12, 40),
    }
    assert office.grade == 1  # 基本满意 is the most frequent


@pytest.mark.parametrize(("base", "passed"), [("graded", False), ("valid", True)])
def test_case_21_blanks_in_the_base_turn_the_verdict(ask: Any, base: str, passed: bool) -> None:
    votes = {b'{"office":2}': 9, b'{"office":0}': 10, b"{}": 5}
    result = appraise(ask, votes, verdict="fail_half", base=base)
    assert isinstance(result.steps, GradingSteps)
    assert result.steps.options[0].passed is passed  # 10 of 19, or 10 of 24


# -- 22: k of n --------------------------------------------------------------------------------

CANDIDATES = tuple(Option(one, Text(zh=one, en=one)) for one in "abcde")
ELECTION = msgspec.structs.replace(
    preset("urban.elect.voters"), secrecy=("named",), paper=msgspec.UNSET, tie=msgspec.UNSET
)
"""The numbers of the law, for an election that the law does not keep on paper: of a group's head, say."""


def elect(
    ask: Any, papers: dict[str, int], seats: int, *, roll: int = 100, lot: str | None = None, **rule: Any
) -> Result:
    question: Question = ask(
        msgspec.structs.replace(ELECTION, **rule),
        method="plurality",
        options=CANDIDATES,
        settings=Plurality(seats, 1),
    )
    ballots = [
        (msgspec.json.encode(list(marks)), {"heads": 1}) for marks, n in papers.items() for _ in range(n)
    ]
    return tally(question, poll="p", eligible=[{"heads": 1}] * roll, present=None, ballots=ballots, lot=lot)


def test_case_22_fewer_marks_are_valid_and_more_are_not(ask: Any) -> None:
    question = ask(ELECTION, method="plurality", options=CANDIDATES, settings=Plurality(2, 1))
    assert parse_choice(question, b'["a"]') == ("a",)
    assert parse_choice(question, b'["a","c"]') == ("a", "c")
    assert parse_choice(question, b"[]") == ()
    for raw in (b'["a","b","c"]', b'["c","a"]', b'["a","a"]', b'["x"]', b'"a"', b'["a" ]'):
        with pytest.raises(InvalidChoice):
            parse_choice(question, raw)
    result = elect(ask, {"ab": 40, "abc": 20, "": 10}, 2)
    assert (result.cast.heads, result.invalid.heads, result.abstain.heads) == (70, 20, 10)
    assert result.chosen == ("a", "b")  # 40 of 70 cast: invalid and blank papers count in the base


def test_case_22_a_tie_at_the_last_place(ask: Any) -> None:
    papers = {"ab": 30, "ac": 30}
    tied = elect(ask, papers, 2, majority=())
    assert (tied.decision, tied.chosen, tied.tied) == ("tied", ("a",), ("b", "c"))
    drawn = elect(ask, papers, 2, majority=(), lot="ecbad")
    assert (drawn.decision, drawn.chosen, drawn.tied) == ("decided", ("a", "c"), ())


def test_case_22_a_tie_that_the_law_gives_to_a_further_vote(ask: Any) -> None:
    papers = {"ab": 30, "ac": 30}
    for lot in (None, "ecbad"):
        result = elect(ask, papers, 2, majority=(), tie="revote", lot=lot)
        assert (result.decision, result.chosen, result.tied) == ("tied", ("a",), ("b", "c"))
        assert isinstance(result.steps, PluralitySteps)
        assert result.steps.rerun == ("b", "c")


def test_case_22_a_tie_higher_up_is_none(ask: Any) -> None:
    result = elect(ask, {"ab": 40, "c": 10}, 2, roll=60)
    assert (result.decision, result.chosen) == ("decided", ("a", "b"))


def test_case_22_who_misses_the_majority_is_not_elected(ask: Any) -> None:
    """Of 80 who took part, a has 41, which is more than half, and b exactly half: one seat is vacant."""
    result = elect(ask, {"ab": 20, "ac": 21, "bd": 20, "e": 19}, 2)
    assert (result.decision, result.chosen, result.vacant) == ("vacant", ("a",), 1)
    assert isinstance(result.steps, PluralitySteps)
    votes = {one.id: (one.votes, one.reached) for one in result.steps.standings}
    assert votes == {"a": (41, True), "b": (40, False), "c": (21, False), "d": (20, False), "e": (19, False)}
    assert result.steps.rerun == ("b", "c")  # one seat and one more candidate
    (made,) = result.steps.standings[1].comparisons
    assert made.text.zh == "收回票 80，得票 40 ≤ 1/2（40）：未达到通过要求"
    assert made.text.en == "40 votes ≤ 1/2 of 80 ballots cast (40): majority not reached"


def test_case_22_equals_at_the_end_of_a_rerun_all_go_on(ask: Any) -> None:
    result = elect(ask, {"a": 20, "b": 20, "c": 20, "d": 10}, 1)
    assert isinstance(result.steps, PluralitySteps)
    assert (result.vacant, result.steps.rerun) == (1, ("a", "b", "c"))


@pytest.mark.parametrize(("votes", "chosen"), [(20, ("a",)), (19, ())])
def test_case_22_a_rerun_needs_a_third_of_the_ballots_cast(
    ask: Any, votes: int, chosen: tuple[str, ...]
) -> None:
    rerun = preset("urban.elect.voters.rerun").majority
    result = elect(ask, {"a": votes, "b": 60 - votes - 30, "c": 10, "": 20}, 1, majority=rerun, roll=61)
    assert result.cast.heads == 60
    assert result.chosen == chosen


def test_case_22_without_enough_voters_the_election_is_not_valid(ask: Any) -> None:
    assert elect(ask, {"a": 50}, 1).decision == "no_quorum"
    assert elect(ask, {"a": 51}, 1).decision == "decided"
