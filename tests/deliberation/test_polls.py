"""Polls: who may vote, which ballot counts, what a close, a reveal and a tally need."""

from datetime import timedelta

import pytest

from ballots.encoding import b64url, utc
from ballots.judge import Aside, Opening
from ballots.refusal import Refused
from deliberation import acts, polls
from deliberation.member_view import member_view
from deliberation.view import public_view
from tests.deliberation.checks import refused
from tests.room import Room, motion


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
        ("opening-missing", opening.commitment, None),
        ("commitment-mismatch", b64url(b"0" * 32), opening),
        ("invalid-choice", Opening(b"s" * 32, b'"maybe"').commitment, Opening(b"s" * 32, b'"maybe"')),
        ("invalid-choice", Opening(b"s" * 32, b' "for"').commitment, Opening(b"s" * 32, b' "for"')),
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


def test_nothing_before_open_or_after_close(room: Room) -> None:
    poll = room.open_poll()
    room.close(poll)
    refused("poll-closed", room.vote, room.voters[0], poll, "for")
    refused("poll-closed", room.close, poll)
    refused(
        "unknown-poll", room.do, room.voters[0], acts.CastBallot, poll="0" * 64, replaces=None, choice="for"
    )
    refused("already-polled", room.open_poll)


def test_a_result_by_constituency_goes_by_the_units_of_the_roll() -> None:
    room = Room(voters=4, questions=[motion(breakdown="unit")])
    for voter, unit in zip(room.voters, ("东区", "", "东区", "西区"), strict=True):
        voter.unit = unit
    room.ready()
    poll = room.open_poll()
    for voter, choice in zip(room.voters[:3], ("for", "against", "abstain"), strict=True):
        room.vote(voter, poll, choice)
    room.close(poll)
    room.publish(poll)
    groups = room.outcome(poll)["units"]["groups"]
    assert [(group["units"], group["ballots"]) for group in groups] == [([""], 1), (["东区"], 2)]
    assert [[part["total"]["heads"] for part in group["options"]] for group in groups] == [
        [0, 1, 0],
        [1, 0, 1],
    ]
