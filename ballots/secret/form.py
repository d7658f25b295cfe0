"""How objects are written: compact JSON, fields in their order, one spelling only."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TypeVar

import msgspec

from ballots.secret.group import GroupError
from ballots.secret.proofs import ProofError

Kind = TypeVar("Kind")

PLAIN = 2**30 - 1
"""The largest count that is written as a JSON number; larger ones are decimal strings."""
Count = int | str
"""A count of votes or a weight, as it is written."""


class FormError(ValueError):
    """Bytes that are not an object written the one way.

    Attributes:
        code: stable, for instance `malformed` or `not-canonical`.
        where: the field, for instance `$.questions[0].min`; `$` is the whole.
    """

    def __init__(self, code: str, where: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.where = where


def encode(thing: object) -> bytes:
    """The bytes of an object."""
    return msgspec.json.encode(thing)


def decode(raw: bytes, kind: type[Kind]) -> Kind:
    """The object that was written so.

    Raises:
        FormError: `malformed` (not JSON, an unknown or missing field, a wrong type), `not-canonical`.
    """
    try:
        thing = msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError) as error:
        text, _, where = str(error).partition(" - at `")
        raise FormError("malformed", where.rstrip("`") or "$", text) from None
    if encode(thing) != raw:
        raise FormError(
            "not-canonical", "$", "not the one way to write it: blanks, order, escapes or doubles"
        )
    return thing


@contextmanager
def at(where: str) -> Iterator[None]:
    """Say which field holds the number or the proof that is wrong. Raises FormError with the same code."""
    try:
        yield
    except (GroupError, ProofError) as error:
        raise FormError(error.code, where, str(error)) from None


def digest(raw: bytes) -> str:
    """SHA-256 in hexadecimal, by which an archive names what it holds."""
    return sha256(raw).hexdigest()


def fingerprint(raw: bytes) -> str:
    """SHA-256 in unpadded base64: of an election φ, of a body what is signed, of a ballot its tracker."""
    return b64encode(sha256(raw).digest()).rstrip(b"=").decode()


def count(number: int) -> Count:
    """A count as it is written."""
    return number if number <= PLAIN else str(number)


def read_count(written: Count, where: str) -> int:
    """The count that is written so. Raises FormError: `bad-count`."""
    if isinstance(written, str):
        if written.isascii() and written.isdigit() and len(written) < 80 and written[0] != "0":
            number = int(written)
            if number > PLAIN:
                return number
    elif 0 <= written <= PLAIN:
        return written
    raise FormError("bad-count", where, "not a count: a number up to 2^30 - 1, or a larger one as a string")
