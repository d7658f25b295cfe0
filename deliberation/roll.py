"""The roll: who takes part, in which role, and with which device."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from ballots import signing
from ballots.encoding import parse_utc, unb64url
from ballots.judge import Aside, Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.holders import require_no_key
from deliberation.permits import OFFICERS, Signer, handles
from deliberation.state import Change, Key, Pending, Seat, State

OFFICER_ROLES = ("chair", "supervisor", "desk", "observer")
MAX_TOTAL = 2**53 - 1
"""All weights of a measure together, at most."""


def seat_of(member: acts.Member, *, late: bool = False) -> Seat:
    """A new entry, `late` if the notice's roll does not have it.

    Raises:
        Refused: `bad-member` when its weights do not fit its role.
    """
    heads = member.weights.get("heads", 0)
    if heads != (1 if member.role == "representative" else 0) or set(member.weights) - {"heads", "area"}:
        raise Refused("bad-member", member=member.id)
    return Seat(member, late=late)


def commitment(salt: bytes, token: bytes) -> str:
    """What the roll says of a card: SHA-256(salt ‖ token public key), in hex."""
    return hashlib.sha256(salt + token).hexdigest()


def moment(text: str) -> None:
    """Pass for a time that exists. Raises Refused("bad-time")."""
    try:
        parse_utc(text)
    except ValueError:
        raise Refused("bad-time") from None


def check_totals(seats: Iterable[Seat]) -> None:
    """Pass if all weights together are still counted exactly everywhere. Raises Refused("bad-roll")."""
    totals: dict[str, int] = {}
    for seat in seats:
        for measure, weight in seat.member.weights.items():
            totals[measure] = totals.get(measure, 0) + weight
    if any(total > MAX_TOTAL for total in totals.values()):
        raise Refused("bad-roll")


def enrol_message(hearing: str, token_kid: str, nonce: str) -> bytes:
    """What the new device signs to prove that it holds its key."""
    return f"hearing/enrol/v1|{hearing}|{token_kid}|{nonce}".encode()


def consent_message(hearing: str, device_kid: str, nonce: str) -> bytes:
    """What the old device signs to hand over to a new one."""
    return f"hearing/consent/v1|{hearing}|{device_kid}|{nonce}".encode()


@lru_cache(maxsize=4096)
def _public(text: str) -> bytes:
    raw = unb64url(text, 32)
    signing.load_public(raw)
    return raw


def public_key(text: str) -> bytes:
    """The raw key behind a b64url member. Raises Refused("bad-key")."""
    try:
        return _public(text)
    except ValueError:
        raise Refused("bad-key") from None


@handles(acts.Enrol, by=("token",), phases=("convened", "open"))
def enrol(state: State, act: acts.Enrol, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A card names the device that acts for its bearer."""
    seat = state.seat(act.member)
    token = public_key(act.token)
    if commitment(unb64url(act.salt, 32), token) != seat.member.commitment:
        raise Refused("card-mismatch")
    others = [other for other in state.cards.get(signer.kid, ()) if other is not seat]
    if seat.votes and any(other.votes for other in others):
        raise Refused("card-in-use")
    device = public_key(act.device)
    kid = signing.thumbprint(device)
    if kid in state.keys or device == token:
        raise Refused("key-in-use")
    if not signing.verify(device, enrol_message(act.hearing, signer.kid, act.nonce), unb64url(act.proof, 64)):
        raise Refused("bad-proof")
    if seat.kid is not None:
        _check_consent(state, act, seat, kid)
        del_key(state, seat)
    state.keys[kid] = Key(device, "device", seat, place.seq)
    seat.kid, seat.card = kid, signer.kid
    state.cards[signer.kid] = [*others, seat]
    seat.enrolments += 1


def _check_consent(state: State, act: acts.Enrol, seat: Seat, kid: str) -> None:
    assert seat.kid is not None
    if act.consent is None:
        raise Refused("already-enrolled")
    message = consent_message(act.hearing, kid, act.nonce)
    if not signing.verify(state.keys[seat.kid].public, message, unb64url(act.consent, 64)):
        raise Refused("bad-consent")


def del_key(state: State, seat: Seat) -> None:
    """The seat's device acts no more; its key stays known, so that it can never be used again.

    What it has offered for secret polls to come ends with it: only that device can sign such a ballot.
    """
    assert seat.kid is not None
    old = state.keys[seat.kid]
    state.keys[seat.kid] = Key(old.public, "device", None, old.since)
    seat.kid = None
    for offers in state.offers.values():
        offers.pop(seat.id, None)


@handles(
    acts.Revoke, by=("chair", "supervisor", "desk", "representative", "observer"), phases=("convened", "open")
)
def revoke(state: State, act: acts.Revoke, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A device's key ends: at once by itself, with a second signature by an officer."""
    key = state.keys.get(act.device)
    if key is None or key.seat is None:
        raise Refused("unknown-device")
    if act.device == signer.kid:
        _end_device(state, key.seat, reballot=act.reballot)
    elif signer.role not in OFFICERS:
        raise Refused("not-permitted", role=signer.role)
    else:
        state.pending[place.leaf] = Pending(place.leaf, act.KIND, signer.member, act, place.at)


def revoke_cosigned(state: State, act: acts.Revoke, by: tuple[str, ...], at: str) -> None:
    """The second officer has signed. Unless both say otherwise, ballots already cast stand."""
    seat = state.keys[act.device].seat
    if seat is not None:
        _end_device(state, seat, reballot=act.reballot)
        state.changes.append(Change(act.KIND, at, by, act.reason, state.due, phone=seat.id))


def _end_device(state: State, seat: Seat, *, reballot: bool) -> None:
    if not reballot:
        seat.final_in.update(poll.id for poll in state.open_polls() if seat.id in poll.ballots)
    del_key(state, seat)


@handles(acts.GrantRole, by=("root", "chair"), phases=("convened", "open"))
def grant(state: State, act: acts.GrantRole, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A further officer joins. A second chair is named by the community's root key only."""
    if act.member.role not in OFFICER_ROLES:
        raise Refused("bad-member", member=act.member.id)
    if act.member.role in ("chair", "supervisor") and signer.role != "root":
        raise Refused("not-permitted", role=signer.role)
    if act.member.id in state.seats:
        raise Refused("already-on-roll")
    seat = seat_of(act.member, late=True)
    seat.grant, seat.granted = place.leaf, signer.role != "root"
    state.seats[act.member.id] = seat
    state.changes.append(Change(act.KIND, place.at, (signer.member,), "", state.due, added=(seat.id,)))


@handles(acts.EndRole, by=("root", "chair"), phases=("convened", "open"))
def end_role(state: State, act: acts.EndRole, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """An officer's entry ends. The last chair stays, and only the root key ends a supervisor's."""
    seat = state.seat(act.member)
    if seat.role == "representative":
        raise Refused("not-an-officer")
    if seat.role in ("chair", "supervisor") and signer.role != "root":
        raise Refused("not-permitted", role=signer.role)
    chairs = [other for other in state.seats.values() if other.role == "chair" and not other.ended]
    if chairs == [seat]:
        raise Refused("last-chair")
    require_no_key(state, [seat.id])
    _end(state, seat)
    by = (signer.member,)
    state.changes.append(Change(act.KIND, place.at, by, act.reason, state.due, removed=(seat.id,)))


@handles(acts.AmendRoll, by=("chair", "supervisor"), phases=("convened", "open"))
def amend(state: State, act: acts.AmendRoll, place: Place, signer: Signer, _aside: Aside | None) -> None:
    """A correction of the roll waits for the second signature, and for open polls to end."""
    _check_amendment(state, act)
    state.pending[place.leaf] = Pending(place.leaf, act.KIND, signer.member, act, place.at)


def amend_cosigned(state: State, act: acts.AmendRoll, by: tuple[str, ...], at: str) -> None:
    """The second officer has signed: the correction takes effect."""
    _check_amendment(state, act)
    for member in act.add:
        state.seats[member.id] = seat_of(member, late=True)
    for member_id in act.remove:
        _end(state, state.seat(member_id))
    added = tuple(member.id for member in act.add)
    state.changes.append(Change(act.KIND, at, by, act.reason, state.due, added, tuple(act.remove)))


def _check_amendment(state: State, act: acts.AmendRoll) -> None:
    if state.open_polls():
        raise Refused("poll-still-open")
    if not act.add and not act.remove:
        raise Refused("nothing-to-amend")
    added = [member.id for member in act.add]
    if len(set(added)) != len(added) or any(member in state.seats for member in added):
        raise Refused("already-on-roll")
    for member in act.add:
        if seat_of(member).role != "representative" or not state.measures <= set(member.weights):
            raise Refused("bad-member", member=member.id)
    check_totals([*state.voters(), *(seat_of(member) for member in act.add)])
    if len(set(act.remove)) != len(act.remove) or any(not state.seat(m).votes for m in act.remove):
        raise Refused("not-on-roll")
    require_no_key(state, act.remove)


def _end(state: State, seat: Seat) -> None:
    if seat.kid is not None:
        del_key(state, seat)
    seat.ended = True
    seat.present_since = seat.present_by = None
    for leaf in [leaf for leaf, waiting in state.pending.items() if waiting.signer == seat.id]:
        del state.pending[leaf]
