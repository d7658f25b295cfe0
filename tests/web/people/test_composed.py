"""Who is a committee member and who a representative, from what the register says."""

from typing import Any

import msgspec
import pytest

from tests.web.people.test_drafts import DRAFT
from web.people.composed import as_member, composed
from web.people.drafts import Draft
from web.people.register import Entry, Person


def people(*capacities: str, **told: Any) -> list[Person]:
    return [
        Person(id=number, community="c", name=f"P{number}", capacity=capacity, **told)
        for number, capacity in enumerate(capacities)
    ]


def under(*presets: str) -> Draft:
    item = DRAFT.agenda[0]
    asked = tuple(
        msgspec.structs.replace(item.questions[0], id=f"q-{number}", preset=preset)
        for number, preset in enumerate(presets)
    )
    return msgspec.structs.replace(DRAFT, agenda=(msgspec.structs.replace(item, questions=asked),))


@pytest.mark.parametrize(
    ("capacity", "representative"),
    [
        ("居委会主任", False), ("某某社区居民委员会委员", False), ("村委会副主任", False),
        ("Member of the residents’ committee", False), ("居民代表", True), ("居务监督委员", True),
        ("业主委员会主任", True), ("", True),
    ],
)  # fmt: skip
def test_the_capacity_tells_the_committee(capacity: str, representative: bool) -> None:
    assert as_member(Entry(name="N", capacity=capacity)).representative is representative


def test_each_rule_is_checked_once_and_only_of_those_who_vote() -> None:
    voters = people(*["居民代表"] * 3, "居委会主任", sex="female")
    others = people("居委会委员", "居委会委员", roles=("observer",))
    (urban,) = composed(under("urban.reps", "urban.reps", "council.simple"), voters + others)
    (check,) = urban.checks
    assert (check.count, check.of, check.ok, urban.unknown) == (3, 4, False, 0)
    (village,) = composed(under("village.reps"), [*voters, *people("居民代表")])
    assert [one.ok for one in village.checks] == [True, True]
    assert village.unknown == 1
