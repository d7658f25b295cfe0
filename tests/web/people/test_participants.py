"""A hearing on the lift of building 3 concerns building 3."""

from typing import Any

from web.people.participants import Participants, places_of, taking_part
from web.people.register import Flat, Person


def person(number: int, **told: Any) -> Person:
    return Person(id=number, community="c", name=f"P{number}", **told)


CHAIR = person(1, roles=("chair", "representative"), grid="第一网格", building="1号楼", area=5000)
NEAR = person(2, grid="第二网格", building="3号楼", unit="1单元", area=8950)
OWNER = person(
    3,
    grid="第一网格",
    building="1号楼",
    area=17950,
    flats=(
        Flat("第一网格", "1号楼", "", 9000),
        Flat("第二网格", "3号楼", "", 4450),
        Flat("第二网格", "3号楼", "地下", 4500),
    ),
)
FAR = person(4, grid="第二网格", building="10号楼", area=7000)
GUEST = person(5, roles=("observer",), grid="第二网格", building="3号楼")
DESK = person(6, roles=("desk",))
ALL = [CHAIR, NEAR, OWNER, FAR, GUEST, DESK]


def names(found: list[Person]) -> dict[int, tuple[str, ...]]:
    return {one.id: one.roles for one in found}


def test_everybody_is_everybody() -> None:
    assert taking_part(ALL, Participants()) == ALL


def test_a_building_takes_part_with_what_is_owned_there_and_those_who_run_the_hearing() -> None:
    found = taking_part(ALL, Participants(by="places", places=(("第二网格", "3号楼"),)))

    assert names(found) == {
        1: ("chair",),
        2: ("representative",),
        3: ("representative",),
        5: ("observer",),
        6: ("desk",),
    }
    areas = {one.id: one.area for one in found if "representative" in one.roles}
    assert areas == {2: 8950, 3: 8950}
    assert found[2].place == ("第二网格", "3号楼", "")


def test_a_grid_is_all_its_buildings_and_one_flat_is_counted_once() -> None:
    chosen = Participants(by="places", places=(("第二网格",), ("第二网格", "3号楼")))

    found = taking_part(ALL, chosen)

    assert {one.id: one.area for one in found if "representative" in one.roles} == {2: 8950, 3: 8950, 4: 7000}


def test_roles_take_part_in_these_roles_only() -> None:
    assert names(taking_part(ALL, Participants(by="roles", roles=("chair", "observer")))) == {
        1: ("chair",),
        5: ("observer",),
    }


def test_places_are_offered_in_order_with_those_who_could_vote() -> None:
    assert places_of(ALL) == [
        (("第一网格",), 2),
        (("第一网格", "1号楼"), 2),
        (("第二网格",), 3),
        (("第二网格", "3号楼"), 2),
        (("第二网格", "10号楼"), 1),
    ]
