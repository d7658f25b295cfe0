"""Each format by hand: what is read, and which line is named where it cannot be."""

import pytest

from tests.voting.data import folder
from tests.voting.formats import samples
from voting.formats import READERS, FormatError, blt, cdf, debian, guess, preflib, table
from voting.methods import schulze


def refused(code: str, line: int | None, name: str, raw: bytes, *, lenient: bool = False) -> None:
    with pytest.raises(FormatError) as caught:
        READERS[name](raw, lenient=lenient)
    assert (caught.value.code, caught.value.line) == (code, line), str(caught.value)
    assert caught.value.text.zh
    assert "{found}" not in caught.value.text.en


def test_blt_has_seats_names_withdrawn_and_blank_papers() -> None:
    found = blt.read(samples.BLT)
    assert (found.title, found.seats, found.withdrawn, found.empty) == ("Gardening club", 2, ("2",), 1)
    assert [one.name for one in found.candidates] == ["Adam", "Basil", "Charlotte", "Donald"]
    assert found.rankings == {(("1",), ("3",), ("4",)): 7, (("4",),): 2}


def test_lenient_blt_keeps_equals_and_reads_two_encodings() -> None:
    found = blt.read(samples.BLT_LENIENT, lenient=True)
    assert found.rankings == {(("1", "2"), ("3",)): 5, (("2",),): 4}
    assert [one.name for one in found.candidates] == ["Ann", "José", "Zoë"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        (b"4 2\n", b"4\n", "syntax", 1),
        (b"4 2\n", b"4 0\n", "number", 1),
        (b"4 1 3 4 0", b"4 1 3 4", "end", 4),
        (b"4 1 3 4 0", b"4 1 5 4 0", "number", 4),
        (b"4 1 3 4 0", b"4 1 3 1 0", "twice", 4),
        (b"4 1 3 4 0", b"4 1=3 4 0", "equal", 4),
        (b"4 1 3 4 0", b"4 - 3 4 0", "skipped", 4),
        (b"4 1 3 4 0", b"x 1 3 4 0", "number", 4),
        (b"4 1 3 4 0", b"99999999999 1 0", "number", 4),
        (b"4 1 3 4 0", b"1 \0 0", "character", 4),
        (b"4 1 3 4 0", b"1 \xff 0", "utf8", 4),
        (b'"Basil"', b"Basil", "quotes", 9),
        (b'"Gardening club"\n', b"", "end", None),
        (b'"Gardening club"\n', b'"a"\n"b"\n', "after_end", 13),
        (b"\n0\n", b"\n", "end", 7),
    ],
)
def test_a_bad_blt_is_refused_with_its_line(old: bytes, new: bytes, code: str, line: int | None) -> None:
    refused(code, line, "blt", samples.BLT.replace(old, new, 1))


def test_preflib_keeps_equals_apart_from_unranked() -> None:
    found = preflib.read(samples.PREFLIB)
    assert found.rankings == {(("1",), ("2", "3"), ("4",)): 4, (("3", "4"),): 2, (("2",), ("1",)): 1}
    assert (found.title, found.names["4"], preflib.data_type(found)) == ("Sushi", "tako", "toi")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        (b"VOTERS: 7", b"VOTERS: 8", "sum", 5),
        (b"ORDERS: 3", b"ORDERS: 2", "sum", 6),
        (b"# NUMBER ALTERNATIVES: 4\n", b"", "header", 1),
        (b"TYPE: toi", b"TYPE: soi", "equal", 11),
        (b"TYPE: toi", b"TYPE: toc", "complete", 12),
        (b"TYPE: toi", b"TYPE: cat", "unsupported", 3),
        (b"2: {3,4}", b"2: {3,4", "syntax", 12),
        (b"2: {3,4}", b"2: 3,,4", "syntax", 12),
        (b"2: {3,4}", b"2: {3,5}", "candidate", 12),
        (b"2: {3,4}", b"2: {3,3}", "twice", 12),
    ],
)
def test_a_bad_preflib_file_is_refused_with_its_line(old: bytes, new: bytes, code: str, line: int) -> None:
    refused(code, line, "preflib", samples.PREFLIB.replace(old, new, 1))


def test_debian_sheets_have_equals_and_unranked_options() -> None:
    found = debian.read(samples.DEBIAN)
    assert found.rankings == {(("1",), ("2",)): 1, (("2",),): 1, (("1", "2"),): 1}
    assert (found.empty, [one.name for one in found.candidates]) == (1, ["Ann", "Ben"])
    refused("syntax", 5, "debian", samples.DEBIAN.replace(b"V: -1", b"W: -1"))
    refused("cells", 5, "debian", samples.DEBIAN.replace(b"V: -1", b"V: --1"))
    refused("repeated", 5, "debian", samples.DEBIAN.replace(b"1123", b"0123"))


def test_tables_rank_grade_and_mark() -> None:
    choices = READERS["csv-choices"](samples.CHOICES)
    assert choices.rankings == {(("1",), ("2",)): 1, (("2",), ("3",)): 12}
    assert (choices.names, choices.empty) == ({"1": "张三", "2": "李四", "3": "王五"}, 1)
    assert READERS["csv-ranks"](samples.RANKS).rankings == {(("1", "2"), ("3",)): 3, (("2",), ("1",)): 2}
    numbers = READERS["csv-numbers"](samples.NUMBERS)
    assert numbers.numbers == {(("1", 3), ("2", -1)): 1, (("2", 2),): 1, (("1", 3), ("2", 0)): 1}
    assert READERS["csv-marks"](samples.MARKS).marks == {("1", "2"): 1, ("2",): 1, ("1",): 1}


def test_a_bad_table_is_refused_with_its_line_and_a_lenient_one_counts_the_invalid_paper() -> None:
    twice = samples.CHOICES.replace("李四,,王五".encode(), "李四,,李四".encode())
    refused("twice", 3, "csv-choices", twice)
    assert READERS["csv-choices"](twice, lenient=True).invalid == 12
    refused("cells", 3, "csv-ranks", samples.RANKS.replace(b"1,,,", b"1,,"))
    refused("number", 2, "csv-ranks", samples.RANKS.replace(b"3,1,1,2", b"3,1,1,two"))
    refused("syntax", 3, "csv-marks", samples.MARKS.replace(b"0,1", b"0,?"))
    refused("repeated", 1, "csv-marks", samples.MARKS.replace(b"Ben", b"Ann"))
    refused("syntax", 2, "csv-marks", b'Ann,Ben\n"x,1')


def test_semicolons_and_short_rows_are_lenient() -> None:
    raw = b"Ann;Ben\r\n1;2\r\n1\r\n"
    assert READERS["csv-ranks"](raw, lenient=True).rankings == {(("1",), ("2",)): 1, (("1",),): 1}


def test_a_chinese_spreadsheet_is_read_in_its_own_encoding() -> None:
    sheet = "1,2,票数\n早市,电梯,3\n电梯,,2\n"
    refused("utf8", 1, "csv-choices", sheet.encode("gb18030"))
    chinese = READERS["csv-choices"](sheet.encode("gb18030"), lenient=True)
    assert chinese == READERS["csv-choices"](sheet.encode())
    assert list(chinese.names.values()) == ["早市", "电梯"]


def test_the_format_is_told_by_the_name_and_a_table_by_its_header() -> None:
    assert guess("BLT", samples.BLT, "ranks") == "blt"
    assert guess("csv", samples.CHOICES, "ranks") == "csv-choices"
    assert guess("csv", samples.MARKS, "marks") == "csv-marks"
    with pytest.raises(FormatError, match="pdf"):
        guess("pdf", b"", "ranks")


def test_records_are_read_from_json_and_xml_alike() -> None:
    found = cdf.read(samples.CDF_XML)
    assert (found.title, found.rankings, found.names) == ("Chair", {(("1",),): 1}, {"1": "Ann", "2": "Ben"})
    refused("candidate", 3, "cdf", samples.CDF_XML.replace(b">x<", b">z<"))
    refused("unknown", 3, "cdf", samples.CDF_XML.replace(b">s1<", b">s2<"))
    refused("syntax", 26, "cdf", samples.CDF_XML.replace(b"</cdf:CastVoteRecordReport>", b"</x>"))


def test_bombs_are_refused() -> None:
    bomb = b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<x>&b;</x>'
    refused("forbidden", 2, "cdf", bomb)
    refused("large", 51, "cdf", b"<a>\n" * 100_000)
    refused("large", 1, "cdf", b'{"CVR":' + b"[" * 100_000)
    refused("repeated", 1, "cdf", b'{"CVR":[],"CVR":[]}')
    refused("syntax", 1, "cdf", b'{"CVR":' + b"9" * 10_000 + b"}")
    refused("number", 1, "blt", b"1000000000000 1\n0\n")
    refused("utf16", 1, "blt", samples.BLT.decode().encode("utf-16"))
    refused("empty_file", 1, "blt", b"\xef\xbb\xbf \n")


def test_a_text_without_its_last_line_end_is_the_same() -> None:
    assert blt.read(samples.BLT.rstrip()) == blt.read(b"\xef\xbb\xbf" + samples.BLT.replace(b"\n", b"\r\n"))


def test_the_sheet_of_2006_elects_whom_debian_elected_only_with_its_equals() -> None:
    found = debian.read((folder("debian_schulze") / "leader2006_tally.txt").read_bytes())
    assert found.names["4"] == "Anthony Towns"
    assert found.ties
    assert found.valid == 421
    papers = schulze.count_papers(found.ids, found.rankings, schulze.Schulze("winning_votes", "last", 1))
    assert papers.chosen == ("4",)


def test_the_sample_of_the_standard_reads() -> None:
    raw = (folder("nist_cvr") / "sample_hearing_valid.json").read_bytes()
    assert cdf.read(raw, "Chair").rankings == {(("2",), ("1",)): 1}
    assert cdf.read(raw, "q-motion").marks == {("1",): 1}
    with pytest.raises(FormatError, match="Adopt budget, Chair"):
        cdf.read(raw)


def test_every_layout_of_a_table_has_a_reader() -> None:
    assert {f"csv-{layout}" for layout in table.LAYOUTS} <= set(READERS)


def test_a_row_of_blank_cells_is_a_blank_paper_and_a_blank_line_is_none() -> None:
    found = READERS["csv-marks"]("同意,反对,弃权\nx,,\n,,\n\n,x,\n,,\n,x,\n".encode())
    assert (found.valid, found.empty) == (3, 2)
    assert READERS["csv-choices"](b'1\nAnn\n""\n').empty == 1
    refused("cells", 2, "csv-marks", b"Ann,Ben\n \nx,\n")


def test_what_looks_like_a_vote_of_debian_must_be_one() -> None:
    refused(
        "syntax", 4, "debian", samples.DEBIAN.replace(b"V: 12 0123456789abcdef", b"V: 2!1 0123456789abcdef")
    )
    refused("syntax", 4, "debian", samples.DEBIAN.replace(b"V: 12 0123456789a", b"V: 12 0123456789A"))
    refused("syntax", 4, "debian", samples.DEBIAN.replace(b"V: 12 ", b" V: 2!1\nV: 12 "))
    refused("syntax", 4, "debian", samples.DEBIAN.replace(b"V: 12 ", b"V:\nV: 12 "), lenient=True)


def test_blanks_between_digits_of_preflib_are_not_passed_over() -> None:
    refused("syntax", 13, "preflib", samples.PREFLIB.replace(b"1: 2,1", b"1: 2 1"))
    spaced = samples.PREFLIB.replace(b"4: 1,{2,3},4", b"4:  1 , { 2 ,3 } ,4 ")
    assert preflib.read(spaced) == preflib.read(samples.PREFLIB)


def test_one_column_counts_and_a_number_in_order_is_no_candidate() -> None:
    refused("repeated", 1, "csv-marks", "count,票数,Ann,Ben\n1,2,x,\n".encode())
    found = READERS["csv-marks"]("序号,Ann,Ben\n1,x,\n2,,x\n".encode())
    assert (list(found.names.values()), found.marks) == (["Ann", "Ben"], {("1",): 1, ("2",): 1})


def test_columns_named_by_numbers_are_not_guessed() -> None:
    with pytest.raises(FormatError, match=r"--format: csv-choices, csv-ranks"):
        guess("csv", b"1,2,3\n2,3,1\n1,2,3\n", "ranks")
    with pytest.raises(FormatError, match="csv-numbers"):
        guess("csv", b"1,2\n5,4\n", "numbers")
    assert guess("csv", b"1,2,3\nAnn,Ben,\n", "ranks") == "csv-choices"
    assert guess("csv", b"1st choice,2nd choice\n1,2\n", "ranks") == "csv-choices"
    assert guess("csv", b"2,3\n5,4\n", "numbers") == "csv-numbers"


def record(position: str, *, selection: str = "", contest: str = "", variation: str = "plurality") -> bytes:
    """A report with a paper that marks Ann, and one that marks Ben with this position."""

    def paper(number: int, mark: str, inner: str, around: str, status: str) -> str:
        return (
            f'{{"CurrentSnapshotId":"s{number}","CVRSnapshot":[{{"@id":"s{number}","CVRContest":[{{"ContestId":"k"'
            f'{status},"CVRContestSelection":[{{"ContestSelectionId":"{mark}"{around},'
            f'"SelectionPosition":[{{{inner}}}]}}]}}]}}]}}'
        )

    plain = '"HasIndication":"yes","NumberVotes":1'
    return (
        '{"Election":[{"Candidate":[{"@id":"a","Name":"Ann"},{"@id":"b","Name":"Ben"}],"Contest":[{"@id":"k",'
        f'"VoteVariation":"{variation}","ContestSelection":[{{"@id":"x","CandidateIds":["a"]}},'
        f'{{"@id":"y","CandidateIds":["b"]}}]}}]}}],\n"CVR":[{paper(1, "x", plain, "", "")},\n'
        f"{paper(2, 'y', position, selection, contest)}]}}"
    ).encode()


YES = '"HasIndication":"yes","NumberVotes":1'
BARRED = ',"Status":["invalidated-rules"]'


@pytest.mark.parametrize(
    ("report", "code", "line"),
    [
        (record('"HasIndication":"unknown","NumberVotes":1'), "undecided", 3),
        (record(YES + ',"IsAllocable":"unknown"'), "undecided", 3),
        (record(YES, selection=',"Status":["needs-adjudication"]'), "undecided", 3),
        (record('"HasIndication":"yes","NumberVotes":0'), "number", 3),
        (record('"HasIndication":"yes","NumberVotes":3'), "number", 3),
        (record(YES, variation="cumulative"), "unsupported", 1),
        (record(YES, variation="proportional"), "unsupported", 1),
    ],
)
def test_a_mark_is_not_counted_of_which_a_record_leaves_open_what_it_is_worth(
    report: bytes, code: str, line: int
) -> None:
    refused(code, line, "cdf", report)


def test_what_the_rules_took_away_is_not_counted() -> None:
    assert cdf.read(record(YES)).marks == {("1",): 1, ("2",): 1}
    for barred in (
        record(YES + BARRED),
        record(YES, selection=BARRED),
        record(YES, contest=BARRED),
    ):
        found = cdf.read(barred)
        assert (found.marks, found.invalid, found.empty) == ({("1",): 1}, 1, 0)
    left = cdf.read(record(f"{YES}}},{{{YES}{BARRED}"))
    assert (left.marks, left.invalid) == ({("1",): 1, ("2",): 1}, 0)
    unsure = record(YES + ',"IsAllocable":"unknown"')
    assert cdf.read(unsure, lenient=True).valid == 2
