"""What unruly people seldom meet by chance: two verifiers say it the same, and say what docs/spec.md says."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from ballots.encoding import b64url
from ballots.judge import Aside, Opening
from ballots.signing import PrivateKey
from deliberation import acts
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours, pack
from tests.room import Person, motion

pytestmark = pytest.mark.foreign

LIVE = motion(visibility="live")


def ready(voters: int = 3, **options: Any) -> Careless:
    room = Careless(voters, **options)
    room.ready()
    return room


def refused(foreign: Foreign, room: Careless, *expected: str) -> None:
    """Both refuse just these, and find nothing else in a record that goes on."""
    agree(foreign, room.bundle(), Brought(running=True), clean=not expected)
    found = ours(room.bundle(), Brought(running=True)) or set()
    assert sorted(why for code, _, why in found if code == "act-refused") == sorted(expected)


def new_phone(room: Careless, person: Person, consent: PrivateKey | None = None) -> None:
    person.device = PrivateKey.from_seed(room.entropy(32))
    room.enrol(person, consent=consent)


def named(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def test_one_person_in_two_roles_is_no_second_officer(foreign: Foreign) -> None:
    room = Careless(2)
    room.desk.token = room.chair.token
    room.ready()
    revoke = room.do(room.chair, acts.Revoke, device=room.voters[0].device.kid, reason="lost", reballot=False)
    room.do(room.desk, acts.Cosign, target=revoke)
    minutes = room.minutes("One.")
    room.do(room.desk, acts.Cosign, target=minutes)
    room.minutes("Two.")
    room.do(room.supervisor, acts.Cosign, target=minutes)
    refused(foreign, room, "act.cosign: same-officer", "act.cosign: same-officer")


@pytest.mark.parametrize("reballot", [False, True])
def test_a_ballot_stands_after_its_phone_was_revoked(foreign: Foreign, reballot: bool) -> None:
    room = ready(questions=[LIVE])
    poll = room.open_poll()
    for person, voted in zip(room.voters[:2], (True, False), strict=True):
        first = room.vote(person, poll, "for") if voted else None
        room.do(person, acts.Revoke, device=person.device.kid, reason="sold", reballot=reballot)
        new_phone(room, person)
        second = room.vote(person, poll, "against", replaces=first)
        if not voted:
            room.vote(person, poll, "abstain", replaces=second)
    refused(foreign, room, *([] if reballot else ["ballot.cast: ballot-stands"]))


def test_an_exchanged_phone_cannot_be_revoked_any_more(foreign: Foreign) -> None:
    room = ready(questions=[LIVE])
    poll, person = room.open_poll(), room.voters[0]
    first = room.vote(person, poll, "for")
    revoke = room.do(room.chair, acts.Revoke, device=person.device.kid, reason="lost", reballot=False)
    new_phone(room, person, consent=person.device)
    room.do(room.desk, acts.Cosign, target=revoke)
    room.vote(person, poll, "against", replaces=first)
    refused(foreign, room)


def test_a_poll_is_due_at_the_very_moment(foreign: Foreign) -> None:
    room = ready(questions=[LIVE])
    end = (room.clock + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    poll = room.open_poll(closes=end)
    room.serve(acts.ClosePoll, poll=poll)
    room.clock += timedelta(seconds=3)
    room.vote(room.voters[0], poll, "for")
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    room.close(poll)
    expected = ["poll.close: not-yet-due", "ballot.cast: poll-closed", "poll.close: poll-closed"]
    refused(foreign, room, *expected)


def test_what_an_officer_left_waiting_is_dropped(foreign: Foreign) -> None:
    room = ready()
    revoke = room.do(room.desk, acts.Revoke, device=room.voters[0].device.kid, reason="lost", reballot=False)
    room.do(room.chair, acts.EndRole, member=room.desk.id, reason="ill")
    room.do(room.supervisor, acts.Cosign, target=revoke)
    refused(foreign, room, "act.cosign: nothing-to-cosign")


def test_what_waits_when_the_hearing_is_adjourned_waits_for_ever(foreign: Foreign) -> None:
    room = ready()
    revoke = room.do(room.desk, acts.Revoke, device=room.voters[0].device.kid, reason="lost", reballot=False)
    over = room.do(room.chair, acts.Adjourn)
    room.do(room.supervisor, acts.Cosign, target=revoke)
    room.do(room.supervisor, acts.Cosign, target=over)
    refused(foreign, room, "act.cosign: hearing-adjourned")


def test_amendments_that_wait_are_checked_again(foreign: Foreign) -> None:
    people = [Person("representative", heads=1, area=2**53 - 3)]
    room = ready(people=people)
    first, second = (Person("representative", heads=1, area=area) for area in (2, 1))
    waiting = [
        room.do(room.chair, acts.AmendRoll, add=[one.member], remove=[], reason="omitted")
        for one in (first, second, first, Person("representative", heads=1, area=3))
    ]
    for amend in waiting:
        room.do(room.supervisor, acts.Cosign, target=amend)
    expected = ["roll.amend: bad-roll", "act.cosign: bad-roll", "act.cosign: already-on-roll"]
    refused(foreign, room, *expected, "act.cosign: nothing-to-cosign")


def test_an_amendment_names_everybody_once(foreign: Foreign) -> None:
    room = ready()
    new, old = Person("representative").member, room.voters[0].id
    for add, remove in (
        ([new, new], []),
        ([], [old, old]),
        ([new], [new.id]),
        ([], [room.chair.id]),
        ([], []),
    ):
        room.do(room.chair, acts.AmendRoll, add=add, remove=remove, reason="omitted")
    codes = ["already-on-roll", *["not-on-roll"] * 3, "nothing-to-amend"]
    refused(foreign, room, *[f"roll.amend: {code}" for code in codes])


def test_the_floor_is_for_the_item_under_discussion(foreign: Foreign) -> None:
    room = ready()
    speech = room.do(room.voters[0], acts.RequestFloor, item="gate")
    room.do(room.chair, acts.CallItem, item="lift")
    room.do(room.chair, acts.GiveFloor, request=speech, seconds=60)
    room.do(room.voters[1], acts.WithdrawFloor, request=speech)
    refused(foreign, room, "floor.give: not-waiting", "floor.withdraw: not-permitted")


def test_openings_in_their_order(foreign: Foreign) -> None:
    room = ready()
    poll = room.open_poll()
    one = room.vote(room.voters[0], poll, "for")
    two = room.vote(room.voters[1], poll, "against")
    three = room.vote(room.voters[0], poll, "abstain", replaces=one)
    room.close(poll)
    said = {leaf: json.loads(room.openings[leaf].choice) for leaf in (one, two, three)}
    blobs = {}
    for order, last in (
        ((three, two), ""),
        ((one, two), ""),
        ((two, two), ""),
        ((two,), "for"),
        ((two, three), ""),
    ):
        opened = [
            {"ballot": leaf, "salt": b64url(room.openings[leaf].salt), "choice": last or said[leaf]}
            for leaf in order
        ]
        raw = json.dumps({"v": 1, "poll": poll, "openings": opened}, separators=(",", ":")).encode()
        blobs[f"blobs/{named(raw)}"] = raw
        room.serve(acts.RevealPoll, Aside({named(raw): raw}), poll=poll, openings=named(raw))
    agree(foreign, pack(files(room.bundle()) | blobs), Brought(running=True))
    found = ours(pack(files(room.bundle()) | blobs), Brought(running=True)) or set()
    whys = [why for _, _, why in found if why]
    assert sorted(whys) == ["poll.reveal: commitment-mismatch", *["poll.reveal: openings-wrong"] * 3]


def test_a_ballot_that_its_voter_opens(foreign: Foreign) -> None:
    room = ready()
    poll = room.open_poll()
    good = room.vote(room.voters[0], poll, "for")
    odd = Opening(bytes(32), b'"maybe"')
    cast = room.do(room.voters[1], acts.CastBallot, poll=poll, replaces=None, commitment=odd.commitment)
    room.close(poll)
    mine = {"poll": poll, "ballot": good, "salt": b64url(room.openings[good].salt), "choice": "for"}
    room.do(room.voters[1], acts.OpenBallot, **mine)
    room.do(room.voters[0], acts.OpenBallot, **mine | {"choice": "against"})
    room.do(room.voters[0], acts.OpenBallot, **mine)
    room.do(room.voters[0], acts.OpenBallot, **mine)
    room.do(room.voters[1], acts.OpenBallot, poll=poll, ballot=cast, salt=b64url(odd.salt), choice="maybe")
    codes = ["unknown-ballot", "commitment-mismatch", "already-revealed", "invalid-choice"]
    refused(foreign, room, *[f"ballot.open: {code}" for code in codes])


def test_adjourning_before_a_void_poll_has_its_result(foreign: Foreign) -> None:
    room = ready()
    poll = room.open_poll()
    room.close(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    room.do(room.chair, acts.Adjourn)
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    refused(foreign, room, "hearing.adjourn: poll-unpublished")


def test_a_card_that_was_a_phone(foreign: Foreign) -> None:
    people = [Person("representative") for _ in range(2)]
    people[0].device = people[1].token
    room = Careless(people=people)
    room.convene()
    room.enrol(people[0])
    room.do(people[0], acts.Revoke, device=people[0].device.kid, reason="lost", reballot=True)
    people[1].device, own = people[1].token, people[1].device
    room.enrol(people[1])
    people[1].device = own
    room.enrol(people[1])
    room.enrol(people[0])
    refused(foreign, room, "device.enrol: key-in-use", "device.enrol: key-in-use")
