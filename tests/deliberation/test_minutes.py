"""The minutes say what the record says, and no more."""

from deliberation import acts
from deliberation.minutes import draft
from tests.room import Room, finished


def test_minutes_of_a_finished_meeting() -> None:
    room = finished()
    minutes = draft(room.hearing.state)
    gate, lift = minutes.items
    assert (minutes.eligible, len(minutes.attended), minutes.chairs) == (3, 3, (room.chair.id,))
    assert minutes.remarks == "Nothing to add."
    assert (gate.called, lift.called) == (True, False)
    assert [room.blobs[comment.text][32:].decode() for comment in gate.comments] == ["Mind the fire lane."]
    (poll,) = gate.polls
    assert poll.result is not None
    assert poll.result.decision == "passed"


def test_hidden_comments_are_counted_and_not_shown() -> None:
    room = Room()
    room.ready()
    leaf = room.comment(room.voters[0], "His phone number is …")
    room.do(room.chair, acts.HideComment, comment=leaf, reason="A phone number")
    (gate, _) = draft(room.hearing.state).items
    assert (gate.comments, gate.hidden) == ((), 1)


def test_a_void_poll_stays_in_the_minutes() -> None:
    room = Room()
    room.ready()
    poll = room.open_poll()
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="Wrong item")
    (gate, _) = draft(room.hearing.state).items
    assert (gate.polls[0].void_reason, gate.polls[0].result) == ("Wrong item", None)


def test_who_left_has_attended() -> None:
    room = Room()
    room.ready()
    room.do(room.desk, acts.GoOut, member=room.voters[0].id)
    assert room.voters[0].id in draft(room.hearing.state).attended
