import datetime as dt

import pytest

from voting.presets import in_force, preset, presets


def test_the_shipped_presets() -> None:
    assert [rule.preset for rule in presets()] == [
        "urban.reps",
        "urban.assembly",
        "household.decision",
        "owners.ordinary",
    ]


def test_every_preset_says_where_it_comes_from_and_what_it_means() -> None:
    for rule in presets():
        assert rule.text.zh
        assert rule.text.en
        assert rule.secrecy
        assert rule.majority
        assert (rule.law is None) == (rule.article is None) == (rule.evidence == "design")


@pytest.mark.parametrize(
    ("name", "article", "law"),
    [
        ("urban.reps", "29", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("urban.assembly", "27", "中华人民共和国城市居民委员会组织法（2025年修订）"),
        ("owners.ordinary", "278", "中华人民共和国民法典"),
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
    assert [rule.measures for rule in presets()] == [("heads",), ("heads",), ("heads",), ("heads", "area")]
