"""A whole meeting through the fold, and what it refuses on the way."""

import pytest

from ballots.encoding import b64url
from ballots.judge import Aside
from ballots.refusal import Refused
from deliberation import acts
from deliberation.hearing import Hearing
from deliberation.view import public_view
from tests.deliberation.checks import refused, replay, snapshot
from tests.room import Room, motion
from voting.questions import encode_question


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


def test_replay_gives_the_same_state(room: Room) -> None:
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    room.close(poll)
    room.publish(poll)

    again = Hearing(room.blobs.get, room.root_at)
    for act, place in replay(room):
        again.apply(act, place, None)

    assert snapshot(again) == snapshot(room.hearing)


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
