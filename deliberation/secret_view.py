"""What everybody may see of secret polls: who holds the keys, how far they are, and how full the box is."""

from msgspec import Struct

from deliberation import credentials
from deliberation.box import LEAST, Box
from deliberation.holders import departed
from deliberation.notice import name
from deliberation.state import Poll, State


class HolderView(Struct, frozen=True):
    """A key holder: how far its device is, and whom it accuses of a message that does not fit.

    `left` where the holder's entry has ended: then no poll is opened under these keys.
    """

    member: str
    certificate: bool
    polynomial: bool
    share: bool
    accepted: bool
    refuses: str | None
    left: bool


class AnewView(Struct, frozen=True):
    """Keys made anew: when a supervisor agreed, who asked and who cosigned, who holds them since, and why."""

    at: str
    by: tuple[str, ...]
    holders: tuple[str, ...]
    threshold: int
    reason: str


class KeysView(Struct, frozen=True):
    """The keys of the secret polls; `trustees` is the hash of the final object, once there is one.

    `anew` tells how often they were made anew, the latest last.
    """

    holders: tuple[HolderView, ...]
    threshold: int
    trustees: str | None
    ready: bool
    anew: tuple[AnewView, ...]


class BoxView(Struct, frozen=True):
    """The box of a secret poll.

    Attributes:
        election: the id of its election.
        holders, threshold: whose keys it is locked with, and how many of them open it.
        ready: whether it is set up, so that ballots may come.
        issued: how many credentials may vote.
        cast: how many ballots are in it.
        least: with fewer ballots nobody opens it.
        spoiled: how many ballots were opened to test a phone.
        objections: how many voters have shown that their credential was left out.
        decrypted: the holders who have decrypted.
        openable: whether the holders are asked to decrypt.
    """

    election: str
    holders: tuple[str, ...]
    threshold: int
    ready: bool
    issued: int
    cast: int
    least: int
    spoiled: int
    objections: int
    decrypted: tuple[str, ...]
    openable: bool


class OffersView(Struct, frozen=True):
    """Whether a secret poll can be opened without leaving somebody out.

    Attributes:
        asked: how many people it would be put to now.
        offered: how many of them have a phone that has offered a credential; the others could not vote.
        least: with fewer offers it is not opened.
    """

    asked: int
    offered: int
    least: int


def keys_view(state: State) -> KeysView | None:
    """The keys as they stand; None in a hearing without secret polls."""
    keys, gone = state.holders, departed(state)
    if keys is None:
        return None
    return KeysView(
        holders=tuple(
            HolderView(
                member=holder,
                certificate=holder in keys.certificates,
                polynomial=holder in keys.polynomials,
                share=holder in keys.shares,
                accepted=holder in keys.accepted,
                refuses=keys.refused[holder][0] if holder in keys.refused else None,
                left=holder in gone,
            )
            for holder in keys.holders
        ),
        threshold=keys.threshold,
        trustees=None if keys.trustees is None else name(keys.trustees),
        ready=keys.ready and not gone,
        anew=tuple(
            AnewView(one.at, one.by, one.keys.holders, one.keys.threshold, one.reason)
            for one in state.changes
            if one.keys is not None
        ),
    )


def box_view(poll: Poll) -> BoxView | None:
    """The box of a poll; None where it is not secret."""
    box = poll.box
    if box is None:
        return None
    return BoxView(
        election=box.election,
        holders=box.keys.holders,
        threshold=box.keys.threshold,
        ready=box.raw is not None,
        issued=len(box.offers),
        cast=len(box.ballots),
        least=LEAST,
        spoiled=len(box.spoiled),
        objections=len(box.objections),
        decrypted=tuple(box.keys.holders[owner - 1] for owner in sorted(box.decryptions)),
        openable=openable(poll, box),
    )


def openable(poll: Poll, box: Box) -> bool:
    """Whether the holders are asked to decrypt now."""
    return box.tally is not None and box.totals is None and poll.stage == "closed"


def election_of(state: State, question: str) -> str | None:
    """The election for which phones offer credentials now, of a secret question; else None."""
    if state.questions[question].visibility != "secret":
        return None
    return credentials.upcoming(state, question)


def offers_view(state: State, question: str) -> OffersView | None:
    """Who could take part in the poll to come on a secret question; None where none is to come."""
    election = election_of(state, question)
    if election is None:
        return None
    everybody = state.questions[question].electorate == "roll"
    asked = [seat.id for seat in (state.voters() if everybody else state.present_voters())]
    offers = state.offers.get(election, {})
    return OffersView(asked=len(asked), offered=sum(one in offers for one in asked), least=LEAST)


def offered_by(state: State, member: str) -> tuple[str, ...]:
    """The elections for which a person has offered a credential, of polls to come and of those opened."""
    coming = [election for election, offers in state.offers.items() if member in offers]
    opened = [p.box.election for p in state.polls.values() if p.box is not None and member in p.box.offers]
    return tuple(dict.fromkeys((*coming, *opened)))
