"""XLSX (ECMA-376): ballots in, as rows of text; a table of results out, also as CSV."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence

import openpyxl
from openpyxl.styles import Font

from voting.formats.errors import FormatError
from voting.formats.table import Row, encode

UNPACKED_BYTES = 500 * 2**20
COLUMNS = 1_000


def read(raw: bytes) -> list[Row]:
    """The rows of the first sheet that have a cell, if only a blank one, with their numbers.

    Formulas are not computed.

    Raises:
        FormatError: it is no workbook, or is beyond a limit.
    """
    try:
        _check(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts that are of no use here
            return list(_rows(raw))
    except FormatError:
        raise
    except Exception as error:
        # On damaged parts openpyxl raises whatever its parsers raise.
        raise FormatError("syntax", found=f"XLSX: {error}") from error


def write(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """A workbook with one sheet, the first row in bold.

    What looks like a formula stays a text, so that no program computes what a candidate is called.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "".join(" " if one in "[]:*?/\\\\" else one for one in title)[:31] or "Count"
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            plain = text.removeprefix("-").isdigit() and text.isascii()
            cell.value = int(text) if plain and len(text) < 15 else text
            if not plain:
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """The same as CSV, which has no types: before what looks like a formula stands an apostrophe."""
    return encode([[f"'{text}" if _computes(text) else text for text in row] for row in rows])


def _computes(text: str) -> bool:
    return text[:1] in ("=", "+", "-", "@") and not text.removeprefix("-").isdecimal()


def _check(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES:
            raise FormatError("large", most=f"{UNPACKED_BYTES} bytes")


def _rows(raw: bytes) -> Iterator[Row]:
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        if values:  # a row without cells is no paper
            yield number, [_text(value) for value in values[:COLUMNS]]
    book.close()


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
