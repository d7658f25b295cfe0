"""PrefLib's ordinal files: .soc and .soi without equals, .toc and .toi with; soc and toc rank all candidates.

A header of lines `# KEY: value`, then `count: 1,{2,3},4`. The sums in the header are checked.
"""

import re
from typing import Literal

from voting.formats.errors import FormatError
from voting.formats.profile import MOST_CANDIDATES, MOST_PAPERS, Box, Profile, candidates
from voting.formats.text import decode, lines, whole
from voting.rankings import Ranking

DataType = Literal["soc", "soi", "toc", "toi"]

_HEADER = re.compile(r"#\s*([A-Z0-9 ]+?)\s*:\s*(.*)\Z")
_BLANKS = re.compile(r"\s*([,{}]|^|\Z)\s*")
"""Blanks around commas and braces say nothing; between digits they may hide a comma."""
_GROUPS = re.compile(r"(\{[0-9, ]*\}|[0-9]+)(?:,|\Z)")


def read(raw: bytes, *, lenient: bool = False) -> Profile:
    """Read a file.

    Lenient: names, sums and data type may be missing from the header, lines may be in Windows-1252.

    Raises:
        FormatError: it is not one; the message says line and reason.
    """
    header: dict[str, tuple[int, str]] = {}
    body: list[tuple[int, int, list[list[str]]]] = []
    for line, row in lines(decode(raw, lenient=lenient)):
        if found := _HEADER.match(row.strip()):
            key = found[1]
            if key in header and not key.startswith("RELATES"):
                raise FormatError("repeated", line, found=key)
            header[key] = line, found[2].strip()
        elif row.strip() and not row.startswith("#"):
            count, colon, order = row.partition(":")
            if not colon:
                raise FormatError("syntax", line, found=row)
            body.append(
                (line, whole(count.strip(), line, 1, MOST_PAPERS), _order(_BLANKS.sub(r"\1", order), line))
            )
        elif row.strip():
            raise FormatError("syntax", line, found=row)
    number = _said(header, "NUMBER ALTERNATIVES", MOST_CANDIDATES)
    if number is None:
        raise FormatError("header", 1, missing="NUMBER ALTERNATIVES")
    names = [header.get(f"ALTERNATIVE NAME {place}", (1, ""))[1] for place in range(1, number + 1)]
    _compare(header, "NUMBER VOTERS", sum(count for _, count, _ in body), lenient=lenient)
    orders = len({str(order) for _, _, order in body})
    _compare(header, "NUMBER UNIQUE ORDERS", orders, lenient=lenient)
    if not all(names) and not lenient:
        raise FormatError("header", 1, missing=f"ALTERNATIVE NAME {names.index('') + 1}")
    box = Box(candidates(name or str(place) for place, name in enumerate(names, 1)))
    kind = header.get("DATA TYPE", (1, ""))
    if kind[1] not in ("soc", "soi", "toc", "toi") and not (lenient and not kind[1]):
        raise FormatError("unsupported", kind[0], found=f"DATA TYPE {kind[1]}")
    for line, times, groups in body:
        _check(line, groups, number, kind[1])
        box.rank(groups, times, line)
    return box.profile(title=header.get("TITLE", (1, ""))[1])


def data_type(profile: Profile) -> DataType:
    """The narrowest type that holds the papers as they are; it is the end of the file's name, too."""
    options = len(profile.ids)
    complete = all(sum(map(len, ranking)) == options for ranking in profile.rankings)
    if profile.ties:
        return "toc" if complete else "toi"
    return "soc" if complete else "soi"


def write(profile: Profile) -> bytes:
    """A file of `data_type(profile)`: equals stay equal, unranked stays unranked.

    Withdrawn candidates, blank and invalid papers have no place in it.

    Raises:
        FormatError: the papers do not rank.
    """
    if profile.kind != "rankings":
        raise FormatError("cannot_hold", what=profile.kind)
    place = {one: str(number) for number, one in enumerate(profile.ids, 1)}
    kind = data_type(profile)
    rows = [
        f"# FILE NAME: {profile.title or 'papers'}.{kind}",
        f"# TITLE: {profile.title}",
        f"# DATA TYPE: {kind}",
        f"# NUMBER ALTERNATIVES: {len(place)}",
        f"# NUMBER VOTERS: {profile.valid}",
        f"# NUMBER UNIQUE ORDERS: {len(profile.rankings)}",
        *(f"# ALTERNATIVE NAME {number}: {profile.names[one]}" for one, number in place.items()),
    ]
    orders = sorted((-count, _written(ranking, place)) for ranking, count in profile.rankings.items())
    return ("\n".join([*rows, *(f"{-count}: {order}" for count, order in orders)]) + "\n").encode()


def _written(ranking: Ranking, place: dict[str, str]) -> str:
    groups = (",".join(place[one] for one in group) for group in ranking)
    return ",".join(f"{{{group}}}" if "," in group else group for group in groups)


def _order(text: str, line: int) -> list[list[str]]:
    groups: list[list[str]] = []
    at = 0
    while at < len(text):
        found = _GROUPS.match(text, at)
        if not found or found[0] == text[at:] != found[1]:
            raise FormatError("syntax", line, found=text)
        groups.append(found[1].strip("{}").split(","))
        at = found.end()
    if not groups:
        raise FormatError("syntax", line, found=text)
    return [[str(whole(one, line, 1, MOST_CANDIDATES)) for one in group] for group in groups]


def _said(header: dict[str, tuple[int, str]], key: str, most: int) -> int | None:
    line, value = header.get(key, (1, ""))
    return whole(value, line, 0, most) if value else None


def _compare(header: dict[str, tuple[int, str]], key: str, found: int, *, lenient: bool) -> None:
    if (said := _said(header, key, MOST_PAPERS)) is None and not lenient:
        raise FormatError("header", 1, missing=key)
    if said not in (None, found):
        raise FormatError("sum", header[key][0], found=found, expected=said)


def _check(line: int, order: list[list[str]], number: int, kind: str) -> None:
    named = [one for group in order for one in group]
    if odd := next((one for one in named if int(one) > number), ""):
        raise FormatError("candidate", line, found=odd)
    if odd := next((one for one in named if named.count(one) > 1), ""):
        raise FormatError("twice", line, found=odd)
    if kind.startswith("so") and len(order) != len(named):
        raise FormatError("equal", line, found=",".join(next(group for group in order if len(group) > 1)))
    if kind.endswith("oc") and len(named) != number:
        raise FormatError("complete", line)
