"""Key holders (钥匙保管人): how several people make one key that none of them has.

Each holder's device makes its own keys and shows their public parts, deals out shares, checks what was dealt
to it, and accepts the final object, in that order (Pedersen's key generation in the Belenios protocol).
What anybody can check of a message is checked here, so one that is bad never enters the record;
what only its receiver can see is the receiver's to refuse.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from ballots.judge import Aside, Place
from ballots.refusal import Refused
from ballots.secret import pedersen, trustees
from ballots.secret.trustees import Trustees
from deliberation import acts
from deliberation.box import Keys
from deliberation.notice import KeyHolders, name
from deliberation.permits import EVERYBODY, Signer, handles
from deliberation.state import Change, Pending, Seat, State


def named(seats: Mapping[str, Seat], holders: Sequence[str], threshold: int) -> Keys:
    """Keys that are still to be made.

    The roll that the notice froze must have all of them: a phone knows nobody else's card, and whoever keeps
    the community's key could let in people of its own. More than half of them must be needed: otherwise two
    groups, who see two records of a forked hearing, could open two sums that differ by one ballot.

    Raises:
        Refused: `bad-holders`.
    """
    known = {one for one in holders if one in seats and not (seats[one].ended or seats[one].late)}
    if len(known) != len(holders):
        raise Refused("bad-holders")
    if not len(holders) < 2 * threshold <= 2 * len(holders):
        raise Refused("bad-holders")
    return Keys(tuple(holders), threshold)


def holding(state: State, signer: Signer) -> tuple[Keys, str]:
    """The keys and the holder whose device has signed. Raises Refused("not-a-holder")."""
    keys = state.holders
    if keys is None or signer.seat is None or signer.member not in keys.holders:
        raise Refused("not-a-holder")
    return keys, signer.member


def message(state: State, aside: Aside | None, blob: str) -> bytes:
    """The bytes that an act names. Raises Refused("blob-missing")."""
    raw = aside.blobs.get(blob) if aside is not None else state.blobs(blob)
    if raw is None or name(raw) != blob:
        raise Refused("blob-missing", blob=blob)
    return raw


@lru_cache(maxsize=256)
def _checked(check: Callable[..., object], *what: object) -> object:
    """A check of exact bytes has one outcome; a state that is computed again need not make it again."""
    return check(*what)


@lru_cache(maxsize=16)
def decoded(raw: bytes) -> Trustees:
    """A trustees object, read and checked once."""
    return trustees.decode(raw)


def _check(holder: str, check: Callable[..., object], *what: object) -> None:
    try:
        _checked(check, *what)
    except ValueError as why:
        raise Refused("bad-key-message", holder=holder, why=str(why)) from None


def _check_certificate(
    raw: bytes, size: int, threshold: int, index: int, others: tuple[tuple[int, bytes], ...]
) -> None:
    """Pass if it is a certificate of keys that nobody among the others has. Raises ValueError."""
    mine = pedersen.check_certificate(raw, size, threshold, index)
    for number, sent in others:
        other = pedersen.check_certificate(sent, size, threshold, number)
        if {mine.verification, mine.encryption} & {other.verification, other.encryption}:
            raise ValueError("another holder has one of these keys")


@handles(acts.SendCertificate, by=EVERYBODY, phases=("convened", "open"))
def certificate(
    state: State, act: acts.SendCertificate, _place: Place, signer: Signer, aside: Aside | None
) -> None:
    """A holder shows the public parts of the keys that its device has made."""
    keys, holder = holding(state, signer)
    if holder in keys.certificates:
        raise Refused("already-sent")
    raw = message(state, aside, act.message)
    mine = raw, len(keys.holders), keys.threshold, keys.number(holder)
    others = [(keys.number(other), sent) for other, sent in keys.certificates.items()]
    _check(holder, _check_certificate, *mine, tuple(others))
    keys.certificates[holder] = raw
    state.blob_names.add(act.message)


@handles(acts.SendPolynomial, by=EVERYBODY, phases=("convened", "open"))
def polynomial(
    state: State, act: acts.SendPolynomial, _place: Place, signer: Signer, aside: Aside | None
) -> None:
    """A holder deals out shares, once everybody's certificate is known."""
    keys, holder = holding(state, signer)
    if len(keys.certificates) < len(keys.holders):
        raise Refused("too-early")
    if holder in keys.polynomials:
        raise Refused("already-sent")
    raw = message(state, aside, act.message)
    certificates = keys.in_order(keys.certificates)
    _check(holder, pedersen.check_polynomial, raw, certificates, keys.number(holder), keys.threshold)
    keys.polynomials[holder] = raw
    state.blob_names.add(act.message)


@handles(acts.SendShare, by=EVERYBODY, phases=("convened", "open"))
def share(state: State, act: acts.SendShare, _place: Place, signer: Signer, aside: Aside | None) -> None:
    """A holder has checked its shares; with the last one the trustees object is there."""
    keys, holder = holding(state, signer)
    if len(keys.polynomials) < len(keys.holders):
        raise Refused("too-early")
    if holder in keys.shares:
        raise Refused("already-sent")
    raw = message(state, aside, act.message)
    dealt = keys.in_order(keys.certificates), keys.in_order(keys.polynomials)
    _check(holder, pedersen.check_share, raw, *dealt, keys.number(holder))
    shares = keys.shares | {holder: raw}
    if len(shares) == len(keys.holders):
        made = pedersen.trustees(*dealt, keys.in_order(shares))
        _check(holder, decoded, made)  # together they could make a key that hides nothing
        keys.trustees = made
    keys.shares = shares
    state.blob_names.add(act.message)


@handles(acts.AcceptKeys, by=EVERYBODY, phases=("convened", "open"))
def accept(state: State, act: acts.AcceptKeys, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A holder accepts the final object by its hash."""
    keys, holder = holding(state, signer)
    if keys.trustees is None:
        raise Refused("too-early")
    if holder in keys.accepted:
        raise Refused("already-sent")
    if name(keys.trustees) != act.trustees:
        raise Refused("other-keys")
    keys.accepted[holder] = place.leaf


@handles(acts.RefuseMessage, by=EVERYBODY, phases=("convened", "open"))
def refuse(
    state: State, act: acts.RefuseMessage, _place: Place, signer: Signer, _aside: Aside | None
) -> None:
    """What another holder has dealt does not fit; everybody sees who says so of whom.

    The message is named, so what was said of keys that are made no more is not held against the next ones.
    """
    keys, holder = holding(state, signer)
    accused = next((one for one, raw in keys.polynomials.items() if name(raw) == act.message), None)
    if accused is None:
        raise Refused("unknown-message")
    if keys.ready or holder in keys.refused:
        raise Refused("already-sent")
    keys.refused[holder] = (accused, act.reason)


@handles(acts.RestartKeys, by=("chair",), phases=("convened", "open"))
def restart(state: State, act: acts.RestartKeys, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """Keys made anew, perhaps by others, wait for a supervisor: no chair chooses holders alone.

    What was asked for before and still waits is dropped: only the last word can be signed.
    """
    if state.holders is None:
        raise Refused("not-a-holder")
    named(state.seats, act.holders, act.threshold)
    for leaf in [leaf for leaf, waiting in state.pending.items() if waiting.kind == act.KIND]:
        del state.pending[leaf]
    state.pending[place.leaf] = Pending(place.leaf, act.KIND, signer.member, act, place.at)


def restart_cosigned(
    state: State, act: acts.RestartKeys, by: tuple[str, str], leaves: tuple[str, str], at: str
) -> None:
    """A supervisor has signed: the keys are made anew; polls that were opened keep theirs.

    One of the two must be of the roll that the notice froze: whoever keeps the community's key could name
    both of them later, and choose the holders alone.

    Args:
        state: the hearing.
        act: what waited.
        by: chair and supervisor.
        leaves: the acts of both.
        at: when the supervisor signed.

    Raises:
        Refused: `both-joined-late`, `bad-holders`.
    """
    if all(state.seats[one].late for one in by):
        raise Refused("both-joined-late")
    state.holders = named(state.seats, act.holders, act.threshold)
    state.holders.anew = leaves
    keys = KeyHolders(tuple(act.holders), act.threshold)
    state.changes.append(Change(act.KIND, at, by, act.reason, state.due, keys=keys))


def departed(state: State) -> tuple[str, ...]:
    """The holders whose entry has ended: they can decrypt nothing, so no poll is opened under their keys."""
    keys = state.holders
    return () if keys is None else tuple(one for one in keys.holders if state.seats[one].ended)


def require_no_key(state: State, members: Iterable[str]) -> None:
    """Pass unless one of them holds a key of a box that is not opened yet. Raises Refused("holds-a-key")."""
    needed = {
        holder
        for poll in state.polls.values()
        if poll.box is not None and poll.stage in ("open", "closed") and poll.box.totals is None
        for holder in poll.box.keys.holders
    }
    for member in members:
        if member in needed:
            raise Refused("holds-a-key", member=member)
