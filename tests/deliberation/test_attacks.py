"""Ways to cheat the fold that were found by trying; each is refused."""

import io
from datetime import timedelta

import msgspec
import pytest

from ballots.bundle import read_from, write
from ballots.encoding import b64url, utc
from ballots.judge import Aside
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from deliberation import acts, notice, polls
from deliberation.audit import Expectations, Report, audit
from deliberation.export import bundle_files
from tests.deliberation.checks import refused
from tests.room import Person, Room, finished, motion
from voting import rules


def test_deep_json_is_refused_and_does_not_crash() -> None:
    deep = b'{"act":"hearing.open","x":' + b"[" * 20000 + b"]" * 20000 + b"}"
    with pytest.raises(acts.ActError):
        acts.decode(deep)
    with pytest.raises(notice.BlobError):
        notice.decode(deep, notice.Roll)


def test_a_comment_cannot_stand_in_for_another_blob(room: Room) -> None:
    """Erasing the comment would take the other blob out of the record as well."""
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    double = polls.openings_blob(room.hearing.state.polls[poll], room.openings)
    act = room.act(acts.PostComment, item="gate", text=notice.name(double))
    refused("bad-comment", room.send, room.voters[0].device, act, Aside({notice.name(double): double}))


def test_a_comment_cannot_turn_the_direction_of_writing(room: Room) -> None:
    refused("bad-comment", room.comment, room.voters[0], "for \u202etsniaga")


def test_one_card_is_one_vote() -> None:
    twins = [Person("representative") for _ in range(3)]
    twins[1].token = twins[0].token
    room = Room(people=twins)
    room.convene()
    room.enrol(twins[0])
    refused("card-in-use", room.enrol, twins[1])


def test_a_chair_may_vote_with_the_same_card() -> None:
    room = Room()
    room.voters[0].token = room.chair.token
    room.convene()
    room.enrol(room.chair)
    room.enrol(room.voters[0])


def test_two_officers_are_two_cards() -> None:
    room = Room()
    room.supervisor.token = room.chair.token
    room.ready()
    poll = room.open_poll()
    close = room.close(poll)
    refused("same-officer", room.do, room.supervisor, acts.Cosign, target=close)
    room.publish(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="No")
    refused("same-officer", room.do, room.supervisor, acts.Cosign, target=void)


def test_nobody_cosigns_their_own_act(room: Room) -> None:
    poll = room.open_poll()
    close = room.close(poll)
    refused("same-officer", room.do, room.chair, acts.Cosign, target=close)


def test_an_officer_of_the_chairs_own_choice_is_no_second_signature(room: Room) -> None:
    helper = Person("desk")
    room.do(room.chair, acts.GrantRole, member=helper.member)
    room.enrol(helper)
    kid = room.voters[0].device.kid
    revoke = room.do(room.chair, acts.Revoke, device=kid, reason="Lost", reballot=True)
    refused("not-permitted", room.do, helper, acts.Cosign, target=revoke)
    room.do(room.desk, acts.Cosign, target=revoke)


def test_what_an_officer_left_waiting_ends_with_the_office(room: Room) -> None:
    kid = room.voters[0].device.kid
    second = Person("chair")
    room.send(room.root, room.act(acts.GrantRole, member=second.member))
    room.enrol(second)
    revoke = room.do(second, acts.Revoke, device=kid, reason="Lost", reballot=True)
    room.send(room.root, room.act(acts.EndRole, member=second.id, reason="A mistake"))
    refused("nothing-to-cosign", room.do, room.desk, acts.Cosign, target=revoke)


def test_a_device_that_ends_itself_may_let_its_ballot_stand(room: Room) -> None:
    voter = room.voters[0]
    poll = room.open_poll()
    ballot = room.vote(voter, poll, "for")
    room.do(voter, acts.Revoke, device=voter.device.kid, reason="Sold", reballot=False)
    voter.device = PrivateKey.generate()
    room.enrol(voter)
    refused("ballot-stands", room.vote, voter, poll, "against", replaces=ballot)


def test_a_poll_whose_time_has_come_is_not_voided_by_the_chair_alone(room: Room) -> None:
    poll = room.open_poll(closes=utc(room.clock + timedelta(minutes=1)))
    room.clock += timedelta(minutes=2)
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="I do not like it")
    assert room.hearing.state.polls[poll].void_reason is None


@pytest.mark.parametrize("closes", ["9999-99-99T99:99:99.999Z", "2027-02-30T08:00:00.000Z"])
def test_a_poll_ends_at_a_time_that_exists(room: Room, closes: str) -> None:
    refused("bad-time", room.open_poll, 0, closes)


def test_weights_stay_countable() -> None:
    people = [Person("representative", heads=1, area=2**52) for _ in range(3)]
    room = Room(people=people, questions=[motion(rule="owners.ordinary")])
    refused("bad-roll", room.convene)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"heads": 10**30}, dict[str, acts.Weight])


def test_the_openings_of_another_poll_are_refused_even_when_empty() -> None:
    room = Room(questions=[motion("q1"), motion("q2")])
    room.ready()
    one, two = room.open_poll(0), room.open_poll(1)
    room.close(one)
    room.close(two)
    other = polls.openings_blob(room.hearing.state.polls[two], {})
    with pytest.raises(Refused) as caught:
        room.serve(acts.RevealPoll, Aside({notice.name(other): other}), poll=one, openings=notice.name(other))
    assert caught.value.code == "openings-wrong"


def test_a_request_on_an_item_that_has_passed_does_not_silence_anybody(room: Room) -> None:
    room.do(room.voters[0], acts.RequestFloor, item="gate")
    room.do(room.chair, acts.CallItem, item="lift")
    room.do(room.voters[0], acts.RequestFloor, item="lift")


def test_a_comment_can_be_taken_down_after_the_end(room: Room) -> None:
    leaf = room.comment(room.voters[0], "His phone number is …")
    room.do(room.chair, acts.Adjourn)
    room.do(room.chair, acts.HideComment, comment=leaf, reason="A phone number")
    blob = room.hearing.state.comments[leaf].blob
    room.do(room.chair, acts.EraseBlob, blob=blob, reason="A phone number")


def test_a_meeting_opens_once(room: Room) -> None:
    refused("already-open", room.do, room.chair, acts.Open)


@pytest.mark.parametrize("reason", ["   ", "a\nb", "bell\a", "\u202eno"])
def test_reasons_are_a_line_that_can_be_read(room: Room, reason: str) -> None:
    act = room.act(acts.EndRole, member=room.desk.id, reason=reason)
    with pytest.raises(acts.ActError):
        acts.decode(acts.encode(act))


def test_a_phone_may_open_its_ballot_before_the_service_does(room: Room) -> None:
    poll = room.open_poll()
    leaf = room.vote(room.voters[0], poll, "for")
    mine = {"poll": poll, "ballot": leaf, "salt": b64url(room.openings[leaf].salt), "choice": "for"}
    refused("poll-not-closed", room.do, room.voters[0], acts.OpenBallot, **mine)
    room.close(poll)
    room.do(room.voters[0], acts.OpenBallot, **mine)
    room.reveal(poll, without=[leaf])
    room.publish(poll)
    assert room.outcome(poll)["unopened"] == 0


@pytest.mark.parametrize("tail", ["/rehearsal", "x", "/rehearsal/x"])
def test_an_origin_names_its_hearing_and_nothing_else(tail: str) -> None:
    room = Room()
    with pytest.raises(Refused) as caught:
        room.convene(origin=f"hall.example/h/{room.id}{tail}")
    assert caught.value.code in ("bad-origin", "malformed")
    refused("bad-origin", room.convene, origin="hall.example/h/000000000000")


def audited(room: Room, expected: Expectations | None = None, **files: bytes) -> Report:
    out = io.BytesIO()
    write(bundle_files(room.hearing.state, room.entries, room.note()) | files, out)
    return audit(read_from(out), expected)


def test_an_auditor_with_openings_sees_one_card_with_two_votes() -> None:
    room = finished()
    room.voters[1].token, room.voters[1].salt = room.voters[0].token, room.voters[0].salt
    found = audited(room, Expectations(openings=room.roll_openings()))
    assert {finding.code for finding in found.findings} == {"one-card-two-votes", "other-person"}


def test_files_that_nothing_checks_are_named() -> None:
    name = f"cvr/{'0' * 64}.json"
    found = audited(finished(), **{"secret/x.bel": b"x", name: b"{}"})
    assert [(finding.code, finding.where) for finding in found.findings] == [
        ("archive-unknown", "secret/x.bel"),
        ("bad-archive", "secret/x.bel:BELENIOS"),
        ("unknown-file", name),
    ]


def test_a_running_meeting_may_be_between_close_and_result(room: Room) -> None:
    room.close(room.open_poll())
    assert audited(room, Expectations(running=True)).findings == []
    assert {finding.code for finding in audited(room).findings} == {"unfinished", "no-result"}


def test_a_rule_of_ones_own_is_pointed_out() -> None:
    tenth = rules.Requirement("heads", "for", "gt", (1, 10), "present")
    own = msgspec.structs.replace(motion().rule, majority=(tenth,))
    room = Room(questions=[motion("q1", rule="urban.reps"), msgspec.structs.replace(motion("q2"), rule=own)])
    room.ready()
    assert audited(room, Expectations(running=True)).own_rules == ["q2"]
