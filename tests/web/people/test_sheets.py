import contextlib
import csv
import datetime as dt
import io
import struct
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.people.files import rezip, xlsx
from web.people import sheets
from web.people.problems import ImportRefused
from web.people.sheets import read

TABLE = "姓名,楼号\n张伟,3号楼\n欧阳娜,5号楼\n"


def texts(data: bytes) -> list[tuple[str, ...]]:
    return [tuple(cell.text for cell in row.cells) for row in read(data)]


def refusal(data: bytes) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read(data)
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_is_read_in_the_encodings_that_people_have(encoding: str, newline: str) -> None:
    data = TABLE.replace("\n", newline).encode(encoding)

    assert texts(data) == [("姓名", "楼号"), ("张伟", "3号楼"), ("欧阳娜", "5号楼")]


def test_gb18030_carries_rare_characters_in_four_bytes() -> None:
    assert ("𠮷䶮", "1") in texts("姓名,楼号\n𠮷䶮,1\n".encode("gb18030"))


def test_xlsx_and_csv_read_alike() -> None:
    rows: list[list[object]] = [
        ["姓名", "面积", "电话"],
        ["张伟", 89.55, 10000000001],
        ["", None, ""],
        ["Ann Smith", 90.0, "+86 100"],
    ]

    assert texts(xlsx(rows)) == [
        ("姓名", "面积", "电话"),
        ("张伟", "89.55", "10000000001"),
        ("Ann Smith", "90", "+86 100"),
    ]
    assert [row.line for row in read(xlsx(rows))] == [1, 2, 4]


def test_lines_are_counted_over_quoted_line_breaks() -> None:
    assert [row.line for row in read(b'a,b\n"x\ny",1\nz,2\n')] == [1, 2, 4]


def test_utf8_with_a_broken_byte_is_refused_by_line_and_not_read_as_gb18030() -> None:
    data = TABLE.encode().replace("欧阳娜".encode(), b"\xe6\xac" + "阳娜".encode())

    assert (refusal(data).code, refusal(data).facts) == ("bad-encoding", {"line": 3})


def test_bytes_of_no_encoding_are_refused_by_line() -> None:
    assert refusal("姓名\n".encode("gb18030") + b"\xff\xff\n").facts == {"line": 2}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\xd0\xcf\x11\xe0 old", "old-excel"),
        (b"a\x00b", "not-a-table"),
        (b'a,b\n1,"2', "bad-csv"),
        (b'a,b\n1,"2"3', "bad-csv"),
        (b"PK\x03\x04 not a zip", "bad-workbook"),
        (b"x," * 41 + b"x", "too-many-columns"),
        (b"x" * (sheets.FILE_BYTES + 1), "too-large"),
        (b"x\n" * (sheets.ROWS + 1), "too-many-rows"),
        (b"," * 1_000_000, "too-many-columns"),
    ],
)
def test_what_is_no_register_is_refused(data: bytes, code: str) -> None:
    assert code == refusal(data).code


def test_blank_cells_at_the_end_of_a_row_do_not_matter() -> None:
    assert texts(b"a" + b"," * 200 + b"\n" + b"," * 200) == [("a",)]


def test_an_open_quotation_mark_is_named_by_the_line_where_it_begins() -> None:
    assert refusal(b'a,b\n1,2\n"3,4\n5,6\n').facts == {"line": 3}


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-1", "+SUM(1)", "＝1", '=HYPERLINK("http://a")'])
def test_text_that_a_spreadsheet_would_run_is_marked(text: str) -> None:
    for data in (xlsx([["姓名"], [text]]), ("姓名\n" + '"' + text.replace('"', '""') + '"').encode()):
        assert read(data)[1].cells[0].wrong == "formula"


def test_a_dash_says_nothing() -> None:
    assert texts("张伟,-,—,/,无,1-2\n-,-\n".encode()) == [("张伟", "", "", "", "", "1-2")]


def test_dates_errors_and_hidden_characters_are_marked() -> None:
    row = [dt.date(2026, 3, 2), "#N/A", "a\u202eb", "a\nb", "长" * 201]
    marks = [cell.wrong for cell in read(xlsx([row]))[0].cells]

    assert marks == ["date-cell", "error-cell", "bad-character", "bad-character", "too-long"]


def test_cells_merged_across_rows_are_refused_but_a_merged_title_is_not() -> None:
    rows: list[list[object]] = [["居民代表登记表", None], ["姓名", "楼号"], ["张伟", "3"], ["李娜", None]]

    assert len(read(xlsx(rows, merge="A1:B1"))) == 4
    assert (
        refusal(xlsx(rows, merge="B3:B4")).code,
        refusal(xlsx(rows, merge="B3:B4")).facts,
    ) == ("merged-cells", {"line": 3})


def test_a_zip_bomb_is_refused_even_when_it_lies_about_its_size() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.UNPACKED_BYTES + 1))
    honest = out.getvalue()
    size = struct.pack("<L", sheets.UNPACKED_BYTES + 1)
    liar = honest.replace(size, struct.pack("<L", 10))

    assert len(honest) < sheets.FILE_BYTES
    assert refusal(honest).code == "unpacks-too-large"
    assert refusal(liar).code == "bad-workbook"


def test_entities_and_odd_archives_are_refused() -> None:
    good = xlsx([["姓名"], ["张伟"]])
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "张">]><a>&b;</a>'
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(sheets.ZIP_ENTRIES + 1):
            archive.writestr(str(number), b"")

    def poison(encoding: str) -> bytes:
        return rezip(good, lambda name, part: bomb.encode(encoding) if "sheet1" in name else part)

    for data in (poison("utf-8"), poison("utf-16"), many.getvalue(), good[:-30], good[:1000]):
        assert refusal(data).code == "bad-workbook"


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=6), max_size=12))
def test_every_csv_row_that_is_not_blank_comes_out_once(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().replace("\x00", "").encode(errors="ignore")
    if not data:
        return

    expected = [row for row in csv.reader(io.StringIO(data.decode(), newline="")) if any(map(str.strip, row))]
    found = read(data)

    assert len(found) <= len(expected) <= len(rows)
    assert [row.line for row in found] == sorted({row.line for row in found})
    visible = [row for row in expected if any(sheets.text_cell(cell).text for cell in row)]
    assert len(visible) == len(found)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(ImportRefused):
        read(data)


GOOD = xlsx([["姓名", "楼号"], ["张伟", "3"], ["李娜", 4]])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    def damage(_name: str, part: bytes) -> bytes:
        if not data.draw(st.booleans()):
            return part
        at = data.draw(st.integers(0, len(part)))
        return part[:at] + data.draw(st.binary(max_size=3)) + part[at + data.draw(st.integers(0, 3)) :]

    with warnings.catch_warnings(), contextlib.suppress(ImportRefused):
        warnings.simplefilter("ignore")
        read(rezip(GOOD, damage))
