"""The public lot: an order of the options that anybody can compute again from what was rolled in the hall.

The construction is that of RFC 3797, with SHA-256 in the place of MD5:
before the vote closes, the options and their order are fixed; after it, something is rolled
that nobody controls.
docs/counting.md tells how to do it by hand.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

_ROLLED = re.compile(r"(0|[1-9][0-9]*)( (0|[1-9][0-9]*))*")


class Draw(Struct, frozen=True):
    """One step of a lot.

    Attributes:
        number: which it is, from 0; it stands before and after the key in what is hashed, as two bytes.
        digest: the hash in hexadecimal, which is read as one great number.
        left: the options that are not drawn yet, in their order.
        place: the remainder when that number is divided by how many are left:
            the place of the one drawn, from 0.
        option: the one drawn.
    """

    number: int
    digest: str
    left: tuple[str, ...]
    place: int
    option: str


def seed(root: bytes, rolled: str) -> bytes:
    """The seed of a lot: SHA-256 of `ROOT/ROLLED/`, the root in hexadecimal.

    Args:
        root: the root hash of the record when the poll was closed.
        rolled: the numbers that were rolled in the hall, in their order, one blank between them: `3 6 1`.

    Raises:
        ValueError: it is not written so.
    """
    if not _ROLLED.fullmatch(rolled):
        raise ValueError(
            "what was rolled is written as numbers with one blank between them, for instance 3 6 1"
        )
    return hashlib.sha256(f"{root.hex()}/{rolled}/".encode("ascii")).digest()


def draw(seed: bytes, options: Sequence[str]) -> tuple[str, ...]:
    """Put all options into the order of a lot, the first drawn first."""
    return tuple(step.option for step in explain(seed, options))


def explain(seed: bytes, options: Sequence[str]) -> tuple[Draw, ...]:
    """Each step of a lot. The key is the seed in hexadecimal."""
    left, steps = list(options), list[Draw]()
    for number, (digest, place) in enumerate(picks(seed.hex().encode("ascii"), len(options))):
        steps.append(Draw(number, digest.hex(), tuple(left), place, left[place]))
        del left[place]
    return tuple(steps)


def picks(
    key: bytes, pool: int, hashed: Callable[[bytes], Any] = hashlib.sha256
) -> Iterator[tuple[bytes, int]]:
    """RFC 3797, section 4: hash after hash, and the place of the one drawn among those that are left.

    Raises:
        ValueError: a pool of more than 65,535.
    """
    if pool > 0xFFFF:
        raise ValueError("a lot is drawn among at most 65,535")
    for number in range(pool):
        counter = number.to_bytes(2, "big")
        digest: bytes = hashed(counter + key + counter).digest()
        yield digest, int.from_bytes(digest, "big") % (pool - number)
