"""An entry: one act where it stands in the record, as exact bytes."""

import string
from typing import NamedTuple

from ballots.encoding import parse_utc
from ballots.merkle import MAX_SIZE

MAX_ENTRY = 65_535
"""Bytes of an entry at most: tlog-tiles counts them in 16 bits."""

_JWS_LETTERS = (string.ascii_letters + string.digits + "-_.").encode()


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
    """Read an entry. There is one way to write it, so the bytes must equal their own re-encoding.

    The JWS is only known to have a JWS's characters: `ballots.signing.split` reads it.

    Raises:
        EntryError: anything else, or more than 65,535 bytes.
    """
    if len(raw) > MAX_ENTRY:
        raise EntryError(f"{len(raw)} bytes; an entry has at most {MAX_ENTRY}")
    parts = raw.split(b'"')
    if len(parts) != 11 or parts[9].translate(None, _JWS_LETTERS):
        raise EntryError("not an entry")
    seq = parts[2][1:-1]
    if not seq.isdigit() or len(seq) > 16:
        raise EntryError("not an entry's number")
    entry = Entry(int(seq), parts[5].decode("latin-1"), parts[9].decode())
    try:
        parse_utc(entry.at)
    except ValueError as why:
        raise EntryError(str(why)) from None
    if entry.seq >= MAX_SIZE or entry.raw != raw:
        raise EntryError("not the one way to write this entry")
    return entry
