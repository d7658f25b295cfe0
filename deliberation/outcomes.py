"""How a meeting opens, is countersigned, recorded and ends."""

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.holders import restart_cosigned
from deliberation.lots import draw_cosigned
from deliberation.notice import BlobError, Minutes, decode
from deliberation.permits import OFFICERS, Signer, handles
from deliberation.polls import void_cosigned
from deliberation.roll import amend_cosigned, revoke_cosigned
from deliberation.state import Cosignature, Moment, Pending, Seat, State


@handles(acts.Open, by=("chair",), phases=("convened",))
def open_hearing(state: State, _act: acts.Open, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """Check-in begins."""
    state.phase = "open"
    state.opened_at = place.at
    state.cosignable[place.leaf] = signer.member
    state.moments.append(Moment("opened", None, place.seq + 1, place.leaf))


@handles(acts.Cosign, by=OFFICERS, phases=("convened", "open", "adjourned"))
def cosign(state: State, act: acts.Cosign, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A second officer signs: what waited takes effect; what stands gains a signature."""
    assert signer.seat is not None
    waiting = state.pending.get(act.target)
    if waiting is None and act.target not in state.cosignable:
        raise Refused("nothing-to-cosign")
    if any(c.target == act.target and c.member == signer.member for c in state.cosigned):
        raise Refused("already-cosigned")
    first = waiting.signer if waiting is not None else state.cosignable[act.target]
    if _same_person(state, first, signer.seat):
        raise Refused("same-officer")
    if waiting is not None:
        if signer.seat.granted:
            raise Refused("not-permitted", role=signer.role)
        _take_effect(state, waiting, signer, place)
        del state.pending[act.target]
    state.cosigned.append(Cosignature(act.target, signer.member, signer.seat.role, place.at))


def _same_person(state: State, first: str, second: Seat) -> bool:
    """Whether both signers are one entry, or two entries of one card."""
    seat = state.seats.get(first)
    return seat is second or (seat is not None and seat.card == second.card)


def _take_effect(state: State, waiting: Pending, signer: Signer, place: Place) -> None:
    """Who the second signer must be depends on what waits."""
    act, by = waiting.act, (waiting.signer, signer.member)
    if state.phase == "adjourned":
        raise Refused("hearing-adjourned")
    if isinstance(act, acts.VoidPoll):
        if signer.role != "supervisor":
            raise Refused("supervisor-needed")
        void_cosigned(state, act)
    elif isinstance(act, acts.DrawLot):
        if signer.role != "supervisor":
            raise Refused("supervisor-needed")
        draw_cosigned(state, act)
    elif isinstance(act, acts.RestartKeys):
        if signer.role != "supervisor":
            raise Refused("supervisor-needed")
        restart_cosigned(state, act, by, (waiting.leaf, place.leaf), place.at)
    elif isinstance(act, acts.AmendRoll):
        if signer.role not in ("chair", "supervisor"):
            raise Refused("supervisor-needed")
        amend_cosigned(state, act, by, place.at)
    elif isinstance(act, acts.Revoke):
        revoke_cosigned(state, act, by, place.at)


@handles(acts.PublishMinutes, by=("chair",), phases=("open",))
def publish_minutes(
    state: State, act: acts.PublishMinutes, place: Place, signer: Signer, aside: Aside | None
) -> None:
    """What the chair adds to the record's own account; may be published again until the end."""
    if act.minutes in state.blob_names:
        raise Refused("blob-in-use")
    if aside is not None:
        raw = aside.blobs.get(act.minutes)
        if raw is None:
            raise Refused("blob-missing")
        try:
            decode(raw, Minutes)
        except BlobError:
            raise Refused("bad-minutes") from None
    state.minutes = act.minutes
    state.minutes_leaf = place.leaf
    state.blob_names.add(act.minutes)
    state.cosignable[place.leaf] = signer.member


@handles(acts.Adjourn, by=("chair",), phases=("open",))
def adjourn(state: State, _act: acts.Adjourn, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """The end: no poll may be left open, and none closed without its result."""
    if state.open_polls():
        raise Refused("poll-still-open")
    if any(poll.closed_at is not None and poll.result is None for poll in state.polls.values()):
        raise Refused("poll-unpublished")
    state.phase = "adjourned"
    state.adjourned_at = place.at
    state.cosignable[place.leaf] = signer.member
    state.moments.append(Moment("adjourned", None, place.seq + 1, place.leaf))
