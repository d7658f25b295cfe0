"""Tally sheets of the Debian project: `V: 2-31---- 5f04e2dd…`, a rank for each option and the voter's hash.

A rank is a digit, from ten on a letter; `-` is unranked. The lines before say the options' names.
"""

import re

from voting.formats.errors import FormatError
from voting.formats.profile import Box, Profile, candidates
from voting.formats.text import decode, lines

_OPTION = re.compile(r"[\s/|]*Option\s+([0-9]{1,2})\s*-*>\s*:\s*(.*\S)\s*\Z")
_VOTE = re.compile(r"\s*V:\s+([0-9A-Za-z-]+)(?:\s+([0-9a-f]{32,128}))?\s*\Z")
_HASH = re.compile(r"[0-9a-f]{32,128}\s*\Z")
_RANKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read(raw: bytes, *, lenient: bool = False) -> Profile:
    """Read a sheet.

    Lenient: options without names, votes without hash, lines in Windows-1252.

    Raises:
        FormatError: it is not one; the message says line and reason.
    """
    names: dict[int, str] = {}
    votes: list[tuple[int, str]] = []
    hashes: set[str] = set()
    for line, row in lines(decode(raw, lenient=lenient)):
        if option := _OPTION.match(row):
            if int(option[1]) in names or votes:
                raise FormatError("repeated", line, found=option[0].strip())
            names[int(option[1])] = option[2]
        elif vote := _VOTE.match(row):
            if not (vote[2] or lenient):
                raise FormatError("header", line, missing="hash")
            if vote[2] in hashes:
                raise FormatError("repeated", line, found=vote[2])
            hashes |= {vote[2]} if vote[2] else set()
            votes.append((line, vote[1].upper()))
        elif row.strip() and (votes or row.lstrip().startswith("V:") or _HASH.search(row)):
            raise FormatError("syntax", line, found=row.strip())
    if not votes:
        raise FormatError("end", None, missing="V:")
    width = len(votes[0][1])
    if (names or not lenient) and sorted(names) != list(range(1, width + 1)):
        raise FormatError("cells", votes[0][0], found=width, expected=len(names))
    box = Box(candidates(names.get(place, str(place)) for place in range(1, width + 1)))
    for line, ranks in votes:
        if len(ranks) != width:
            raise FormatError("cells", line, found=len(ranks), expected=width)
        if odd := next((rank for rank in ranks if rank not in _RANKS + "-"), ""):
            raise FormatError("syntax", line, found=odd)
        groups = [
            [one.id for one, rank in zip(box.candidates, ranks, strict=True) if rank == given]
            for given in sorted(set(ranks) - {"-"})
        ]
        box.rank(groups, 1, line)
    return box.profile()
