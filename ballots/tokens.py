"""The QR card: a secret token for its bearer's phone, a public number for the desk, the community's anchor.

The token makes a key that signs one thing a hearing: which device acts for the bearer (`device.enrol`).
The service keeps only the public key. Text that does not parse never shows what was typed: it may be
somebody's token with one slip.
"""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ballots.encoding import crockford, groups, unb64url, uncrockford
from ballots.signing import PrivateKey, thumbprint

TOKEN_BITS = 140
"""128 random bits and a checksum of 12."""
ANCHOR_BITS = 80

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class TokenError(ValueError):
    """Typed or scanned text that is not what a card carries.

    Attributes:
        code: what is wrong: `length`, `characters` or `checksum`.
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(explanation)
        self.code = code


@dataclass(frozen=True, slots=True)
class Token:
    """The secret of a card: 16 random bytes. Its repr does not show them."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Token":
        """A token nobody has had before."""
        return cls(secrets.token_bytes(16))

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Read a token as scanned or typed: groups, blanks and lower case are welcome.

        Raises:
            TokenError: another length, foreign characters, or a checksum that does not fit.
        """
        raw = _typed(text, TOKEN_BITS)
        token = cls(raw[:16])
        if token._bytes != raw:
            raise TokenError("checksum", "the token's checksum does not fit: a character is wrong")
        return token

    @property
    def text(self) -> str:
        """28 Crockford characters: the bytes and the first 12 bits of their SHA-256."""
        return crockford(self._bytes, TOKEN_BITS)

    @property
    def grouped(self) -> str:
        """The text in groups of four, as it is printed."""
        return groups(self.text, 4)

    @property
    def key(self) -> PrivateKey:
        """The token's key; its seed is HKDF-SHA256 (RFC 5869) of the bytes, info `hearing/token/v1`."""
        derived = HKDF(SHA256(), 32, salt=None, info=b"hearing/token/v1").derive(self.secret)
        return PrivateKey.from_seed(derived)

    @property
    def _bytes(self) -> bytes:
        first, second = sha256(self.secret).digest()[:2]
        return self.secret + bytes([first, second & 0xF0])


def anchor(root_public: bytes) -> str:
    """What ties records to a community: the first 80 bits of its root key's thumbprint, 16 characters."""
    return crockford(unb64url(thumbprint(root_public), 32), ANCHOR_BITS)


def parse_anchor(text: str) -> str:
    """An anchor as typed, in its one written form. Raises TokenError."""
    return crockford(_typed(text, ANCHOR_BITS), ANCHOR_BITS)


def card_url(base: str, community: str, token: Token, anchor: str) -> str:
    """What the inner code says. All that is secret is behind the `#`, which no browser sends.

    Args:
        base: scheme and host, `https://example.org`.
        community: the community's id.
        token: the card's token.
        anchor: the community's anchor.
    """
    return f"{base}/j/{community}#{token.text}.{anchor}"


def new_card() -> str:
    """A new card number: 8 random digits and a check digit (Damm 2004).

    The check digit finds every single wrong digit and every two neighbours exchanged.
    The number is public: it helps the desk find a person, and proves nothing.
    """
    digits = f"{secrets.randbelow(10**8):08}"
    return f"{digits}{_damm(digits)}"


def parse_card(text: str) -> str:
    """A card number as typed, blanks and hyphens allowed, as its 9 digits. Raises TokenError."""
    digits = _bare(text)
    if not digits.isascii() or not digits.isdigit():
        raise TokenError("characters", "a card number has only digits")
    if len(digits) != 9:
        raise TokenError("length", f"a card number has 9 digits, not {len(digits)}")
    if _damm(digits):
        raise TokenError("checksum", "the check digit does not fit: a digit is wrong")
    return digits


def _damm(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state


def _bare(text: str) -> str:
    return "".join(letter for letter in text if letter not in "- \t\r\n")


def _typed(text: str, bits: int) -> bytes:
    bare = _bare(text)
    if len(bare) != bits // 5:
        raise TokenError("length", f"{len(bare)} characters where {bits // 5} belong")
    try:
        return uncrockford(bare, bits)
    except ValueError:
        raise TokenError("characters", "a character that cards do not use") from None
