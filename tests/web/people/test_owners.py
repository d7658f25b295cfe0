"""An owner is one head with all their flats; a household has one vote. And a re-import changes nothing."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.web.people.test_importing import codes, run, told
from web.people.importing import preview
from web.people.register import Community, Flat, get_persons

OWNERS = "姓名,业主编号,楼号,单元,面积,电话\n"
THREE = (
    OWNERS
    + "张伟,A7,10号楼,1单元 101,89.5,1\n李娜,A8,3号楼,,60,\n"
    + "张伟,A7,3号楼,2单元 202,88,\n张伟,A7,3号楼,地下 9,90.00,1\n"
)


def test_the_flats_of_an_owner_are_one_head_with_the_areas_added_up(
    conn: Connection, community: Community
) -> None:
    result = run(conn, community, THREE)

    assert told(result) == [(2, "new"), (3, "new")]
    assert result.rows[0].lines == (2, 4, 5)
    zhang, li = get_persons(conn, community.id)
    assert (zhang.area, zhang.contact, zhang.roles) == (26750, "1", ("representative",))
    assert zhang.flats == (
        Flat("", "3号楼", "2单元 202", 8800),
        Flat("", "3号楼", "地下 9", 9000),
        Flat("", "10号楼", "1单元 101", 8950),
    )
    assert zhang.place == zhang.flats[0].place
    assert (li.area, li.flats, li.homes) == (6000, (), (Flat("", "3号楼", "", 6000),))


def test_importing_again_in_any_order_changes_nothing(conn: Connection, community: Community) -> None:
    run(conn, community, THREE)
    header, *rows = THREE.splitlines()

    for again in (rows, rows[::-1], sorted(rows)):
        result = run(conn, community, "\n".join([header, *again]))
        assert {row.status for row in result.rows} == {"unchanged"}
    assert len(get_persons(conn, community.id)) == 2


def test_a_flat_that_is_bought_or_sold_changes_the_owner(conn: Connection, community: Community) -> None:
    run(conn, community, THREE)

    (row,) = run(conn, community, OWNERS + "张伟,A7,10号楼,1单元 101,89.5,1\n").rows

    assert row.status == "changed"
    assert {change.field for change in row.changes} == {"building", "unit", "area", "flats"}
    assert (get_persons(conn, community.id)[0].area, get_persons(conn, community.id)[0].flats) == (8950, ())
    assert run(conn, community, THREE).rows[0].status == "changed"
    assert get_persons(conn, community.id)[0].area == 26750


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.integers(1, 100_000_000), min_size=2, max_size=12))
def test_areas_add_up_exactly(conn: Connection, community: Community, areas: list[int]) -> None:
    rows = [f"王芳,B1,{n}号楼,,{area // 100}.{area % 100:02},\n" for n, area in enumerate(areas)]

    (row,) = preview(conn, community, (OWNERS + "".join(rows)).encode()).rows

    written = sum(Fraction(line.split(",")[4]) for line in rows)
    assert Fraction(row.entry.area or 0, 100) == written


def test_one_area_that_is_missing_leaves_the_sum_unknown(conn: Connection, community: Community) -> None:
    (row,) = run(conn, community, OWNERS + "张伟,A7,3号楼,,89.5,\n张伟,A7,5号楼,,,\n").rows

    assert row.entry.area is None
    assert [flat.area for flat in row.entry.flats] == [8950, None]


def test_a_file_without_areas_or_homes_leaves_those_that_are_known(
    conn: Connection, community: Community
) -> None:
    run(conn, community, THREE)
    before = get_persons(conn, community.id)[0]

    for text in (
        "姓名,业主编号,电话\n张伟,A7,1\n",
        "姓名,业主编号,面积\n张伟,A7,267.50\n",
        "姓名,业主编号,楼号,单元\n张伟,A7,3号楼,地下 9\n张伟,A7,3号楼,2单元 202\n张伟,A7,10号楼,1单元 101\n",
    ):
        assert {row.status for row in run(conn, community, text).rows} == {"unchanged"}
    (row,) = run(conn, community, "姓名,业主编号,面积\n张伟,A7,270\n").rows
    assert {change.field for change in row.changes} == {"area", "flats"}
    assert before.flats
    assert get_persons(conn, community.id)[0].area == 27000


@pytest.mark.parametrize(
    ("row", "code", "facts"),
    [
        ("王芳,A7,5号楼,,70,", "other-owner", {"value": "A7", "line": 2, "name": "张伟"}),
        ("张伟,A7,3号楼,,70,", "same-flat", {"line": 2}),
        ("张伟,A7,5号楼,,70,2", "owner-differs", {"line": 2, "column": "电话"}),
    ],
)
def test_a_row_that_contradicts_is_wrong_and_says_why(
    conn: Connection, community: Community, row: str, code: str, facts: dict[str, object]
) -> None:
    result = preview(conn, community, (OWNERS + f"张伟,A7,3号楼,,89.5,1\n{row}\n").encode())

    assert told(result) == [(2, "new"), (3, "wrong")]
    assert codes(result) == [code]
    (problem,) = result.rows[1].problems
    assert dict(problem.facts) == facts
    assert all(str(fact) in problem.text("zh") and str(fact) in problem.text("en") for fact in facts.values())


HOUSEHOLDS = "姓名,户号,楼号,角色\n"


def test_who_stands_for_a_household_is_said_in_the_file(conn: Connection, community: Community) -> None:
    result = run(conn, community, HOUSEHOLDS + "张伟,3-1,3,\n李娜,3-1,3,户代表\n张小明,3-1,3,\n王芳,3-2,3,\n")

    assert [(row.entry.name, row.entry.roles) for row in result.rows] == [
        ("张伟", ("observer",)),
        ("李娜", ("representative",)),
        ("张小明", ("observer",)),
        ("王芳", ("representative",)),
    ]
    assert result.shared == ()
    data = (HOUSEHOLDS + "李娜,3-1,3,户代表\n张小明,3-1,3,\n张伟,3-1,3,\n").encode()
    assert {row.status for row in preview(conn, community, data).rows} == {"unchanged"}


def test_a_household_of_which_several_would_vote_is_named(conn: Connection, community: Community) -> None:
    result = run(conn, community, HOUSEHOLDS + "张伟,3-1,3,\n李娜,3-1,3,代表\n王芳,3-2,3,\n")

    assert result.count("new") == 3
    assert result.shared == (("3-1", ("张伟", "李娜")),)
    later = run(conn, community, HOUSEHOLDS + "王大山,3-2,3,代表\n")
    assert ("3-2", ("王大山", "王芳")) in later.shared, "those who are not in the file vote as well"


def test_who_moves_is_known_by_name_and_number(conn: Connection, community: Community) -> None:
    run(conn, community, HOUSEHOLDS + "张伟,A7,3,\n")

    (moved, namesake) = run(conn, community, HOUSEHOLDS + "张伟,A7,5,\n张伟,B2,3,\n").rows

    assert (moved.status, moved.changes) == ("changed", (("building", "3", "5"),))
    assert namesake.status == "new"
