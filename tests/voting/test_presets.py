import datetime as dt
import hashlib

import msgspec
import pytest
from msgspec import UNSET

from voting.presets import in_force, preset, presets
from voting.questions import refusal
from voting.rules import Proxies, Rule

NAMES = """
    urban.reps urban.assembly household.decision owners.ordinary
    urban.elect.voters urban.elect.households urban.elect.reps
    urban.elect.voters.rerun urban.elect.households.rerun urban.elect.reps.rerun
    urban.recall.voters urban.recall.households urban.recall.reps
    village.assembly.adults village.assembly.households village.reps village.reps.shandong village.group
    village.elect village.elect.rerun village.recall
    collective.members collective.reps collective.benefit
    owners.special owners.unanimous owners.committee owners.ordinary.proxies household.decision.proxies
    review.assistance council.simple party.review hearing.advisory preference.advisory
    coordination.agreement
    appraisal.grade appraisal.grade.urban_reps appraisal.grade.urban_assembly appraisal.grade.village_reps
"""
SHIPPED = NAMES.split()


def test_the_shipped_presets() -> None:
    assert [rule.preset for rule in presets()] == SHIPPED


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("urban.reps", "c93b288bcad201a1"),
        ("urban.assembly", "ea03a59610c4462f"),
        ("household.decision", "535f279ed09f996d"),
        ("owners.ordinary", "b102096bfd44ed3e"),
    ],
)
def test_what_questions_have_frozen_keeps_its_bytes(name: str, digest: str) -> None:
    assert hashlib.sha256(msgspec.json.encode(preset(name))).hexdigest()[:16] == digest


def test_every_preset_says_where_it_comes_from_and_what_it_means() -> None:
    for rule in presets():
        assert rule.text.zh
        assert rule.text.en
        assert rule.secrecy
        assert (rule.law is None) == (rule.article is None) == (rule.effective_from is None)
        assert (rule.evidence == "confirmed") == (rule.law is not None), rule.preset


def test_only_what_decides_nothing_states_no_majority() -> None:
    without = [rule.preset for rule in presets() if not rule.majority]
    assert without == [name for name in SHIPPED if name.startswith(("hearing.", "preference.", "appraisal."))]


def test_the_law_keeps_elections_and_recalls_on_paper_and_the_service_refuses_them() -> None:
    refused = [rule for rule in presets() if rule.paper is True]
    assert [rule.preset for rule in refused] == [
        name for name in SHIPPED if ".elect" in name or ".recall" in name
    ]
    for rule in refused:
        why = refusal(rule)
        assert why is not None
        assert "纸质选票" in why.zh
        assert "on paper" in why.en
        assert rule.secrecy == ("secret",)


def test_a_secret_vote_is_refused_while_ballots_are_named() -> None:
    why = refusal(preset("review.assistance"))
    assert why is not None
    assert "记名" in why.zh
    assert refusal(preset("urban.reps")) is None  # open or secret


def test_no_proxies_where_representatives_elect() -> None:
    """The electors themselves may be represented by up to three others; representatives may not (article 19)."""
    for name in ("urban.elect.voters", "urban.elect.households", "village.elect"):
        assert preset(name).proxies == Proxies(3, "voter", candidates=False, instructed=False)
    for name in ("urban.elect.reps", "urban.elect.reps.rerun", "urban.recall.reps", "owners.committee"):
        assert preset(name).proxies is UNSET


def numbers(rule: Rule) -> list[str]:
    return [
        f"{test.measure} {test.count} {test.comparison} {test.fraction[0]}/{test.fraction[1]} {test.base}"
        for test in (*rule.quorum, *rule.majority)
    ]


P, C, V = "heads present {} eligible", "heads cast {} eligible", "heads valid {} eligible"


NUMBERS: list[tuple[str, list[str]]] = [
    ("urban.reps village.reps village.reps.shandong village.group village.assembly.households",
     [P.format("ge 2/3"), "heads for gt 1/2 present"]),
    ("urban.assembly village.assembly.adults", [P.format("gt 1/2"), "heads for gt 1/2 present"]),
    ("urban.elect.voters urban.elect.households village.elect", [C.format("gt 1/2"), "heads for gt 1/2 cast"]),
    ("urban.recall.voters urban.recall.households village.recall", [C.format("gt 1/2"), "heads for gt 1/2 cast"]),
    ("urban.elect.reps urban.recall.reps", [C.format("gt 2/3"), "heads for gt 1/2 cast"]),
    ("urban.elect.voters.rerun urban.elect.households.rerun village.elect.rerun",
     [C.format("gt 1/2"), "heads for ge 1/3 cast"]),
    ("urban.elect.reps.rerun", [C.format("gt 2/3"), "heads for ge 1/3 cast"]),
    ("collective.members", [P.format("ge 2/3"), "heads for ge 2/3 eligible"]),
    ("collective.reps", ["heads for ge 2/3 eligible"]),
    ("collective.benefit", [P.format("ge 2/3"), "heads for ge 3/4 eligible"]),
    ("owners.ordinary owners.ordinary.proxies",
     [V.format("ge 2/3"), "area valid ge 2/3 eligible", "heads for gt 1/2 valid", "area for gt 1/2 valid"]),
    ("owners.special",
     [V.format("ge 2/3"), "area valid ge 2/3 eligible", "heads for ge 3/4 valid", "area for ge 3/4 valid"]),
    ("owners.unanimous", [V.format("ge 1/1"), "heads for ge 1/1 eligible"]),
    ("owners.committee", [P.format("gt 1/2"), "heads for gt 1/2 eligible"]),
    ("household.decision household.decision.proxies", [C.format("ge 2/3"), "heads for gt 1/2 eligible"]),
    ("review.assistance", [P.format("ge 2/3"), "heads for ge 2/3 present"]),
    ("council.simple", ["heads for gt 1/2 eligible"]),
    ("party.review", [P.format("ge 2/3"), "heads for ge 1/2 eligible"]),
    ("hearing.advisory preference.advisory appraisal.grade.urban_reps appraisal.grade.village_reps",
     [P.format("ge 2/3")]),
    ("appraisal.grade.urban_assembly", [P.format("gt 1/2")]),
    ("appraisal.grade", []),
    ("coordination.agreement", [P.format("ge 1/1"), "heads for ge 1/1 eligible"]),
]  # fmt: skip


@pytest.mark.parametrize(("names", "expected"), NUMBERS)
def test_the_numbers_of_every_preset(names: str, expected: list[str]) -> None:
    for name in names.split():
        assert numbers(preset(name)) == expected, name


def test_the_numbers_of_none_were_forgotten() -> None:
    assert sorted(" ".join(names for names, _ in NUMBERS).split()) == sorted(SHIPPED)


@pytest.mark.parametrize(
    ("name", "article", "law"),
    [
        ("urban.reps", "29", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("urban.assembly", "27", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("owners.ordinary", "278", "中华人民共和国民法典"),
        ("owners.unanimous", "279", "中华人民共和国民法典"),
        ("urban.elect.reps", "19", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("urban.recall.reps", "20", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("village.reps", "29–30", "中华人民共和国村民委员会组织法（2025年修正）"),
        ("collective.benefit", "15", "中华人民共和国农村集体经济组织法"),
        (
            "village.reps.shandong",
            "24",
            "山东省实施《中华人民共和国村民委员会组织法》办法（2012年修订）",
        ),
    ],
)
def test_articles(name: str, article: str, law: str) -> None:
    rule = preset(name)
    assert rule.article == article
    assert rule.law is not None
    assert rule.law.zh == law


@pytest.mark.parametrize(
    ("name", "first_day"),
    [
        ("urban.reps", dt.date(2026, 1, 1)),
        ("urban.assembly", dt.date(2026, 1, 1)),
        ("owners.ordinary", dt.date(2021, 1, 1)),
        ("village.elect", dt.date(2026, 1, 1)),
        ("collective.members", dt.date(2025, 5, 1)),
    ],
)
def test_dates_of_force_include_the_first_day(name: str, first_day: dt.date) -> None:
    assert in_force(preset(name), first_day)
    assert not in_force(preset(name), first_day - dt.timedelta(days=1))


def test_a_rule_of_our_own_design_has_no_dates() -> None:
    assert in_force(preset("household.decision"), dt.date.min)
    assert in_force(preset("household.decision"), dt.date.max)


def test_an_unknown_preset() -> None:
    with pytest.raises(KeyError):
        preset("urban.rep")


def test_only_owners_are_measured_by_area() -> None:
    assert [rule.preset for rule in presets() if rule.measures != ("heads",)] == [
        "owners.ordinary",
        "owners.special",
        "owners.ordinary.proxies",
    ]
