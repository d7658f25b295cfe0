"""What everybody may see of a hearing, computed from its state.

Phones, console, screen and the public page all show this one view.
Before a poll is closed nothing in it says how the options stand, unless the poll is live.
"""

from typing import Literal

import msgspec
from msgspec import Raw, Struct

from deliberation import lots
from deliberation.acts import Act, AmendRoll, RestartKeys
from deliberation.floor import waiting
from deliberation.notice import Community, HearingKind, Item
from deliberation.secret_view import (
    BoxView,
    KeysView,
    OffersView,
    box_view,
    election_of,
    keys_view,
    offers_view,
)
from deliberation.state import FloorRequest, Pending, Phase, Poll, State
from voting.conclusion import Conclusion, conclude
from voting.forms import Form, form, seats, tapped
from voting.questions import Option, Question, Text
from voting.results import Result
from voting.rules import Comparison, Weights, attendance, quorum


class Attendance(Struct, frozen=True):
    """Heads of those who carry a vote: on the roll, with a device, here; and how they came in."""

    eligible: int
    enrolled: int
    present: int
    by_code: int
    by_desk: int


class QuorumView(Struct, frozen=True):
    """Whether a poll on this question could be opened now, with the comparison written out."""

    met: bool
    comparisons: tuple[Comparison, ...]


class QuestionView(Struct, frozen=True):
    """A frozen question. `hash` names its blob; `poll` is the latest poll on it, or null.

    `election` is what phones offer credentials for now, where it is answered in secret, and `offers` how many
    have done so; else null.

    `form` is what a ballot looks like, `seats` how many options are chosen (0 where none are).
    """

    hash: str
    title: Text
    text: Text
    method: str
    form: Form
    seats: int
    options: tuple[Option, ...]
    visibility: Literal["live", "sealed", "secret"]
    change: Literal["until_close", "none"]
    electorate: Literal["present", "roll"]
    preset: str
    law: Text | None
    article: str | None
    rule_text: Text
    quorum: QuorumView
    poll: str | None
    election: str | None
    offers: OffersView | None


class ItemView(Struct, frozen=True):
    """An item of the agenda; `called` counts from 1 in the order the chair called them, 0 before."""

    id: str
    title: Text
    text: Text
    ballot: Literal["named", "secret", "none"]
    called: int
    comments: int
    questions: tuple[QuestionView, ...]


class PollView(Struct, frozen=True):
    """A poll: turnout at any time; the result (results/POLL.json) and what it means once it is published.

    `live` counts the options of a live poll, and is null for a sealed one.
    `tied` are the options between which a lot can be drawn now, `lot` is the one that was.
    """

    id: str
    item: str
    question: str
    stage: Literal["open", "closed", "revealed", "published", "void"]
    opened_at: str
    closes: str | None
    closed_at: str | None
    electorate: int
    cast: int
    live: dict[str, int] | None
    openings: str | None
    unopened: int
    void_reason: str | None
    tied: tuple[str, ...]
    lot: lots.Drawn | None
    box: BoxView | None
    result: Raw | None
    conclusion: Conclusion | None


class FloorView(Struct, frozen=True):
    """A request to speak, by the leaf hash of its act; `turn` is this person's n-th speech."""

    request: str
    member: str
    item: str
    at: str
    turn: int
    given_at: str | None
    seconds: int


class PendingView(Struct, frozen=True):
    """An act that waits for a second officer; `about` is the poll or the device that it concerns.

    `rolled` is what was rolled for a lot, or empty;
    `added` and `removed` are the entries that a correction of the roll brings and ends; where keys are to be
    made anew, `added` are their holders, of whom `threshold` open a box together (0 of everything else).
    """

    leaf: str
    kind: str
    signer: str
    at: str
    reason: str
    about: str | None
    rolled: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    threshold: int


class CosignView(Struct, frozen=True):
    """A further signature under an act."""

    target: str
    role: str
    at: str


class MomentView(Struct, frozen=True):
    """A moment to compare the record at; the checkpoint is that of `size`, `root` in hex.

    `leaf` is the act that made it: what a second officer signs.
    """

    what: Literal["opened", "closed", "result", "adjourned"]
    poll: str | None
    size: int
    root: str
    leaf: str


class HearingView(Struct, frozen=True):
    """The public state of a hearing after `size` acts, whose root is `root`.

    `minutes` names the blob of the minutes as published last, `minutes_leaf` the act that did so.
    """

    hearing: str
    size: int
    root: str
    at: str
    phase: Phase
    rehearsal: bool
    origin: str
    community: Community
    kind: HearingKind
    title: Text
    place: Text
    starts: str
    opened_at: str | None
    adjourned_at: str | None
    attendance: Attendance
    called: str | None
    items: tuple[ItemView, ...]
    polls: tuple[PollView, ...]
    speaker: FloorView | None
    queue: tuple[FloorView, ...]
    pending: tuple[PendingView, ...]
    keys: KeysView | None
    cosigned: tuple[CosignView, ...]
    moments: tuple[MomentView, ...]
    minutes: str | None
    minutes_leaf: str | None


def public_view(state: State) -> HearingView:
    """The view of a hearing that has been convened."""
    assert state.convene is not None
    assert state.notice is not None
    speaker = state.speaker()
    return HearingView(
        hearing=state.convene.hearing,
        size=state.size,
        root=state.roots(state.size) or "",
        at=state.at,
        phase=state.phase,
        rehearsal=state.convene.rehearsal,
        origin=state.convene.origin,
        community=state.notice.community,
        kind=state.notice.kind,
        title=state.notice.title,
        place=state.notice.place,
        starts=state.notice.starts,
        opened_at=state.opened_at,
        adjourned_at=state.adjourned_at,
        attendance=_attendance(state),
        called=state.called,
        items=_items(state),
        polls=tuple(_poll(state, poll) for poll in state.polls.values()),
        speaker=floor_view(state, speaker) if speaker else None,
        queue=tuple(floor_view(state, request) for request in waiting(state)),
        pending=tuple(_pending(one) for one in state.pending.values() if lots.matters(state, one)),
        keys=keys_view(state),
        cosigned=tuple(CosignView(c.target, c.role, c.at) for c in state.cosigned),
        moments=tuple(
            MomentView(m.what, m.poll, m.size, state.roots(m.size) or "", m.leaf) for m in state.moments
        ),
        minutes=state.minutes,
        minutes_leaf=state.minutes_leaf,
    )


def _attendance(state: State) -> Attendance:
    voters = list(state.voters())
    here = [seat for seat in voters if seat.present_since is not None]
    return Attendance(
        eligible=len(voters),
        enrolled=sum(1 for seat in voters if seat.kid is not None),
        present=len(here),
        by_code=sum(1 for seat in here if seat.present_by == "code"),
        by_desk=sum(1 for seat in here if seat.present_by == "desk"),
    )


def _items(state: State) -> tuple[ItemView, ...]:
    counts: dict[str, int] = {}
    for comment in state.comments.values():
        counts[comment.item] = counts.get(comment.item, 0) + 1
    eligible = [seat.member.weights for seat in state.voters()]
    present = [seat.member.weights for seat in state.present_voters()]
    latest = {poll.question_hash: poll.id for poll in state.polls.values()}
    order = {item: number for number, item in enumerate(state.called_items, 1)}
    return tuple(
        ItemView(
            id=item.id,
            title=item.title,
            text=item.text,
            ballot=item.ballot,
            called=order.get(item.id, 0),
            comments=counts.get(item.id, 0),
            questions=_questions(state, item, eligible, present, latest),
        )
        for item in state.items.values()
    )


def _questions(
    state: State, item: Item, eligible: list[Weights], present: list[Weights], latest: dict[str, str]
) -> tuple[QuestionView, ...]:
    def one(blob: str, question: Question) -> QuestionView:
        verdict = quorum(question.rule, attendance(question.rule, eligible, present))
        return QuestionView(
            hash=blob,
            title=question.title,
            text=question.text,
            method=question.method,
            form=form(question),
            seats=seats(question),
            options=question.options,
            visibility=question.visibility,
            change=question.change,
            electorate=question.electorate,
            preset=question.rule.preset,
            law=question.rule.law,
            article=question.rule.article,
            rule_text=question.rule.text,
            quorum=QuorumView(verdict.met, verdict.comparisons),
            poll=latest.get(blob),
            election=election_of(state, blob),
            offers=offers_view(state, blob),
        )

    return tuple(one(blob, state.questions[blob]) for blob in item.questions)


def _poll(state: State, poll: Poll) -> PollView:
    live: dict[str, int] | None = None
    if poll.question.visibility == "live":
        live = {option.id: 0 for option in poll.question.options}
        for ballot in poll.ballots.values():
            choice = msgspec.json.decode(ballot.choice) if ballot.choice is not None else None
            for option in tapped(poll.question, choice):
                live[option] += 1
    return PollView(
        id=poll.id,
        item=poll.item,
        question=poll.question_hash,
        stage=poll.stage,
        opened_at=poll.opened_at,
        closes=poll.closes,
        closed_at=poll.closed_at,
        electorate=len(poll.electorate),
        cast=poll.returned,
        live=live,
        openings=poll.revealed,
        unopened=sum(1 for ballot in poll.ballots.values() if ballot.choice is None),
        void_reason=poll.void_reason,
        tied=lots.tied(poll),
        lot=lots.drawn(state, poll),
        box=box_view(poll),
        result=Raw(poll.result_bytes) if poll.result_bytes is not None else None,
        conclusion=None
        if poll.result_bytes is None
        else conclude(poll.question, msgspec.json.decode(poll.result_bytes, type=Result)),
    )


def _pending(pending: Pending) -> PendingView:
    act = pending.act
    return PendingView(
        leaf=pending.leaf,
        kind=pending.kind,
        signer=pending.signer,
        at=pending.at,
        reason=getattr(act, "reason", ""),
        about=getattr(act, "poll", None) or getattr(act, "device", None),
        rolled=getattr(act, "rolled", ""),
        added=_added(act),
        removed=tuple(act.remove) if isinstance(act, AmendRoll) else (),
        threshold=act.threshold if isinstance(act, RestartKeys) else 0,
    )


def _added(act: Act) -> tuple[str, ...]:
    if isinstance(act, RestartKeys):
        return act.holders
    return tuple(member.id for member in act.add) if isinstance(act, AmendRoll) else ()


def floor_view(state: State, request: FloorRequest) -> FloorView:
    """A request to speak, as everybody sees it."""
    spoken = sum(
        1
        for other in state.floor.values()
        if other.member == request.member and other.item == request.item and other.stage == "spoken"
    )
    return FloorView(
        request=request.leaf,
        member=request.member,
        item=request.item,
        at=request.at,
        turn=spoken + 1,
        given_at=request.given_at,
        seconds=request.seconds,
    )
