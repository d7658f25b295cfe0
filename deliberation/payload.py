"""What the payload of every act is made of: its types, and the members that it begins with.

The kinds of act stand in `deliberation.acts`, those of secret polls in `deliberation.secret_acts`.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

HearingId = Annotated[str, Meta(pattern=r"^[0-9abcdefghjkmnpqrstvwxyz]{12}\Z")]
Nonce = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{21}[AQgw]\Z")]
"""16 random bytes, b64url without padding."""
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A SHA-256 in lower-case hex: a leaf hash, a root, or the name of a blob."""
Bytes32 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z")]
"""32 bytes, b64url without padding: a public key, a salt, a thumbprint, a commitment."""
Bytes64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{85}[AQgw]\Z")]
"""64 bytes, b64url without padding: a signature."""
MemberId = Annotated[str, Meta(pattern=r"^m[0-9abcdefghjkmnpqrstvwxyz]{10}\Z")]
LocalId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z")]
"""An id that only has to be unique in this hearing: of an agenda item, for instance."""
Time = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z")]
Rolled = Annotated[str, Meta(max_length=100, pattern=r"^(0|[1-9][0-9]*)( (0|[1-9][0-9]*))*\Z")]
"""Numbers as they were rolled, one blank between them, as `voting.lot.seed` reads them."""
Reason = Annotated[
    str,
    Meta(max_length=200, pattern=r"^(?=.*\S)[^\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+\Z"),
]
"""A line for people: not blank, no control characters, nothing that turns the direction of writing."""
Number = Annotated[int, Meta(ge=-(2**53 - 1), le=2**53 - 1)]
"""What every language counts exactly."""
Weight = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Whole, and no larger than every language counts exactly."""
Role = Literal["chair", "supervisor", "desk", "representative", "observer"]
Size = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Head(Struct, frozen=True, forbid_unknown_fields=True):
    """The checkpoint that the signer's device has verified: the act vouches for all before it."""

    size: Size
    root: Hash


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the roll: one person in one role, known by an id that says nothing.

    `commitment` is SHA-256(salt ‖ public key of the person's card token), in hex.
    `weights` are whole numbers: `heads` (1, or 0 for those who do not vote) and where the rule
    needs it `area` in 0.01 m². `unit` is the constituency that the rule or a breakdown needs,
    or the empty string.
    """

    id: MemberId
    role: Role
    commitment: Hash
    weights: dict[str, Weight]
    unit: Annotated[str, Meta(max_length=64)]


class Act(Struct, frozen=True, forbid_unknown_fields=True):
    """What every act begins with."""

    KIND: ClassVar[str] = ""

    v: Literal[1]
    hearing: HearingId
    act: str
    nonce: Nonce


class LaterAct(Act, frozen=True, forbid_unknown_fields=True):
    """Every act but the first: it names the head that its signer has verified."""

    head: Head
