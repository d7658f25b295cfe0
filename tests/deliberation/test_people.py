"""The roll: cards, devices, presence, officers, and what takes two of them."""

import pytest

from ballots.encoding import b64url
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.view import public_view
from tests.deliberation.checks import refused
from tests.room import Person, Room


def test_one_active_device(room: Room) -> None:
    voter = room.voters[0]
    old = voter.device
    poll = room.open_poll()
    ballot = room.vote(voter, poll, "for")
    refused("key-in-use", room.enrol, voter)
    voter.device = PrivateKey.generate()
    refused("already-enrolled", room.enrol, voter)
    refused("bad-consent", room.enrol, voter, consent=PrivateKey.generate())
    refused("bad-proof", room.enrol, voter, consent=old, proof=b64url(b"0" * 64))
    room.enrol(voter, consent=old)
    with pytest.raises(Refused) as caught:
        room.send(old, room.act(acts.GoOut, member=voter.id))
    assert caught.value.code == "device-revoked"
    room.vote(voter, poll, "against", replaces=ballot)
    voter.device = old
    refused("key-in-use", room.enrol, voter)


@pytest.mark.parametrize("reballot", [False, True])
def test_a_lost_device_is_replaced_by_two_officers(room: Room, reballot: bool) -> None:
    voter = room.voters[0]
    poll = room.open_poll()
    ballot = room.vote(voter, poll, "for")
    kid = voter.device.kid
    revoke = room.do(room.desk, acts.Revoke, device=kid, reason="Lost", reballot=reballot)
    voter.device = PrivateKey.generate()
    refused("already-enrolled", room.enrol, voter)
    refused("same-officer", room.do, room.desk, acts.Cosign, target=revoke)
    room.do(room.chair, acts.Cosign, target=revoke)
    room.enrol(voter)
    if reballot:
        room.vote(voter, poll, "against", replaces=ballot)
    else:
        refused("ballot-stands", room.vote, voter, poll, "against", replaces=ballot)
    room.close(poll)
    room.publish(poll)
    assert room.outcome(poll)["options"][int(reballot)]["total"]["heads"] == 1


def test_a_representative_ends_only_their_own_device(room: Room) -> None:
    mine, other = room.voters[0], room.voters[1]
    refused("not-permitted", room.do, mine, acts.Revoke, device=other.device.kid, reason="x", reballot=False)
    room.do(mine, acts.Revoke, device=mine.device.kid, reason="New phone", reballot=False)
    mine.device = PrivateKey.generate()
    room.enrol(mine)


def test_cards_and_keys_that_do_not_fit() -> None:
    room = Room()
    room.convene()
    voter, other = room.voters[0], room.voters[1]
    refused("card-mismatch", room.enrol, voter, salt=b64url(b"0" * 32))
    refused("card-mismatch", room.enrol, voter, member=other.id)
    refused("not-on-roll", room.enrol, voter, member="m0000000000")
    refused("bad-key", room.enrol, voter, device=b64url(b"\x01" + b"\0" * 31))
    stranger = Person("representative")
    with pytest.raises(Refused) as caught:
        room.send(stranger.device, room.act(acts.Open))
    assert caught.value.code == "unknown-key"
    room.enrol(voter)
    refused("hearing-not-open", room.do, voter, acts.GoOut, member=voter.id)


def test_presence_is_explicit(room: Room) -> None:
    voter = room.voters[0]
    refused("already-present", room.come_in, voter)
    room.do(room.desk, acts.GoOut, member=voter.id)
    refused("not-present", room.do, voter, acts.GoOut, member=voter.id)
    refused("code-needed", room.do, voter, acts.ComeIn, member=voter.id, code=None)
    refused("not-permitted", room.do, room.desk, acts.ComeIn, member=voter.id, code="123456")
    refused("not-permitted", room.do, room.voters[1], acts.GoOut, member=voter.id)
    room.do(voter, acts.ComeIn, member=voter.id, code="123456")
    view = public_view(room.hearing.state)
    assert (view.attendance.by_code, view.attendance.by_desk) == (1, 2)


def test_the_roll_is_amended_by_two(room: Room) -> None:
    newcomer = Person("representative")
    leaf = room.do(room.chair, acts.AmendRoll, add=[newcomer.member], remove=[], reason="Left out")
    refused("not-on-roll", room.enrol, newcomer)
    room.do(room.supervisor, acts.Cosign, target=leaf)
    room.enrol(newcomer)
    assert public_view(room.hearing.state).attendance.eligible == 4
    poll = room.open_poll()
    refused("poll-still-open", room.do, room.chair, acts.AmendRoll, add=[], remove=[newcomer.id], reason="x")
    room.close(poll)
    room.publish(poll)
    leaf = room.do(room.chair, acts.AmendRoll, add=[], remove=[newcomer.id], reason="Moved away")
    room.do(room.supervisor, acts.Cosign, target=leaf)
    refused("device-revoked", room.do, newcomer, acts.RequestFloor, item="gate")


def test_officers_join_and_leave(room: Room) -> None:
    helper = Person("desk")
    room.do(room.chair, acts.GrantRole, member=helper.member)
    room.enrol(helper)
    refused("not-permitted", room.do, room.chair, acts.GrantRole, member=Person("supervisor").member)
    refused("bad-member", room.do, room.chair, acts.GrantRole, member=Person("representative").member)
    room.do(room.chair, acts.EndRole, member=helper.id, reason="Shift over")
    refused("device-revoked", room.do, helper, acts.ComeIn, member=room.voters[0].id, code=None)
    refused("not-permitted", room.do, room.chair, acts.EndRole, member=room.supervisor.id, reason="x")
    second = Person("chair")
    room.send(room.root, room.act(acts.GrantRole, member=second.member))
    room.enrol(second)
    room.send(room.root, room.act(acts.EndRole, member=room.chair.id, reason="Taken ill"))
    with pytest.raises(Refused):
        room.send(room.root, room.act(acts.EndRole, member=second.id, reason="x"))


def test_supervisors_sign_what_stands(room: Room) -> None:
    poll = room.open_poll()
    close = room.close(poll)
    room.do(room.supervisor, acts.Cosign, target=close)
    refused("already-cosigned", room.do, room.supervisor, acts.Cosign, target=close)
    refused("nothing-to-cosign", room.do, room.supervisor, acts.Cosign, target="0" * 64)
    assert [c.target for c in public_view(room.hearing.state).cosigned] == [close]


def test_the_view_names_what_a_second_officer_signs(room: Room) -> None:
    poll = room.open_poll()
    closed = room.close(poll)
    room.publish(poll)
    leaf = room.do(room.chair, acts.VoidPoll, poll=poll, reason="The lights went out.")

    view = public_view(room.hearing.state)

    assert [moment.leaf for moment in view.moments if moment.what == "closed"] == [closed]
    assert [(p.leaf, p.kind, p.about, p.reason) for p in view.pending] == [
        (leaf, "poll.void", poll, "The lights went out.")
    ]
    room.do(room.supervisor, acts.Cosign, target=closed)
    assert [c.target for c in public_view(room.hearing.state).cosigned] == [closed]
