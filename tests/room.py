"""A hearing in memory: real keys, real acts, the real fold and tree, and no service.

`Room` plays every party. Times are given by a counter, and what is random by `entropy`, so that runs repeat.
"""

import io
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ballots import signing
from ballots.bundle import write
from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.encoding import b64url, crockford, utc
from ballots.entry import Entry
from ballots.judge import Aside, Opening, Place
from ballots.merkle import Tree, leaf_hash
from ballots.receipt import Receipt
from ballots.refusal import Refused
from ballots.signing import PrivateKey, sign_act
from deliberation import acts, notice, polls, roll
from deliberation.audit import RollEntry, RollOpenings
from deliberation.export import bundle_files
from deliberation.hearing import Hearing
from voting.methods.protocol import Settings
from voting.presets import preset
from voting.questions import MOTION_OPTIONS, Option, Question, Text, encode_question

Entropy = Callable[[int], bytes]
"""Gives so many bytes that nobody can guess; a test that must repeat passes in its own."""


def text(words: str) -> Text:
    return Text(zh=words, en=words)


def motion(name: str = "q1", rule: str = "urban.reps", **changes: Any) -> Question:
    question = Question(
        v=1,
        id=name,
        title=text("Clear the gate?"),
        text=text("Shall the stalls at the gate move to the east lot?"),
        method="motion",
        options=MOTION_OPTIONS,
        rule=preset(rule),
        visibility="sealed",
        change="until_close",
        electorate="present" if preset(rule).needs_presence else "roll",
    )
    return msgspec.structs.replace(question, **changes)


def choosing(name: str, settings: Settings, options: Sequence[str] = "abcd", **changes: Any) -> Question:
    """A question that is not answered by yes or no; its settings name its method."""
    question = Question(
        v=1,
        id=name,
        title=text("Which?"),
        text=text("What shall be built at the gate?"),
        method=settings.__struct_config__.tag,  # type: ignore[arg-type]
        options=tuple(Option(option, text(option)) for option in options),
        rule=preset("hearing.advisory"),
        visibility="sealed",
        change="until_close",
        electorate="present",
        settings=settings,  # type: ignore[arg-type]
    )
    return msgspec.structs.replace(question, **changes)


class Person:
    """One entry of the roll: its card's token key, its salt, and once enrolled its device key."""

    def __init__(self, role: str, entropy: Entropy = secrets.token_bytes, **weights: int) -> None:
        self.id = "m" + crockford(entropy(7), 50).lower()
        self.role = role
        self.token = PrivateKey.from_seed(entropy(32))
        self.salt = entropy(32)
        self.device = PrivateKey.from_seed(entropy(32))
        self.weights = weights or {"heads": 1 if role == "representative" else 0}
        self.unit = ""
        self.sealed: dict[str, Opening] = {}

    @property
    def member(self) -> acts.Member:
        commitment = roll.commitment(self.salt, self.token.public)
        return acts.Member(self.id, self.role, commitment, self.weights, self.unit)  # type: ignore[arg-type]


class Room:
    """A hearing that a test drives."""

    def __init__(
        self,
        voters: int = 3,
        questions: Sequence[Question] | None = None,
        people: Sequence[Person] | None = None,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self.entropy = entropy
        self.id = crockford(entropy(8), 60).lower()
        self.root = PrivateKey.from_seed(entropy(32))
        self.service = PrivateKey.from_seed(entropy(32))
        self.blobs: dict[str, bytes] = {}
        self.openings: dict[str, Opening] = {}
        self.entries: list[bytes] = []
        self.tree = Tree()
        self.clock = datetime(2026, 11, 21, 8, tzinfo=UTC)
        self.hearing = Hearing(self.blobs.get, self.root_at)
        self.chair, self.supervisor, self.desk = map(self.person, ("chair", "supervisor", "desk"))
        self.voters = (
            list(people) if people is not None else [self.person("representative") for _ in range(voters)]
        )
        self.questions = list(questions) if questions is not None else [motion()]
        self.origin = f"hall.example/h/{self.id}"

    # -- the record ---------------------------------------------------------------------------

    def root_at(self, size: int) -> str | None:
        return self.tree.root(size).hex() if size <= self.tree.size else None

    def head(self) -> acts.Head:
        return acts.Head(self.tree.size, self.tree.root().hex())

    def person(self, role: str) -> Person:
        return Person(role, self.entropy)

    def nonce(self) -> str:
        return b64url(self.entropy(16))

    def act(self, kind: type[acts.Act], **members: Any) -> acts.Act:
        if kind is not acts.Convene:
            members.setdefault("head", self.head())
        return acts.new(kind, self.id, members.pop("nonce", None) or self.nonce(), **members)

    def send(self, key: PrivateKey, act: acts.Act, aside: Aside | None = None) -> str:
        """Sign and append; the leaf hash of the entry. Raises Refused."""
        return self.append(sign_act(key, acts.encode(act)), aside or Aside())

    def append(self, jws: str, aside: Aside) -> str:
        signed = signing.split(jws)
        act = self.hearing.read(signed.payload)
        if not signing.verify(self.hearing.key(signed.kid, act), signed.signing_input, signed.signature):
            raise Refused("bad-signature")
        raw = Entry(self.tree.size, utc(self.clock), jws).raw
        leaf = leaf_hash(raw)
        self.hearing.apply(act, Place(self.tree.size, utc(self.clock), leaf.hex(), signed.kid), aside)
        self.tree.append(leaf)
        self.entries.append(raw)
        self.blobs.update(aside.blobs)
        if aside.opening is not None:
            self.openings[leaf.hex()] = aside.opening
        self.clock += timedelta(seconds=1)
        return leaf.hex()

    # -- the parties --------------------------------------------------------------------------

    def sheet(self, questions: tuple[str, ...]) -> notice.Notice:
        return notice.Notice(
            1,
            notice.Community("east", text("East Garden"), "Asia/Shanghai"),
            "representatives",
            text("Autumn meeting"),
            text("Hall"),
            "2026-11-21T08:00:00.000Z",
            (
                notice.Item("gate", text("The gate"), text("Stalls at the gate"), "named", questions),
                notice.Item("lift", text("The lift"), text("A lift for building 3"), "secret", ()),
            ),
        )

    def convene(self, **changes: Any) -> str:
        questions = [encode_question(question) for question in self.questions]
        people = [self.chair, self.supervisor, self.desk, *self.voters]
        blobs = {notice.name(raw): raw for raw in questions}
        sheet = self.sheet(tuple(blobs))
        listed = notice.Roll(1, tuple(person.member for person in people))
        for blob in (sheet, listed):
            raw = notice.encode(blob)
            blobs[notice.name(raw)] = raw
        members = {
            "origin": self.origin,
            "rehearsal": False,
            "community": "east",
            "root": b64url(self.root.public),
            "service": b64url(self.service.public),
            "notice": notice.name(notice.encode(sheet)),
            "roll": notice.name(notice.encode(listed)),
        }
        return self.send(self.root, self.act(acts.Convene, **(members | changes)), Aside(blobs))

    def enrol(self, person: Person, *, consent: PrivateKey | None = None, **changes: Any) -> str:
        nonce = self.nonce()
        device = person.device
        proof = device.sign(roll.enrol_message(self.id, person.token.kid, nonce))
        agreed = consent.sign(roll.consent_message(self.id, device.kid, nonce)) if consent else None
        members = {
            "nonce": nonce,
            "member": person.id,
            "token": b64url(person.token.public),
            "salt": b64url(person.salt),
            "device": b64url(device.public),
            "proof": b64url(proof),
            "consent": b64url(agreed) if agreed else None,
        }
        return self.send(person.token, self.act(acts.Enrol, **(members | changes)))

    def do(self, person: Person, kind: type[acts.Act], **members: Any) -> str:
        return self.send(person.device, self.act(kind, **members))

    def serve(self, kind: type[acts.Act], aside: Aside | None = None, **members: Any) -> str:
        return self.send(self.service, self.act(kind, **members), aside)

    def ready(self, *, present: int | None = None) -> None:
        """Convene, enrol everybody, open, and bring in the first so many voters at the desk."""
        self.convene()
        for person in (self.chair, self.supervisor, self.desk, *self.voters):
            self.enrol(person)
        self.do(self.chair, acts.Open)
        for person in self.voters[:present]:
            self.come_in(person)
        self.do(self.chair, acts.CallItem, item="gate")

    def come_in(self, person: Person) -> str:
        return self.do(self.desk, acts.ComeIn, member=person.id, code=None)

    def comment(self, person: Person, words: str, item: str = "gate") -> str:
        raw = self.entropy(32) + words.encode()
        act = self.act(acts.PostComment, item=item, text=notice.name(raw))
        return self.send(person.device, act, Aside({notice.name(raw): raw}))

    def minutes(self, remarks: str) -> str:
        raw = notice.encode(notice.Minutes(1, remarks))
        act = self.act(acts.PublishMinutes, minutes=notice.name(raw))
        return self.send(self.chair.device, act, Aside({notice.name(raw): raw}))

    def open_poll(self, question: int = 0, closes: str | None = None, item: str = "gate") -> str:
        name = notice.name(encode_question(self.questions[question]))
        return self.do(self.chair, acts.OpenPoll, item=item, question=name, closes=closes)

    def vote(self, person: Person, poll: str, choice: Any, *, replaces: str | None = None) -> str:
        """Cast what the poll asks for: a choice, or a commitment with its opening beside it."""
        if self.hearing.state.polls[poll].question.visibility == "live":
            return self.do(person, acts.CastBallot, poll=poll, replaces=replaces, choice=choice)
        opening = Opening(self.entropy(32), msgspec.json.encode(choice))
        act = self.act(acts.CastBallot, poll=poll, replaces=replaces, commitment=opening.commitment)
        return self.send(person.device, act, Aside(opening=opening))

    def close(self, poll: str) -> str:
        return self.do(self.chair, acts.ClosePoll, poll=poll)

    def reveal(self, poll: str, *, without: Sequence[str] = ()) -> str:
        kept = {leaf: opening for leaf, opening in self.openings.items() if leaf not in without}
        raw = polls.openings_blob(self.hearing.state.polls[poll], kept)
        return self.serve(
            acts.RevealPoll, Aside({notice.name(raw): raw}), poll=poll, openings=notice.name(raw)
        )

    def publish(self, poll: str) -> str:
        """Reveal where the poll is sealed, then tally."""
        state = self.hearing.state.polls[poll]
        if state.question.visibility == "sealed" and state.revealed is None:
            self.reveal(poll)
        return self.serve(acts.PublishTally, poll=poll, result=notice.name(polls.result_bytes(state)))

    def outcome(self, poll: str) -> Any:
        raw = self.hearing.state.polls[poll].result_bytes
        assert raw is not None
        return msgspec.json.decode(raw)

    # -- what leaves the hall -----------------------------------------------------------------

    def note(self) -> bytes:
        return sign_checkpoint(self.service, Checkpoint(self.origin, self.tree.size, self.tree.root()))

    def receipt(self, seq: int) -> Receipt:
        return Receipt(self.entries[seq], seq, tuple(self.tree.inclusion(seq, self.tree.size)), self.note())

    def bundle(self) -> bytes:
        out = io.BytesIO()
        write(bundle_files(self.hearing.state, self.entries, self.note()), out)
        return out.getvalue()

    def roll_openings(self) -> bytes:
        people = [self.chair, self.supervisor, self.desk, *self.voters]
        members = tuple(
            RollEntry(p.id, f"Person {p.id}", b64url(p.salt), b64url(p.token.public)) for p in people
        )
        return notice.encode(RollOpenings(1, self.id, members))


def finished(voters: int = 3, **options: Any) -> Room:
    """A small meeting from notice to adjournment, with a comment, a poll and a changed ballot."""
    room = Room(voters=voters, **options)
    room.ready()
    room.comment(room.voters[0], "Mind the fire lane.")
    poll = room.open_poll()
    first = room.vote(room.voters[0], poll, "against")
    for voter in room.voters[1:]:
        room.vote(voter, poll, "for")
    room.vote(room.voters[0], poll, "for", replaces=first)
    room.close(poll)
    room.publish(poll)
    room.minutes("Nothing to add.")
    room.do(room.chair, acts.Adjourn)
    return room
