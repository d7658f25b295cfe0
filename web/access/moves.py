"""Changing phones: the phone that acts for somebody agrees that another takes its place.

The new phone signs its enrolment with the card and sends it. Where another phone acts already, the fold
refuses it for want of that one's consent, and it waits here. The new phone shows eight digits; its owner
types them into the old phone, which signs `hearing/consent/v1|…` for exactly this key and nonce and leaves
that here. The new phone, which asks every few seconds, fetches it and signs its enrolment anew with it.

* Digits that are typed, and no code to scan: on plain http no page has a camera, and a phone's own scanner
  may open another browser than the one that keeps the key.
* The owner types instead of being asked: nobody hands over by a "yes" to a question that others have caused.
* The old phone does not simply resign (`device.revoke`): whoever holds a copy of the card could be quicker,
  and a move that fails would leave nobody. As it is the old phone acts until the new one does.

Nothing here is secret, and nothing of it is a right: a consent is good only for the bearer of the card, who
must sign with it, and all that is said here stands in the record afterwards. The digits come from the new
phone's key and nonce, and the old phone computes them again. A service that helps a thief who has copied the
card could search for a key with the same digits; then everybody sees the replacement in the record, and
the owner's phone says that it acts no more.

Nothing is kept on disk. A phone that waits asks again and again: a restart loses a consent at most, and
another worker of the same service hears of the request.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from ballots.encoding import unb64url
from ballots.refusal import Refused
from ballots.signing import thumbprint
from deliberation.acts import Enrol

WAIT_SECONDS = 600
"""How long a request is kept after it was last repeated."""


@dataclass(frozen=True, slots=True)
class Move:
    """A device that waits for the consent of the one before it.

    Attributes:
        device: the new device's key id.
        nonce: of its enrolment.
        consent: the old device's signature, b64url, once it is there.
    """

    device: str
    nonce: str
    consent: str | None = None


def number(hearing: str, device: str, nonce: str) -> str:
    """The eight digits that the new phone shows."""
    digest = sha256(f"hearing/move/v1|{hearing}|{device}|{nonce}".encode()).digest()
    return f"{int.from_bytes(digest[:4], 'big') % 10**8:08}"


class Moves:
    """The devices that wait, by hearing, member and number: nobody gets in the way of somebody else's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[tuple[str, str, str], tuple[float, Move]] = {}

    def ask(self, act: Enrol) -> Move:
        """Keep an enrolment that lacks consent only, or find it.

        Raises:
            Refused: `unknown-move`, where another device of the same member came first with these digits.
        """
        now = self._clock()
        self._waiting = {key: kept for key, kept in self._waiting.items() if kept[0] > now}
        asked = Move(thumbprint(unb64url(act.device, 32)), act.nonce)
        key = (act.hearing, act.member, number(act.hearing, asked.device, asked.nonce))
        _, found = self._waiting.get(key, (now, asked))
        if replace(found, consent=None) != asked:
            raise Refused("unknown-move")
        self._waiting[key] = (now + WAIT_SECONDS, found)
        return found

    def find(self, hearing: str, member: str, digits: str) -> Move:
        """The device of this member that shows these digits. Raises Refused("unknown-move")."""
        until, found = self._waiting.get((hearing, member, digits), (0.0, None))
        if found is None or until <= self._clock():
            raise Refused("unknown-move")
        return found

    def agree(self, hearing: str, member: str, digits: str, consent: str) -> None:
        """Leave a consent, already verified, for the new device. Raises Refused("unknown-move")."""
        found = self.find(hearing, member, digits)
        self._waiting[hearing, member, digits] = (
            self._clock() + WAIT_SECONDS,
            replace(found, consent=consent),
        )
