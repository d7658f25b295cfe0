"""Which 32 bytes are an honest Ed25519 public key: a canonical point of prime order.

Libraries differ on keys with a small component (torsion): what one accepts another refuses.
A record must read alike everywhere, so such keys are refused before any library uses them.
"""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

P = 2**255 - 19
"""The field (RFC 8032 §5.1)."""
ORDER = 2**252 + 27742317777372353535851937790883648493
"""ℓ, the prime order of the group that honest keys live in."""
IDENTITY = (1).to_bytes(32, "little")
"""The neutral point as bytes."""

_PROJECT = X25519PrivateKey.from_private_bytes((5 * ORDER - 1).to_bytes(32, "little"))


class PublicKeyError(ValueError):
    """Bytes that no honest signer has as a public key; the text says why."""


def require_prime_order(raw: bytes) -> None:
    """Pass if the bytes are the canonical encoding of a point of order ℓ.

    The usual way multiplies by ℓ. A quicker one, with the multiplication that every library has:
    5ℓ - 1 is a multiple of 8 and of the form that X25519 takes as it is (RFC 7748 §5). Times the point
    it takes a small component away and negates the rest; u does not see a sign. So u comes back unchanged
    just where there was no small component. It cannot come back from the twist: its order, 4 times a
    prime above 2^252, shares nothing with 5ℓ and 5ℓ - 2 that would let it. u = 0 is the point of order 2.

    Raises:
        PublicKeyError: another length, y ≥ p, or not a point of order ℓ.
    """
    if len(raw) != 32:
        raise PublicKeyError("a public key has 32 bytes")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= P:
        raise PublicKeyError("the key is not in its canonical form")
    if y in {1, P - 1}:
        raise PublicKeyError("the key is a point of order 1 or 2")
    u = ((1 + y) * pow(1 - y, -1, P) % P).to_bytes(32, "little")
    try:
        same = _PROJECT.exchange(X25519PublicKey.from_public_bytes(u)) == u
    except ValueError:  # all zero: a point of small order (RFC 7748 §6.1)
        same = False
    if not same:
        raise PublicKeyError("the key is not a point of prime order")
