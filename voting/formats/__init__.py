"""Files of ballots, in and out: bytes become a `Profile`, and back. Nothing here opens a file.

RCTab's files need its configuration and are read by `rctab.read`; tables of results are not ballots and
are written elsewhere.
"""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from voting.formats import blt, cdf, debian, preflib, table
from voting.formats.errors import FormatError
from voting.formats.profile import Candidate, Profile

__all__ = ["READERS", "Candidate", "FormatError", "Profile", "guess"]


class Reader(Protocol):
    """Reads a file, or raises FormatError with line and reason."""

    def __call__(self, raw: bytes, *, lenient: bool = False) -> Profile:
        """Read the bytes of a file; lenient takes what people and programs often get wrong."""


READERS: Mapping[str, Reader] = {
    "blt": blt.read,
    "preflib": preflib.read,
    "debian": debian.read,
    "cdf": cdf.read,
    "csv-choices": partial(table.read, layout="choices"),
    "csv-ranks": partial(table.read, layout="ranks"),
    "csv-numbers": partial(table.read, layout="numbers"),
    "csv-marks": partial(table.read, layout="marks"),
}
"""The name of a format → what reads it."""
_ENDS = {
    "blt": "blt",
    "soc": "preflib",
    "soi": "preflib",
    "toc": "preflib",
    "toi": "preflib",
    "txt": "debian",
    "json": "cdf",
    "xml": "cdf",
}


def guess(end: str, raw: bytes, csv: table.Layout, *, lenient: bool = False) -> str:
    """The format of a file by the end of its name; of a CSV file by its header.

    Args:
        end: what stands after the last dot, in any case.
        raw: the bytes.
        csv: the layout of a CSV file whose columns are candidates.
        lenient: as it will be read.

    Raises:
        FormatError: files do not end so, or a CSV file has no header, or one that can be read in two ways.
    """
    if end.lower() == "csv":
        return f"csv-{table.guess(raw, csv, lenient=lenient)}"
    if end.lower() not in _ENDS:
        raise FormatError("unsupported", found=f".{end}")
    return _ENDS[end.lower()]
