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


def test_changes_of_roll_officers_and_phones_are_told_with_who_signed_and_why() -> None:
    room = Room()
    room.ready()
    ann, desk, gone = room.person("representative"), room.person("desk"), room.voters[0]
    amended = room.do(
        room.chair, acts.AmendRoll, add=[ann.member], remove=[gone.id, room.voters[1].id], reason="Moved"
    )
    assert draft(room.hearing.state).changes == ()  # it waits
    room.do(room.supervisor, acts.Cosign, target=amended)
    room.do(room.chair, acts.GrantRole, member=desk.member)
    room.do(room.chair, acts.EndRole, member=desk.id, reason="Ill")
    lost = room.voters[2]
    for key, officer in ((lost.device.kid, room.desk), (lost.device.kid, room.chair)):
        leaf = room.do(officer, acts.Revoke, device=key, reason="Lost", reballot=False)
    room.do(room.supervisor, acts.Cosign, target=leaf)
    told = draft(room.hearing.state).changes
    assert [(one.kind, one.reason, one.before, one.due) for one in told] == [
        ("roll.amend", "Moved", 3, 2),
        ("role.grant", "", 2, 2),
        ("role.end", "Ill", 2, 2),
        ("device.revoke", "Lost", 2, 2),
    ]
    assert [[one.member for one in change.by] for change in told] == [
        [room.chair.id, room.supervisor.id],
        [room.chair.id],
        [room.chair.id],
        [room.chair.id, room.supervisor.id],
    ]
    assert [(one.role, one.member) for one in told[0].added] == [("representative", ann.id)]
    assert [one.member for one in told[0].removed] == [gone.id, room.voters[1].id]
    assert [(one.role, one.member) for one in told[1].added] == [("desk", desk.id)]
    assert told[2].removed == told[1].added
    assert told[3].phone is not None
    assert told[3].phone.member == lost.id


def test_what_the_root_key_changes_is_told_as_its_own() -> None:
    room = Room()
    room.ready()
    second = room.person("supervisor")
    room.send(room.root, room.act(acts.GrantRole, member=second.member))
    (told,) = draft(room.hearing.state).changes
    assert [(one.role, one.member) for one in told.by] == [("root", "")]


def test_who_ends_their_own_phone_is_no_matter_for_the_minutes() -> None:
    room = Room()
    room.ready()
    own = room.voters[0]
    room.do(own, acts.Revoke, device=own.device.kid, reason="Sold", reballot=False)
    assert draft(room.hearing.state).changes == ()
