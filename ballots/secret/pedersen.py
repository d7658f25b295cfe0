"""An election's key among n holders of whom t suffice (Pedersen): each step a function over exact bytes.

    a holder                          everybody
    certificate(seed, …)         ──▶  check_certificate    who takes part
    polynomial(seed, …)          ──▶  check_polynomial     each deals a secret, sealed part by part
    share(seed, …).message       ──▶  check_share          each adds up what was dealt to it
                                      trustees             what the election is set up with

No secret but the seed is kept: `share` finds a holder's exponent again from the seed and what was published.
Belenios 2.0 specification, "Trustees". Messages of belenios-tool 2.0 itself lack what was added since;
they are read only where `foreign` says so, and then nobody knows whether all saw the same certificates.
Every function raises BadMessage, which names the holder whose message has a fault, from 1;
those that take a seed raise PkiError where it is none.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from ballots.secret.commitments import (
    BadMessage,
    Certificate,
    CertificateText,
    Coefficients,
    Context,
    Polynomial,
    PolynomialMessage,
    TrusteeKey,
    by,
    check_key,
    committed,
    read_certificate,
    read_certificates,
    read_polynomial,
    require_threshold,
    seen,
)
from ballots.secret.form import decode, encode
from ballots.secret.group import GROUP, Random
from ballots.secret.pki import Keys, SignedMessage, keys, receive, seed, send, sign, signed
from ballots.secret.proofs import Proof, prove

__all__ = [
    "BadMessage",
    "BadShare",
    "Certificate",
    "Parameters",
    "Polynomial",
    "Share",
    "certificate",
    "check_certificate",
    "check_certificates",
    "check_polynomial",
    "check_share",
    "decryption_key",
    "polynomial",
    "seed",
    "share",
    "trustees",
]


class BadShare(BadMessage):
    """What a dealer sealed for this holder is not what it committed to; `index` names the dealer."""


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """All that holders published for one key; in the form of 2.0 without signatures."""

    threshold: int
    certs: list[SignedMessage]
    coefexps: list[SignedMessage]
    signatures: list[Proof] | None = None
    verification_keys: list[TrusteeKey]


class _Polynomial(msgspec.Struct):
    polynomial: list[str]


class _Secret(msgspec.Struct):
    secret: str


class _DecryptionKey(msgspec.Struct):
    decryption_key: str


@dataclass(frozen=True, slots=True)
class Share:
    """A holder's part of the key.

    Attributes:
        index: whose it is.
        exponent: the secret S_j, with which the holder decrypts.
        message: the public key for it, for everybody.
    """

    index: int
    exponent: int = field(repr=False)
    message: bytes


def certificate(
    seed: str, size: int, threshold: int, index: int, random: Random = secrets.randbelow
) -> bytes:
    """The first message of holder `index` among `size`, of whom `threshold` are to suffice."""
    _require(size, threshold, index)
    mine = keys(seed)
    text = CertificateText(
        context=Context(GROUP.name, size, threshold, index),
        verification=str(mine.verify),
        encryption=str(mine.encrypt),
    )
    return encode(signed(mine.sign, encode(text).decode(), random))


def check_certificate(
    raw: bytes, size: int, threshold: int, index: int, *, foreign: bool = False
) -> Certificate:
    """The certificate of holder `index`: context, keys in the group, signature."""
    _require(size, threshold, index)
    return read_certificate(_signed(raw, index), size, threshold, index, foreign=foreign)


def check_certificates(
    certificates: Sequence[bytes], threshold: int, *, foreign: bool = False
) -> tuple[Certificate, ...]:
    """All certificates together, in the order of holders: each by itself, and no key twice."""
    messages = [_signed(raw, index) for index, raw in enumerate(certificates, 1)]
    return read_certificates(messages, threshold, foreign=foreign)


def polynomial(
    seed: str,
    certificates: Sequence[bytes],
    index: int,
    threshold: int,
    random: Random = secrets.randbelow,
    *,
    foreign: bool = False,
) -> bytes:
    """The second message of holder `index`: a random polynomial, dealt to the holders of the certificates."""
    _require(len(certificates), threshold, index)
    read = check_certificates(certificates, threshold, foreign=foreign)
    mine = _own(seed, read, index)
    coefficients = [GROUP.secret(random) for _ in range(threshold)]
    commitments = [GROUP.secret_power(GROUP.g, coefficient) for coefficient in coefficients]
    dealt = [
        send(mine.sign, other.encryption, _text(_Secret(str(_value(coefficients, at)))), random)
        for at, other in enumerate(read, 1)
    ]
    kept = _text(_Polynomial([str(coefficient) for coefficient in coefficients]))
    message = PolynomialMessage(
        send(mine.sign, mine.encrypt, kept, random),
        dealt,
        signed(mine.sign, _text(Coefficients([str(commitment) for commitment in commitments])), random),
        sign(mine.sign, seen(read, commitments), random),
    )
    return encode(message)


def check_polynomial(
    raw: bytes, certificates: Sequence[bytes], index: int, threshold: int, *, foreign: bool = False
) -> Polynomial:
    """What holder `index` dealt, as far as anybody can tell: all but what is sealed."""
    _require(len(certificates), threshold, index)
    read = check_certificates(certificates, threshold, foreign=foreign)
    return read_polynomial(raw, read, threshold, index, foreign=foreign)


def share(
    seed: str,
    certificates: Sequence[bytes],
    polynomials: Sequence[bytes],
    index: int,
    random: Random = secrets.randbelow,
    *,
    foreign: bool = False,
) -> Share:
    """The share of holder `index`, from what all dealers sealed for it, with the third message.

    May be asked for at any time: the exponent is always the same, only the message's proofs are new.

    Raises:
        BadShare: a dealer sealed something else than it is committed to; complain of it publicly.
        BadMessage: another fault.
    """
    _require(len(certificates), 1, index)
    read, dealt = _dealt(certificates, polynomials, foreign=foreign)
    mine = _own(seed, read, index)
    exponent = 0
    for dealer, (author, polynomial) in enumerate(zip(read, dealt, strict=True), 1):
        with by(dealer, BadShare):
            text = receive(mine, author.verification, polynomial.message.secrets[index - 1])
            part = GROUP.residue(decode(text.encode(), _Secret).secret) % GROUP.q  # belenios-tool: unreduced
        if GROUP.secret_power(GROUP.g, part) != committed(polynomial.commitments, index):
            raise BadShare("share", dealer, "the secret is not the one that the dealer is committed to")
        exponent = (exponent + part) % GROUP.q
    public = GROUP.secret_power(GROUP.g, exponent)
    pok = prove(f"pok|{GROUP.name}|{public}", exponent, random=random)
    key = TrusteeKey(pok, str(public), sign(mine.sign, str(public), random))
    return Share(index, exponent, encode(key))


def check_share(raw: bytes, certificates: Sequence[bytes], polynomials: Sequence[bytes], index: int) -> int:
    """The public key of holder `index`, if it is what was dealt, known to its holder and signed."""
    _require(len(certificates), 1, index)
    read, dealt = _dealt(certificates, polynomials, foreign=False)
    return _check_share(raw, read, dealt, index)[1]


def trustees(certificates: Sequence[bytes], polynomials: Sequence[bytes], shares: Sequence[bytes]) -> bytes:
    """The trustees of an election, from all three messages of all holders, in the holders' order."""
    read, dealt = _dealt(certificates, polynomials, foreign=False)
    if len(shares) != len(read):
        raise BadMessage("count", 0, f"{len(shares)} shares where {len(read)} belong")
    parameters = Parameters(
        threshold=len(dealt[0].commitments),
        certs=[certificate.signed for certificate in read],
        coefexps=[polynomial.message.coefexps for polynomial in dealt],
        signatures=[polynomial.message.signature for polynomial in dealt if polynomial.message.signature],
        verification_keys=[_check_share(raw, read, dealt, index)[0] for index, raw in enumerate(shares, 1)],
    )
    return encode([("Pedersen", parameters)])


def decryption_key(seed: str, share: Share, random: Random = secrets.randbelow) -> bytes:
    """The share as belenios-tool keeps it beside the seed (`.dkey`), so that a holder can decrypt with it."""
    mine = keys(seed)
    return send(mine.sign, mine.encrypt, _text(_DecryptionKey(str(share.exponent))), random).encode()


def _text(thing: object) -> str:
    return encode(thing).decode()


def _signed(raw: bytes, index: int) -> SignedMessage:
    with by(index):
        return decode(raw, SignedMessage)


def _require(size: int, threshold: int, index: int) -> None:
    require_threshold(size, threshold)
    if not 1 <= index <= size:
        raise BadMessage("index", index, f"there are {size} holders")


def _own(seed: str, read: Sequence[Certificate], index: int) -> Keys:
    mine, certificate = keys(seed), read[index - 1]
    if (mine.verify, mine.encrypt) != (certificate.verification, certificate.encryption):
        raise BadMessage("not-yours", index, "the seed is not the one of this certificate")
    return mine


def _value(coefficients: Sequence[int], at: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * at + coefficient) % GROUP.q
    return value


def _dealt(
    certificates: Sequence[bytes], polynomials: Sequence[bytes], *, foreign: bool
) -> tuple[tuple[Certificate, ...], list[Polynomial]]:
    if not certificates or len(polynomials) != len(certificates):
        raise BadMessage("count", 0, f"{len(polynomials)} polynomials where {len(certificates)} belong")
    threshold = _threshold(certificates, polynomials[0])
    read = check_certificates(certificates, threshold, foreign=foreign)
    return read, [
        read_polynomial(raw, read, threshold, index, foreign=foreign)
        for index, raw in enumerate(polynomials, 1)
    ]


def _threshold(certificates: Sequence[bytes], first: bytes) -> int:
    """What the first context says; where there is none, how many coefficients the first dealer has."""
    for index, raw in enumerate(certificates, 1):
        with by(index):
            text = decode(_signed(raw, index).message.encode(), CertificateText)
        if text.context:
            return text.context.threshold
    with by(1):
        return len(decode(decode(first, PolynomialMessage).coefexps.message.encode(), Coefficients).coefexps)


def _check_share(
    raw: bytes, read: Sequence[Certificate], dealt: Sequence[Polynomial], index: int
) -> tuple[TrusteeKey, int]:
    with by(index):
        key = decode(raw, TrusteeKey)
    if key.name is not None:
        raise BadMessage("malformed", index, "a share carries no name")
    commitments = [polynomial.commitments for polynomial in dealt]
    return key, check_key(key, read[index - 1], commitments, index, foreign=False)
