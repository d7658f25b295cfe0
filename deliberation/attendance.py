"""Attendance: who is here, since when, and how each came in."""

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.permits import EVERYBODY, Signer, handles
from deliberation.state import State


@handles(acts.ComeIn, by=EVERYBODY, phases=("open",))
def come_in(state: State, act: acts.ComeIn, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """Explicit in and out, never a toggle: a second scan must not send anybody away."""
    seat = state.seat(act.member)
    if act.code is not None:
        if signer.member != act.member:
            raise Refused("not-permitted", role=signer.role)
    elif signer.role not in ("chair", "desk"):
        raise Refused("code-needed")
    if seat.present_since is not None:
        raise Refused("already-present")
    seat.present_since = place.at
    state.attended.add(seat.id)
    seat.present_by = "desk" if act.code is None else "code"


@handles(acts.GoOut, by=EVERYBODY, phases=("open",))
def go_out(state: State, act: acts.GoOut, _place: Place, signer: Signer, _aside: Aside | None) -> None:
    """Who has left is no longer counted in polls opened from now on."""
    seat = state.seat(act.member)
    if signer.member != act.member and signer.role not in ("chair", "desk"):
        raise Refused("not-permitted", role=signer.role)
    if seat.present_since is None:
        raise Refused("not-present")
    seat.present_since = seat.present_by = None
