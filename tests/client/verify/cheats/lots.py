"""Lots that must not be drawn, or not so."""

import hashlib
from typing import Any

import msgspec

from deliberation import acts, polls
from tests.client.verify.cheats.book import cheat, force, serve, voting
from tests.room import Room, choosing, motion
from voting.methods.approval import Approval
from voting.presets import preset

ROLLED = "3 6 1 1 5"


def marked(*marks: list[str], **changes: Any) -> tuple[Room, str]:
    """A live poll about a, b, c, d, of which two are chosen, with its result."""
    question = choosing("q1", Approval(2), visibility="live", **changes)
    room = Room(voters=len(marks), questions=[question, motion("q2")])
    room.ready()
    poll = room.open_poll()
    for voter, options in zip(room.voters, marks, strict=True):
        room.vote(voter, poll, options)
    room.close(poll)
    room.publish(poll)
    return room, poll


def tied(**changes: Any) -> tuple[Room, str]:
    """c is chosen, and one of a and d."""
    return marked(["a", "c"], ["c", "d"], ["a", "c", "d"], **changes)


def rolled(room: Room, poll: str) -> str:
    return room.do(room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)


def drawn() -> tuple[Room, str]:
    room, poll = tied()
    room.do(room.supervisor, acts.Cosign, target=rolled(room, poll))
    return room, poll


def draw(room: Room, poll: str) -> Room:
    return force(room, room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)


@cheat("unknown-poll")
def a_lot_in_no_poll() -> Room:
    room, _ = tied()
    return draw(room, "0" * 64)


@cheat("no-tie")
def a_lot_of_a_motion() -> Room:
    room, poll, _ = voting(visibility="live")
    return draw(room, poll)


@cheat("no-tie")
def a_lot_where_all_is_decided() -> Room:
    room, poll = marked(["a", "b"], ["a"])
    return draw(room, poll)


@cheat("no-tie")
def a_lot_where_the_rule_has_another_vote() -> Room:
    rule = msgspec.structs.replace(preset("hearing.advisory"), tie="revote")
    room, poll = tied(rule=rule)
    return draw(room, poll)


@cheat("no-tie")
def a_lot_of_a_void_poll() -> Room:
    room, poll = tied()
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="A stranger voted")
    room.do(room.supervisor, acts.Cosign, target=void)
    return draw(room, poll)


@cheat("no-tie")
def a_second_lot() -> Room:
    room, poll = drawn()
    room.publish(poll)
    return draw(room, poll)


@cheat("no-tie")
def a_second_roll_after_the_first_was_cosigned() -> Room:
    room, poll = tied()
    first, second = rolled(room, poll), rolled(room, poll)
    room.do(room.supervisor, acts.Cosign, target=first)
    return force(room, room.supervisor, acts.Cosign, target=second)


@cheat("supervisor-needed")
def a_lot_that_the_desk_cosigns() -> Room:
    room, poll = tied()
    return force(room, room.desk, acts.Cosign, target=rolled(room, poll))


@cheat("not-permitted")
def a_lot_by_the_supervisor() -> Room:
    room, poll = tied()
    return force(room, room.supervisor, acts.DrawLot, poll=poll, rolled=ROLLED)


@cheat("result-mismatch")
def a_result_by_another_lot() -> Room:
    """The false result is published, and stands in the bundle with the hash that was published."""
    room, poll = drawn()
    state = room.hearing.state.polls[poll]
    assert state.lot is not None
    honest, state.lot = state.lot, tuple(reversed(state.lot))
    false = polls.result_bytes(state)
    state.lot = honest
    serve(room, acts.PublishTally, poll=poll, result=hashlib.sha256(false).hexdigest())
    state.result, state.result_bytes = hashlib.sha256(false).hexdigest(), false
    return room
