"""A whole meeting through the fold, and what it refuses on the way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ballots import entry, merkle, signing
from ballots.encoding import b64url, utc
from ballots.judge import Aside, Opening, Place
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from deliberation import acts, polls
from deliberation.hearing import Hearing
from deliberation.view import member_view, public_view
from tests.room import Person, Room, motion
from voting.questions import encode_question


def refused(expected: str, call: Any, /, *args: Any, **members: Any) -> None:
    """The call is refused with that code and changes nothing."""
    room = call.__self__
    before = (room.tree.size, snapshot(room.hearing))
    with pytest.raises(Refused) as caught:
        call(*args, **members)
    assert caught.value.code == expected
    assert (room.tree.size, snapshot(room.hearing)) == before


def snapshot(hearing: Hearing) -> str:
    state = hearing.state
    return repr([getattr(state, name) for name in state.__slots__ if name not in ("blobs", "roots")])


@pytest.fixture
def room() -> Room:
    room = Room(voters=3)
    room.ready()
    return room


def test_from_notice_to_result(room: Room) -> None:
    room.comment(room.voters[0], "Mind the fire lane.")
    request = room.do(room.voters[1], acts.RequestFloor, item="gate")
    room.do(room.chair, acts.GiveFloor, request=request, seconds=120)
    room.do(room.voters[1], acts.EndFloor, request=request)
    poll = room.open_poll()
    first = room.vote(room.voters[0], poll, "against")
    room.vote(room.voters[1], poll, "for")
    room.vote(room.voters[0], poll, "for", replaces=first)
    room.close(poll)
    room.publish(poll)
    room.minutes("Nothing to add.")
    room.do(room.chair, acts.Adjourn)

    outcome = room.outcome(poll)
    assert outcome["decision"] == "passed"
    assert [(o["id"], o["total"]["heads"]) for o in outcome["options"]] == [
        ("for", 2),
        ("against", 0),
        ("abstain", 0),
    ]
    view = public_view(room.hearing.state)
    assert view.phase == "adjourned"
    assert [moment.what for moment in view.moments] == ["opened", "closed", "result", "adjourned"]
    refused("hearing-adjourned", room.comment, room.voters[0], "Too late")


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


def test_replay_gives_the_same_state(room: Room) -> None:
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    room.close(poll)
    room.publish(poll)

    again = Hearing(room.blobs.get, room.root_at)
    for act, place in replay(room):
        again.apply(act, place, None)

    assert snapshot(again) == snapshot(room.hearing)


def replay(room: Room) -> Iterator[tuple[acts.Act, Place]]:
    for raw in room.entries:
        kept = entry.parse(raw)
        signed = signing.split(kept.jws)
        yield acts.decode(signed.payload), Place(kept.seq, kept.at, merkle.leaf_hash(raw).hex(), signed.kid)


def test_one_person_one_ballot(room: Room) -> None:
    poll = room.open_poll()
    voter = room.voters[0]
    first = room.vote(voter, poll, "for")
    refused("superseded", room.vote, voter, poll, "against")
    refused("superseded", room.vote, voter, poll, "against", replaces="0" * 64)
    second = room.vote(voter, poll, "against", replaces=first)
    refused("superseded", room.vote, voter, poll, "for", replaces=first)
    assert member_view(room.hearing.state, voter.id).polls[0].ballot == second
    assert public_view(room.hearing.state).polls[0].cast == 1


def test_a_ballot_is_final_where_the_poll_says_so() -> None:
    room = Room(questions=[motion(change="none")])
    room.ready()
    poll = room.open_poll()
    first = room.vote(room.voters[0], poll, "for")
    refused("ballot-final", room.vote, room.voters[0], poll, "against", replaces=first)


def test_who_may_vote_is_fixed_at_opening() -> None:
    room = Room(voters=4)
    room.ready(present=3)
    poll = room.open_poll()
    late, gone = room.voters[3], room.voters[0]
    room.come_in(late)
    room.do(gone, acts.GoOut, member=gone.id)
    refused("not-present-at-opening", room.vote, late, poll, "for")
    for voter in room.voters[1:3]:
        room.vote(voter, poll, "for")
    room.close(poll)
    room.publish(poll)
    assert room.outcome(poll)["present"]["heads"] == 3
    assert room.outcome(poll)["decision"] == "passed"


def test_no_quorum_no_poll() -> None:
    room = Room(voters=61)
    room.ready(present=40)
    refused("quorum-missing", room.open_poll)
    room.come_in(room.voters[40])
    room.open_poll()


def test_nothing_before_open_or_after_close(room: Room) -> None:
    poll = room.open_poll()
    room.close(poll)
    refused("poll-closed", room.vote, room.voters[0], poll, "for")
    refused("poll-closed", room.close, poll)
    refused(
        "unknown-poll", room.do, room.voters[0], acts.CastBallot, poll="0" * 64, replaces=None, choice="for"
    )
    refused("already-polled", room.open_poll)


def test_a_timed_poll_ends_at_its_time(room: Room) -> None:
    closes = utc(room.clock + timedelta(minutes=1))
    poll = room.open_poll(closes=closes)
    refused("not-yet-due", room.close, poll)
    refused("not-yet-due", room.serve, acts.ClosePoll, poll=poll)
    room.clock += timedelta(minutes=1)
    refused("poll-closed", room.vote, room.voters[0], poll, "for")
    room.serve(acts.ClosePoll, poll=poll)


def test_only_the_chair_closes_an_untimed_poll(room: Room) -> None:
    poll = room.open_poll()
    refused("not-yet-due", room.serve, acts.ClosePoll, poll=poll)
    refused("not-permitted", room.do, room.desk, acts.ClosePoll, poll=poll)


def test_a_timed_poll_may_end_when_all_have_voted(room: Room) -> None:
    poll = room.open_poll(closes=utc(room.clock + timedelta(hours=1)))
    for voter in room.voters:
        room.vote(voter, poll, "abstain")
    room.close(poll)


def test_sealed_ballots_need_a_fitting_opening(room: Room) -> None:
    poll = room.open_poll()
    voter = room.voters[0]
    opening = Opening(b"s" * 32, b'"for"')

    def send(commitment: str | None, beside: Opening | None) -> None:
        members = {"commitment": commitment} if commitment else {"choice": "for"}
        act = room.act(acts.CastBallot, poll=poll, replaces=None, **members)
        room.send(voter.device, act, Aside(opening=beside))

    for code, commitment, beside in (
        ("opening-missing", polls.commitment(opening), None),
        ("commitment-mismatch", b64url(b"0" * 32), opening),
        ("invalid-choice", polls.commitment(Opening(b"s" * 32, b'"maybe"')), Opening(b"s" * 32, b'"maybe"')),
        ("invalid-choice", polls.commitment(Opening(b"s" * 32, b' "for"')), Opening(b"s" * 32, b' "for"')),
        ("wrong-ballot-form", None, None),
    ):
        with pytest.raises(Refused) as caught:
            send(commitment, beside)
        assert caught.value.code == code


def test_a_live_poll_shows_how_it_stands_and_a_sealed_one_does_not() -> None:
    for visibility, shown in (("live", {"for": 1, "against": 0, "abstain": 0}), ("sealed", None)):
        room = Room(questions=[motion(visibility=visibility)])
        room.ready()
        poll = room.open_poll()
        room.vote(room.voters[0], poll, "for")
        assert public_view(room.hearing.state).polls[0].live == shown
        room.close(poll)
        room.publish(poll)
        assert room.outcome(poll)["decision"] == "rejected"


def test_a_lost_opening_makes_the_poll_unverified_unless_the_phone_opens_it(room: Room) -> None:
    poll = room.open_poll()
    leaves = [room.vote(voter, poll, "for") for voter in room.voters]
    room.close(poll)
    room.reveal(poll, without=leaves[:1])
    opening = room.openings[leaves[0]]
    mine = {"poll": poll, "ballot": leaves[0], "salt": b64url(opening.salt)}
    refused("commitment-mismatch", room.do, room.voters[0], acts.OpenBallot, choice="against", **mine)
    refused("unknown-ballot", room.do, room.voters[1], acts.OpenBallot, choice="for", **mine)
    assert b'"decision":"unverified"' in polls.result_bytes(room.hearing.state.polls[poll])
    room.do(room.voters[0], acts.OpenBallot, choice="for", **mine)
    room.publish(poll)
    assert room.outcome(poll)["decision"] == "passed"


def test_the_service_cannot_publish_another_result(room: Room) -> None:
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    refused("poll-not-closed", room.serve, acts.PublishTally, poll=poll, result="0" * 64)
    room.close(poll)
    refused("poll-not-revealed", room.serve, acts.PublishTally, poll=poll, result="0" * 64)
    refused("poll-unpublished", room.do, room.chair, acts.Adjourn)
    room.reveal(poll)
    refused("already-revealed", room.reveal, poll)
    refused("result-mismatch", room.serve, acts.PublishTally, poll=poll, result="0" * 64)


def test_void_after_close_needs_a_supervisor(room: Room) -> None:
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    room.close(poll)
    room.publish(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="A card was used twice")
    assert room.hearing.state.polls[poll].stage == "published"
    refused("same-officer", room.do, room.chair, acts.Cosign, target=void)
    refused("supervisor-needed", room.do, room.desk, acts.Cosign, target=void)
    room.do(room.supervisor, acts.Cosign, target=void)
    assert room.hearing.state.polls[poll].stage == "void"
    assert public_view(room.hearing.state).polls[0].result is not None
    room.open_poll()


def test_void_before_close_holds_at_once(room: Room) -> None:
    poll = room.open_poll()
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="Wrong item")
    refused("poll-closed", room.vote, room.voters[0], poll, "for")
    room.do(room.chair, acts.Adjourn)


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


def test_an_act_vouches_for_the_record_before_it(room: Room) -> None:
    voter = room.voters[0]
    fork = acts.Head(room.tree.size, "0" * 64)
    refused("head-unknown", room.do, voter, acts.GoOut, member=voter.id, head=fork)
    ahead = acts.Head(room.tree.size + 1, room.tree.root().hex())
    refused("head-unknown", room.do, voter, acts.GoOut, member=voter.id, head=ahead)
    old = acts.Head(1, room.tree.root(1).hex())
    refused("head-too-old", room.do, voter, acts.GoOut, member=voter.id, head=old)


def test_a_nonce_is_used_once(room: Room) -> None:
    act = room.act(acts.GoOut, member=room.voters[0].id)
    room.send(room.voters[0].device, act)
    with pytest.raises(Refused) as caught:
        room.send(room.voters[0].device, act)
    assert caught.value.code == "nonce-reused"


def test_acts_of_another_hearing_do_not_enter(room: Room) -> None:
    other = Room()
    other.ready()
    act = acts.new(acts.GoOut, other.id, "A" * 22, head=room.head(), member=room.voters[0].id)
    with pytest.raises(Refused) as caught:
        room.send(room.voters[0].device, act)
    assert caught.value.code == "wrong-hearing"


def test_comments_are_hidden_with_a_reason_and_then_erased(room: Room) -> None:
    leaf = room.comment(room.voters[0], "His phone number is …")
    blob = room.hearing.state.comments[leaf].blob
    refused("not-hidden", room.do, room.chair, acts.EraseBlob, blob=blob, reason="A phone number")
    room.do(room.chair, acts.HideComment, comment=leaf, reason="A phone number")
    refused("already-hidden", room.do, room.chair, acts.HideComment, comment=leaf, reason="again")
    room.do(room.chair, acts.EraseBlob, blob=blob, reason="A phone number")
    refused("already-erased", room.do, room.chair, acts.EraseBlob, blob=blob, reason="again")
    question = room.hearing.state.items["gate"].questions[0]
    refused("unknown-comment", room.do, room.chair, acts.EraseBlob, blob=question, reason="no comment")


def test_comments_have_their_limits(room: Room) -> None:
    voter = room.voters[0]
    refused("too-long", room.comment, voter, "长" * 501)
    refused("bad-comment", room.comment, voter, "  \n ")
    refused("bad-comment", room.comment, voter, "bell\a")
    refused("unknown-item", room.comment, voter, "x", item="none")
    frozen = encode_question(room.questions[0])
    act = room.act(acts.PostComment, item="gate", text="0" * 64)
    refused("blob-missing", room.send, voter.device, act, Aside({"1" * 64: frozen}))
    for _ in range(20):
        room.comment(voter, "好")
    refused("too-many", room.comment, voter, "好")


def test_the_floor_is_given_in_fair_order(room: Room) -> None:
    first, second = room.voters[0], room.voters[1]
    one = room.do(first, acts.RequestFloor, item="gate")
    refused("already-requested", room.do, first, acts.RequestFloor, item="gate")
    refused("item-not-called", room.do, second, acts.RequestFloor, item="lift")
    room.do(room.chair, acts.GiveFloor, request=one, seconds=60)
    refused("floor-taken", room.do, room.chair, acts.CallItem, item="lift")
    room.do(first, acts.EndFloor, request=one)
    again = room.do(first, acts.RequestFloor, item="gate")
    two = room.do(second, acts.RequestFloor, item="gate")
    assert [request.request for request in public_view(room.hearing.state).queue] == [two, again]
    refused("not-permitted", room.do, second, acts.WithdrawFloor, request=again)
    room.do(second, acts.WithdrawFloor, request=two)
    refused("not-waiting", room.do, room.chair, acts.GiveFloor, request=two, seconds=60)


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


def test_a_notice_that_cannot_be_held_is_not_convened() -> None:
    room = Room(people=[])
    refused("bad-roll", room.convene)
    room = Room()
    refused("bad-origin", room.convene, origin=f"hall.example/h/{room.id}", rehearsal=True)
    refused("blob-missing", room.convene, notice="0" * 64)
    refused("bad-key", room.convene, service=b64url(room.root.public))
    room = Room(questions=[motion(rule="owners.ordinary")])
    refused("bad-member", room.convene)
    room = Room()
    room.convene()
    with pytest.raises(Refused) as caught:
        room.convene()
    assert caught.value.code == "already-convened"
