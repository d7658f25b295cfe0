"""Powers and products modulo an odd number: by gmpy2 where it is installed, else by Python's own integers.

All numbers that come out are plain `int`s. Only `secret_power` is in constant time, and only with gmpy2:
the keys of holders and voters live on their own devices, and what computes with them here is a test,
a demonstration, or a holder's own computer.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from math import isqrt
from typing import Any

try:
    import gmpy2
except ImportError:
    gmpy2 = None

WINDOW = 8
"""Bits of an exponent that a table answers at once: 32 products for 256 bits, from 8,160 powers (2.4 MB)."""

_big: Any = int if gmpy2 is None else gmpy2.mpz


class Modulus:
    """Arithmetic modulo `n`, an odd number; an exponent may be of any size, but not negative."""

    def __init__(self, n: int) -> None:
        self.n = n
        self._n = _big(n)

    def power(self, base: int, exponent: int) -> int:
        """base^exponent."""
        return pow(base, exponent, self.n) if gmpy2 is None else int(gmpy2.powmod(base, exponent, self._n))

    def secret_power(self, base: int, exponent: int) -> int:
        """base^exponent for an exponent that must stay secret: with gmpy2, time and memory do not tell it."""
        if gmpy2 is None or not exponent:
            return pow(base, exponent, self.n)
        return int(gmpy2.powmod_sec(base, exponent, self._n))

    def product(self, *factors: int) -> int:
        """The product of all factors; 1 where there are none."""
        made = _big(1)
        for factor in factors:
            made = made * factor % self._n
        return int(made)

    def halves(self, numbers: Sequence[int]) -> Iterator[int]:
        """128 products, each of a random half of the numbers."""
        for _ in range(16):
            piles = [_big(1)] * 256
            for number, pile in zip(numbers, secrets.token_bytes(len(numbers)), strict=True):
                piles[pile] = piles[pile] * number % self._n
            while len(piles) > 1:  # the piles with the highest bit; then that bit is forgotten
                middle = len(piles) // 2
                yield self.product(*piles[middle:])
                piles = [low * high % self._n for low, high in zip(piles, piles[middle:], strict=False)]

    def inverse(self, number: int) -> int:
        """1 / number. Raises ValueError or ZeroDivisionError where there is none."""
        return pow(number, -1, self.n) if gmpy2 is None else int(gmpy2.invert(number, self._n))

    def logarithms(self, base: int, powers: Iterable[int], limit: int) -> list[int]:
        """For each power its exponent, up to `limit`: baby steps once, then giant steps, √limit of each.

        Raises:
            ValueError: one of them has no exponent that small.
        """
        stride = isqrt(limit) + 1
        steps: dict[Any, int] = {}
        step = _big(1)
        for exponent in range(stride):
            steps.setdefault(step, exponent)
            step = step * base % self._n
        back = _big(self.inverse(int(step)))

        def logarithm(power: int) -> int:
            place = _big(power)
            for giant in range(0, limit + 1, stride):
                if place in steps and (found := giant + steps[place]) <= limit:
                    return found
                place = place * back % self._n
            raise ValueError("no exponent that small")

        return [logarithm(power) for power in powers]

    def table(self, base: int, bits: int) -> "Table":
        """Powers of `base` ready for exponents of so many bits."""
        return Table(base, bits, self)


class Table:
    """Powers of a fixed base: base^(d·2^(8i)) for every digit d and place i; any power is a few products."""

    def __init__(self, base: int, bits: int, modulus: Modulus) -> None:
        self.base = base
        self._modulus = modulus
        self._n = modulus._n  # noqa: SLF001 - the same module's
        self._rows: list[list[Any]] = []
        self._limit = 1 << (-(-bits // WINDOW) * WINDOW)
        unit = _big(base)
        for _ in range(-(-bits // WINDOW)):
            row = [_big(1)]
            for _ in range(1 << WINDOW):
                row.append(row[-1] * unit % self._n)
            unit = row.pop()
            self._rows.append(row)

    def power(self, exponent: int) -> int:
        """base^exponent; larger exponents than the table is made for are reckoned without it."""
        if exponent >= self._limit:
            return self._modulus.power(self.base, exponent)
        made = _big(1)
        for row, digit in zip(self._rows, exponent.to_bytes(len(self._rows), "little"), strict=True):
            if digit:
                made = made * row[digit] % self._n
        return int(made)
