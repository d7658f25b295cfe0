"""Polls and ballots."""

import hashlib
from datetime import timedelta

import msgspec

from ballots.encoding import b64url, utc
from ballots.judge import Opening
from ballots.signing import PrivateKey
from deliberation import acts, notice, polls
from tests.client.verify.cheats.book import (
    asked,
    ballot,
    cheat,
    closed,
    force,
    ready,
    serve,
    voting,
)
from tests.client.verify.meetings import Cheat
from tests.room import Room


@cheat("superseded")
def a_second_ballot() -> Room:
    room, poll, _ = voting()
    return ballot(room, poll, 0)


@cheat("superseded")
def a_ballot_that_was_held_back() -> Room:
    room, poll, first = voting()
    room.vote(room.voters[0], poll, "against", replaces=first)
    return ballot(room, poll, 0, replaces=first)


@cheat("poll-closed")
def a_ballot_after_the_close() -> Room:
    room, poll, _ = voting()
    room.close(poll)
    return ballot(room, poll)


@cheat("poll-closed")
def a_ballot_after_the_time() -> Room:
    room = ready()
    poll = room.open_poll(closes=utc(room.clock + timedelta(minutes=1)))
    room.clock += timedelta(minutes=1)
    return ballot(room, poll)


@cheat("not-present-at-opening")
def a_ballot_of_a_latecomer() -> Room:
    room = ready(present=2)
    poll = room.open_poll()
    room.come_in(room.voters[2])
    return ballot(room, poll, 2)


@cheat("ballot-final")
def a_ballot_that_was_final() -> Room:
    room, poll, first = voting(change="none")
    return ballot(room, poll, 0, replaces=first)


@cheat("ballot-stands")
def a_ballot_that_stands() -> Room:
    room, poll, first = voting()
    voter = room.voters[0]
    revoke = room.do(room.desk, acts.Revoke, device=voter.device.kid, reason="Lost", reballot=False)
    room.do(room.supervisor, acts.Cosign, target=revoke)
    voter.device = PrivateKey.generate()
    room.enrol(voter)
    return ballot(room, poll, 0, replaces=first)


@cheat("wrong-ballot-form")
def an_open_ballot_in_a_sealed_poll() -> Room:
    room, poll, _ = voting()
    return ballot(room, poll, commitment="left out", choice="for")


@cheat("invalid-choice")
def a_choice_that_is_no_option() -> Room:
    room, poll, _ = voting(visibility="live")
    return ballot(room, poll, commitment="left out", choice="maybe")


@cheat("unknown-poll")
def a_ballot_in_no_poll() -> Room:
    room, _, first = voting()
    return ballot(room, first)


@cheat("item-not-called")
def a_poll_on_another_item() -> Room:
    room = ready()
    room.do(room.chair, acts.CallItem, item="lift")
    return force(room, room.chair, acts.OpenPoll, **asked(room))


@cheat("unknown-question")
def a_question_that_was_not_announced() -> Room:
    room = ready()
    return force(room, room.chair, acts.OpenPoll, **(asked(room) | {"question": "0" * 64}))


@cheat("already-polled")
def a_question_twice() -> Room:
    room, _, _ = voting()
    return force(room, room.chair, acts.OpenPoll, **asked(room))


@cheat("closes-in-the-past")
def a_poll_that_is_over_at_once() -> Room:
    room = ready()
    return force(room, room.chair, acts.OpenPoll, **(asked(room) | {"closes": utc(room.clock)}))


@cheat("bad-time")
def a_poll_that_never_ends() -> Room:
    room = ready()
    return force(room, room.chair, acts.OpenPoll, **(asked(room) | {"closes": "2027-02-30T08:00:00.000Z"}))


@cheat("quorum-missing")
def a_poll_without_a_quorum() -> Room:
    room = ready(present=1)
    return force(room, room.chair, acts.OpenPoll, **asked(room))


@cheat("not-yet-due")
def a_service_that_closes() -> Room:
    room, poll, _ = voting()
    return serve(room, acts.ClosePoll, poll=poll)


@cheat("poll-closed")
def a_close_twice() -> Room:
    room, poll, _ = voting()
    room.close(poll)
    return force(room, room.chair, acts.ClosePoll, poll=poll)


def reveal(room: Room, poll: str, openings: dict[str, Opening], about: str | None = None) -> Room:
    state = room.hearing.state.polls[about or poll]
    raw = polls.openings_blob(state, openings)
    room.blobs[notice.name(raw)] = raw
    room.hearing.state.blob_names.add(notice.name(raw))
    return serve(room, acts.RevealPoll, poll=poll, openings=notice.name(raw))


@cheat("poll-not-closed")
def a_reveal_before_the_close() -> Room:
    room, poll, _ = voting()
    return reveal(room, poll, room.openings)


@cheat("already-revealed")
def a_reveal_twice() -> Room:
    room, poll, _ = closed()
    room.reveal(poll)
    return reveal(room, poll, room.openings)


@cheat("not-sealed")
def a_reveal_of_a_live_poll() -> Room:
    room, poll, _ = closed(visibility="live")
    return reveal(room, poll, {})


@cheat("openings-wrong")
def the_openings_of_another_poll() -> Room:
    room, poll, _ = closed()
    other = room.open_poll(1)
    return reveal(room, poll, {}, about=other)


@cheat("commitment-mismatch")
def another_opening_than_was_sealed() -> Room:
    room, poll, leaf = closed()
    return reveal(room, poll, {leaf: Opening(bytes(32), b'"against"')})


@cheat("invalid-choice")
def an_opening_that_says_nothing_valid() -> Room:
    room = ready()
    poll = room.open_poll()
    opening = Opening(bytes(32), b'"maybe"')
    Cheat(room).do(room.voters[0], acts.CastBallot, poll=poll, replaces=None, commitment=opening.commitment)
    force(room, room.chair, acts.ClosePoll, poll=poll)
    leaf = room.tree.leaf(room.tree.size - 2).hex()
    raw = msgspec.json.encode(notice.Openings(1, poll, (notice.Opened(leaf, b64url(bytes(32)), "maybe"),)))
    room.blobs[notice.name(raw)] = raw
    room.hearing.state.blob_names.add(notice.name(raw))
    return serve(room, acts.RevealPoll, poll=poll, openings=notice.name(raw))


def own_opening(room: Room, poll: str, leaf: str, voter: int = 0, **changes: object) -> Room:
    opening = room.openings[leaf]
    said = {
        "poll": poll,
        "ballot": leaf,
        "salt": b64url(opening.salt),
        "choice": msgspec.json.decode(opening.choice),
    }
    return force(room, room.voters[voter], acts.OpenBallot, **(said | changes))


@cheat("poll-not-closed")
def a_ballot_opened_too_early() -> Room:
    room, poll, leaf = voting()
    return own_opening(room, poll, leaf)


@cheat("unknown-ballot")
def the_ballot_of_another() -> Room:
    room, poll, leaf = closed()
    return own_opening(room, poll, leaf, voter=1)


@cheat("already-revealed")
def a_ballot_opened_twice() -> Room:
    room, poll, leaf = closed()
    room.reveal(poll)
    return own_opening(room, poll, leaf)


@cheat("commitment-mismatch")
def a_ballot_opened_as_another() -> Room:
    room, poll, leaf = closed()
    return own_opening(room, poll, leaf, choice="against")


@cheat("poll-not-revealed")
def a_tally_of_sealed_ballots() -> Room:
    room, poll, _ = closed()
    return serve(room, acts.PublishTally, poll=poll, result="0" * 64)


@cheat("poll-not-closed")
def a_tally_before_the_close() -> Room:
    room, poll, _ = voting(visibility="live")
    return serve(room, acts.PublishTally, poll=poll, result="0" * 64)


@cheat("result-mismatch")
def a_false_tally() -> Room:
    """The false result is published, and stands in the bundle with the hash that was published."""
    room, poll, _ = closed()
    room.reveal(poll)
    state = room.hearing.state.polls[poll]
    false = polls.result_bytes(state).replace(b'"decision":"rejected"', b'"decision":"passed"')
    assert false != polls.result_bytes(state)
    serve(room, acts.PublishTally, poll=poll, result=hashlib.sha256(false).hexdigest())
    state.result, state.result_bytes = hashlib.sha256(false).hexdigest(), false
    return room


@cheat("already-void")
def a_poll_voided_twice() -> Room:
    room, poll, _ = voting()
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="Once")
    return force(room, room.chair, acts.VoidPoll, poll=poll, reason="Twice")


@cheat("already-published")
def a_tally_twice() -> Room:
    room, poll, _ = closed()
    room.publish(poll)
    return serve(room, acts.PublishTally, poll=poll, result=room.hearing.state.polls[poll].result)
