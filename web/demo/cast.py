"""Who plays in the demo: the secrets that a real service never keeps, in one file beside its data.

The service knows public keys alone. The players' cards and device keys stand in `demo-cast.json`,
so that the meeting can go on after a restart; they belong to a rehearsal and are worth nothing elsewhere.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from ballots.encoding import b64url, unb64url
from ballots.secret import credentials, pki
from ballots.signing import PrivateKey
from ballots.tokens import Token


class Player(Struct):
    """Somebody whom the script plays: the card's token, and the seed of the device key."""

    role: str
    token: str
    device: str

    @classmethod
    def new(cls, role: str, token: Token) -> "Player":
        """A player with a device key of their own."""
        return cls(role, token.text, b64url(PrivateKey.generate().seed))

    @property
    def card(self) -> Token:
        """The card."""
        return Token.parse(self.token)

    @property
    def seed(self) -> str:
        """What a key holder keeps."""
        return pki.seed(self._random())

    def code(self, election: str) -> str:
        """The credential code that a voter keeps for an election."""
        return credentials.new_code(self._random(election))

    def _random(self, what: str = "") -> Callable[[int], int]:
        """Always the same numbers, so that a script that was stopped goes on as the same person."""
        return random.Random(self.device + what).randrange  # noqa: S311 - a rehearsal's

    @property
    def key(self) -> PrivateKey:
        """The device key."""
        return PrivateKey.from_seed(unb64url(self.device, 32))


class Cast(Struct):
    """Everything the script needs, and the cards that it leaves to the person who watches.

    A folder of an earlier version has none for a supervisor.
    """

    hearing: str
    community: str
    anchor: str
    players: tuple[Player, ...]
    guest: str
    guest_name: str
    chair: str
    chair_name: str
    supervisor: str = ""
    supervisor_name: str = ""
    spare: str = ""
    """The device with which the script plays that supervisor, if nobody takes the card in time."""


def path(data: Path) -> Path:
    """Where the cast of this data folder is kept."""
    return data / "demo-cast.json"


def load(data: Path) -> Cast | None:
    """The cast, if the demo was set up in this folder."""
    file = path(data)
    return msgspec.json.decode(file.read_bytes(), type=Cast) if file.exists() else None


def save(data: Path, cast: Cast) -> None:
    """Keep the cast for its owner alone."""
    fresh = path(data).with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(cast))
    fresh.replace(path(data))
