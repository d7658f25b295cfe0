"""A count told so that whoever lost can compute it again: transfers, quotas, middles, ties."""

from xml.etree import ElementTree as ET

from tests.web.tally.test_pages import graded, words
from voting.formats import Profile
from voting.formats.profile import Box, candidates
from web.commands.count import told
from web.tally import page, svg
from web.tally.counting import Asked, Counted, count
from web.texts import Language


def said(found: Counted, method: str, lang: Language = "zh") -> str:
    return page.as_text(told(method, found, None, words(found, lang)))


def ranked(*papers: tuple[int, str], names: str = "ABCD") -> Profile:
    box = Box(candidates(names))
    for times, ranking in papers:
        box.rank([[str(names.index(one) + 1)] for one in ranking], times)
    return box.profile()


DOCUMENTED = ranked((50, "AB"), (4, "AC"), (6, "A"), (14, "B"), (19, "CDB"), (15, "DC"))
"""The example of docs/counting.md."""


def test_a_loser_can_compute_every_transfer_and_the_quota() -> None:
    found = count(DOCUMENTED, Asked("stv", 2))
    text = said(found, "stv")
    assert "当选票数＝有效票÷（名额＋1），取整数，再加 1：108÷3 取整加 1。得到 37.00000 票即当选。" in text
    assert "A有 60.00000 票，比当选票数 37.00000 多 23.00000" in text
    assert "新值 23.00000×1.00000÷60.00000＝0.38333，转给：B 50、C 4；6 张" in text
    assert "一共 2.30018 票不再属于任何人" in text
    for quota, how in (
        ("hare", "有效票÷名额，保留 5 位小数"),
        ("hagenbach_bischoff", "最后一位再加 1：108÷3"),
    ):
        assert how in said(count(DOCUMENTED, Asked("stv", 2, {"quota": quota})), "stv")


def test_a_flow_shows_transfers_the_quota_and_what_is_with_nobody() -> None:
    found = count(DOCUMENTED, Asked("stv", 2))
    drawn = svg.diagrams(found.count, words(found, "zh"))[1]
    root = ET.fromstring(drawn)
    description = root[1].text or ""
    assert "到第 2 行转出的票：A→B、A→C、A→不属于任何人。" in description
    assert "不属于任何人：35.46668" in description
    lines = [one for one in root if one.tag.endswith("line")]
    # A has the quota in all four lines, nobody else ever has it.
    assert len(lines) == 4
    assert {one.get("stroke-dasharray") for one in lines} == {"4 3"}
    bands = [one for one in root if one.tag.endswith("polygon")]
    # 4 that stay and 3 that go, 4 and 1, 3 and 1: what is with nobody stays there, too
    assert len(bands) == (4 + 3) + (4 + 1) + (3 + 1)
    three = ranked((4, "A"), (3, "B"), (3, "C"), (1, "D"), (1, "DB"))
    runoff = svg.diagrams(count(three, Asked("irv")).count, words(found, "zh"))[1]
    assert "到第 2 行转出的票：D→B、D→不属于任何人。" in (ET.fromstring(runoff)[1].text or "")


def test_what_was_declared_is_told_in_words() -> None:
    for lang, told_in in (("zh", "取整再加一"), ("en", "rounded down, plus one")):
        text = said(count(DOCUMENTED, Asked("stv", 2)), "stv", lang)
        assert told_in in text
        assert "droop" not in text
    assert "每轮只淘汰一项" in said(count(DOCUMENTED, Asked("irv")), "irv")


def test_half_points_are_told_as_such() -> None:
    found = count(ranked((1, "A"), (2, "AB")), Asked("borda", settings={"truncation": "average"}))
    text = said(found, "borda")
    assert "3×3" in text
    assert "2×2 + 1×1" in text
    assert "1×1 + ½×2" in text
    assert "半分（½）" in text
    assert [row[1] for row in page.rows(found.count, words(found, "zh"), found.settings)[1:]] == [
        "9", "5", "2", "2",
    ]  # fmt: skip


def test_it_is_told_where_to_read_from_the_middle() -> None:
    found = count(graded(), Asked("majority_judgment"))
    text = said(found, "majority_judgment")
    assert "每行有 5 个等次；各对依次管到离切口 ½、2½ 个等次为止" in text
    assert "先比左边" in text
    other = count(graded(), Asked("majority_judgment", settings={"missing": "excluded", "median": "upper"}))
    text = said(other, "majority_judgment")
    assert "各选项得到的等次个数不同" in text
    assert "先比右边" in text


def test_of_a_tie_in_the_first_line_nothing_earlier_is_told() -> None:
    first = said(count(ranked((3, "A"), (2, "B"), (2, "C"), names="ABC"), Asked("irv")), "irv")
    assert "B、C相等。只有抽签能决定" in first
    later = ranked((4, "A"), (3, "B"), (3, "C"), (1, "D"))
    assert "B、C相等，此前也一直相等。" in said(count(later, Asked("irv")), "irv")
    at_once = count(later, Asked("irv", settings={"ties": "lot"}))
    assert "B、C相等。只有抽签能决定" in said(at_once, "irv")


def test_the_highest_mean_has_the_longest_bar() -> None:
    box = Box(candidates(["Ann", "Ben", "Cid"]))
    box.number({"1": 9}, 2)
    box.number({"2": 4}, 20)
    found = count(box.profile("numbers"), Asked("score", settings={"missing": "excluded"}))
    assert found.count.chosen == ("1",)
    drawn = ET.fromstring(svg.diagrams(found.count, words(found, "zh"), found.settings)[0])
    widths = [float(one.get("width", "")) for one in drawn if one.get("height") == "18"]
    assert widths[0] > widths[1] > widths[2] == 0
    assert "平均分" in (drawn[0].text or "")
    assert [row[1] for row in page.rows(found.count, words(found, "zh"), found.settings)[1:]] == [
        "9",
        "4",
        "—",
    ]


def test_two_of_one_name_are_told_apart() -> None:
    box = Box(candidates(["张伟", "张伟", "李娜"]))
    box.rank([["1"]], 3)
    box.rank([["2"]], 2)
    found = count(box.profile(), Asked("stv"))
    text = said(found, "stv")
    assert "选出（按顺序）：张伟（1）。" in text
    assert "张伟（2）" in text
    assert "李娜（" not in text
