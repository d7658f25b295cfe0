"""Who must be among the members, one below and exactly at each number."""

import msgspec
import pytest

from voting.composition import Member, composition
from voting.presets import preset
from voting.rules import Composition


def people(committee: int, men: int, women: int, present: tuple[int, int, int] = (0, 0, 0)) -> list[Member]:
    groups = [(committee, False, False), (men, True, False), (women, True, True)]
    return [
        Member(representative, woman, present=place < here)
        for (number, representative, woman), here in zip(groups, present, strict=True)
        for place in range(number)
    ]


@pytest.mark.parametrize(
    ("committee", "men", "women", "expected"),
    [
        (5, 10, 10, [True, True]),  # 20 of 25 are representatives, exactly 4/5; 10 women, 9 needed
        (6, 10, 9, [False, True]),  # 19 of 25
        (5, 11, 9, [True, True]),  # 9 of 25, 8 1/3 needed
        (5, 12, 8, [True, False]),
        (0, 0, 0, [False, False]),
    ],
)
def test_villages_representatives(committee: int, men: int, women: int, expected: list[bool]) -> None:
    made = composition(preset("village.reps"), people(committee, men, women), "roll")
    assert [one.ok for one in made] == expected


@pytest.mark.parametrize(
    ("name", "among", "law", "article"),
    [
        ("urban.reps", "roll", "urban.reps", "28"),
        ("village.reps", "roll", "village.reps", "29"),
        ("village.reps.shandong", "roll", "village.reps", "29"),
        ("village.reps.shandong", "present", "village.reps.shandong", "24"),
        ("appraisal.grade.village_reps", "roll", "village.reps", "29"),
        ("collective.reps", "roll", "collective.reps", "28"),
        ("review.assistance", "roll", "review.assistance", None),
    ],
)
def test_each_requirement_names_the_article_that_makes_it(
    name: str, among: str, law: str, article: str | None
) -> None:
    made = composition(preset(name), people(1, 1, 1), among)
    assert made
    assert {(one.law, one.article) for one in made} == {(preset(law).law, article)}


def test_in_words() -> None:
    first, second = composition(preset("village.reps"), people(6, 12, 7), "roll")
    assert first.text.zh == "组成人员 25 人，代表 19 人 < 4/5（20 人）：不符合要求"
    assert first.text.en == "19 representatives < 4/5 of 25 members (20): not as required"
    assert second.text.zh == "组成人员 25 人，妇女代表 7 人 < 1/3（9 人）：不符合要求"


@pytest.mark.parametrize(("here", "ok"), [(6, True), (5, False)])
def test_shandong_asks_for_two_thirds_of_all_women_representatives(here: int, ok: bool) -> None:
    hall = people(5, 11, 9, present=(5, 11, here))
    rule = preset("village.reps.shandong")
    assert [one.ok for one in composition(rule, hall, "roll")] == [True, True]
    (made,) = composition(rule, hall, "present")
    assert (made.ok, made.count, made.of, made.needed) == (ok, here, 9, 6)
    assert made.text.zh.startswith(f"妇女代表总数 9 人，到会妇女代表 {here} 人 {'≥' if ok else '<'} 2/3")
    assert composition(preset("village.reps"), hall, "present") == ()


@pytest.mark.parametrize(("size", "ok"), [(14, False), (15, True)])
def test_a_panel_of_fifteen(size: int, ok: bool) -> None:
    (made,) = composition(preset("review.assistance"), people(3, size - 3, 0), "roll")
    assert made.ok is ok
    assert made.text.zh == f"组成人员 {size} 人 {'≥' if ok else '<'} 15 人：{'' if ok else '不'}符合要求"


@pytest.mark.parametrize(("committee", "ok"), [(4, True), (5, False)])
def test_two_thirds_of_those_present_represent_residents(committee: int, ok: bool) -> None:
    hall = people(6, 9, 3, present=(committee, 8, 0))
    (made,) = composition(preset("review.assistance"), hall, "present")
    assert (made.ok, made.count, made.of) == (ok, 8, 8 + committee)


@pytest.mark.parametrize(("number", "ok"), [(20, False), (21, True)])
def test_more_than_twenty_representatives_of_a_collective(number: int, ok: bool) -> None:
    (made,) = composition(preset("collective.reps"), people(0, number, 0), "roll")
    assert made.ok is ok


def test_a_rule_without_requirements() -> None:
    assert composition(preset("urban.assembly"), people(30, 0, 0), "roll") == ()


@pytest.mark.parametrize(("committee", "ok"), [(12, True), (13, False)])
def test_four_fifths_of_an_urban_meeting_are_representatives(committee: int, ok: bool) -> None:
    """Article 28; the preset itself keeps the bytes that questions have frozen."""
    (made,) = composition(preset("urban.reps"), people(committee, 48, 0), "roll")
    assert made.ok is ok


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"number": 3, "fraction": (1, 2), "of": "members"},
        {"fraction": (1, 2)},
        {"number": 3, "of": "group"},
    ],
)
def test_a_requirement_is_a_number_or_a_fraction_of_something(members: dict[str, object]) -> None:
    raw = {"group": "members", "among": "roll"} | members
    with pytest.raises(msgspec.ValidationError, match="either a number"):
        msgspec.convert(raw, Composition)
