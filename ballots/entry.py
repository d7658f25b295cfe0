"""An entry: one act where it stands in the record, as exact bytes."""

import re
from typing import NamedTuple

from ballots.encoding import parse_utc
from ballots.merkle import MAX_SIZE

MAX_ENTRY = 65_535
"""Bytes of an entry at most: tlog-tiles counts them in 16 bits."""

_ENTRY = re.compile(rb'\{"seq":(0|[1-9][0-9]{0,15}),"at":"([^"]{24})","jws":"([A-Za-z0-9_.-]*)"\}')


class EntryError(ValueError):
    """Bytes that are not an entry; says what is wrong."""


class Entry(NamedTuple):
    """One act in its place.

    Attributes:
        seq: its number, from 0.
        at: the service's time, `2026-11-21T08:00:00.000Z`.
        jws: the signed act, compact JWS.
    """

    seq: int
    at: str
    jws: str

    @property
    def raw(self) -> bytes:
        """The exact bytes that are hashed and kept: `{"seq":N,"at":"…","jws":"…"}`."""
        return f'{{"seq":{self.seq},"at":"{self.at}","jws":"{self.jws}"}}'.encode()


def parse(raw: bytes) -> Entry:
    """Read an entry. There is one way to write it.

    The JWS is only known to have a JWS's characters: `ballots.signing.split` reads it.

    Raises:
        EntryError: anything else, or more than 65,535 bytes.
    """
    if len(raw) > MAX_ENTRY:
        raise EntryError(f"{len(raw)} bytes; an entry has at most {MAX_ENTRY}")
    found = _ENTRY.fullmatch(raw)
    if not found:
        raise EntryError("not the one way to write an entry")
    seq, at, jws = found.groups()
    entry = Entry(int(seq), at.decode("latin-1"), jws.decode())
    if entry.seq >= MAX_SIZE:
        raise EntryError("not an entry's number")
    try:
        parse_utc(entry.at)
    except ValueError as why:
        raise EntryError(str(why)) from None
    return entry
