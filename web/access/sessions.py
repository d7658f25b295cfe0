"""Sessions for private reads: a device signs a challenge and gets a cookie. Never needed for an act.

Nothing is stored: challenges and cookies carry their time and an HMAC. What somebody may see follows from
the record as it stands, so a revoked device's cookie opens nothing.
"""

import hmac
import secrets
import time
from collections.abc import Callable

from ballots.encoding import b64url, unb64url
from ballots.refusal import Refused
from ballots.signing import PublicKeyError, verify
from web.keys import Keys

CHALLENGE_SECONDS = 120
SESSION_SECONDS = 12 * 3600
"""A meeting takes a day at most; a new challenge is signed without anybody noticing."""
ORGANISER = "organise"
"""What stands in the place of a hearing in an organiser's challenge and cookie."""


def session_message(scope: str, challenge: str) -> bytes:
    """What the device signs; `scope` is a hearing's id, or `ORGANISER`."""
    return f"hearing/session/v1|{scope}|{challenge}".encode()


class Sessions:
    """Gives challenges and cookies, and reads them."""

    def __init__(self, keys: Keys, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock
        self._used: dict[str, int] = {}

    def challenge(self, scope: str) -> str:
        """A challenge that can be answered once, within two minutes."""
        until = int(self._clock()) + CHALLENGE_SECONDS
        body = until.to_bytes(8, "big") + secrets.token_bytes(8)
        return b64url(body + self._mac("challenge", scope, body))

    def open(self, scope: str, public: bytes, challenge: str, signature: str, holder: str) -> str:
        """The cookie's value for a device that has signed the challenge; `holder` is kept in it.

        Raises:
            Refused: `bad-challenge`, `bad-signature`.
        """
        self._spend(scope, challenge)
        try:
            good = verify(public, session_message(scope, challenge), unb64url(signature, 64))
        except (ValueError, PublicKeyError):
            good = False
        if not good:
            raise Refused("bad-signature")
        until = int(self._clock()) + SESSION_SECONDS
        body = until.to_bytes(8, "big") + holder.encode()
        return b64url(body + self._mac("session", scope, body))

    def holder(self, scope: str, cookie: str | None) -> str:
        """Who holds the cookie. Raises Refused("not-signed-in")."""
        body = self._opened("session", scope, cookie or "")
        if body is None:
            raise Refused("not-signed-in")
        return body[8:].decode()

    def _spend(self, scope: str, challenge: str) -> None:
        now = int(self._clock())
        self._used = {used: until for used, until in self._used.items() if until > now}
        body = self._opened("challenge", scope, challenge)
        if body is None or challenge in self._used:
            raise Refused("bad-challenge")
        self._used[challenge] = int.from_bytes(body[:8], "big")

    def _opened(self, purpose: str, scope: str, text: str) -> bytes | None:
        try:
            raw = unb64url(text)
        except ValueError:
            return None
        body, mac = raw[:-16], raw[-16:]
        good = len(body) >= 8 and hmac.compare_digest(mac, self._mac(purpose, scope, body))
        return body if good and int.from_bytes(body[:8], "big") > self._clock() else None

    def _mac(self, purpose: str, scope: str, body: bytes) -> bytes:
        return self._keys.mac(purpose, f"{scope}|{b64url(body)}")[:16]
