"""What key holders publish when they make an election's key: its forms, and every check that needs no secret.

Belenios 2.0 specification, "Trustees", in the form that the releases since 2.5.1 demand and 2.0 accepts:
a certificate says which key it is for (`context`), and who deals signs which certificates it saw.
Holders count from 1. The steps themselves are in `ballots.secret.pedersen`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from msgspec import Struct

from ballots.secret.form import FormError, decode, encode
from ballots.secret.group import GROUP, GroupError
from ballots.secret.pki import PkiError, SignedMessage, check_sealed, check_signature
from ballots.secret.proofs import Proof, ProofError, check


class BadMessage(ValueError):  # noqa: N818 - named after what is bad
    """A message that a holder should not have sent.

    Attributes:
        code: one of `PkiError`, `GroupError` or `FormError`; or
            `threshold` (not 1 ≤ t ≤ n), `index` (not 1 … n), `count` (not n messages or secrets),
            `context` (a certificate for another key, or for none), `neutral` (1 as a key),
            `repeated` (a key that an earlier holder has), `degree` (not t coefficients),
            `certificates` (dealt over other certificates than these, or over none in particular),
            `not-yours` (the seed is not this holder's), `share` (a secret that does not fit its commitment),
            `pok` (no proof of knowledge), `public-key` (not the key that was dealt).
        index: whose message, from 1; 0 where it is nobody's in particular.
    """

    def __init__(self, code: str, index: int, explanation: str) -> None:
        super().__init__(f"holder {index}: {explanation}" if index else explanation)
        self.code = code
        self.index = index


class Context(Struct, frozen=True, forbid_unknown_fields=True):
    """Which key a certificate is for, and whose it is."""

    group: str
    size: int
    threshold: int
    index: int


class CertificateText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a certificate says; in the form of 2.0 without context."""

    context: Context | None = None
    verification: str
    encryption: str


class Coefficients(Struct, frozen=True, forbid_unknown_fields=True):
    """What a dealer is committed to: g^a_0, …, g^a_(t-1)."""

    coefexps: list[str]


class Seen(Struct, frozen=True, forbid_unknown_fields=True):
    """What a dealer signs besides: the certificates it dealt to, with its commitments."""

    certs: list[SignedMessage]
    coefexps: list[str]


class PolynomialMessage(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a dealer sends; `polynomial` and `secrets` are sealed. In the form of 2.0 without signature."""

    polynomial: str
    secrets: list[str]
    coefexps: SignedMessage
    signature: Proof | None = None


class TrusteeKey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A public key and the proof that its holder knows the exponent; in the form of 2.0 without signature."""

    pok: Proof
    public_key: str
    signature: Proof | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """A holder's keys: to verify what it signs, and to encrypt for it."""

    signed: SignedMessage
    verification: int
    encryption: int
    context: Context | None


@dataclass(frozen=True, slots=True)
class Polynomial:
    """What a dealer dealt: its commitments, and a sealed secret for every holder."""

    message: PolynomialMessage
    commitments: tuple[int, ...]


@contextmanager
def by(index: int, kind: type[BadMessage] = BadMessage) -> Iterator[None]:
    """Say whose message it is that has a fault."""
    try:
        yield
    except (PkiError, GroupError, FormError) as error:
        raise kind(error.code, index, str(error)) from None


def require_threshold(size: int, threshold: int) -> None:
    """Pass if so many of so many can be asked for. Raises BadMessage `threshold`."""
    if not 1 <= threshold <= size:
        raise BadMessage("threshold", 0, f"{threshold} of {size} holders cannot be")


def read_certificate(
    message: SignedMessage, size: int, threshold: int, index: int, *, foreign: bool
) -> Certificate:
    """Check a certificate by itself. Raises BadMessage."""
    with by(index):
        text = decode(message.message.encode(), CertificateText)
        verification, encryption = GROUP.element(text.verification), GROUP.element(text.encryption)
        check_signature(verification, message.message, message.signature)
    if 1 in {verification, encryption}:
        raise BadMessage("neutral", index, "1 is no key")
    if text.context != Context(GROUP.name, size, threshold, index) and not (foreign and text.context is None):
        raise BadMessage("context", index, "the certificate is not for this key and this holder")
    return Certificate(message, verification, encryption, text.context)


def read_certificates(
    messages: Sequence[SignedMessage], threshold: int, *, foreign: bool
) -> tuple[Certificate, ...]:
    """Check all certificates of a key, and that no two holders have a key in common. Raises BadMessage."""
    require_threshold(len(messages), threshold)
    seen: set[int] = set()
    read = []
    for index, message in enumerate(messages, 1):
        certificate = read_certificate(message, len(messages), threshold, index, foreign=foreign)
        keys = {certificate.verification, certificate.encryption}
        if keys & seen:
            raise BadMessage("repeated", index, "the certificate has a key that an earlier one has")
        seen |= keys
        read.append(certificate)
    return tuple(read)


def read_commitments(
    message: SignedMessage, certificate: Certificate, threshold: int, index: int
) -> tuple[int, ...]:
    """Check what a dealer committed to: signature, number, group. Raises BadMessage."""
    with by(index):
        check_signature(certificate.verification, message.message, message.signature)
        texts = decode(message.message.encode(), Coefficients).coefexps
        if len(texts) != threshold:
            raise BadMessage("degree", index, f"{len(texts)} coefficients where {threshold} belong")
        return tuple(GROUP.element(text) for text in texts)


def read_polynomial(
    raw: bytes, certificates: Sequence[Certificate], threshold: int, index: int, *, foreign: bool
) -> Polynomial:
    """Check of a dealer's message all that anybody can. Raises BadMessage."""
    with by(index):
        message = decode(raw, PolynomialMessage)
    commitments = read_commitments(message.coefexps, certificates[index - 1], threshold, index)
    if message.signature is None and not foreign:
        raise BadMessage("certificates", index, "the dealer does not say which certificates it saw")
    if message.signature is not None:
        check_seen(message.signature, certificates, commitments, index)
    if len(message.secrets) != len(certificates):
        raise BadMessage("count", index, f"{len(message.secrets)} secrets where {len(certificates)} belong")
    with by(index):
        for sealed in (message.polynomial, *message.secrets):
            check_sealed(sealed)
    return Polynomial(message, commitments)


def seen(certificates: Sequence[Certificate], commitments: Sequence[int]) -> str:
    """The text by which a dealer signs the certificates that it dealt to."""
    certs = [certificate.signed for certificate in certificates]
    return f"certs_sig|{encode(Seen(certs, [str(one) for one in commitments])).decode()}"


def check_seen(
    signature: Proof, certificates: Sequence[Certificate], commitments: Sequence[int], index: int
) -> None:
    """Pass if the dealer signed just these certificates. Raises BadMessage `certificates`."""
    try:
        check_signature(certificates[index - 1].verification, seen(certificates, commitments), signature)
    except PkiError:
        raise BadMessage("certificates", index, "the dealer saw other certificates than these") from None


def check_pok(key: TrusteeKey, index: int) -> int:
    """A holder's public key, if its holder knows the exponent. Raises BadMessage."""
    with by(index):
        public = GROUP.element(key.public_key)
    if public == 1:
        raise BadMessage("neutral", index, "1 is no key")
    try:
        check(f"pok|{GROUP.name}|{public}", key.pok, (GROUP.g, public))
    except (GroupError, ProofError):
        raise BadMessage("pok", index, "the proof of knowledge does not hold") from None
    return public


def check_key(
    key: TrusteeKey, certificate: Certificate, dealt: Sequence[Sequence[int]], index: int, *, foreign: bool
) -> int:
    """A holder's public key, if it is what all dealers committed to. Raises BadMessage."""
    public = check_pok(key, index)
    if public != GROUP.product(*(committed(commitments, index) for commitments in dealt)):
        raise BadMessage("public-key", index, "the public key is not the one that was dealt")
    if key.signature is None:
        if not foreign:
            raise BadMessage("signature", index, "the public key is not signed")
    else:
        with by(index):
            check_signature(certificate.verification, str(public), key.signature)
    return public


def committed(commitments: Sequence[int], index: int) -> int:
    """g^f(j) for holder j, from g^a_0, …: Π_k A_k^(j^k), by Horner's rule."""
    made = 1
    for commitment in reversed(commitments):
        made = GROUP.product(GROUP.power(made, index), commitment)
    return made
