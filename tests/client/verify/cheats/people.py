"""Devices, cards, roles and presence."""

from ballots.encoding import b64url
from ballots.signing import PrivateKey
from deliberation import acts, roll
from tests.client.verify.cheats.book import IDENTITY, ballot, cheat, force, ready, voting
from tests.client.verify.meetings import Cheat
from tests.room import Person, Room


@cheat("device-revoked")
def a_device_that_was_replaced() -> Room:
    room, poll, _ = voting()
    voter = room.voters[1]
    old, voter.device = voter.device, PrivateKey.generate()
    room.enrol(voter, consent=old)
    voter.device = old
    return ballot(room, poll)


def enrolment(room: Room, person: Person, **changes: object) -> Room:
    nonce = b64url(bytes(16))
    proof = person.device.sign(roll.enrol_message(room.id, person.token.kid, nonce))
    members = {
        "nonce": nonce, "member": person.id, "token": b64url(person.token.public), "salt": b64url(person.salt),
        "device": b64url(person.device.public), "proof": b64url(proof), "consent": None,
    }  # fmt: skip
    Cheat(room).force(person.token, room.act(acts.Enrol, **(members | changes)))
    return room


def convened(**options: object) -> Room:
    room = Room(**options)  # type: ignore[arg-type]
    room.convene()
    return room


@cheat("card-mismatch")
def a_card_of_nobody() -> Room:
    room = convened()
    room.voters[0].token = PrivateKey.generate()
    return enrolment(room, room.voters[0])


@cheat("card-in-use")
def one_card_with_two_votes() -> Room:
    twins = [Person("representative"), Person("representative")]
    twins[1].token = twins[0].token
    room = convened(people=twins)
    room.enrol(twins[0])
    return enrolment(room, twins[1])


@cheat("key-in-use")
def one_device_of_two_people() -> Room:
    room = convened()
    room.enrol(room.voters[0])
    room.voters[1].device = room.voters[0].device
    return enrolment(room, room.voters[1])


@cheat("bad-proof")
def a_device_that_never_agreed() -> Room:
    room = convened()
    return enrolment(room, room.voters[0], proof=b64url(bytes(64)))


@cheat("bad-key")
def a_device_without_a_key() -> Room:
    room = convened()
    return enrolment(room, room.voters[0], device=IDENTITY)


@cheat("unknown-key")
def a_card_signed_by_another() -> Room:
    room = convened()
    return enrolment(room, room.voters[0], token=b64url(room.voters[1].token.public))


@cheat("already-enrolled")
def a_second_device() -> Room:
    room = convened()
    room.enrol(room.voters[0])
    room.voters[0].device = PrivateKey.generate()
    return enrolment(room, room.voters[0])


@cheat("bad-consent")
def a_forged_consent() -> Room:
    room = convened()
    room.enrol(room.voters[0])
    room.voters[0].device = PrivateKey.generate()
    return enrolment(room, room.voters[0], consent=b64url(bytes(64)))


@cheat("not-on-roll")
def a_card_that_is_not_on_the_roll() -> Room:
    return enrolment(convened(), Person("representative"))


@cheat("bad-member")
def a_voter_made_by_the_chair() -> Room:
    room = ready()
    return force(room, room.chair, acts.GrantRole, member=Person("representative").member)


@cheat("not-permitted")
def a_supervisor_made_by_the_chair() -> Room:
    room = ready()
    return force(room, room.chair, acts.GrantRole, member=Person("supervisor").member)


@cheat("last-chair")
def the_last_chair_ends() -> Room:
    room = ready()
    Cheat(room).force(room.root, room.act(acts.EndRole, member=room.chair.id, reason="Gone"))
    return room


@cheat("not-an-officer")
def a_voter_is_dismissed() -> Room:
    room = ready()
    return force(room, room.chair, acts.EndRole, member=room.voters[0].id, reason="Gone")


@cheat("nothing-to-amend")
def an_empty_correction() -> Room:
    room = ready()
    return force(room, room.chair, acts.AmendRoll, add=[], remove=[], reason="None")


@cheat("poll-still-open")
def a_correction_during_a_poll() -> Room:
    room, _, _ = voting()
    return force(
        room, room.chair, acts.AmendRoll, add=[Person("representative").member], remove=[], reason="Late"
    )


@cheat("already-on-roll")
def a_voter_added_twice() -> Room:
    room = ready()
    return force(room, room.chair, acts.AmendRoll, add=[room.voters[0].member], remove=[], reason="Twice")


@cheat("already-present")
def an_arrival_twice() -> Room:
    room = ready()
    return force(room, room.desk, acts.ComeIn, member=room.voters[0].id, code=None)


@cheat("code-needed")
def an_arrival_without_a_code() -> Room:
    room = ready(present=2)
    return force(room, room.voters[2], acts.ComeIn, member=room.voters[2].id, code=None)


@cheat("not-permitted")
def an_arrival_of_somebody_else() -> Room:
    room = ready(present=2)
    return force(room, room.voters[0], acts.ComeIn, member=room.voters[2].id, code="123456")


@cheat("not-present")
def a_departure_of_the_absent() -> Room:
    room = ready(present=2)
    return force(room, room.desk, acts.GoOut, member=room.voters[2].id)


@cheat("unknown-device")
def a_revocation_of_nothing() -> Room:
    room = ready()
    return force(room, room.desk, acts.Revoke, device=b64url(bytes(32)), reason="Lost", reballot=False)


@cheat("not-permitted")
def a_revocation_by_a_neighbour() -> Room:
    room = ready()
    kid = room.voters[0].device.kid
    return force(room, room.voters[1], acts.Revoke, device=kid, reason="Envy", reballot=False)
