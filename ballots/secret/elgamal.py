"""Exponential ElGamal: α = g^r, β = y^r g^m. The product of two ciphertexts holds the sum of both numbers."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from ballots.secret.arithmetic import Table
from ballots.secret.group import GROUP


class Ciphertext(NamedTuple):
    """A ciphertext as anybody sees it."""

    alpha: int
    beta: int

    def power(self, exponent: int) -> "Ciphertext":
        """The ciphertext of so many times the number."""
        if exponent == 1:
            return self
        return Ciphertext(GROUP.power(self.alpha, exponent), GROUP.power(self.beta, exponent))

    def written(self) -> "Written":
        """As it stands in a ballot or a tally."""
        return Written(str(self.alpha), str(self.beta))


class Opening(NamedTuple):
    """What the maker of a ciphertext knows: the randomness, and the number inside."""

    r: int
    m: int

    def seal(self, y: Table) -> Ciphertext:
        """The ciphertext, under the key y."""
        beta = y.power(self.r)
        return Ciphertext(GROUP.raised(self.r), GROUP.product(beta, GROUP.raised(self.m)) if self.m else beta)


class Written(Struct, frozen=True, forbid_unknown_fields=True):
    """A ciphertext as it is written: two elements in decimal."""

    alpha: str
    beta: str

    def numbers(self) -> Ciphertext:
        """The two numbers, where they are known to be elements. Raises GroupError where they are none."""
        return Ciphertext(GROUP.residue(self.alpha), GROUP.residue(self.beta))

    def read(self) -> Ciphertext:
        """The two elements. Raises GroupError."""
        return Ciphertext(GROUP.element(self.alpha), GROUP.element(self.beta))


def product(ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """The ciphertext of the sum; (1, 1), which holds 0, where there are none."""
    found = list(ciphertexts)
    return Ciphertext(
        GROUP.product(*(one.alpha for one in found)), GROUP.product(*(one.beta for one in found))
    )


def total(openings: Iterable[Opening]) -> Opening:
    """The opening of the product."""
    found = list(openings)
    return Opening(sum(one.r for one in found) % GROUP.q, sum(one.m for one in found))


@lru_cache(maxsize=8)
def key_table(y: int) -> Table:
    """Powers of an election's key, made once in a process: some 10 ms and 2.4 MB."""
    return GROUP.table(y)
