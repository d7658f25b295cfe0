"""Who may do what, when, after what they have seen."""

import msgspec

from ballots.encoding import b64url, new_id
from deliberation import acts
from tests.client.verify.cheats.book import asked, cheat, closed, force, ready, voting
from tests.client.verify.meetings import Cheat
from tests.room import Person, Room


@cheat("not-permitted")
def an_officer_who_votes() -> Room:
    room, poll, _ = voting()
    return force(room, room.desk, acts.CastBallot, poll=poll, replaces=None, commitment=b64url(bytes(32)))


@cheat("head-unknown")
def a_head_of_another_record() -> Room:
    room = ready()
    return force(room, room.chair, acts.OpenPoll, **asked(room), head=acts.Head(4, "0" * 64))


@cheat("head-unknown")
def a_head_in_the_future() -> Room:
    room = ready()
    return force(room, room.chair, acts.OpenPoll, **asked(room), head=acts.Head(99, "0" * 64))


@cheat("head-too-old")
def a_head_before_the_device() -> Room:
    room = ready()
    head = acts.Head(2, room.root_at(2) or "")
    return force(room, room.desk, acts.GoOut, member=room.voters[0].id, head=head)


@cheat("nonce-reused")
def a_nonce_twice() -> Room:
    room = ready()
    room.do(room.desk, acts.GoOut, member=room.voters[0].id, nonce="A" * 22)
    return force(room, room.desk, acts.ComeIn, member=room.voters[0].id, code=None, nonce="A" * 22)


@cheat("wrong-hearing")
def an_act_of_another_hearing() -> Room:
    room = ready()
    here, room.id = room.id, new_id()
    act = room.act(acts.GoOut, member=room.voters[0].id)
    room.id = here
    Cheat(room).force(room.desk.device, act)
    return room


@cheat("unknown-key")
def a_stranger() -> Room:
    room = ready()
    return force(room, Person("chair"), acts.Adjourn)


@cheat("hearing-not-open")
def an_arrival_before_the_opening() -> Room:
    room = Room()
    room.convene()
    room.enrol(room.desk)
    return force(room, room.desk, acts.ComeIn, member=room.voters[0].id, code=None)


@cheat("already-open")
def a_second_opening() -> Room:
    room = ready()
    return force(room, room.chair, acts.Open)


@cheat("hearing-adjourned")
def a_poll_after_the_end() -> Room:
    room = ready()
    room.do(room.chair, acts.Adjourn)
    return force(room, room.chair, acts.OpenPoll, **asked(room))


@cheat("unknown-item")
def an_item_of_no_agenda() -> Room:
    room = ready()
    return force(room, room.chair, acts.CallItem, item="roof")


@cheat("poll-still-open")
def another_item_during_a_poll() -> Room:
    room, _, _ = voting()
    return force(room, room.chair, acts.CallItem, item="lift")


@cheat("blob-in-use")
def a_comment_twice() -> Room:
    room = ready()
    leaf = room.comment(room.voters[0], "Once")
    return force(
        room, room.voters[1], acts.PostComment, item="gate", text=room.hearing.state.comments[leaf].blob
    )


@cheat("not-hidden")
def a_text_destroyed_in_silence() -> Room:
    room = ready()
    leaf = room.comment(room.voters[0], "Once")
    return force(room, room.chair, acts.EraseBlob, blob=room.hearing.state.comments[leaf].blob, reason="No")


def pending_void() -> tuple[Room, str]:
    room, poll, _ = closed()
    return room, room.do(room.chair, acts.VoidPoll, poll=poll, reason="No")


@cheat("supervisor-needed")
def a_void_cosigned_by_the_desk() -> Room:
    room, void = pending_void()
    return force(room, room.desk, acts.Cosign, target=void)


@cheat("same-officer")
def an_officer_who_cosigns_alone() -> Room:
    room, void = pending_void()
    return force(room, room.chair, acts.Cosign, target=void)


@cheat("same-officer")
def one_card_in_two_offices() -> Room:
    room = Room()
    room.supervisor.token = room.chair.token
    room.ready()
    poll = room.open_poll()
    room.close(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="No")
    return force(room, room.supervisor, acts.Cosign, target=void)


@cheat("not-permitted")
def an_officer_of_the_chairs_own_choice() -> Room:
    room = ready()
    helper = Person("desk")
    room.do(room.chair, acts.GrantRole, member=helper.member)
    room.enrol(helper)
    kid = room.voters[0].device.kid
    revoke = room.do(room.chair, acts.Revoke, device=kid, reason="Lost", reballot=True)
    return force(room, helper, acts.Cosign, target=revoke)


@cheat("nothing-to-cosign")
def a_cosignature_under_nothing() -> Room:
    room = ready()
    return force(room, room.supervisor, acts.Cosign, target="0" * 64)


@cheat("already-cosigned")
def a_cosignature_twice() -> Room:
    room, poll, _ = voting()
    close = room.close(poll)
    room.do(room.supervisor, acts.Cosign, target=close)
    return force(room, room.supervisor, acts.Cosign, target=close)


@cheat("poll-still-open")
def an_end_during_a_poll() -> Room:
    room, _, _ = voting()
    return force(room, room.chair, acts.Adjourn)


@cheat("poll-unpublished")
def an_end_without_a_result() -> Room:
    room, _, _ = closed()
    return force(room, room.chair, acts.Adjourn)


@cheat("already-convened")
def a_second_notice() -> Room:
    room = ready()
    convene = room.hearing.state.convene
    assert convene is not None
    Cheat(room).force(room.root, msgspec.structs.replace(convene, nonce="A" * 22))
    return room


@cheat("item-already-called")
def an_item_twice() -> Room:
    room = ready()
    return force(room, room.chair, acts.CallItem, item="gate")


@cheat("unknown-comment")
def a_comment_that_is_none_is_hidden() -> Room:
    room = ready()
    return force(room, room.chair, acts.HideComment, comment="0" * 64, reason="No")


def hidden() -> tuple[Room, str, str]:
    room = ready()
    leaf = room.comment(room.voters[0], "Once")
    room.do(room.chair, acts.HideComment, comment=leaf, reason="No")
    return room, leaf, room.hearing.state.comments[leaf].blob


@cheat("already-hidden")
def a_comment_hidden_twice() -> Room:
    room, leaf, _ = hidden()
    return force(room, room.chair, acts.HideComment, comment=leaf, reason="No")


@cheat("already-erased")
def a_text_destroyed_twice() -> Room:
    room, _, blob = hidden()
    room.do(room.chair, acts.EraseBlob, blob=blob, reason="No")
    return force(room, room.chair, acts.EraseBlob, blob=blob, reason="No")
