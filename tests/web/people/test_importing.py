import csv
import io
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from tests.web.people.files import xlsx
from voting.rules import Text
from web.people.importing import Preview, commit, preview
from web.people.problems import ImportRefused
from web.people.register import FIELDS, Community, Entry, add_community, add_persons, get_persons
from web.people.tables import metadata

SAMPLE = files("web").joinpath("sample/register.csv").read_bytes()


def run(conn: Connection, community: Community, text: str | bytes) -> Preview:
    data = text.encode() if isinstance(text, str) else text
    return commit(conn, community, data, preview(conn, community, data).fingerprint)


def told(result: Preview) -> list[tuple[int, str]]:
    return [(row.lines[0], row.status) for row in result.rows]


def codes(result: Preview) -> list[str]:
    return [problem.code for row in result.rows for problem in row.problems]


def test_the_sample_register_is_imported_whole(conn: Connection, community: Community) -> None:
    result = run(conn, community, SAMPLE)

    people = get_persons(conn, community.id)
    reps = [person for person in people if "representative" in person.roles]
    assert 69 == result.count("new") == len(people)
    assert len(reps) == 61
    assert {
        role: sum(role in person.roles for person in people)
        for role in ("chair", "supervisor", "desk", "observer")
    } == {"chair": 2, "supervisor": 3, "desk": 2, "observer": 1}
    assert 5 * sum(person.sex == "female" for person in reps) >= 2 * len(reps)
    assert 5 * sum(person.capacity == "居民代表" for person in reps) >= 4 * len(reps)
    assert len({person.household for person in people if person.household}) == 66
    assert {"王𠮷祥", "周䶮", "欧阳慧敏", "司马长青", "诸葛文静", "Anna Kowalska"} < {p.name for p in people}
    assert [row for row in preview(conn, community, SAMPLE).rows if row.status != "unchanged"] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_sample_register_reads_alike_in_every_encoding_and_as_xlsx(
    conn: Connection, community: Community, encoding: str
) -> None:
    run(conn, community, SAMPLE)
    text = SAMPLE.decode()
    table = list(csv.reader(io.StringIO(text)))

    for data in (text.encode(encoding), xlsx([["青槐社区居民代表名册"], *table])):
        assert {"unchanged"} == {row.status for row in preview(conn, community, data).rows}


def test_english_headers_and_words(conn: Connection, community: Community) -> None:
    run(
        conn,
        community,
        "Name,Sex,Capacity,Community,Grid,Building,Unit,Household or owner ID,Area (m²),Phone,Roles\n"
        "Ann  Smith,f,resident,qinghuai community,1,3,2,3-2-501,89.5,+86 100,chair; representative\n",
    )

    expected = Entry(
        name="Ann Smith", sex="female", capacity="resident", household="3-2-501", area=8950, contact="+86 100",
        roles=("chair", "representative"), grid="1", building="3", unit="2",
    )  # fmt: skip
    assert [expected] == [
        Entry(**{name: getattr(person, name) for name in FIELDS})
        for person in get_persons(conn, community.id)
    ]


def test_new_changed_unchanged_and_absent(conn: Connection, community: Community) -> None:
    run(conn, community, "姓名,楼号,电话\n张伟,3,1\n李娜,3,2\n王芳,4,3\n")

    result = run(conn, community, "姓名,楼号,电话,备注\n张  伟,3,1,x\n李娜,3,22,\n刘洋,5,4,\n")

    assert told(result) == [(2, "unchanged"), (3, "changed"), (4, "new")]
    assert result.rows[1].changes == (("contact", "2", "22"),)
    assert [person.name for person in result.absent] == ["王芳"]
    assert result.ignored == ("备注",)
    assert [(person.name, person.contact) for person in get_persons(conn, community.id)] == [
        ("张伟", "1"),
        ("李娜", "22"),
        ("王芳", "3"),
        ("刘洋", "4"),
    ]


def test_a_column_that_the_file_lacks_leaves_the_register_as_it_is(
    conn: Connection, community: Community
) -> None:
    run(conn, community, "姓名,楼号,电话,角色,面积\n张伟,3,1,主持人,89.5\n")

    assert told(run(conn, community, "姓名,楼号\n张伟,3\n")) == [(2, "unchanged")]


def test_two_people_of_one_name_are_told_apart_by_household(conn: Connection, community: Community) -> None:
    run(conn, community, "姓名,楼号,户号\n张伟,3,a\n张伟,3,b\n")

    assert [
        row.status for row in run(conn, community, "姓名,楼号,户号,电话\n张伟,3,b,\n张伟,3,a,9\n").rows
    ] == ["unchanged", "changed"]
    assert [(p.household, p.contact) for p in get_persons(conn, community.id)] == [("a", "9"), ("b", "")]


def test_a_household_number_can_be_filled_in_later(conn: Connection, community: Community) -> None:
    run(conn, community, "姓名,楼号\n张伟,3\n")

    assert [row.changes for row in run(conn, community, "姓名,楼号,户号\n张伟,3,a\n").rows] == [
        (("household", "", "a"),)
    ]


def test_every_wrong_row_is_named_with_its_reasons_and_nothing_is_imported(
    conn: Connection, community: Community
) -> None:
    run(conn, community, "姓名,楼号\n张伟,3\n")
    data = (
        "姓名,性别,面积,角色,社区,楼号,电话\n"
        "李娜,女,89.5,代表,青槐社区,3,1\n"
        "王芳,?,89.555,领导,别的社区,3,1\n"
        ",男,,,,3,\n"
        "\n"
        "=1+1,男,,,,3,\n"
        "李娜,女,,,,3,2\n"
        "刘洋,男,,,,3,,多出来\n"
    ).encode()
    before = get_persons(conn, community.id)

    result = preview(conn, community, data)
    with pytest.raises(ImportRefused) as refused:
        commit(conn, community, data, result.fingerprint)

    assert told(result) == [(2, "new"), (3, "wrong"), (4, "wrong"), (6, "wrong"), (7, "wrong"), (8, "wrong")]
    assert codes(result) == [
        "other-community",
        "bad-area",
        "bad-sex",
        "bad-role",
        "no-name",
        "formula",
        "twice",
        "extra-cell",
    ]
    assert dict(result.rows[4].problems[0].facts) == {"line": 2}
    elsewhere = dict(result.rows[1].problems[0].facts)
    assert elsewhere["ours"] == community.name.zh
    assert all(f"“{name}”" in result.rows[1].problems[0].text("en") for name in elsewhere.values())
    for row in result.rows:
        for problem in row.problems:
            assert problem.text("zh")
            assert problem.text("en")
    assert (refused.value.code, refused.value.facts) == ("wrong-rows", {"count": 5})
    assert result.absent == ()
    assert before == get_persons(conn, community.id)


def test_an_import_that_is_not_what_was_previewed_is_refused(conn: Connection, community: Community) -> None:
    data = "姓名,楼号\n张伟,3\n".encode()
    seen = preview(conn, community, data).fingerprint
    add_persons(conn, community.id, [Entry(name="李娜")])

    with pytest.raises(ImportRefused, match="changed since the preview"):
        commit(conn, community, data, seen)
    with pytest.raises(ImportRefused, match="changed since the preview"):
        commit(conn, community, "姓名,楼号\n张伟,4\n".encode(), preview(conn, community, data).fingerprint)

    assert [person.name for person in get_persons(conn, community.id)] == ["李娜"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("楼号,单元\n3,2\n", "no-header"),
        ("x\n" * 10 + "姓名\n张伟\n", "no-header"),
        ("姓名,楼号,栋\n张伟,3,3\n", "repeated-column"),
        ("姓名,楼号\n", "no-rows"),
    ],
)
def test_a_file_without_a_register_is_refused(
    conn: Connection, community: Community, text: str, code: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        preview(conn, community, text.encode())

    assert code == refused.value.code
    assert refused.value.text("zh")


CELL = st.text(max_size=6) | st.sampled_from(
    ["张伟", "李娜", "女", "代表", "3号楼", "89.5", "=1", "主持人,签到员"]
)
TITLES = ["姓名", "性别", "面积", "角色", "楼号", "户号", "备注"]


@given(st.lists(st.lists(CELL, min_size=1, max_size=8), max_size=8))
def test_every_row_is_accounted_for_and_all_or_nothing_holds(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([TITLES, *rows])
    data = out.getvalue().replace("\x00", "").encode(errors="ignore")
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.begin() as conn:
        community = Community("c", Text(zh="社区", en="Community"), "Asia/Shanghai", bytes(32))
        add_community(conn, community)
        try:
            result = preview(conn, community, data)
        except ImportRefused as refused:
            if refused.code not in {"no-rows", "bad-csv"}:
                raise
            return
        assert sum(result.count(status) for status in ("new", "changed", "unchanged", "wrong")) == len(
            result.rows
        )
        assert all(bool(row.problems) == (row.status == "wrong") for row in result.rows)
        if result.count("wrong"):
            with pytest.raises(ImportRefused):
                commit(conn, community, data, result.fingerprint)
            assert get_persons(conn, "c") == []
            return
        commit(conn, community, data, result.fingerprint)
        people = get_persons(conn, "c")
        assert [[getattr(row.entry, f) for f in FIELDS] for row in result.rows] == [
            [getattr(person, f) for f in FIELDS] for person in people
        ]
        assert {row.status for row in preview(conn, community, data).rows} == {"unchanged"}
