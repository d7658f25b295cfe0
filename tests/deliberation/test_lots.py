"""The public lot: who may draw it, when, and what follows from what was rolled."""

import io
from typing import Any

import msgspec
import pytest

from ballots import entry
from ballots.bundle import read_from
from ballots.encoding import b64url, unb64url
from deliberation import acts
from deliberation.audit import audit
from deliberation.minutes import draft
from deliberation.view import public_view
from tests.deliberation.checks import refused, replay, snapshot
from tests.room import Room, choosing, motion
from voting import lot
from voting.methods.approval import Approval
from voting.questions import Question

ROLLED = "3 6 1 1 5"
MARKS = (["a", "c"], ["c", "d"], ["c", "a", "d"])
"""c has three votes; a and d have two each, and there are two seats."""


def asked(**changes: Any) -> Question:
    return choosing("q1", Approval(2), visibility="live", **changes)


def tied(question: Question | None = None) -> tuple[Room, str]:
    """A poll whose result, c and one of a and d, needs a lot."""
    room = Room(questions=[question or asked(), motion("q2", visibility="live")])
    room.ready()
    poll = room.open_poll()
    for voter, marks in zip(room.voters, MARKS, strict=True):
        room.vote(voter, poll, sorted(marks))
    room.close(poll)
    room.publish(poll)
    assert room.outcome(poll)["decision"] == "tied"
    return room, poll


def roll(room: Room, poll: str, rolled: str = ROLLED) -> str:
    return room.do(room.chair, acts.DrawLot, poll=poll, rolled=rolled)


def cosign(room: Room, target: str) -> str:
    return room.do(room.supervisor, acts.Cosign, target=target)


@pytest.mark.parametrize("visibility", ["live", "sealed"])
def test_a_lot_decides_and_the_result_is_published_anew(visibility: str) -> None:
    room, poll = tied(msgspec.structs.replace(asked(), visibility=visibility))
    first = room.outcome(poll)
    assert public_view(room.hearing.state).polls[0].tied == ("a", "d") == tuple(first["tied"])

    target = roll(room, poll)
    assert room.outcome(poll) == first  # one person's word is not enough
    waiting = public_view(room.hearing.state).pending[0]
    assert (waiting.kind, waiting.about, waiting.rolled) == ("lot.draw", poll, ROLLED)

    cosign(room, target)
    assert public_view(room.hearing.state).polls[0].result is None
    refused("poll-unpublished", room.do, room.chair, acts.Adjourn)
    room.publish(poll)
    result = room.outcome(poll)

    close = room.hearing.state.polls[poll].closed_seq
    assert close is not None
    seed = lot.seed(room.tree.root(close + 1), ROLLED)
    assert result["lot"] == list(lot.draw(seed, "abcd"))
    assert result["decision"] == "decided"
    assert result["chosen"] == ["c", min("ad", key=result["lot"].index)]
    shown = public_view(room.hearing.state).polls[0]
    assert shown.tied == ()
    assert shown.lot is not None
    assert (shown.lot.root, shown.lot.rolled) == (room.tree.root(close + 1).hex(), ROLLED)
    assert shown.lot.steps == lot.explain(seed, "abcd")

    room.do(room.chair, acts.Adjourn)
    assert draft(room.hearing.state).items[0].polls[0].rolled == ROLLED
    assert_clean(room)


def assert_clean(room: Room) -> None:
    """The audit finds nothing, and a replay of the record gives the same state."""
    assert found(room) == []
    again = type(room.hearing)(room.blobs.get, room.root_at)
    for act, place in replay(room):
        again.apply(act, place, None)
    assert snapshot(again) == snapshot(room.hearing)


def found(room: Room) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in audit(read_from(io.BytesIO(room.bundle()))).findings]


def test_a_chair_rolls_and_a_supervisor_saw_it() -> None:
    room, poll = tied()
    for person in (room.supervisor, room.desk, room.voters[0]):
        refused("not-permitted", room.do, person, acts.DrawLot, poll=poll, rolled=ROLLED)
    target = roll(room, poll)
    refused("supervisor-needed", room.do, room.desk, acts.Cosign, target=target)
    refused("same-officer", room.do, room.chair, acts.Cosign, target=target)
    cosign(room, target)


def test_there_is_no_lot_without_a_tie() -> None:
    room, poll = tied()
    refused("unknown-poll", room.do, room.chair, acts.DrawLot, poll="0" * 64, rolled=ROLLED)

    other = room.open_poll(1)
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=other, rolled=ROLLED)
    room.vote(room.voters[0], other, "for")
    room.close(other)
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=other, rolled=ROLLED)
    room.publish(other)
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=other, rolled=ROLLED)

    waiting = roll(room, poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="A stranger voted")
    cosign(room, void)
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)
    refused("no-tie", room.do, room.supervisor, acts.Cosign, target=waiting)
    assert public_view(room.hearing.state).pending == ()


def test_where_those_tied_are_voted_on_again_no_lot_decides() -> None:
    rule = msgspec.structs.replace(asked().rule, tie="revote")
    room, poll = tied(asked(rule=rule))
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)
    assert public_view(room.hearing.state).polls[0].tied == ()


def test_the_first_roll_that_is_cosigned_counts() -> None:
    room, poll = tied()
    mistyped, right = roll(room, poll, "3 6 7"), roll(room, poll)
    cosign(room, right)
    refused("no-tie", room.do, room.supervisor, acts.Cosign, target=mistyped)
    room.publish(poll)
    refused("no-tie", room.do, room.supervisor, acts.Cosign, target=mistyped)
    refused("no-tie", room.do, room.chair, acts.DrawLot, poll=poll, rolled=ROLLED)
    assert room.hearing.state.polls[poll].rolled == ROLLED
    room.do(room.chair, acts.Adjourn)
    assert_clean(room)


def test_a_tie_may_stay_undrawn() -> None:
    room, poll = tied()
    target = roll(room, poll)
    room.do(room.chair, acts.Adjourn)
    refused("hearing-adjourned", room.do, room.supervisor, acts.Cosign, target=target)
    record = draft(room.hearing.state).items[0].polls[0]
    assert record.rolled is None
    assert record.result is not None
    assert record.result.decision == "tied"
    assert_clean(room)


@pytest.mark.parametrize("rolled", ["", "3,6", "03", " 3", "3 ", "3  6", "-1", "３", "1 " * 50 + "1"])
def test_what_was_rolled_is_written_in_one_way(rolled: str) -> None:
    room, poll = tied()
    refused("malformed", room.do, room.chair, acts.DrawLot, poll=poll, rolled=rolled)


def test_the_longest_roll() -> None:
    room, poll = tied()
    roll(room, poll, "1 " * 49 + "22")


def test_a_lot_by_other_numbers_than_were_rolled_is_found() -> None:
    """The service publishes what would follow from numbers that suit it."""
    room, poll = tied()
    cosign(room, roll(room, poll))
    state = room.hearing.state.polls[poll]
    honest = state.lot
    assert honest is not None
    state.lot = tuple(reversed(honest))  # a service that cheats
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    assert {code for code, _ in found(room)} == {"act-refused", "no-result", "result-unknown", "unfinished"}


def test_other_numbers_in_the_record_are_found() -> None:
    """Nobody can write other numbers into what the chair has signed."""
    room, poll = tied()
    cosign(room, roll(room, poll))
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    [place] = [place for place, (act, _) in enumerate(replay(room)) if act.act == "lot.draw"]
    kept = entry.parse(room.entries[place])
    header, payload, signature = kept.jws.split(".")
    said = unb64url(payload, None).replace(ROLLED.encode(), b"6 6 6 6 6")
    assert said != unb64url(payload, None)
    forged = entry.Entry(kept.seq, kept.at, ".".join((header, b64url(said), signature))).raw
    room.entries[place] = forged
    assert {"bad-signature", "checkpoint-root"} <= {code for code, _ in found(room)}
