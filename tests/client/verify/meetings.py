"""Meetings of all sorts, for two verifiers to agree on: honest ones, and those of a service that cheats."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.encoding import b64url, utc
from ballots.entry import Entry, parse
from ballots.merkle import Tree, leaf_hash
from ballots.signing import PrivateKey, sign_act
from deliberation import acts
from tests.room import Person, Room, choosing, finished, motion
from voting.methods.approval import Approval


def owner(area: int) -> Person:
    return Person("representative", heads=1, area=area)


def plain() -> Room:
    return finished()


def running() -> Room:
    room = Room()
    room.ready()
    room.vote(room.voters[0], room.open_poll(), "for")
    return room


def closed_without_result() -> Room:
    room = Room()
    room.ready()
    room.close(room.open_poll())
    return room


def every_rule() -> Room:
    """Live and sealed, by heads and by area, passed and rejected, with a latecomer and one who leaves."""
    questions = [
        motion("q1", visibility="live"),
        motion("q2", "urban.assembly"),
        motion("q3", "household.decision", change="none"),
        motion("q4", "owners.ordinary"),
        motion("q5", "owners.ordinary", visibility="live"),
    ]
    people = [owner(area) for area in (6667, 10000, 3333, 50001, 29999)]
    room = Room(questions=questions, people=people)
    room.ready(present=4)
    a, b, c, d, late = people
    ballots = ((a, "for"), (b, "against"), (c, "abstain"), (d, "for"))
    for number in range(5):
        poll = room.open_poll(number)
        if number == 0:
            room.come_in(late)
            room.do(a, acts.GoOut, member=a.id)
        for person, choice in ballots[: 5 - number]:
            if person.id in room.hearing.state.polls[poll].electorate:
                room.vote(person, poll, choice)
        room.close(poll)
        room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def timed() -> Room:
    room = Room(questions=[motion("q1"), motion("q2")])
    room.ready()
    poll = room.open_poll(0, closes=utc(room.clock + timedelta(minutes=5)))
    room.vote(room.voters[0], poll, "for")
    room.clock += timedelta(minutes=5)
    room.serve(acts.ClosePoll, poll=poll)
    room.publish(poll)
    early = room.open_poll(1, closes=utc(room.clock + timedelta(minutes=5)))
    for voter in room.voters:
        room.vote(voter, early, "against")
    room.close(early)
    room.publish(early)
    room.do(room.chair, acts.Adjourn)
    return room


def lost_and_found_openings() -> Room:
    """The service loses two openings; one voter's phone brings its own."""
    room = Room()
    room.ready()
    poll = room.open_poll()
    one, two, _ = (room.vote(voter, poll, "for") for voter in room.voters)
    room.close(poll)
    room.reveal(poll, without=[one, two])
    opening = room.openings[one]
    room.do(
        room.voters[0],
        acts.OpenBallot,
        poll=poll,
        ballot=one,
        salt=b64url(opening.salt),
        choice=msgspec.json.decode(opening.choice),
    )
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def voided() -> Room:
    """Void while open, void after its result, void before its result."""
    room = Room(questions=[motion("q1"), motion("q2")])
    room.ready()
    poll = room.open_poll(0)
    room.vote(room.voters[0], poll, "for")
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="Read out wrongly")
    poll = room.open_poll(0)
    room.vote(room.voters[1], poll, "against")
    room.close(poll)
    room.publish(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="A stranger was in the hall")
    room.do(room.supervisor, acts.Cosign, target=void)
    poll = room.open_poll(1)
    room.close(poll)
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="Wrong question")
    room.do(room.supervisor, acts.Cosign, target=void)
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def changing_people() -> Room:
    """Devices handed over, lost and revoked; officers who come and go; a corrected roll; cosigned acts."""
    room = Room(voters=4, questions=[motion("q1"), motion("q2")])
    room.convene()
    for person in (room.chair, room.supervisor, room.desk, *room.voters):
        room.enrol(person)
    late = Person("representative")
    amend = room.do(room.chair, acts.AmendRoll, add=[late.member], remove=[room.voters[3].id], reason="Moved")
    room.do(room.supervisor, acts.Cosign, target=amend)
    room.enrol(late)
    opened = room.do(room.chair, acts.Open)
    room.do(room.supervisor, acts.Cosign, target=opened)
    helper = Person("desk")
    room.do(room.chair, acts.GrantRole, member=helper.member)
    room.enrol(helper)
    voters = [*room.voters[:3], late]
    for person in voters:
        room.do(helper, acts.ComeIn, member=person.id, code=None)
    room.do(room.chair, acts.EndRole, member=helper.id, reason="Shift over")
    room.do(room.chair, acts.CallItem, item="gate")
    poll = room.open_poll(0)
    handed, stands, again, _ = voters
    first = {person.id: room.vote(person, poll, "for") for person in voters}
    old, handed.device = handed.device, PrivateKey.generate()
    room.enrol(handed, consent=old)
    room.vote(handed, poll, "against", replaces=first[handed.id])
    for person, reballot in ((stands, False), (again, True)):
        kid = person.device.kid
        act = room.do(room.desk, acts.Revoke, device=kid, reason="Lost", reballot=reballot)
        room.do(room.supervisor, acts.Cosign, target=act)
        person.device = PrivateKey.generate()
        room.enrol(person)
    room.vote(again, poll, "abstain", replaces=first[again.id])
    room.do(again, acts.Revoke, device=again.device.kid, reason="Sold", reballot=False)
    room.close(poll)
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def talk() -> Room:
    """Comments, one of them erased; speakers; minutes twice."""
    room = Room()
    room.ready()
    leaf = room.comment(room.voters[0], "Call me at …")
    room.comment(room.voters[1], "防火通道要留出来")
    blob = room.hearing.state.comments[leaf].blob
    room.do(room.chair, acts.HideComment, comment=leaf, reason="A telephone number 电话")
    asked = room.do(room.voters[2], acts.RequestFloor, item="gate")
    room.do(room.chair, acts.GiveFloor, request=asked, seconds=60)
    room.do(room.voters[2], acts.EndFloor, request=asked)
    room.minutes("First draft.")
    room.minutes("Second 草稿 “draft”\n\u2028\u007f")
    room.do(room.chair, acts.Adjourn)
    room.do(room.supervisor, acts.EraseBlob, blob=blob, reason="Personal data")
    return room


def lots() -> Room:
    """Two ties: for one a lot is drawn at the second try, the other is left as it is."""
    questions = [
        choosing(name, Approval(1), visibility=how) for name, how in (("q1", "sealed"), ("q2", "live"))
    ]
    room = Room(questions=questions)
    room.ready()
    for number in range(2):
        poll = room.open_poll(number)
        for voter, marks in zip(room.voters, (["a", "b"], ["b", "d"], ["d"]), strict=True):
            room.vote(voter, poll, marks)
        room.close(poll)
        room.publish(poll)
        mistyped = room.do(room.chair, acts.DrawLot, poll=poll, rolled="3 6 7")
        if number == 0:
            roll = room.do(room.chair, acts.DrawLot, poll=poll, rolled="3 6 1 1 5 2 4 6 6 3")
            room.do(room.supervisor, acts.Cosign, target=roll)
            room.publish(poll)
    assert mistyped in room.hearing.state.pending
    room.do(room.chair, acts.Adjourn)
    return room


HONEST: tuple[Callable[[], Room], ...] = (
    plain, running, closed_without_result, every_rule, timed, lost_and_found_openings, voided, changing_people, talk, lots,
)  # fmt: skip


class Cheat:
    """A service that lets in what the rules refuse: the log and the checkpoint are good, the act is not."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def force(self, key: PrivateKey, act: acts.Act) -> None:
        """Sign and append; the honest state does not change."""
        room = self.room
        raw = Entry(room.tree.size, utc(room.clock), sign_act(key, acts.encode(act))).raw
        room.tree.append(leaf_hash(raw))
        room.entries.append(raw)
        room.clock += timedelta(seconds=1)

    def do(self, person: Person, kind: type[acts.Act], **members: Any) -> None:
        self.force(person.device, self.room.act(kind, **members))

    def serve(self, kind: type[acts.Act], **members: Any) -> None:
        self.force(self.room.service, self.room.act(kind, **members))


def resigned(room: Room, entries: list[bytes]) -> bytes:
    """A checkpoint of the service itself over another log."""
    tree = Tree()
    for entry in entries:
        tree.append(leaf_hash(entry))
    return sign_checkpoint(room.service, Checkpoint(room.origin, tree.size, tree.root()))


def renumbered(entries: list[bytes]) -> list[bytes]:
    """The same acts with the numbers made to fit."""
    return [Entry(number, entry.at, entry.jws).raw for number, entry in enumerate(map(parse, entries))]
