"""Every kind of act: what a participant can say in a hearing, as strict payloads.

An act is the payload of a compact JWS (`ballots.signing`).
Its members stand in the order of the fields below, its JSON has no blanks,
and it must equal its own re-encoding byte for byte (docs/spec.md, "Act").
What a kind means, who may sign it and when, is decided by `deliberation.hearing`.
"""

from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from deliberation.payload import (
    Act,
    Bytes32,
    Bytes64,
    Hash,
    Head,
    HearingId,
    LaterAct,
    LocalId,
    Member,
    MemberId,
    Nonce,
    Number,
    Reason,
    Role,
    Rolled,
    Size,
    Time,
    Weight,
)
from deliberation.secret_acts import (
    AcceptKeys,
    CastBatch,
    DecryptTally,
    ObjectToSetup,
    OfferCredential,
    RefuseMessage,
    RestartKeys,
    SendCertificate,
    SendPolynomial,
    SendShare,
    SetUpPoll,
    SpoilBallot,
)

__all__ = [
    "KINDS", "AcceptKeys", "Act", "ActError", "Adjourn", "AmendRoll", "Bytes32", "Bytes64", "CallItem",
    "CastBallot", "CastBatch", "ClosePoll", "ComeIn", "Convene", "Cosign", "DecryptTally", "DrawLot",
    "EndFloor", "EndRole", "Enrol", "EraseBlob", "GiveFloor", "GoOut", "GrantRole", "Hash", "Head",
    "HearingId", "HideComment", "LaterAct", "LocalId", "Member", "MemberId", "Nonce", "Number",
    "ObjectToSetup", "OfferCredential", "Open", "OpenBallot", "OpenPoll", "PostComment", "PublishMinutes",
    "PublishTally", "Reason", "RefuseMessage", "RequestFloor", "RestartKeys", "RevealPoll", "Revoke",
    "Role", "Rolled", "SendCertificate", "SendPolynomial", "SendShare", "SetUpPoll", "Size", "SpoilBallot",
    "Time", "VoidPoll", "Weight", "WithdrawFloor", "decode", "encode", "new",
]  # fmt: skip


class Convene(Act, frozen=True, forbid_unknown_fields=True):
    """Seq 0: the notice freezes agenda, questions, rules and roll, and names the keys."""

    KIND = "hearing.convene"
    origin: Annotated[str, Meta(pattern=r"^[a-z0-9.:-]{1,100}/h/[0-9a-z]{12}(/rehearsal)?\Z")]
    rehearsal: bool
    community: LocalId
    root: Bytes32
    service: Bytes32
    notice: Hash
    roll: Hash


class Open(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair opens the meeting: check-in begins."""

    KIND = "hearing.open"


class GrantRole(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A further officer joins as an entry of the roll that carries no vote."""

    KIND = "role.grant"
    member: Member


class EndRole(LaterAct, frozen=True, forbid_unknown_fields=True):
    """An officer's entry ends; what it did stays."""

    KIND = "role.end"
    member: MemberId
    reason: Reason


class AmendRoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The roll is corrected; it takes effect with a second officer's cosign."""

    KIND = "roll.amend"
    add: list[Member]
    remove: list[MemberId]
    reason: Reason


class Enrol(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A card's token key names the device that acts for its bearer from now on.

    `proof` is the device key's signature over `hearing/enrol/v1|HEARING|TOKENKID|NONCE`;
    `consent` the active device's over `hearing/consent/v1|HEARING|NEWDEVICEKID|NONCE`.
    """

    KIND = "device.enrol"
    member: MemberId
    token: Bytes32
    salt: Bytes32
    device: Bytes32
    proof: Bytes64
    consent: Bytes64 | None


class Revoke(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A device's key ends: lost, sold, or given back.

    Signed by the device itself it holds at once; signed by an officer it waits for a second one.
    `reballot`: the next device may replace a ballot of this one in a poll that is still open.
    """

    KIND = "device.revoke"
    device: Bytes32
    reason: Reason
    reballot: bool


class ComeIn(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A person is here: by the code on the screen (`code`), or at the desk (`code` null)."""

    KIND = "presence.in"
    member: MemberId
    code: Annotated[str, Meta(pattern=r"^[0-9]{6}\Z")] | None


class GoOut(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A person has left."""

    KIND = "presence.out"
    member: MemberId


class CallItem(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair calls an item of the agenda."""

    KIND = "item.call"
    item: LocalId


class PostComment(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A comment on an item; `text` names a blob of 32 random bytes ‖ UTF-8 text."""

    KIND = "comment.post"
    item: LocalId
    text: Hash


class HideComment(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair takes a comment off the pages; `comment` is the leaf hash of its act."""

    KIND = "comment.hide"
    comment: Hash
    reason: Reason


class EraseBlob(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The text of a hidden comment is destroyed; its fingerprint stays."""

    KIND = "blob.erase"
    blob: Hash
    reason: Reason


class RequestFloor(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A participant asks to speak to the item under discussion."""

    KIND = "floor.request"
    item: LocalId


class WithdrawFloor(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The request, named by its leaf hash, is taken back."""

    KIND = "floor.withdraw"
    request: Hash


class GiveFloor(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair calls a speaker for so many seconds."""

    KIND = "floor.give"
    request: Hash
    seconds: Annotated[int, Meta(ge=10, le=3600)]


class EndFloor(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The speech is over."""

    KIND = "floor.end"
    request: Hash


class OpenPoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The chair puts a frozen question to the vote; the poll's id is this act's leaf hash."""

    KIND = "poll.open"
    item: LocalId
    question: Hash
    closes: Time | None


class CastBallot(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A named ballot. Sealed polls carry `commitment`, live ones `choice`; never both.

    `commitment` is SHA-256(salt ‖ choice), choice being the exact JSON bytes.
    `replaces` is the leaf hash of this person's current ballot in this poll, or null.
    """

    KIND = "ballot.cast"
    poll: Hash
    replaces: Hash | None
    commitment: Bytes32 | UnsetType = UNSET
    choice: str | list[str] | dict[str, Number] | UnsetType = UNSET


class ClosePoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """No ballot counts from here on."""

    KIND = "poll.close"
    poll: Hash


class RevealPoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The service publishes the openings of the counted ballots, in one blob."""

    KIND = "poll.reveal"
    poll: Hash
    openings: Hash


class OpenBallot(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A voter's own device publishes the opening that the service failed to publish."""

    KIND = "ballot.open"
    poll: Hash
    ballot: Hash
    salt: Bytes32
    choice: str | list[str] | dict[str, Number]


class PublishTally(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The result, named by the hash of its exact bytes; anyone recomputes it."""

    KIND = "tally.publish"
    poll: Hash
    result: Hash


class VoidPoll(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The poll does not count, because. After its close a supervisor must cosign."""

    KIND = "poll.void"
    poll: Hash
    reason: Reason


class DrawLot(LaterAct, frozen=True, forbid_unknown_fields=True):
    """What was rolled in the hall for a poll whose result is tied; a supervisor must cosign."""

    KIND = "lot.draw"
    poll: Hash
    rolled: Rolled


class Cosign(LaterAct, frozen=True, forbid_unknown_fields=True):
    """A second officer's signature under an act, named by its leaf hash."""

    KIND = "act.cosign"
    target: Hash


class PublishMinutes(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The minutes, named by the hash of their blob."""

    KIND = "minutes.publish"
    minutes: Hash


class Adjourn(LaterAct, frozen=True, forbid_unknown_fields=True):
    """The meeting is over; nothing further is decided."""

    KIND = "hearing.adjourn"


KINDS: dict[str, type[Act]] = {
    kind.KIND: kind
    for kind in (
        Convene, Open, GrantRole, EndRole, AmendRoll, Enrol, Revoke, ComeIn, GoOut, CallItem,
        PostComment, HideComment, EraseBlob, RequestFloor, WithdrawFloor, GiveFloor, EndFloor,
        OpenPoll, CastBallot, ClosePoll, RevealPoll, OpenBallot, PublishTally, VoidPoll, DrawLot,
        Cosign, PublishMinutes, Adjourn,
        SendCertificate, SendPolynomial, SendShare, AcceptKeys, RefuseMessage, RestartKeys,
        OfferCredential, SetUpPoll, ObjectToSetup, SpoilBallot, CastBatch, DecryptTally,
    )
}  # fmt: skip
"""Kind → its struct."""


class ActError(ValueError):
    """The payload is not an act in canonical form; the message says what is wrong."""


class _Peek(Struct):
    act: str


_peek = msgspec.json.Decoder(_Peek)
_decoders = {kind: msgspec.json.Decoder(struct) for kind, struct in KINDS.items()}
_encoder = msgspec.json.Encoder()
A = TypeVar("A", bound=Act)


def decode(payload: bytes) -> Act:
    """Read a payload strictly.

    Raises:
        ActError: unknown kind, unknown, missing, repeated or misplaced member,
            a value out of its range, or bytes that are not the canonical encoding.
    """
    try:
        kind = _peek.decode(payload).act
        act = _decoders[kind].decode(payload)
    except KeyError as unknown:
        raise ActError(f"there is no kind of act called {unknown.args[0]!r}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ActError(str(error)) from None
    if _encoder.encode(act) != payload:
        raise ActError("the bytes are not the canonical encoding of what they say")
    return act


def encode(act: Act) -> bytes:
    """The canonical bytes of an act, to be signed."""
    return _encoder.encode(act)


def new(kind: type[A], hearing: str, nonce: str, **members: object) -> A:
    """Build an act of a kind; `v` and `act` are filled in."""
    return kind(v=1, hearing=hearing, act=kind.KIND, nonce=nonce, **members)
