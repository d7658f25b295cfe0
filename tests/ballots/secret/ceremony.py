"""A whole key generation in memory, for tests that need an election's key and its holders."""

import random
from functools import cache

from ballots.secret import pedersen, pki, trustees


class Ceremony:
    """Holders 1 … `size`, of whom `threshold` suffice; the same seeds and messages every time.

    Attributes:
        seeds: the holders' seeds.
        certificates, polynomials: their first two messages.
        shares: what each has: its exponent, and its third message.
        trustees: the exact bytes that the election is set up with.
        read: the same, read and checked.
    """

    def __init__(self, size: int, threshold: int) -> None:
        draw = random.Random(f"{threshold} of {size}").randrange
        everybody = range(1, size + 1)
        self.size, self.threshold = size, threshold
        self.seeds = [pki.seed(draw) for _ in everybody]
        self.certificates = tuple(
            pedersen.certificate(seed, size, threshold, index, draw)
            for index, seed in enumerate(self.seeds, 1)
        )
        self.polynomials = tuple(
            pedersen.polynomial(seed, self.certificates, index, threshold, draw)
            for index, seed in enumerate(self.seeds, 1)
        )
        self.shares = tuple(
            pedersen.share(seed, self.certificates, self.polynomials, index, draw)
            for index, seed in enumerate(self.seeds, 1)
        )
        self.trustees = pedersen.trustees(
            self.certificates, self.polynomials, [share.message for share in self.shares]
        )
        self.read = trustees.decode(self.trustees)


@cache
def ceremony(size: int, threshold: int) -> Ceremony:
    """The key generation of these numbers, made once."""
    return Ceremony(size, threshold)
