"""Private messages between key holders: signed, addressed and sealed, over public channels.

Belenios 2.0 specification, "Certificates" and "Channels". A key holder keeps one secret, a seed of
22 characters. Everything else that is private follows from the seed and from messages that anybody may see.
"""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from msgspec import Struct

from ballots.secret.election import BASE58
from ballots.secret.form import FormError, decode, encode
from ballots.secret.group import GROUP, GroupError, Random
from ballots.secret.proofs import Proof, ProofError, check, prove

SEED_LENGTH = 22
"""Characters of a seed: 128 bits."""
TAG_LENGTH = 8
"""Bytes of the tag of AES-CCM."""

_SEED = re.compile(f"[{BASE58}]{{{SEED_LENGTH}}}")
_DATA = re.compile(f"(?:[0-9a-f]{{2}}){{{TAG_LENGTH},}}")


class PkiError(ValueError):
    """A message that is not what its sender should have sent.

    Attributes:
        code: `seed`, `signature`, `sealed` (altered, or for another key) or `recipient` (for another).
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(explanation)
        self.code = code


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a seed: exponents to sign and to decrypt, elements to verify and to encrypt."""

    sign: int = field(repr=False)
    decrypt: int = field(repr=False)
    verify: int
    encrypt: int


class SignedMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """Text with its author's signature; who the author is does not stand in it."""

    message: str
    signature: Proof


class _Sealed(Struct, frozen=True, forbid_unknown_fields=True):
    alpha: str
    beta: str
    data: str


class _Addressed(Struct, frozen=True, forbid_unknown_fields=True):
    recipient: str
    message: str


def seed(random: Random = secrets.randbelow) -> str:
    """A new seed: 22 random characters of Base58. Whoever has it is the key holder."""
    return "".join(BASE58[random(len(BASE58))] for _ in range(SEED_LENGTH))


def keys(seed: str) -> Keys:
    """The keys that a seed stands for. Raises PkiError `seed`, without repeating what was given."""
    if not _SEED.fullmatch(seed):
        raise PkiError("seed", f"a seed has {SEED_LENGTH} characters of Base58")
    sign, decrypt = (
        int.from_bytes(sha256(f"{purpose}|{seed}".encode()).digest(), "big") % GROUP.q
        for purpose in ("sk", "dk")
    )
    return Keys(sign, decrypt, GROUP.secret_power(GROUP.g, sign), GROUP.secret_power(GROUP.g, decrypt))


def sign(key: int, message: str, random: Random = secrets.randbelow) -> Proof:
    """A Schnorr signature of the text by an exponent."""
    return prove(f"sigmsg|{message}", key, random=random)


def check_signature(key: int, message: str, signature: Proof) -> None:
    """Pass if the holder of the key, an element of the group, signed this. Raises PkiError `signature`."""
    try:
        check(f"sigmsg|{message}", signature, (GROUP.g, key))
    except (GroupError, ProofError):
        raise PkiError("signature", "the signature is not by this key over this text") from None


def signed(key: int, message: str, random: Random = secrets.randbelow) -> SignedMessage:
    """The text with its signature."""
    return SignedMessage(message, sign(key, message, random))


def encrypt(key: int, message: str, random: Random = secrets.randbelow) -> str:
    """Seal a text for the holder of an encryption key: ElGamal for a fresh key, AES-256-CCM for the text."""
    r, k = GROUP.secret(random), GROUP.secret(random)
    alpha, shared = GROUP.secret_power(GROUP.g, r), GROUP.secret_power(GROUP.g, k)
    raw = message.encode()
    data = _cipher(shared).encrypt(_nonce(alpha, len(raw)), raw, None)
    beta = GROUP.product(GROUP.secret_power(key, r), shared)
    return encode(_Sealed(str(alpha), str(beta), data.hex())).decode()


def check_sealed(text: str) -> None:
    """Pass if the text has the form of what `encrypt` makes; what is in it only its reader can tell.

    Raises:
        FormError: another form.
        GroupError: a number that is no element.
    """
    _open(text)


def decrypt(key: int, text: str) -> str:
    """Open what `encrypt` sealed, with the exponent for decryption.

    Raises:
        PkiError: `sealed`.
        FormError: another form.
        GroupError: a number that is no element.
    """
    alpha, beta, data = _open(text)
    shared = GROUP.product(beta, GROUP.secret_power(alpha, GROUP.q - key))
    try:
        return _cipher(shared).decrypt(_nonce(alpha, len(data) - TAG_LENGTH), data, None).decode()
    except (InvalidTag, UnicodeDecodeError):
        raise PkiError("sealed", "the message was altered, or sealed for another key") from None


def send(key: int, recipient: int, message: str, random: Random = secrets.randbelow) -> str:
    """Sign a text for one recipient and seal it.

    Args:
        key: the sender's exponent for signing.
        recipient: the recipient's key for encryption.
        message: the text.
        random: a number below another.
    """
    addressed = encode(_Addressed(str(recipient), message)).decode()
    return encrypt(recipient, encode(signed(key, addressed, random)).decode(), random)


def receive(keys: Keys, sender: int, text: str) -> str:
    """Open what was sent to the holder of these keys by the holder of a verification key.

    Raises:
        PkiError: `sealed`, `signature` or `recipient`.
        FormError: another form.
        GroupError: a number that is no element.
    """
    message = decode(decrypt(keys.decrypt, text).encode(), SignedMessage)
    check_signature(sender, message.message, message.signature)
    addressed = decode(message.message.encode(), _Addressed)
    if addressed.recipient != str(keys.encrypt):
        raise PkiError("recipient", "the message was written for somebody else")
    return addressed.message


def _open(text: str) -> tuple[int, int, bytes]:
    sealed = decode(text.encode(), _Sealed)
    if not _DATA.fullmatch(sealed.data):
        raise FormError("malformed", "$.data", "sealed data are not lower-case hex with a tag")
    return GROUP.element(sealed.alpha), GROUP.element(sealed.beta), bytes.fromhex(sealed.data)


def _cipher(shared: int) -> AESCCM:
    return AESCCM(sha256(f"key|{shared}".encode()).digest(), tag_length=TAG_LENGTH)


def _nonce(alpha: int, size: int) -> bytes:
    """As long as CCM allows for a message of `size` bytes (RFC 3610: 15 - L, L ≥ 2)."""
    return sha256(f"iv|{alpha}".encode()).digest()[: 15 - max(2, -(-size.bit_length() // 8))]
