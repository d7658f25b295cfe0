"""A CSV or XLSX file as rows of text, under strict limits and without running anything in it.

CSV (RFC 4180) is read in UTF-8, with or without byte order mark, or else in GB18030,
which Chinese spreadsheet programs write. XLSX (ECMA-376) is read as what it stores:
formulas are not computed but marked, so that the row is refused.
"""

import codecs
import csv
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import openpyxl

from web.people.problems import ImportRefused, Problem, problem

FILE_BYTES = 5 * 2**20
UNPACKED_BYTES = 50 * 2**20
ZIP_ENTRIES = 200
ROWS = 20_000
COLUMNS = 40
CELL_CHARACTERS = 200

_SHEET_COLUMNS = 256
"""Blank cells may go this far; what a workbook has further right is not looked at."""
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="[A-Z]+([0-9]{1,7}):[A-Z]+([0-9]{1,7})"')
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_INVISIBLE_EDGE = "\u200b\u200c\u200d\u2060\ufeff"
_NOTHING = ("", "-", "－", "–", "—", "/", "无")
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class _StoredCell(Protocol):
    value: Any
    data_type: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The trimmed text of a cell, and the code of what is wrong with it, if anything."""

    text: str
    wrong: str = ""

    def problem(self, column: str) -> Problem:
        """What is wrong, for people. Only where `wrong` is set."""
        return problem(self.wrong, column=column, limit=CELL_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: its line in a text file or number in a sheet, from 1, and its cells."""

    line: int
    cells: tuple[Cell, ...]


def read(data: bytes) -> list[Row]:
    """Read a file; XLSX is told by its first bytes, the first sheet counts.

    Raises:
        ImportRefused: the file cannot be read, or is beyond a limit.
    """
    if not data:
        raise ImportRefused("empty-file")
    if len(data) > FILE_BYTES:
        raise ImportRefused("too-large", limit=FILE_BYTES // 2**20)
    if data.startswith(_OLE):
        raise ImportRefused("old-excel")
    rows = _read_workbook(data) if data.startswith(_ZIP) else _read_csv(_decode(data))
    kept: list[Row] = []
    for row in rows:
        cells = row.cells
        while cells and not cells[-1].text and not cells[-1].wrong:
            cells = cells[:-1]
        if len(cells) > COLUMNS:
            raise ImportRefused("too-many-columns", line=row.line, limit=COLUMNS)
        if cells and len(kept) == ROWS:
            raise ImportRefused("too-many-rows", limit=ROWS)
        if cells:
            kept.append(Row(row.line, cells))
    return kept


def text_cell(raw: str) -> Cell:
    """Trim a text and look whether it may stand in a register.

    What a spreadsheet would take for a formula is refused, so that no export of ours carries one;
    a telephone number may begin with a plus. A lone dash is how people write "nothing".
    """
    text = unicodedata.normalize("NFC", raw).strip().strip(_INVISIBLE_EDGE).strip()
    if text in _NOTHING:
        return Cell("")
    if len(text) > CELL_CHARACTERS:
        return Cell(text[:CELL_CHARACTERS], "too-long")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text):
        return Cell(text, "bad-character")
    telephone = text.startswith("+") and not text[1:].strip("0123456789 ()-")
    if text.startswith(_FORMULA_START) and not telephone:
        return Cell(text, "formula")
    return Cell(text)


def _decode(data: bytes) -> str:
    if b"\x00" in data:
        raise ImportRefused("not-a-table")
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        at = error.start
    if body == data and not _damaged_utf8(body):
        try:
            return body.decode("gb18030")
        except UnicodeDecodeError as error:
            at = error.start
    raise ImportRefused("bad-encoding", line=len((body[:at] + b".").splitlines()))


def _damaged_utf8(body: bytes) -> bool:
    """Whether this is UTF-8 with a few broken bytes, which GB18030 would turn into other names."""
    text = body.decode(errors="replace")
    broken = text.count("\ufffd")
    return sum(1 for char in text if char >= "\u2e80") - broken > broken


def _read_csv(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise ImportRefused("bad-csv", line=line) from None
        if len(cells) > _SHEET_COLUMNS:
            raise ImportRefused("too-many-columns", line=line, limit=COLUMNS)
        yield Row(line, tuple(text_cell(cell) for cell in cells))
        line = reader.line_num + 1


def _read_workbook(data: bytes) -> Iterator[Row]:
    _check_archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        _check_merged(data, sheet._worksheet_path)  # noqa: SLF001 - read-only sheets do not tell merged cells
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=_SHEET_COLUMNS), 1):
            yield Row(number, tuple(_stored_cell(cell) for cell in cells))
        book.close()
    except ImportRefused:
        raise
    except Exception as error:
        # On damaged parts openpyxl raises whatever its parsers raise.
        raise ImportRefused("bad-workbook") from error


def _check_archive(data: bytes) -> None:
    """Unpack every part in small steps: sizes that a ZIP declares can lie, and XML entities can swell."""
    left = UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > ZIP_ENTRIES or len({part.filename for part in parts}) != len(parts):
                raise ImportRefused("bad-workbook")
            for part in parts:
                content = bytearray()
                with archive.open(part) as stream:
                    while chunk := stream.read(65536):
                        content += chunk
                        if len(content) > left:
                            raise ImportRefused("unpacks-too-large", limit=UNPACKED_BYTES // 2**20)
                left -= len(content)
                if b"<!DOCTYPE" in content.replace(b"\x00", b""):
                    raise ImportRefused("bad-workbook")
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ImportRefused("bad-workbook") from error


def _check_merged(data: bytes, part: str) -> None:
    """Refuse cells merged across rows: all rows but the first would silently be blank there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for first, last in _MERGED.findall(archive.read(part)):
            if first != last:
                raise ImportRefused("merged-cells", line=int(first))


def _stored_cell(cell: _StoredCell) -> Cell:
    """The text of what an XLSX stores; numbers are written as people write them."""
    value = cell.value
    if cell.data_type == "f":
        return Cell("", "formula")
    if cell.data_type == "e":
        return Cell("", "error-cell")
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value
    if value is None or isinstance(value, int | float):
        return Cell("" if value is None else str(value))
    return Cell("", "date-cell")
