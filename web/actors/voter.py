"""What a voter's device makes for a secret poll: used by the actors of the demo, as the phone does it.

`random` is where random numbers come from, so that an example can be made again.
"""

import re
import secrets
from dataclasses import dataclass

import msgspec

from ballots.judge import Opening
from ballots.secret import ballot, credentials
from ballots.secret.ballot import Prepared
from ballots.secret.group import GROUP, Random
from ballots.secret.proofs import prove
from deliberation.credentials import OfferOpening, offer_text
from deliberation.secret import Spoiled, spoil_text
from voting.questions import Question
from voting.secret import fill

_NUMBERS = re.compile(rb'"(\d+)"')
_EXPONENT, _ELEMENT = len(str(GROUP.q)), len(str(GROUP.p))


def padded(raw: bytes) -> bytes:
    """The request that brings a ballot: blanks after it make all requests of a poll equally long.

    Its numbers are written without leading zeros, so its own length tells which one it is in the record;
    who watches the network sees how long a request is, and from where it comes.
    """
    written = [len(number) for number in _NUMBERS.findall(raw)]
    full = sum(_EXPONENT if length <= _EXPONENT else _ELEMENT for length in written)
    return raw + b" " * (full - sum(written))


@dataclass(frozen=True, slots=True)
class Credential:
    """What a phone signs its one ballot with in one election; `code` is all that it has to keep."""

    election: str
    code: str

    @classmethod
    def new(cls, election: str, random: Random = secrets.randbelow) -> "Credential":
        """A credential of a device's own making."""
        return cls(election, credentials.new_code(random))

    @property
    def secret(self) -> int:
        """The exponent behind the code."""
        return credentials.secret(self.code, self.election)

    @property
    def public(self) -> str:
        """What the list of credentials will show."""
        return credentials.public(self.secret)

    def offer(self, hearing: str, kid: str, random: Random = secrets.randbelow) -> Opening:
        """What opens the offer of this credential by the device with this key."""
        public = self.public
        proof = prove(offer_text(hearing, self.election, kid, public), self.secret, random=random)
        salt = random(1 << 256).to_bytes(32, "big")
        return Opening(salt, msgspec.json.encode(OfferOpening(public, proof)))

    def prepare(
        self, election: bytes, question: Question, choice: bytes, random: Random = secrets.randbelow
    ) -> Prepared:
        """Encrypt a choice, given as its exact JSON bytes; nothing is signed yet."""
        return ballot.prepare(election, self.public, fill(question, choice), random)

    def cast(
        self, election: bytes, question: Question, choice: bytes, random: Random = secrets.randbelow
    ) -> bytes:
        """A ballot, ready to be sent."""
        return ballot.sign(self.prepare(election, question, choice, random).body, self.secret, random)

    def spoil(
        self, prepared: Prepared, question: Question, choice: bytes, random: Random = secrets.randbelow
    ) -> bytes:
        """Open a ballot that was prepared, instead of casting it: that tests this device."""
        return msgspec.json.encode(
            Spoiled(
                body=prepared.body.decode(),
                choice=fill(question, choice),
                randomness=tuple(tuple(map(str, drawn)) for drawn in prepared.randomness),
                proof=prove(spoil_text(self.election, prepared.hash), self.secret, random=random),
            )
        )
