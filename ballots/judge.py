"""What the record needs from whoever decides: the judge, given to it as a parameter.

The record keeps acts, orders them and proves that it did.
What an act means is none of its business: it asks a judge, which is the fold of
`deliberation.hearing` in this product.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from ballots.encoding import b64url


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: 32 bytes of salt, and exact JSON bytes: a choice, or an offered credential."""

    salt: bytes
    choice: bytes

    @property
    def commitment(self) -> str:
        """What the act shows instead: b64url SHA-256(salt ‖ choice)."""
        return b64url(hashlib.sha256(self.salt + self.choice).digest())


@dataclass(frozen=True, slots=True)
class Aside:
    """What travels beside an act, not in it: blobs by the hex SHA-256 of their bytes, an opening."""

    blobs: Mapping[str, bytes] = field(default_factory=dict)
    opening: Opening | None = None


class Place(NamedTuple):
    """Where an act stands, or would stand, in the record.

    Attributes:
        seq: its number, from 0.
        at: the service's time, `2026-11-21T08:00:00.000Z`; never goes backwards.
        leaf: the RFC 6962 leaf hash of the entry, in hex.
        kid: the thumbprint of the key that signed.
    """

    seq: int
    at: str
    leaf: str
    kid: str


BlobSource = Callable[[str], bytes | None]
"""The bytes of a blob by its hash in hex, or None where it is missing."""
RootSource = Callable[[int], str | None]
"""The root in hex of the record's first n entries, or None where n is more than there are."""


class Judge(Protocol):
    """Decides what may enter, one act at a time, in one order."""

    def read(self, payload: bytes) -> Any:  # noqa: ANN401 - an act is the judge's own
        """Decode an act. Raises Refused("malformed") and the like. Touches no state."""

    def key(self, kid: str, act: Any) -> bytes:  # noqa: ANN401 - what it has read
        """The raw Ed25519 public key that must have signed; safe to call from any thread.

        Raises:
            Refused: `unknown-key`.
        """

    def apply(self, act: Any, place: Place, aside: Aside | None) -> None:  # noqa: ANN401 - what it has read
        """Change the state by one act whose signature is known to be good.

        `aside` is None when a kept record is replayed: then nothing beside the act is looked for.

        Raises:
            Refused: and the state is as it was.
        """


JudgeFactory = Callable[[BlobSource, RootSource], Judge]
"""Makes the judge of an empty record, given what it may look up while it decides."""
