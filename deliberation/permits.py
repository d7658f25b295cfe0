"""Which kind of act is allowed to whom, in which phase: one table, filled by the modules.

Every module of the fold registers its handlers here with `@handles`;
docs/spec.md prints the same table and a test compares the two.
`permitted` asks what the table and the rules for every act say, and changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation.acts import Act, Enrol, LaterAct
from deliberation.state import Phase, Seat, Signature, State


class Signer(NamedTuple):
    """Who signed the act at hand: a key of the hearing, or the person whose device it is."""

    role: Signature
    kid: str
    seat: Seat | None

    @property
    def member(self) -> str:
        """The id of the person's entry; for the hearing's own keys, their role."""
        return self.seat.id if self.seat is not None else self.role


Handler = Callable[[State, Any, Place, Signer, Aside | None], None]
"""Checks everything first, then changes the state: a refusal must leave it as it was."""


@dataclass(frozen=True, slots=True)
class Permit:
    """One row of the table."""

    kind: type[Act]
    by: tuple[Signature, ...]
    phases: tuple[Phase, ...]
    handler: Handler


PERMITS: dict[type[Act], Permit] = {}
"""The table, by kind; complete once `deliberation.hearing` is imported."""

EVERYBODY: tuple[Signature, ...] = ("chair", "supervisor", "desk", "representative", "observer")
OFFICERS: tuple[Signature, ...] = ("chair", "supervisor", "desk")


def handles(
    kind: type[Act], *, by: tuple[Signature, ...], phases: tuple[Phase, ...]
) -> Callable[[Handler], Handler]:
    """Register the handler of a kind of act."""

    def register(handler: Handler) -> Handler:
        PERMITS[kind] = Permit(kind, by, phases, handler)
        return handler

    return register


def permitted(state: State, act: LaterAct, kid: str, seq: int) -> Signer:
    """Who signs an act that would stand at `seq`, if what holds for every act but the first lets it in.

    Args:
        state: as it is just before the act.
        act: what is asked of its content is the handler's business.
        kid: a key that the state knows, or, of an enrolment, the card's.
        seq: the number of the entry that the act would be.

    Raises:
        Refused: `wrong-hearing`, `device-revoked`, `head-unknown`, `head-too-old`, `hearing-adjourned`,
            `already-open`, `hearing-not-open`, `not-permitted`.
    """
    permit = PERMITS[type(act)]
    if state.convene is None or act.hearing != state.convene.hearing:
        raise Refused("wrong-hearing")
    since = 0
    if isinstance(act, Enrol):
        signer = Signer("token", kid, None)
    else:
        key = state.keys[kid]
        if key.kind == "device" and key.seat is None:
            raise Refused("device-revoked")
        role: Signature = key.seat.role if key.seat is not None else key.kind
        signer = Signer(role, kid, key.seat)
        since = key.since
    if act.head.size > seq or state.roots(act.head.size) != act.head.root:
        raise Refused("head-unknown")
    if act.head.size <= since:
        raise Refused("head-too-old")
    if state.phase not in permit.phases:
        if state.phase == "adjourned":
            raise Refused("hearing-adjourned")
        raise Refused("already-open" if state.phase == "open" else "hearing-not-open")
    if signer.role not in permit.by:
        raise Refused("not-permitted", role=signer.role)
    return signer
