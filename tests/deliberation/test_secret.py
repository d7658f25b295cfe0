"""Secret polls in the fold: who may do what when, and a whole meeting from keys to result."""

import hashlib
from pathlib import Path

import pytest

from ballots.bundle import read
from ballots.refusal import Refused
from ballots.secret import ballot
from deliberation import acts
from deliberation.audit import Expectations, audit
from deliberation.minutes import Participant, draft
from deliberation.notice import KeyHolders
from deliberation.view import public_view
from tests.secret_refusals import MEETINGS
from tests.secret_room import SecretRoom, appraisal


def test_a_meeting_votes_in_secret_and_two_of_three_holders_open_it(tmp_path: Path) -> None:
    room = SecretRoom()
    poll = room.opened()
    choices = ["for", "for", "against", "for", "abstain", "for"]
    ballots = [room.ballot(person, poll, choice) for person, choice in zip(room.voters, choices, strict=True)]
    room.batch(poll, *ballots[:5])
    room.batch(poll, ballots[5])
    room.close(poll)
    room.decrypt(room.holders[2], poll)
    room.decrypt(room.holders[0], poll)
    room.publish(poll)
    outcome = room.outcome(poll)
    assert outcome["decision"] == "passed"
    assert [option["total"]["heads"] for option in outcome["options"]] == [4, 1, 1]
    assert outcome["issued"] == 6
    path = tmp_path / "record.zip"
    path.write_bytes(room.bundle())
    bundle = read(path)
    assert hashlib.sha256(bundle.files[f"secret/{poll}.bel"]).hexdigest() == outcome["archive"]
    assert audit(bundle, Expectations(running=True)).findings == []


def test_an_appraisal_counts_every_grade() -> None:
    room = SecretRoom(questions=[appraisal()])
    poll = room.opened()
    grades = [{"wang": 3, "li": 0}, {"wang": 2}, {"wang": 3, "li": 1}, {"li": 0}, {"wang": 0, "li": 0}]
    room.batch(poll, *[room.ballot(*pair) for pair in zip(room.voters, [poll] * 5, grades, strict=False)])
    room.close(poll)
    for holder in room.holders[:2]:
        room.decrypt(holder, poll)
    room.publish(poll)
    steps = room.outcome(poll)["steps"]["options"]
    assert [(one["id"], one["counts"], one["blank"]) for one in steps] == [
        ("wang", [1, 0, 1, 2], 1),
        ("li", [3, 1, 0, 0], 1),
    ]


def test_a_ballot_that_cannot_be_summed_does_not_get_in() -> None:
    """Its proofs are looked at elsewhere, but the sum must not stumble over it."""
    room = SecretRoom()
    poll = room.opened()
    mine = next(iter(room.codes.values()))
    for word, other in ((b'"alpha":"', b'"alpha":"x'), (b'"answers":[{', b'"answers":[],"a":[{')):
        raw = room.ballot(room.voters[0], poll, "for").replace(word, other, 1)
        body = raw[: raw.rindex(b',"signature":')] + b"}"
        if b'"a":' in body:
            body = body[: body.index(b',"a":')] + b"}"
        with pytest.raises(Refused, match="bad-secret-ballot"):
            room.batch(poll, ballot.sign(body, mine.secret))


def test_everybody_sees_whose_keys_wait_for_a_supervisor_and_the_minutes_tell_of_them_then() -> None:
    room = SecretRoom()
    room.ready()
    people = (room.desk.id, room.voters[0].id, room.chair.id)
    asked = room.do(room.chair, acts.RestartKeys, holders=people, threshold=3, reason="A lost phone")
    (waits,) = public_view(room.hearing.state).pending
    assert (waits.leaf, waits.kind, waits.added, waits.threshold) == (asked, "key.restart", people, 3)
    assert not waits.removed
    assert draft(room.hearing.state).changes == ()
    room.do(room.supervisor, acts.Cosign, target=asked)
    seen = public_view(room.hearing.state)
    assert seen.pending == ()
    assert seen.keys is not None
    assert tuple(holder.member for holder in seen.keys.holders) == people
    (told,) = seen.keys.anew
    by = room.chair.id, room.supervisor.id
    assert (told.by, told.holders, told.threshold, told.reason) == (by, people, 3, "A lost phone")
    (change,) = draft(room.hearing.state).changes
    assert (change.kind, change.at, change.reason) == ("key.restart", room.hearing.state.at, "A lost phone")
    assert change.by == (Participant("chair", by[0]), Participant("supervisor", by[1]))
    assert change.keys == KeyHolders(people, 3)


@pytest.mark.parametrize("name", MEETINGS)
def test_what_the_rules_refuse_leaves_all_as_it_was(name: str) -> None:
    made, meeting = MEETINGS[name]
    room = made()
    for attempt in meeting(room):
        before = repr(room.hearing.state)
        with pytest.raises(Refused, match=f"^{attempt.code}"):
            room.send(attempt.key, attempt.act, attempt.aside)
        assert repr(room.hearing.state) == before
