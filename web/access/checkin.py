"""The check-in code on the screen: six digits that change every 30 seconds.

It shows that somebody inside has seen the screen, no more (docs/threats.md).
"""

import hmac
from datetime import datetime

from ballots.encoding import b64url
from web.keys import Keys

WINDOW = 30
"""Seconds that a code is shown; it is taken until the next one ends."""


def code(keys: Keys, hearing: str, moment: datetime, *, back: int = 0) -> str:
    """The code of the window that the moment is in, or of the one `back` windows before."""
    window = int(moment.timestamp()) // WINDOW - back
    digest = keys.mac("check-in", f"{hearing}|{window}")
    return f"{int.from_bytes(digest[:8], 'big') % 10**6:06}"


def seconds_left(moment: datetime) -> float:
    """How long the code of this moment is shown."""
    return WINDOW - moment.timestamp() % WINDOW


def is_current(keys: Keys, hearing: str, typed: str, moment: datetime) -> bool:
    """Whether the typed code is the one on the screen, or the one before."""
    good = [hmac.compare_digest(code(keys, hearing, moment, back=back), typed) for back in (0, 1)]
    return any(good)


def screen_key(keys: Keys, hearing: str) -> str:
    """What a screen shows to be given the code: 16 bytes, b64url. The chair's console hands it over."""
    return b64url(keys.mac("screen", hearing)[:16])


def is_screen_key(keys: Keys, hearing: str, shown: str) -> bool:
    """Whether this is the hearing's screen key."""
    return hmac.compare_digest(screen_key(keys, hearing).encode(), shown.encode())
