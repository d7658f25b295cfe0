"""The trustees of an election: whose keys make its key, and what it takes to decrypt.

Belenios 2.0 specification, "Trustees". A trustee stands alone (Single), or is one of n of whom t suffice
(Pedersen); every item is needed. Owners count from 1 over all trustees in their order. Our own elections
have one Pedersen item, also where a single person holds the key; other archives may have any.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from msgspec import Raw

from ballots.secret.commitments import (
    BadMessage,
    TrusteeKey,
    check_key,
    check_pok,
    check_seen,
    read_certificates,
    read_commitments,
)
from ballots.secret.form import FormError
from ballots.secret.form import decode as read
from ballots.secret.form import encode as write
from ballots.secret.group import GROUP
from ballots.secret.pedersen import Parameters

Item = TrusteeKey | Parameters


class _Checked(NamedTuple):
    keys: Sequence[int]
    part: int
    current: bool


class BadTrustees(ValueError):  # noqa: N818 - named after what is bad
    """Trustees that no honest key generation has made.

    Attributes:
        code: one of `BadMessage`; or `kind` (neither Single nor Pedersen), `empty`,
            `neutral` with owner 0 (the keys together are 1).
        owner: whose part is wrong, from 1 over all trustees; 0 where it is nobody's in particular.
    """

    def __init__(self, code: str, owner: int, explanation: str) -> None:
        super().__init__(f"trustee {owner}: {explanation}" if owner else explanation)
        self.code = code
        self.owner = owner


class NotEnough(ValueError):  # noqa: N818 - named after what is wrong
    """Decryptions of too few trustees, or of trustees that there are not."""

    code = "not-enough"


@dataclass(frozen=True, slots=True)
class Trustees:
    """Trustees whose every part was checked.

    Attributes:
        items: as written, in their order.
        election_key: y, under which ballots are encrypted.
        keys: the public key of every owner; that of owner 1 first.
        current: whether all is in the form that releases since 2.5.1 demand, which rules out that holders
            were shown different certificates. True of all that `ballots.secret.pedersen` makes.
    """

    items: tuple[Item, ...]
    election_key: int
    keys: tuple[int, ...]
    current: bool

    def enough(self, owners: Collection[int]) -> bool:
        """Whether the decryptions of these owners open a tally."""
        return all(len(present) >= needed for present, needed in self._present(owners))

    def combination(self, owners: Collection[int]) -> dict[int, int]:
        """How the decryptions of these owners make one: Π F_owner^exponent, for those that are used.

        Of a Pedersen item the first t are used, with Lagrange's coefficients at 0; a Single has exponent 1.

        Raises:
            NotEnough: too few of them, or an owner that there is not.
        """
        if not all(1 <= owner <= len(self.keys) for owner in owners) or not self.enough(owners):
            raise NotEnough("these trustees do not suffice to decrypt")
        exponents: dict[int, int] = {}
        before = 0
        for item, (present, needed) in zip(self.items, self._present(owners), strict=True):
            used = [owner - before for owner in present[:needed]]
            exponents |= {before + index: _lagrange(index, used) for index in used}
            before += _size(item)
        return exponents

    def _present(self, owners: Collection[int]) -> list[tuple[list[int], int]]:
        """For every item which of its owners are there, in their order, and how many it needs."""
        found, first = [], 1
        for item in self.items:
            after = first + _size(item)
            needed = item.threshold if isinstance(item, Parameters) else 1
            found.append(([owner for owner in range(first, after) if owner in owners], needed))
            first = after
        return found


@lru_cache(maxsize=64)
def decode(raw: bytes) -> Trustees:
    """Read and check the trustees of an election; the same bytes are checked once.

    Accepts the form of 2.0, in which archives of others may be; `current` tells.

    Raises:
        BadTrustees: another form, a number outside the group, a signature, proof or key that does not fit.
    """
    try:
        written = read(raw, list[tuple[str, Raw]])
        items = tuple(_item(kind, bytes(body)) for kind, body in written)
    except FormError as error:
        raise BadTrustees(error.code, 0, str(error)) from None
    if not items:
        raise BadTrustees("empty", 0, "an election needs a trustee")
    checked: list[_Checked] = []
    before = 0
    for item in items:
        try:
            checked.append(_check(item))
        except BadMessage as error:
            raise BadTrustees(error.code, error.index and before + error.index, str(error)) from None
        before += _size(item)
    election_key = GROUP.product(*(one.part for one in checked))
    if election_key == 1:
        raise BadTrustees("neutral", 0, "the keys together are 1, which hides nothing")
    keys = tuple(key for one in checked for key in one.keys)
    return Trustees(items, election_key, keys, all(one.current for one in checked))


def encode(trustees: Trustees) -> bytes:
    """The exact bytes that `decode` has read."""
    kinds = ("Pedersen" if isinstance(item, Parameters) else "Single" for item in trustees.items)
    return write(list(zip(kinds, trustees.items, strict=True)))


def _item(kind: str, body: bytes) -> Item:
    if kind == "Single":
        return read(body, TrusteeKey)
    if kind == "Pedersen":
        return read(body, Parameters)
    raise BadTrustees("kind", 0, "a trustee is Single or Pedersen")


def _size(item: Item) -> int:
    return len(item.certs) if isinstance(item, Parameters) else 1


def _check(item: Item) -> _Checked:
    """Check an item. Raises BadMessage."""
    if isinstance(item, TrusteeKey):
        if item.signature is not None:
            raise BadMessage("signature", 1, "a single trustee has no key to sign with")
        key = check_pok(item, 1)
        return _Checked([key], key, current=True)
    certificates = read_certificates(item.certs, item.threshold, foreign=True)
    counts = {len(item.certs), len(item.coefexps), len(item.verification_keys)}
    if item.signatures is not None:
        counts.add(len(item.signatures))
    if len(counts) != 1:
        raise BadMessage("count", 0, "not one of everything for every holder")
    dealt = [
        read_commitments(message, certificate, item.threshold, index)
        for index, (message, certificate) in enumerate(zip(item.coefexps, certificates, strict=True), 1)
    ]
    for index, signature in enumerate(item.signatures or (), 1):
        check_seen(signature, certificates, dealt[index - 1], index)
    keys = [
        check_key(key, certificate, dealt, index, foreign=True)
        for index, (key, certificate) in enumerate(zip(item.verification_keys, certificates, strict=True), 1)
    ]
    current = item.signatures is not None and all(certificate.context for certificate in certificates)
    current = current and all(key.signature for key in item.verification_keys)
    return _Checked(keys, GROUP.product(*(commitments[0] for commitments in dealt)), current)


def _lagrange(index: int, used: Sequence[int]) -> int:
    """Π k / (k - index) over the others, modulo q: what f(index) counts for in f(0)."""
    made = 1
    for other in used:
        if other != index:
            made = made * other * pow(other - index, -1, GROUP.q) % GROUP.q
    return made
