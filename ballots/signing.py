"""Ed25519 keys, and acts as compact JWS (RFC 7515, 8037, 9864).

Every signature that this accepts, every library accepts, and the other way round for what it refuses,
as far as libraries agree at all: keys are canonical points of prime order (`ballots.curve`), S < ℓ,
and R is compared as bytes with what S, the key and the message give.
"""

import re
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ballots.curve import IDENTITY, ORDER, PublicKeyError, require_prime_order
from ballots.encoding import b64url, unb64url

__all__ = [
    "JwsError",
    "PrivateKey",
    "PublicKeyError",
    "Signed",
    "load_public",
    "sign_act",
    "split",
    "thumbprint",
    "verify",
]

_HEADER = re.compile(
    rb'\{"alg":"Ed25519","kid":"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","typ":"hearing-act\+jws"\}'
)


class JwsError(ValueError):
    """Text that is not an act as compact JWS; says what is wrong. Not for signatures that fail."""


class PrivateKey:
    """An Ed25519 private key.

    Attributes:
        seed: the 32 secret bytes it is made from.
        public: the 32 bytes of its public key.
        kid: the thumbprint of the public key.
    """

    __slots__ = ("_key", "kid", "public", "seed")

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.seed = seed
        self.public = self._key.public_key().public_bytes_raw()
        self.kid = thumbprint(self.public)

    @classmethod
    def from_seed(cls, seed: bytes) -> "PrivateKey":
        """The key of these 32 secret bytes. Raises ValueError for another length."""
        return cls(seed)

    @classmethod
    def generate(cls) -> "PrivateKey":
        """A new random key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the signature (RFC 8032 §5.1.6)."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"PrivateKey(kid={self.kid!r})"


def thumbprint(public: bytes) -> str:
    """The key id: RFC 7638 thumbprint of the public key as JWK (RFC 8037 §2), b64url."""
    return b64url(sha256(b'{"crv":"Ed25519","kty":"OKP","x":"%s"}' % b64url(public).encode()).digest())


@lru_cache(maxsize=1 << 16)
def load_public(raw: bytes) -> Ed25519PublicKey:
    """The public key of these 32 bytes, checked once and remembered.

    Raises:
        PublicKeyError: not canonical, not on the curve, or not of prime order.
    """
    require_prime_order(raw)
    return Ed25519PublicKey.from_public_bytes(raw)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good: RFC 8032 §5.1.7 without the cofactor, and strict.

    The library compares R as bytes with what it computed, which is canonical and, for a key of prime
    order, of prime order or neutral; so a signature needs no further look at R than the neutral point.

    Raises:
        PublicKeyError: a key that `load_public` refuses.
    """
    key = load_public(public)
    if int.from_bytes(signature[32:], "little") >= ORDER or signature[:32] == IDENTITY:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


class Signed(NamedTuple):
    """An act as it was sent, taken apart; its signature is not checked yet.

    Attributes:
        kid: thumbprint of the key that says it signed.
        payload: the act's exact JSON bytes.
        signing_input: the bytes that the signature covers.
        signature: 64 bytes.
        jws: the whole as it was sent.
    """

    kid: str
    payload: bytes
    signing_input: bytes
    signature: bytes
    jws: str


def split(jws: str) -> Signed:
    """Take a compact JWS apart. The header must be exactly ours, byte for byte.

    Raises:
        JwsError: anything else.
    """
    signed, dot, signature = jws.rpartition(".")
    header, _, payload = signed.partition(".")
    if not dot or "." in payload:
        raise JwsError("a compact JWS has three parts")
    kid = _kid(header)
    try:
        return Signed(kid, unb64url(payload), signed.encode("ascii"), unb64url(signature, 64), jws)
    except ValueError as why:
        raise JwsError(str(why)) from None


def sign_act(key: PrivateKey, payload: bytes) -> str:
    """The act as compact JWS, signed."""
    signing_input = f"{_header(key.kid)}.{b64url(payload)}"
    return f"{signing_input}.{b64url(key.sign(signing_input.encode()))}"


@lru_cache(maxsize=1 << 12)
def _header(kid: str) -> str:
    return b64url(b'{"alg":"Ed25519","kid":"%s","typ":"hearing-act+jws"}' % kid.encode())


@lru_cache(maxsize=1 << 16)
def _kid(header: str) -> str:
    """The key id in a header, as sent. Devices sign many acts, so it is remembered."""
    try:
        match = _HEADER.fullmatch(unb64url(header))
    except ValueError as why:
        raise JwsError(f"header: {why}") from None
    if not match:
        raise JwsError("the header is not the one that acts have")
    return match[1].decode()
