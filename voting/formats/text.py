"""Bytes as lines of text, and whole numbers in them: what all readers share."""

import codecs
import re

from voting.formats.errors import FormatError

Line = tuple[int, str]
"""The number of a line from 1, and its text without its end."""

MOST_BYTES = 2**30
LONGEST_LINE = 1_000_000
_ENDS = re.compile(r"\r\n|\n|\r")
_RAW_ENDS = re.compile(rb"\r\n|\n|\r")
_DIGITS = re.compile(r"[0-9]{1,15}\Z")


def decode(raw: bytes, *, lenient: bool, chinese: bool = False) -> str:
    """Text in UTF-8, with or without byte order mark.

    Lenient: a line that is not UTF-8 is read as Windows-1252, since files from several hands mix the two;
    but `chinese`, a whole file of a Chinese spreadsheet is read as GB18030 if it can be.

    Raises:
        FormatError: other encodings, characters that no text has, nothing at all, or too much.
    """
    if len(raw) > MOST_BYTES:
        raise FormatError("large", most=f"{MOST_BYTES} bytes")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FormatError("utf16", 1)
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if (at := raw.find(b"\0")) >= 0:
        raise FormatError("character", _line_of(raw, at), found="NUL")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        if not lenient:
            raise FormatError("utf8", _line_of(raw, error.start)) from None
        text = _gb18030(raw) if chinese else ""
        text = text or "\n".join(_mixed(number, line) for number, line in enumerate(_RAW_ENDS.split(raw), 1))
    if not text.strip():
        raise FormatError("empty_file", 1)
    return text


def lines(text: str) -> list[Line]:
    """The lines of a text; the last may lack its end.

    Raises:
        FormatError: a line is too long to be one.
    """
    found = list(enumerate(_ENDS.split(text), 1))
    if not found[-1][1]:
        found.pop()
    for number, line in found:
        if len(line) > LONGEST_LINE:
            raise FormatError("large", number, most=LONGEST_LINE)
    return found


def whole(text: str, line: int | None, low: int, high: int) -> int:
    """A whole number in ASCII digits.

    Raises:
        FormatError: anything else, or one that is out of range.
    """
    if _DIGITS.match(text) and low <= (number := int(text)) <= high:
        return number
    raise FormatError("number", line, found=text, low=low, high=high)


def _gb18030(raw: bytes) -> str:
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""


def _mixed(number: int, line: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FormatError("utf8", number)


def _line_of(raw: bytes, at: int) -> int:
    return len(_RAW_ENDS.findall(raw, 0, at)) + 1
