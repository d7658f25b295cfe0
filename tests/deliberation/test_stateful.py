"""Random sequences of acts: the fold against a model of who may vote, kept apart from it.

The model knows only what was accepted, in order. It says whose ballot must count in each poll;
the fold must agree after every step, from scratch as well as step by step.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ballots import entry, merkle, signing
from ballots.judge import Place
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.hearing import Hearing
from tests.deliberation.checks import snapshot
from tests.room import Person, Room, motion

VOTERS = 4
people = st.integers(0, VOTERS)
"""An index of a voter; the last is a stranger who is not on the roll."""
choices = st.sampled_from(["for", "against", "abstain"])


@dataclass
class PollModel:
    """What a careful clerk would write down."""

    electorate: set[str]
    open: bool = True
    current: dict[str, tuple[str, str]] = field(default_factory=dict)


class Meeting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        questions = [
            motion("q1", rule="urban.assembly"),
            motion("q2", visibility="live", rule="household.decision"),
        ]
        self.room = Room(voters=VOTERS, questions=questions)
        self.room.convene()
        for person in (self.room.chair, self.room.supervisor, self.room.desk, *self.room.voters):
            self.room.enrol(person)
        self.room.do(self.room.chair, acts.Open)
        self.room.do(self.room.chair, acts.CallItem, item="gate")
        self.people = [*self.room.voters, Person("representative")]
        self.present = {person.id for person in self.room.voters[:-1]}
        for person in self.room.voters[:-1]:
            self.room.come_in(person)
        self.polls: dict[str, PollModel] = {}
        self.old_leaves: list[str] = []
        self.revocations: list[str] = []

    def attempt(self, call: Callable[..., str], *args: Any, **members: Any) -> str | None:
        """The leaf, or None if it was refused; a refusal must change nothing."""
        before = (self.room.tree.size, snapshot(self.room.hearing))
        try:
            return call(*args, **members)
        except Refused:
            assert (self.room.tree.size, snapshot(self.room.hearing)) == before
            return None

    @rule(index=people, fresh=st.booleans(), handover=st.booleans())
    def enrol(self, index: int, fresh: bool, handover: bool) -> None:
        person = self.people[index]
        old = person.device
        if fresh:
            person.device = PrivateKey.generate()
        if self.attempt(self.room.enrol, person, consent=old if handover else None) is None:
            person.device = old

    @rule(index=people, reballot=st.booleans())
    def revoke(self, index: int, reballot: bool) -> None:
        kid = self.people[index].device.kid
        members = {"device": kid, "reason": "Lost", "reballot": reballot}
        leaf = self.attempt(self.room.do, self.room.desk, acts.Revoke, **members)
        if leaf:
            self.revocations.append(leaf)

    @precondition(lambda self: self.revocations)
    @rule(data=st.data(), officer=st.sampled_from(["chair", "supervisor", "desk"]))
    def cosign(self, data: st.DataObject, officer: str) -> None:
        target = data.draw(st.sampled_from(self.revocations))
        self.attempt(self.room.do, getattr(self.room, officer), acts.Cosign, target=target)

    @rule(index=people, code=st.booleans())
    def come_in(self, index: int, code: bool) -> None:
        person = self.people[index]
        if code:
            leaf = self.attempt(self.room.do, person, acts.ComeIn, member=person.id, code="123456")
        else:
            leaf = self.attempt(self.room.come_in, person)
        if leaf:
            self.present.add(person.id)

    @rule(index=people)
    def go_out(self, index: int) -> None:
        person = self.people[index]
        if self.attempt(self.room.do, self.room.desk, acts.GoOut, member=person.id):
            self.present.discard(person.id)

    @rule(question=st.sampled_from([0, 1]))
    def open_poll(self, question: int) -> None:
        leaf = self.attempt(self.room.open_poll, question)
        if leaf:
            everybody = {person.id for person in self.people[:VOTERS]}
            self.polls[leaf] = PollModel(set(self.present) if question == 0 else everybody)

    @precondition(lambda self: self.polls)
    @rule(data=st.data(), index=people, choice=choices, honest=st.booleans())
    def vote(self, data: st.DataObject, index: int, choice: str, honest: bool) -> None:
        poll = data.draw(st.sampled_from(list(self.polls)))
        person, model = self.people[index], self.polls[poll]
        current = model.current.get(person.id)
        replaces = current[0] if current else None
        if not honest:
            replaces = data.draw(st.sampled_from([None, *self.old_leaves, "0" * 64]))
        leaf = self.attempt(self.room.vote, person, poll, choice, replaces=replaces)
        if leaf:
            assert model.open
            assert person.id in model.electorate
            assert replaces == (current[0] if current else None)
            model.current[person.id] = (leaf, choice)
            self.old_leaves.append(leaf)

    @precondition(lambda self: self.polls)
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        poll = data.draw(st.sampled_from(list(self.polls)))
        if self.attempt(self.room.close, poll):
            self.polls[poll].open = False

    @precondition(lambda self: self.polls)
    @rule(data=st.data())
    def void(self, data: st.DataObject) -> None:
        poll = data.draw(st.sampled_from(list(self.polls)))
        self.attempt(self.room.do, self.room.chair, acts.VoidPoll, poll=poll, reason="Held again")
        if self.room.hearing.state.polls[poll].stage == "void":
            self.polls[poll].open = False

    @precondition(lambda self: self.polls)
    @rule(data=st.data())
    def publish(self, data: st.DataObject) -> None:
        poll = data.draw(st.sampled_from(list(self.polls)))
        if not self.attempt(self.room.publish, poll):
            return
        counted = [choice for _, choice in self.polls[poll].current.values()]
        options = {one["id"]: one["total"]["heads"] for one in self.room.outcome(poll)["options"]}
        assert options == {name: counted.count(name) for name in ("for", "against", "abstain")}

    @invariant()
    def the_counted_ballots_are_the_clerks(self) -> None:
        for poll, model in self.polls.items():
            kept = self.room.hearing.state.polls[poll].ballots
            assert {member: ballot.leaf for member, ballot in kept.items()} == {
                member: leaf for member, (leaf, _) in model.current.items()
            }

    def teardown(self) -> None:
        again = Hearing(self.room.blobs.get, self.room.root_at)
        for raw in self.room.entries:
            kept = entry.parse(raw)
            signed = signing.split(kept.jws)
            place = Place(kept.seq, kept.at, merkle.leaf_hash(raw).hex(), signed.kid)
            again.apply(acts.decode(signed.payload), place, None)
        assert snapshot(again) == snapshot(self.room.hearing)


Meeting.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestMeeting = Meeting.TestCase
