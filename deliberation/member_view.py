"""What one person may see of their own place in a hearing, computed from its state."""

from collections.abc import Iterable

from msgspec import Struct

from deliberation.secret_view import offered_by
from deliberation.state import Poll, Seat, State
from deliberation.view import FloorView, floor_view


class MemberPoll(Struct, frozen=True):
    """Whether this person may vote in a poll, and the leaf hash of the ballot that counts.

    Of a secret poll nobody knows the ballot.
    """

    poll: str
    may_vote: bool
    ballot: str | None
    final: bool


class MemberView(Struct, frozen=True):
    """One entry of the roll as the record has it, by its id alone.

    `offered` are the elections for which it has offered a credential.
    """

    id: str
    role: str
    device: str | None
    present_since: str | None
    present_by: str | None
    polls: tuple[MemberPoll, ...]
    offered: tuple[str, ...]
    requests: tuple[FloorView, ...]


def member_view(state: State, member: str) -> MemberView:
    """One entry of the roll. Raises Refused("not-on-roll")."""
    seat = state.seat(member)
    return MemberView(
        id=seat.id,
        role=seat.role,
        device=seat.kid,
        present_since=seat.present_since,
        present_by=seat.present_by,
        polls=member_polls(seat, state.polls.values()),
        offered=offered_by(state, member),
        requests=tuple(
            floor_view(state, r)
            for r in state.floor.values()
            if r.member == member and r.stage in ("waiting", "speaking")
        ),
    )


def member_polls(seat: Seat, polls: Iterable[Poll]) -> tuple[MemberPoll, ...]:
    """Where a person stands in each of these polls; never what the ballot says."""
    return tuple(_member_poll(poll, seat) for poll in polls)


def _member_poll(poll: Poll, seat: Seat) -> MemberPoll:
    ballot = poll.ballots.get(seat.id)
    fixed = poll.id in seat.final_in or (ballot is not None and poll.question.change == "none")
    may = seat.id in (poll.electorate if poll.box is None else poll.box.offers)
    return MemberPoll(poll.id, may, ballot.leaf if ballot else None, fixed)
