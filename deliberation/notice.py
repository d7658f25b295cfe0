"""What the notice freezes: the matter, the agenda, the questions and the roll, as blobs.

Each is canonical JSON, named in `hearing.convene` by the SHA-256 of its bytes.
Nobody's name is in them: the roll lists entries by ids that say nothing.
"""

import hashlib
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from deliberation.payload import Bytes32, Hash, LocalId, Member, Number, Time
from deliberation.secret_acts import Holders
from voting.questions import Text

HearingKind = Literal[
    "assembly", "representatives", "hearing", "coordination", "appraisal", "council", "owners"
]
"""居民会议, 居民代表会议, 听证会, 协调会, 评议会, 议事会, 业主大会."""


class BlobError(ValueError):
    """A blob is not in canonical form, or not what it should be."""


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of the agenda.

    `questions` are hashes of question blobs, in the order they are put.
    `ballot` says how it will be decided: by named ballots, by secret ones, or not at all.
    An item that is decided by secret ballot without any question is decided on paper.
    """

    id: LocalId
    title: Text
    text: Text
    ballot: Literal["named", "secret", "none"]
    questions: tuple[Hash, ...]


class Community(Struct, frozen=True, forbid_unknown_fields=True):
    """The neighbourhood body that hears: its id, its name, and its time zone (IANA)."""

    id: LocalId
    name: Text
    zone: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}\Z")]


class KeyHolders(Struct, frozen=True, forbid_unknown_fields=True):
    """Who holds the keys of the secret polls (钥匙保管人), and how many of them can open one together."""

    holders: Holders
    threshold: Annotated[int, Meta(ge=1, le=9)]


class Notice(Struct, frozen=True, forbid_unknown_fields=True):
    """The public notice of a hearing; `keys` is there where a question is answered by secret ballot."""

    v: Literal[1]
    community: Community
    kind: HearingKind
    title: Text
    place: Text
    starts: Time
    agenda: tuple[Item, ...]
    keys: KeyHolders | UnsetType = UNSET


class Roll(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes part, in random order."""

    v: Literal[1]
    members: tuple[Member, ...]


class Opened(Struct, frozen=True, forbid_unknown_fields=True):
    """The opening of one counted ballot, named by the leaf hash of its act."""

    ballot: Hash
    salt: Bytes32
    choice: str | list[str] | dict[str, Number]


class Openings(Struct, frozen=True, forbid_unknown_fields=True):
    """What `poll.reveal` names: the openings of the counted ballots, in the order they were cast."""

    v: Literal[1]
    poll: Hash
    openings: tuple[Opened, ...]


class Minutes(Struct, frozen=True, forbid_unknown_fields=True):
    """What `minutes.publish` names: what the chair adds to what the record says by itself."""

    v: Literal[1]
    remarks: Annotated[str, Meta(max_length=4000)]


B = TypeVar("B", bound=Struct)


def encode(blob: Struct) -> bytes:
    """The canonical bytes of a blob."""
    return msgspec.json.encode(blob)


def decode(raw: bytes, kind: type[B]) -> B:
    """Read a blob strictly.

    Raises:
        BlobError: it is not the canonical encoding of a `kind`.
    """
    try:
        blob = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BlobError(str(error)) from None
    if msgspec.json.encode(blob) != raw:
        raise BlobError("the bytes are not the canonical encoding of what they say")
    return blob


def name(raw: bytes) -> str:
    """What a blob is called: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()
