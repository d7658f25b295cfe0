"""The test vectors of the legal reference, section 3.7, for rules that compare numbers."""

from collections.abc import Mapping

import msgspec
import pytest

from voting.presets import preset
from voting.rules import Requirement, Rule, attendance, decide, quorum


def of(**counts: int) -> Mapping[str, Mapping[str, int]]:
    names = {"y": "for", "e": "eligible", "p": "present", "c": "cast"}
    return {"heads": {names.get(name, name): value for name, value in counts.items()}}


def owners(
    eligible: tuple[int, int], valid: tuple[int, int], yes: tuple[int, int]
) -> Mapping[str, Mapping[str, int]]:
    return {
        measure: {"eligible": eligible[i], "valid": valid[i], "for": yes[i]}
        for i, measure in enumerate(("heads", "area"))
    }


@pytest.mark.parametrize(
    ("rule", "e", "p", "met"),
    [
        ("urban.reps", 61, 40, False),
        ("urban.reps", 61, 41, True),
        ("urban.reps", 60, 40, True),
        ("urban.reps", 60, 39, False),
        ("urban.assembly", 90, 45, False),
        ("urban.assembly", 90, 46, True),
        ("urban.assembly", 91, 45, False),
        ("urban.assembly", 91, 46, True),
        ("urban.reps", 0, 0, False),
        ("urban.assembly", 0, 0, False),
    ],
)
def test_quorum_of_a_meeting(rule: str, e: int, p: int, met: bool) -> None:
    heads = {"heads": 1}
    figures = attendance(preset(rule), [heads] * e, [heads] * p)
    assert quorum(preset(rule), figures).met is met
    assert (decide(preset(rule), of(e=e, p=p, y=p)).outcome == "no_quorum") is not met


@pytest.mark.parametrize(
    ("rule", "e", "p", "y", "outcome"),
    [
        ("urban.reps", 61, 41, 20, "rejected"),
        ("urban.reps", 61, 41, 21, "passed"),
        ("urban.reps", 60, 40, 20, "rejected"),
        ("urban.reps", 60, 40, 21, "passed"),
        ("urban.assembly", 90, 46, 23, "rejected"),
        ("urban.assembly", 90, 46, 24, "passed"),
    ],
)
def test_majority_of_those_present(rule: str, e: int, p: int, y: int, outcome: str) -> None:
    assert decide(preset(rule), of(e=e, p=p, y=y)).outcome == outcome


@pytest.mark.parametrize(
    ("e", "c", "y", "outcome"),
    [
        (60, 39, 39, "no_quorum"),
        (60, 40, 30, "rejected"),
        (60, 40, 31, "passed"),
        (61, 40, 40, "no_quorum"),
        (61, 41, 30, "rejected"),
        (61, 41, 31, "passed"),
    ],
)
def test_household_decision_needs_half_of_all_households(e: int, c: int, y: int, outcome: str) -> None:
    assert decide(preset("household.decision"), of(e=e, c=c, y=y)).outcome == outcome


@pytest.mark.parametrize(
    ("name", "e", "turnout", "outcome"),
    [
        ("urban.elect.reps", 60, 40, "no_quorum"),  # 超过三分之二
        ("urban.elect.reps", 60, 41, "passed"),
        ("urban.recall.reps", 60, 40, "no_quorum"),
        ("urban.elect.voters", 60, 30, "no_quorum"),
        ("urban.elect.voters", 60, 31, "passed"),
        ("village.elect", 61, 31, "passed"),
        ("village.assembly.households", 90, 60, "passed"),
        ("village.assembly.households", 90, 59, "no_quorum"),
        ("village.assembly.adults", 90, 45, "no_quorum"),
        ("village.assembly.adults", 90, 46, "passed"),
        ("village.reps", 61, 40, "no_quorum"),
        ("village.group", 30, 20, "passed"),
        ("owners.committee", 7, 3, "no_quorum"),
        ("review.assistance", 15, 10, "passed"),
        ("review.assistance", 15, 9, "no_quorum"),
        ("party.review", 61, 40, "no_quorum"),
        ("hearing.advisory", 30, 19, "no_quorum"),
        ("coordination.agreement", 3, 2, "no_quorum"),
    ],
)
def test_quorum_of_every_kind_of_meeting(name: str, e: int, turnout: int, outcome: str) -> None:
    """Everyone who takes part agrees."""
    assert decide(preset(name), of(e=e, p=turnout, c=turnout, y=turnout)).outcome == outcome


@pytest.mark.parametrize(
    ("name", "e", "p", "enough"),
    [
        ("village.reps", 61, 41, 21),
        ("urban.elect.voters", 100, 60, 31),
        ("urban.elect.voters.rerun", 100, 60, 20),
        ("urban.elect.reps.rerun", 60, 44, 15),
        ("collective.members", 90, 60, 60),  # of all members: everyone present must agree
        ("collective.reps", 31, 25, 21),
        ("collective.benefit", 90, 75, 68),
        ("owners.committee", 7, 4, 4),
        ("council.simple", 20, 15, 11),
        ("party.review", 60, 40, 30),  # 半数以上: half is enough
        ("party.review", 61, 41, 31),
        ("review.assistance", 15, 10, 7),
        ("coordination.agreement", 3, 3, 3),
    ],
)
def test_majority_of_every_kind_of_meeting(name: str, e: int, p: int, enough: int) -> None:
    assert decide(preset(name), of(e=e, p=p, c=p, y=enough)).outcome == "passed"
    assert decide(preset(name), of(e=e, p=p, c=p, y=enough - 1)).outcome == "rejected"


def test_every_interested_owner_must_agree() -> None:
    rule = preset("owners.unanimous")
    assert decide(rule, {"heads": {"eligible": 6, "valid": 6, "for": 6}}).outcome == "passed"
    assert decide(rule, {"heads": {"eligible": 6, "valid": 6, "for": 5}}).outcome == "rejected"
    assert decide(rule, {"heads": {"eligible": 6, "valid": 5, "for": 5}}).outcome == "no_quorum"


E = (900, 100_000_00)
C = (600, 66_666_67)


@pytest.mark.parametrize(
    ("valid", "yes", "outcome"),
    [
        (C, (301, 33_333_34), "passed"),
        (C, (300, 33_333_34), "rejected"),
        (C, (301, 33_333_33), "rejected"),
        (C, (600, 33_333_33), "rejected"),
        ((600, 66_666_66), (600, 66_666_66), "no_quorum"),
        ((599, 66_666_67), (599, 66_666_67), "no_quorum"),
        # Half of what takes part is enough, though far from half of all owners …
        ((600, 66_666_67), (302, 34_000_00), "passed"),
        # … and half of all owners is not enough where all take part.
        ((900, 100_000_00), (450, 50_000_00), "rejected"),
    ],
)
def test_owners_must_pass_by_heads_and_by_area(
    valid: tuple[int, int], yes: tuple[int, int], outcome: str
) -> None:
    assert decide(preset("owners.ordinary"), owners(E, valid, yes)).outcome == outcome


@pytest.mark.parametrize(
    ("valid", "yes", "outcome"),
    [
        (C, (450, 50_000_01), "passed"),
        (C, (449, 50_000_01), "rejected"),
        (C, (450, 50_000_00), "rejected"),
        ((600, 66_666_68), (450, 50_000_01), "passed"),  # exactly three quarters
        ((600, 66_666_66), (600, 66_666_66), "no_quorum"),
    ],
)
def test_special_matters_of_owners_need_three_quarters(
    valid: tuple[int, int], yes: tuple[int, int], outcome: str
) -> None:
    assert decide(preset("owners.special"), owners(E, valid, yes)).outcome == outcome


def test_the_threshold_of_special_matters_is_exact() -> None:
    area = decide(preset("owners.special"), owners(E, C, (450, 50_000_01))).comparisons[3]
    assert (area.threshold, area.needed) == ("20000001/400", "50000.01")
    assert area.expression == "50000.01 ≥ 3/4 of 66666.67 (50000.0025)"


def test_thresholds_of_owners_are_exact() -> None:
    made = decide(preset("owners.ordinary"), owners(E, C, (301, 33_333_34))).comparisons
    assert [(one.kind, one.measure, one.threshold, one.needed, one.value) for one in made] == [
        ("quorum", "heads", "600", 600, 600),
        ("quorum", "area", "200000/3", "66666.67", "66666.67"),
        ("majority", "heads", "300", 301, 301),
        ("majority", "area", "6666667/200", "33333.34", "33333.34"),
    ]
    assert made[1].expression == "66666.67 ≥ 2/3 of 100000.00 (66666.666…)"
    assert made[3].expression == "33333.34 > 1/2 of 66666.67 (33333.335)"
    assert (
        made[3].text.zh
        == "参与表决面积 66,666.67 m²，同意面积 33,333.34 m² > 1/2（33,333.335）：达到通过要求"
    )
    assert made[1].text.en == (
        "66,666.67 m² taking part ≥ 2/3 of 100,000.00 m² in all (66,666.666…): required share of the area reached"
    )


def test_more_ballots_than_were_issued_make_the_vote_void() -> None:
    rule = preset("urban.reps")
    assert decide(rule, of(e=100, p=100, y=100, issued=100, returned=101)).outcome == "void"
    assert decide(rule, of(e=100, p=100, y=100, issued=100, returned=100)).outcome == "passed"


def test_a_comparison_is_written_out() -> None:
    met, missed = (quorum(preset("urban.reps"), of(e=61, p=p)).comparisons[0] for p in (41, 40))
    assert met.text.zh == "应到 61，实到 41 ≥ 2/3（40⅔）：达到法定人数"
    assert met.text.en == "41 present ≥ 2/3 of 61 eligible (40⅔): quorum reached"
    assert met.expression == "41 ≥ 2/3 of 61 (40 2/3)"
    assert (met.value, met.needed, met.of, met.threshold, met.ok) == (41, 41, 61, "122/3", True)
    assert missed.text.zh == "应到 61，实到 40 < 2/3（40⅔）：未达到法定人数"
    assert (missed.expression, missed.needed, missed.ok) == ("40 < 2/3 of 61 (40 2/3)", 41, False)


@pytest.mark.parametrize(
    ("fraction", "base", "expression", "zh"),
    [
        ((1, 2), 40, "9 ≤ 1/2 of 40 (20)", "（20）"),
        ((1, 2), 1, "9 > 1/2 of 1 (1/2)", "（½）"),
        ((2, 5), 2001, "9 ≤ 2/5 of 2001 (800 2/5)", "（800 2/5）"),
        ((2, 3), 4001, "9 ≤ 2/3 of 4001 (2667 1/3)", "（2,667⅓）"),
        ((2, 5), 1, "9 > 2/5 of 1 (2/5)", "（2/5）"),
    ],
)
def test_thresholds_are_mixed_numbers(fraction: tuple[int, int], base: int, expression: str, zh: str) -> None:
    requirement = Requirement("heads", "for", "gt", fraction, "present")
    rule = msgspec.structs.replace(preset("urban.reps"), quorum=(), majority=(requirement,))
    (made,) = decide(rule, of(p=base, y=9)).comparisons
    assert made.expression == expression
    assert zh in made.text.zh


def test_without_a_quorum_the_majority_is_not_looked_at() -> None:
    made = decide(preset("urban.reps"), of(e=61, p=40, y=40)).comparisons
    assert [one.kind for one in made] == ["quorum"]


@pytest.mark.parametrize("rule", ["household.decision", "owners.ordinary"])
def test_a_quorum_measured_on_ballots_never_keeps_a_poll_from_opening(rule: str) -> None:
    judged = quorum(preset(rule), attendance(preset(rule), [], None))
    assert judged.met
    assert judged.comparisons == ()


def test_a_missing_figure_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(KeyError):
        quorum(preset("urban.reps"), of(e=61))
    with pytest.raises(KeyError):
        attendance(preset("owners.ordinary"), [{"heads": 1}], None)


@pytest.mark.parametrize(("comparison", "fraction"), [("ge", (3, 2)), ("gt", (1, 1))])
def test_a_requirement_that_nothing_can_meet_is_refused(comparison: str, fraction: tuple[int, int]) -> None:
    raw = {"measure": "heads", "count": "for", "comparison": comparison, "fraction": fraction, "base": "cast"}
    with pytest.raises(msgspec.ValidationError, match="no count can satisfy"):
        msgspec.convert(raw, Requirement)


def test_unanimity_can_be_asked_for() -> None:
    everyone = Requirement("heads", "for", "ge", (1, 1), "eligible")
    rule: Rule = msgspec.structs.replace(preset("owners.ordinary"), quorum=(), majority=(everyone,))
    assert decide(rule, of(e=7, y=7)).outcome == "passed"
    assert decide(rule, of(e=7, y=6)).outcome == "rejected"


def test_a_share_of_nothing_does_not_contradict_itself() -> None:
    (made,) = quorum(preset("urban.reps"), of(e=0, p=0)).comparisons
    assert made.text.zh == "应到 0，实到 0 ≥ 2/3（0）：基数为零，未达到法定人数"
    assert (
        made.text.en
        == "0 present ≥ 2/3 of 0 eligible (0): a share of nothing is not enough, quorum not reached"
    )
    (made,) = quorum(preset("urban.assembly"), of(e=0, p=0)).comparisons
    assert made.text.zh == "应到 0，实到 0 ≤ 1/2（0）：未达到法定人数"
