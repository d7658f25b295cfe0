"""Which kind of act is allowed to whom, in which phase: one table, filled by the modules.

Every module of the fold registers its handlers here with `@handles`;
docs/spec.md prints the same table and a test compares the two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ballots.judge import Aside, Place
from deliberation.acts import Act
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
