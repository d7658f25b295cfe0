"""How bytes, numbers and times are written as text: strict both ways.

b64url: RFC 4648 §5 without padding. Crockford: base32 as people type it, https://www.crockford.com/base32.html.
"""

import binascii
import re
import secrets
from datetime import UTC, datetime

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/   ")
_LAST = (b"", b"", frozenset(b"AQgw"), frozenset(b"AEIMQUYcgkosw048"))
"""The last character where so many stand beyond a multiple of four: its spare bits are zero."""
_VALUES = {letter: value for value, letter in enumerate(CROCKFORD)} | {"I": 1, "L": 1, "O": 0}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")


def b64url(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=").decode()


def unb64url(text: str, length: int | None = None) -> bytes:
    """Bytes from base64url without padding.

    Raises:
        ValueError: a foreign character, padding, bits left over that are not zero, or not `length` bytes.
    """
    rest = len(text) % 4
    try:
        plain = text.encode("ascii").translate(_FROM_URL) + b"=" * (-rest % 4)
        raw = binascii.a2b_base64(plain, strict_mode=True)
    except ValueError:
        raise ValueError("not base64url without padding") from None
    if rest and ord(text[-1]) not in _LAST[rest]:
        raise ValueError("base64url with bits left over that are not zero")
    if length is not None and len(raw) != length:
        raise ValueError(f"{len(raw)} bytes where {length} belong")
    return raw


def b64(raw: bytes) -> str:
    """Bytes as base64 with padding (RFC 4648 §4), as the C2SP formats want it."""
    return binascii.b2a_base64(raw, newline=False).decode()


def unb64(text: str, length: int | None = None) -> bytes:
    """Bytes from base64 with padding; strict like `unb64url`. Raises ValueError."""
    try:
        raw = binascii.a2b_base64(text)
    except ValueError:
        raise ValueError("not base64") from None
    if b64(raw) != text:
        raise ValueError("not base64 with padding")
    if length is not None and len(raw) != length:
        raise ValueError(f"{len(raw)} bytes where {length} belong")
    return raw


def crockford(raw: bytes, bits: int) -> str:
    """The first `bits` bits as Crockford base32, upper-case, filled up with zero bits."""
    count = -(-bits // 5)
    number = int.from_bytes(raw, "big") >> (len(raw) * 8 - bits) << (count * 5 - bits)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(count * 5 - 5, -1, -5))


def uncrockford(text: str, bits: int) -> bytes:
    """`bits` bits from Crockford base32, filled up to whole bytes with zero bits.

    Upper or lower case; I and L are read as 1 and O as 0, as people type them. No hyphens, no blanks.

    Raises:
        ValueError: a foreign character, another length, or bits left over that are not zero.
    """
    count, size = -(-bits // 5), -(-bits // 8)
    if len(text) != count:
        raise ValueError(f"{len(text)} characters where {count} belong")
    number = 0
    for letter in text:
        value = _VALUES.get(letter.upper()) if letter.isascii() else None
        if value is None:
            raise ValueError(f"{letter!r} is no Crockford character")
        number = number << 5 | value
    spare = count * 5 - bits
    if number & ((1 << spare) - 1):
        raise ValueError("bits left over that are not zero")
    return (number >> spare << (size * 8 - bits)).to_bytes(size, "big")


def groups(text: str, n: int, sep: str = "-") -> str:
    """The text in groups of n characters, for people: `ABCDE-FGHJK`."""
    return sep.join(text[start : start + n] for start in range(0, len(text), n))


def utc(moment: datetime) -> str:
    """A moment (with its zone) as `2026-11-21T08:00:00.000Z`; what is finer than a millisecond is cut."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def parse_utc(text: str) -> datetime:
    """The moment that `utc` wrote. Raises ValueError for any other text."""
    if not _TIME.fullmatch(text):
        raise ValueError("not a time like 2026-11-21T08:00:00.000Z")
    return datetime.fromisoformat(text)


def new_id() -> str:
    """A new id of a hearing: 60 random bits as 12 characters of lower-case Crockford base32."""
    return crockford(secrets.token_bytes(8), 60).lower()


def new_nonce() -> str:
    """A new nonce of an act: 16 random bytes, b64url."""
    return b64url(secrets.token_bytes(16))
