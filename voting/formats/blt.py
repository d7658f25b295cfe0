"""BLT, the ballot file of ERS and OpenSTV: `n seats`, `-k` withdrawn, `weight p1 p2 0`, `0`, names, title.

Strict is the plain form, names and title in double quotes. Lenient also takes `=` between equals,
`-` for a skipped rank (which is passed over), names without quotes, comments from `#`, blank lines,
a candidate named twice (an invalid paper), no title, and lines in Windows-1252.
"""

from collections.abc import Iterator

from voting.formats.errors import FormatError
from voting.formats.profile import MOST_CANDIDATES, MOST_PAPERS, Box, Profile, candidates, clean
from voting.formats.text import Line, decode, lines, whole


def read(raw: bytes, *, lenient: bool = False) -> Profile:
    """Read a file.

    Raises:
        FormatError: it is not one; the message says line and reason.
    """
    rows = _rows(lines(decode(raw, lenient=lenient)), lenient=lenient)
    line, first = next(rows, (1, ""))
    head = first.split()
    if len(head) != 2:
        raise FormatError("syntax", line, found=first)
    number = whole(head[0], line, 1, MOST_CANDIDATES)
    seats = whole(head[1], line, 1, MOST_CANDIDATES)
    papers: list[tuple[int, str, list[str]]] = []
    withdrawn: list[str] = []
    for at, row in rows:
        words = row.split()
        if words == ["0"]:
            break
        if not papers and all(len(word) > 1 and word.startswith("-") for word in words):
            withdrawn += [str(whole(word[1:], at, 1, number)) for word in words]
        elif words[-1] != "0" or len(words) < 2:
            raise FormatError("end", at, missing="0")
        else:
            papers.append((at, words[0], words[1:-1]))
    else:
        raise FormatError("end", line, missing="0")
    if len(set(withdrawn)) != len(withdrawn):
        raise FormatError("repeated", line, found="-" + withdrawn[-1])
    names = [_name(at, row, lenient=lenient) for at, row in _few(rows, number + 1)]
    if len(names) < (number if lenient else number + 1):
        raise FormatError("end", None, missing="name (名字)" if len(names) < number else "title (标题)")
    box = Box(candidates(name or str(place) for place, name in enumerate(names[:number], 1)), withdrawn)
    for at, weight, ranks in papers:
        _fill(box, at, whole(weight, at, 1, MOST_PAPERS), ranks, lenient=lenient)
    return box.profile(title="".join(names[number:]), seats=seats)


def write(profile: Profile) -> bytes:
    """The strict form. Blank papers are kept, invalid ones have no place in it.

    Raises:
        FormatError: the papers do not rank, or rank two equal.
    """
    if profile.kind != "rankings":
        raise FormatError("cannot_hold", what=profile.kind)
    place = {one.id: str(number) for number, one in enumerate(profile.candidates, 1)}
    rows = [f"{len(place)} {profile.seats or 1}", *(f"-{place[one]}" for one in profile.withdrawn)]
    papers = profile.as_strict()
    rows += [" ".join([str(papers[paper]), *(place[one] for one in paper), "0"]) for paper in sorted(papers)]
    if profile.empty:
        rows.append(f"{profile.empty} 0")
    rows += ["0", *(f'"{one.name}"' for one in profile.candidates), f'"{profile.title}"']
    return ("\n".join(rows) + "\n").encode()


def _rows(found: list[Line], *, lenient: bool) -> Iterator[Line]:
    """The lines that say something; of numbers without comments."""
    numbers = True
    for at, text in found:
        row = text.strip()
        if lenient and (not row or row.startswith("#")):
            continue
        if not row:
            raise FormatError("syntax", at, found=text)
        if lenient and numbers:
            row = row.partition("#")[0].strip()
        yield at, row
        numbers = numbers and row != "0"


def _few(rows: Iterator[Line], most: int) -> Iterator[Line]:
    for count, (at, row) in enumerate(rows):
        if count == most:
            raise FormatError("after_end", at, found=row)
        yield at, row


def _name(line: int, row: str, *, lenient: bool) -> str:
    if len(row) > 1 and row[0] == row[-1] == '"':
        row = row[1:-1]
    elif not lenient:
        raise FormatError("quotes", line, found=row)
    return clean(row)


def _fill(box: Box, line: int, weight: int, ranks: list[str], *, lenient: bool) -> None:
    groups = [[] if rank == "-" else rank.split("=") for rank in ranks]
    if not lenient and (odd := next((rank for rank in ranks if rank == "-" or "=" in rank), None)):
        raise FormatError("skipped", line) if odd == "-" else FormatError("equal", line, found=odd)
    named = [str(whole(one, line, 1, len(box.candidates))) for group in groups for one in group]
    if len(set(named)) == len(named):
        box.rank([[str(int(one)) for one in group] for group in groups], weight, line)
    elif lenient:
        box.spoil(weight, line)
    else:
        raise FormatError("twice", line, found=next(one for one in named if named.count(one) > 1))
