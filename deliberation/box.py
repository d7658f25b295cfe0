"""The ballot box with several locks (多把钥匙的票箱), as plain data: keys, offers, and what is in the box."""

from dataclasses import dataclass, field
from hashlib import sha256

from ballots.secret.election import BASE58
from voting.secret import LEAST

__all__ = ["LEAST", "Box", "Keys", "Offer", "election_id"]

UUID_DIGITS = 22


def election_id(hearing: str, question: str, earlier: int) -> str:
    """The id of the election that a secret poll on a question will be: fixed once the notice is.

    Args:
        hearing: its id.
        question: the hash of the question's blob.
        earlier: how many polls on this question there were before; each was void.
    """
    digest = sha256(f"hearing/election/v1|{hearing}|{question}|{earlier}".encode()).digest()
    number = int.from_bytes(digest, "big")
    digits = ""
    for _ in range(UUID_DIGITS):
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return digits


@dataclass(slots=True)
class Keys:
    """How far the key holders have come. Messages are exact bytes, in the order of the holders.

    Attributes:
        holders: entries of the roll; the n-th holds share n, counted from 1.
        threshold: how many of them open a poll together.
        anew: the acts that named them, chair's and supervisor's; none where it was the notice.
        trustees: the final object, once every holder has sent its share.
        accepted: the holders who have found their own keys in it, and the acts that say so.
        refused: holder → whom it accuses, and why; then the keys must be made anew.
    """

    holders: tuple[str, ...]
    threshold: int
    anew: tuple[str, ...] = ()
    certificates: dict[str, bytes] = field(default_factory=dict)
    polynomials: dict[str, bytes] = field(default_factory=dict)
    shares: dict[str, bytes] = field(default_factory=dict)
    trustees: bytes | None = None
    accepted: dict[str, str] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether a poll can be opened under these keys: every holder has accepted them."""
        return self.trustees is not None and len(self.accepted) == len(self.holders) and not self.refused

    def in_order(self, messages: dict[str, bytes]) -> tuple[bytes, ...]:
        """One kind of message of every holder."""
        return tuple(messages[holder] for holder in self.holders)

    def number(self, holder: str) -> int:
        """Which share a holder has, counted from 1."""
        return self.holders.index(holder) + 1


@dataclass(frozen=True, slots=True)
class Offer:
    """A voter's commitment to a credential, by the leaf hash of its act."""

    leaf: str
    commitment: str


@dataclass(slots=True)
class Box:
    """What a secret poll has beyond another one.

    Attributes:
        election: the id of its election.
        keys: whose keys it is locked with.
        offers: of those who may vote: member → offer, as they stood when the poll opened.
        openings: the acts behind all offers ever made for it: what opens them is needed until the setup.
        raw: the exact bytes of the election, once the poll is set up; `setup` is the act that did it.
        credentials: as set up, in rising order; `listed` are the same, to be looked up.
        ballots: hash of a ballot → its credential, in the order of the record.
        entered: hash of a ballot → the act that it entered with.
        spoiled: hash of a ballot's body, as its signature would name it → the blob that opens it.
        spoiled_by: the same hash → the act that opened it.
        tests: credential → how many ballots it has spoiled.
        objections: members whose credential was left out.
        tally: the exact bytes of the encrypted tally, once the poll is closed and may be opened.
        decryptions: number of a holder's share → the exact bytes of its decryption.
        decrypted_at: the same number → when it entered, UTC.
        totals: of each sheet, of each line, once enough holders have decrypted.
        archive: the SHA-256 in hex of the archive that ends with these totals.
    """

    election: str
    keys: Keys
    offers: dict[str, Offer]
    openings: tuple[str, ...]
    raw: bytes | None = None
    setup: str | None = None
    credentials: tuple[str, ...] = ()
    listed: frozenset[str] = frozenset()
    ballots: dict[str, str] = field(default_factory=dict)
    entered: dict[str, str] = field(default_factory=dict)
    spoiled: dict[str, str] = field(default_factory=dict)
    spoiled_by: dict[str, str] = field(default_factory=dict)
    tests: dict[str, int] = field(default_factory=dict)
    objections: list[str] = field(default_factory=list)
    tally: bytes | None = None
    decryptions: dict[int, bytes] = field(default_factory=dict)
    decrypted_at: dict[int, str] = field(default_factory=dict)
    totals: tuple[tuple[int, ...], ...] | None = None
    archive: str | None = None

    @property
    def voted(self) -> set[str]:
        """The credentials that a ballot in the box is signed with."""
        return set(self.ballots.values())
