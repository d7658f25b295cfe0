"""Minutes and forms as content, drafted from the record, before anything is typeset.

People appear by the ids of their roll entries; names are put in at the edge, where they may be erased.
Fields of the result form (结果报告单) follow the paper it replaces: 应到, 实到, 发出, 收回, 有效, 弃权, 无效.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from deliberation.acts import Role
from deliberation.box import Box
from deliberation.notice import Community, HearingKind, KeyHolders, Minutes, decode
from deliberation.state import Change, Comment, Poll, State
from voting.questions import Text
from voting.tally import Result


class Speech(Struct, frozen=True):
    """Somebody had the floor, from `at`."""

    member: str
    at: str


class Remark(Struct, frozen=True):
    """A comment that was not hidden; its text is the blob `text`."""

    member: str
    at: str
    text: str


class Decrypted(Struct, frozen=True):
    """A key holder sent their part of an opening, at `at`."""

    member: str
    at: str


class BoxRecord(Struct, frozen=True):
    """The box of a secret poll: who opened it, in this order, and what it can be checked by.

    `tests` is how many ballots were made to test phones, and never cast; `archive` the SHA-256 of
    the box's file in hex, once it was opened.
    """

    decrypted: tuple[Decrypted, ...]
    tests: int
    archive: str | None


class PollRecord(Struct, frozen=True):
    """A poll as it belongs in the minutes: the result as published, or why there is none.

    `rolled` is what was rolled in the hall for a lot; `box` is there of a secret poll.
    """

    poll: str
    question: Text
    wording: Text
    opened_at: str
    closed_at: str | None
    void_reason: str | None
    rolled: str | None
    result: Result | None
    box: BoxRecord | None


class ItemRecord(Struct, frozen=True):
    """What happened to an item; `called` is False if the chair never called it."""

    id: str
    title: Text
    text: Text
    called: bool
    speeches: tuple[Speech, ...]
    comments: tuple[Remark, ...]
    hidden: int
    polls: tuple[PollRecord, ...]


class Participant(Struct, frozen=True):
    """An entry of the roll, or the community's root key (`root`, whose entry is empty)."""

    role: Role | Literal["root"]
    member: str


class ChangeRecord(Struct, frozen=True):
    """What officers changed about who takes part (`deliberation.state.Change`), with everybody's role.

    `before` and `due` are how many carried a vote, before and after; `keys` is who holds them since.
    """

    kind: str
    at: str
    by: tuple[Participant, ...]
    reason: str
    before: int
    due: int
    added: tuple[Participant, ...]
    removed: tuple[Participant, ...]
    phone: Participant | None
    keys: KeyHolders | None


class Draft(Struct, frozen=True):
    """The minutes of a hearing so far."""

    hearing: str
    rehearsal: bool
    community: Community
    kind: HearingKind
    title: Text
    place: Text
    starts: str
    opened_at: str | None
    adjourned_at: str | None
    chairs: tuple[str, ...]
    eligible: int
    attended: tuple[str, ...]
    items: tuple[ItemRecord, ...]
    changes: tuple[ChangeRecord, ...]
    remarks: str


def draft(state: State) -> Draft:
    """Draft the minutes from the record, items in the order they were called."""
    assert state.convene is not None
    assert state.notice is not None
    notice = state.notice
    uncalled = [item for item in state.items if item not in state.called_items]
    return Draft(
        hearing=state.convene.hearing,
        rehearsal=state.convene.rehearsal,
        community=notice.community,
        kind=notice.kind,
        title=notice.title,
        place=notice.place,
        starts=notice.starts,
        opened_at=state.opened_at,
        adjourned_at=state.adjourned_at,
        chairs=tuple(seat.id for seat in state.seats.values() if seat.role == "chair" and not seat.ended),
        eligible=state.due,
        attended=tuple(seat.id for seat in state.seats.values() if seat.id in state.attended),
        items=tuple(_item(state, item) for item in [*state.called_items, *uncalled]),
        changes=tuple(_change(state, change) for change in state.changes),
        remarks=_remarks(state),
    )


def _change(state: State, change: Change) -> ChangeRecord:
    def participants(members: Iterable[str]) -> tuple[Participant, ...]:
        return tuple(
            Participant(state.seats[member].role, member)
            if member in state.seats
            else Participant("root", "")
            for member in members
        )

    added, removed = participants(change.added), participants(change.removed)
    joined, left = (sum(1 for one in many if one.role == "representative") for many in (added, removed))
    return ChangeRecord(
        kind=change.kind,
        at=change.at,
        by=participants(change.by),
        reason=change.reason,
        before=change.due - joined + left,
        due=change.due,
        added=added,
        removed=removed,
        phone=participants([change.phone])[0] if change.phone is not None else None,
        keys=change.keys,
    )


def _remarks(state: State) -> str:
    raw = state.blobs(state.minutes) if state.minutes is not None else None
    return decode(raw, Minutes).remarks if raw is not None else ""


def _item(state: State, item_id: str) -> ItemRecord:
    item = state.items[item_id]
    comments = [comment for comment in state.comments.values() if comment.item == item_id]
    return ItemRecord(
        id=item.id,
        title=item.title,
        text=item.text,
        called=item.id in state.called_items,
        speeches=tuple(
            Speech(request.member, request.given_at)
            for request in sorted(state.floor.values(), key=lambda request: request.given_at or "")
            if request.item == item_id and request.given_at is not None
        ),
        comments=tuple(_remark(comment) for comment in comments if comment.hidden is None),
        hidden=sum(1 for comment in comments if comment.hidden is not None),
        polls=tuple(_poll(poll) for poll in state.polls.values() if poll.item == item_id),
    )


def _remark(comment: Comment) -> Remark:
    return Remark(comment.member, comment.at, comment.blob)


def _poll(poll: Poll) -> PollRecord:
    return PollRecord(
        poll=poll.id,
        question=poll.question.title,
        wording=poll.question.text,
        opened_at=poll.opened_at,
        closed_at=poll.closed_at,
        void_reason=poll.void_reason,
        rolled=poll.rolled,
        result=msgspec.json.decode(poll.result_bytes, type=Result) if poll.result_bytes is not None else None,
        box=_box(poll.box) if poll.box is not None else None,
    )


def _box(box: Box) -> BoxRecord:
    decrypted = (Decrypted(box.keys.holders[owner - 1], at) for owner, at in box.decrypted_at.items())
    return BoxRecord(tuple(decrypted), len(box.spoiled), box.archive)
