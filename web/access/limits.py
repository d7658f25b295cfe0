"""Rate limits: token buckets by whatever names the one who asks.

Never by IP address alone: a building shares one.
"""

import time
from collections.abc import Callable, Hashable

from ballots.refusal import Refused


class Buckets:
    """For each key: at most `burst` at once, and `rate` more a second.

    Keys that have been quiet long enough to be full again are forgotten, so memory follows traffic.
    """

    def __init__(self, *, burst: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._rate = rate
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}
        self._swept = clock()

    def take(self, key: Hashable) -> None:
        """Take one token. Raises Refused("slow-down") where there is none."""
        now = self._clock()
        full_at = max(self._full_at.get(key, now), now) + 1 / self._rate
        if full_at - now > self._burst / self._rate:
            raise Refused("slow-down")
        self._full_at[key] = full_at
        if now - self._swept > self._burst / self._rate:
            self._swept = now
            self._full_at = {known: at for known, at in self._full_at.items() if at > now}
