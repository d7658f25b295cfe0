"""The service's keys: files in the data folder that only its owner can read.

* `keys/service`: signs checkpoints, and the acts that nobody decides.
* `keys/secret`: 32 bytes behind check-in codes, screen keys and sessions.
* `keys/community-ID`: a community's root key, where the service keeps it for the community.
* `keys/organiser`: the public key of the organiser's token, never the token.
"""

import hmac
import os
import re
import secrets
from pathlib import Path

from ballots.encoding import b64url, unb64url
from ballots.signing import PrivateKey
from ballots.tokens import Token

_COMMUNITY = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class KeyFileError(Exception):
    """A key file that cannot be used; the message names it and says what to do."""


class Keys:
    """The keys in a data folder. What is missing is made, once, by whoever comes first.

    Attributes:
        service: the service's own key.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / "keys"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.service = PrivateKey.from_seed(self._bytes("service"))
        self._secret = self._bytes("secret")

    def community(self, community: str) -> PrivateKey:
        """A community's root key, made when it is asked for first.

        Raises:
            ValueError: not an id of a community.
        """
        if not _COMMUNITY.fullmatch(community):
            raise ValueError("not an id of a community")
        return PrivateKey.from_seed(self._bytes(f"community-{community}"))

    def mac(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA256 of the text under the service's secret, apart for each purpose."""
        return hmac.digest(self._secret, f"{purpose}|{text}".encode(), "sha256")

    def organiser(self) -> bytes | None:
        """The public key of the organiser's token, or None before the first one was issued."""
        path = self._folder / "organiser"
        return _read(path) if path.exists() else None

    def issue_organiser(self) -> Token:
        """A new organiser's token; the one before is no longer good."""
        token = Token.new()
        fresh = self._folder / f".organiser-{secrets.token_hex(8)}"
        _write(fresh, token.key.public)
        fresh.replace(self._folder / "organiser")
        return token

    def _bytes(self, name: str) -> bytes:
        path = self._folder / name
        if not path.exists():
            fresh = self._folder / f".{name}-{secrets.token_hex(8)}"
            _write(fresh, secrets.token_bytes(32))
            try:
                os.link(fresh, path)  # the first of several processes wins, whole
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return _read(path)


def _write(path: Path, raw: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(b64url(raw) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path} can be read by others than its owner: chmod 600 it")
    try:
        return unb64url(path.read_text(encoding="ascii").strip(), 32)
    except ValueError:
        raise KeyFileError(f"{path} is not a key of this service: bring it back from a backup") from None
