"""Plain CSV (RFC 4180), one ballot a row under a header.

Four layouts: `choices`, whose columns 1, 2, … hold names, best first; and three with a column for each
candidate: `ranks` (1 is best, equals allowed, blank is unranked), `numbers` (grades or points, blank is none)
and `marks` (1, x or ✓; 0 or blank is none). A column `count` (票数) says how many papers a row stands for;
columns `ballot`, `id` (编号, 序号) are passed over. A row whose cells are all blank is a blank paper.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from voting.formats.errors import FormatError
from voting.formats.profile import HIGHEST_NUMBER, MOST_PAPERS, Box, Kind, Profile, candidates, clean
from voting.formats.text import decode, lines, whole

Layout = Literal["choices", "ranks", "numbers", "marks"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
Row = tuple[int, list[str]]
"""The line on which a row begins, and its cells, trimmed."""

_COUNT = {"count", "票数"}
_PASSED_OVER = {"ballot", "id", "编号", "序号"}
_PLACE = re.compile(
    r"(?:choice |rank |第)?([0-9]{1,3})(?:st choice|nd choice|rd choice|th choice|志愿|选择)?\Z"
)
_MARK = {"1": True, "x": True, "✓": True, "√": True, "": False, "0": False}


def rows(text: str, delimiter: str = ",") -> Iterator[Row]:
    """The rows of a CSV file, without lines that have no cell at all.

    Raises:
        FormatError: quotes that do not fit.
    """
    reader = csv.reader((line + "\n" for _, line in lines(text)), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FormatError("syntax", line, found=error) from None
        if cells:  # cells that are all blank are a blank paper
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def guess(raw: bytes, layout: Layout, *, lenient: bool = False) -> Layout:
    """The layout of a file: `choices` if its columns are places, else the one given.

    Raises:
        FormatError: it has no header, or it could be either: columns 1, 2, 3 … may be places or candidates
            who are called so.
    """
    _, header = _header(decode(raw, lenient=lenient, chinese=True), lenient=lenient)
    if not _places(header):
        return layout
    if any(name.isdigit() for name in header):
        try:
            read(raw, layout, lenient=lenient)
        except FormatError:
            return "choices"
        raise FormatError("layout", 1, found=f"csv-choices, csv-{layout}")
    return "choices"


def read(raw: bytes, layout: Layout, *, lenient: bool = False) -> Profile:
    """Read a file.

    Lenient: semicolons or tabs between cells, rows that end early, GB18030 or lines in Windows-1252,
    a candidate named twice (an invalid paper).

    Raises:
        FormatError: it is not one; the message says line and reason.
    """
    text = decode(raw, lenient=lenient, chinese=True)
    delimiter, header = _header(text, lenient=lenient)
    found = [
        (line, _fit(line, cells, len(header), lenient=lenient)) for line, cells in rows(text, delimiter)
    ][1:]
    named = [place for place, name in enumerate(header) if name.lower() not in _COUNT | _PASSED_OVER]
    if layout == "choices":
        if not _places(header):
            raise FormatError("header", 1, missing="1, 2, 3 …")
        names = list(dict.fromkeys(cells[at] for _, cells in found for at in named if cells[at]))
    else:
        names = [header[at] for at in named]
        if not all(names):
            raise FormatError("name", 1)
    box = Box(candidates(names, 1))
    known = {name: one.id for name, one in zip(names, box.candidates, strict=True)}
    if len({one.name for one in box.candidates}) != len(names):
        raise FormatError("repeated", 1, found=next(one for one in names if names.count(one) > 1))
    counts = [place for place, name in enumerate(header) if name.lower() in _COUNT]
    if len(counts) > 1:
        raise FormatError("repeated", 1, found=" = ".join(header[at] for at in counts))
    counted = counts[0] if counts else None
    for line, cells in found:
        count = 1 if counted is None else whole(cells[counted], line, 0, MOST_PAPERS)
        if not count:
            continue
        if layout == "choices":
            _choices(box, line, [known[cells[at]] for at in named if cells[at]], count, lenient=lenient)
        else:
            said = {known[header[at]]: cells[at] for at in named if cells[at]}
            _fill(box, layout, line, said, count)
    kind: Kind = layout if layout in ("numbers", "marks") else "rankings"
    return box.profile(kind)


def write(profile: Profile) -> bytes:
    """A file with a column for each candidate and one that counts; invalid papers have no place in it.

    Raises:
        FormatError: two candidates have the same name, or one that means something else in the header.
    """
    names = [profile.names[one] for one in profile.ids]
    if odd := [
        one for one in names if names.count(one) > 1 or not one or one.lower() in _COUNT | _PASSED_OVER
    ]:
        raise FormatError("cannot_hold", what=odd[0] or "—")
    papers: list[tuple[dict[str, int], int]] = [
        ({one: place for place, group in enumerate(ranking, 1) for one in group}, count)
        for ranking, count in profile.rankings.items()
    ]
    papers += [(dict.fromkeys(marks, 1), count) for marks, count in profile.marks.items()]
    papers += [(dict(numbers), count) for numbers, count in profile.numbers.items()]
    papers += [({}, profile.empty)] if profile.empty else []
    body = sorted([str(count), *(str(paper.get(one, "")) for one in profile.ids)] for paper, count in papers)
    return encode([["count", *names], *body])


def encode(table: Sequence[Sequence[str]]) -> bytes:
    """Rows as the bytes of a CSV file, lines ended as RFC 4180 does."""
    sheet = _Lines()
    csv.writer(sheet).writerows(table)
    return "".join(sheet).encode()


class _Lines(list[str]):
    """What the csv module writes to."""

    def write(self, line: str) -> None:
        self.append(line)


def _header(text: str, *, lenient: bool) -> tuple[str, list[str]]:
    first = next(line for _, line in lines(text) if line.strip())
    delimiter = next((one for one in ",;\t" if one in first), ",") if lenient else ","
    _, header = next(rows(text, delimiter))
    return delimiter, [clean(name) for name in header]


def _places(header: list[str]) -> bool:
    names = [name.lower() for name in header if name.lower() not in _COUNT | _PASSED_OVER]
    found = [_PLACE.match(name) for name in names]
    return [match and int(match[1]) for match in found] == list(range(1, len(names) + 1))


def _fit(line: int, cells: list[str], width: int, *, lenient: bool) -> list[str]:
    if len(cells) > width or (len(cells) < width and not lenient):
        raise FormatError("cells", line, found=len(cells), expected=width)
    return cells + [""] * (width - len(cells))


def _fill(box: Box, layout: Layout, line: int, said: dict[str, str], count: int) -> None:
    if layout == "ranks":
        ranks = {one: whole(cell, line, 1, HIGHEST_NUMBER) for one, cell in said.items()}
        places = sorted(set(ranks.values()))
        box.rank(([one for one in ranks if ranks[one] == place] for place in places), count, line)
    elif layout == "numbers":
        box.number({one: _signed(cell, line) for one, cell in said.items()}, count, line)
    else:
        if odd := next((cell for cell in said.values() if cell.lower() not in _MARK), ""):
            raise FormatError("syntax", line, found=odd)
        box.mark((one for one, cell in said.items() if _MARK[cell.lower()]), count, line)


def _choices(box: Box, line: int, named: list[str], count: int, *, lenient: bool) -> None:
    if len(set(named)) == len(named):
        box.rank(([one] for one in named), count, line)
    elif lenient:
        box.spoil(count, line)
    else:
        twice = next(one for one in named if named.count(one) > 1)
        raise FormatError("twice", line, found=box.candidates[int(twice) - 1].name)


def _signed(cell: str, line: int) -> int:
    if cell.startswith("-"):
        return -whole(cell[1:], line, 1, HIGHEST_NUMBER)
    return whole(cell, line, 0, HIGHEST_NUMBER)
