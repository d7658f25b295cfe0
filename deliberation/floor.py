"""The floor: who has asked to speak, who speaks, and for how long."""

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.permits import EVERYBODY, Signer, handles
from deliberation.state import FloorRequest, State


def waiting(state: State) -> list[FloorRequest]:
    """The queue: in order of asking, those who have spoken less often to this item first."""
    spoken: dict[str, int] = {}
    for request in state.floor.values():
        if request.item == state.called and request.stage == "spoken":
            spoken[request.member] = spoken.get(request.member, 0) + 1
    queue = [r for r in state.floor.values() if r.stage == "waiting" and r.item == state.called]
    return sorted(queue, key=lambda request: spoken.get(request.member, 0))


def _request(state: State, leaf: str) -> FloorRequest:
    request = state.floor.get(leaf)
    if request is None:
        raise Refused("unknown-request")
    return request


@handles(acts.RequestFloor, by=EVERYBODY, phases=("open",))
def ask(state: State, act: acts.RequestFloor, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """One open request a person and item; those who sit in may speak too (城市居民委员会组织法 28)."""
    if state.item(act.item).id != state.called:
        raise Refused("item-not-called")
    assert signer.seat is not None
    if signer.seat.present_since is None:
        raise Refused("not-present")
    mine = (r for r in state.floor.values() if r.member == signer.member and r.item == act.item)
    if any(r.stage in ("waiting", "speaking") for r in mine):
        raise Refused("already-requested")
    state.floor[place.leaf] = FloorRequest(place.leaf, signer.member, act.item, place.at)


@handles(acts.WithdrawFloor, by=EVERYBODY, phases=("open",))
def withdraw(
    state: State, act: acts.WithdrawFloor, _place: Place, signer: Signer, _aside: Aside | None
) -> None:
    """The request is taken back by the person who made it, or cleared by the chair."""
    request = _request(state, act.request)
    if request.member != signer.member and signer.role != "chair":
        raise Refused("not-permitted", role=signer.role)
    if request.stage != "waiting":
        raise Refused("not-waiting")
    request.stage = "withdrawn"


@handles(acts.GiveFloor, by=("chair",), phases=("open",))
def give(state: State, act: acts.GiveFloor, place: Place, _signer: Signer, _aside: Aside | None) -> None:
    """One speaker at a time."""
    request = _request(state, act.request)
    if request.stage != "waiting" or request.item != state.called:
        raise Refused("not-waiting")
    if state.speaker() is not None:
        raise Refused("floor-taken")
    request.stage = "speaking"
    request.given_at = place.at
    request.seconds = act.seconds


@handles(acts.EndFloor, by=EVERYBODY, phases=("open",))
def end(state: State, act: acts.EndFloor, _place: Place, signer: Signer, _aside: Aside | None) -> None:
    """The speaker ends, or the chair does."""
    request = _request(state, act.request)
    if request.member != signer.member and signer.role != "chair":
        raise Refused("not-permitted", role=signer.role)
    if request.stage != "speaking":
        raise Refused("not-speaking")
    request.stage = "spoken"
