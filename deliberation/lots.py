"""The public lot: what was rolled in the hall decides between options that are tied.

Two officers answer for the numbers, so nothing is drawn before a supervisor has cosigned.
The seed holds the record's root at the poll's close, which nobody could choose (`voting.lot`).
"""

import msgspec
from msgspec import Struct

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.permits import Signer, handles
from deliberation.state import Pending, Poll, State
from voting.lot import Draw, explain, seed
from voting.results import Result


class Drawn(Struct, frozen=True):
    """A lot: what anybody needs to draw it again, and each step of it.

    `root` is that of the record which ends with the poll's close, in hex.
    """

    root: str
    rolled: str
    steps: tuple[Draw, ...]


def tied(poll: Poll) -> tuple[str, ...]:
    """The options between which a lot decides now; empty where none may be drawn.

    A void poll has none, and neither has one whose rule has those tied voted on again.
    """
    if poll.result_bytes is None or poll.void_reason is not None or poll.question.rule.tie == "revote":
        return ()
    result = msgspec.json.decode(poll.result_bytes, type=Result)
    return result.tied or () if result.decision == "tied" else ()


def drawn(state: State, poll: Poll) -> Drawn | None:
    """The lot of a poll, if one was drawn."""
    return None if poll.rolled is None else _draw(state, poll, poll.rolled)


def matters(state: State, pending: Pending) -> bool:
    """Whether a second signature would still change something: not under a lot once the tie is gone."""
    return not isinstance(pending.act, acts.DrawLot) or bool(tied(state.poll(pending.act.poll)))


@handles(acts.DrawLot, by=("chair",), phases=("open",))
def draw(state: State, act: acts.DrawLot, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """The chair enters what was rolled; it waits for a supervisor who saw it."""
    if not tied(state.poll(act.poll)):
        raise Refused("no-tie")
    state.pending[place.leaf] = Pending(place.leaf, act.KIND, signer.member, act, place.at)


def draw_cosigned(state: State, act: acts.DrawLot) -> None:
    """A supervisor has signed: the lot is drawn, and the poll needs its result anew."""
    poll = state.poll(act.poll)
    if not tied(poll):
        raise Refused("no-tie")
    poll.rolled = act.rolled
    poll.lot = tuple(step.option for step in _draw(state, poll, act.rolled).steps)
    poll.result = poll.result_bytes = poll.tallied_seq = None


def _draw(state: State, poll: Poll, rolled: str) -> Drawn:
    assert poll.closed_seq is not None
    root = state.roots(poll.closed_seq + 1)
    assert root is not None
    options = [option.id for option in poll.question.options]
    return Drawn(root, rolled, explain(seed(bytes.fromhex(root), rolled), options))
