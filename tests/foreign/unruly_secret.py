"""Secret polls in which messages and ballots are damaged at random, and the service writes everything down."""

import random
import re
from typing import Any

import msgspec

from ballots.encoding import utc
from ballots.entry import Entry
from ballots.judge import Aside
from ballots.merkle import leaf_hash
from ballots.refusal import Refused
from ballots.secret import ballot
from ballots.secret.form import FormError
from ballots.secret.pedersen import BadShare
from deliberation import acts, notice
from deliberation.export import bundle_files
from tests.foreign.verdicts import pack
from tests.room import Person
from tests.secret_room import SecretRoom
from voting.questions import Question

NUMBERS = re.compile(rb'"\d+"')
OBJECTS = re.compile(rb"\{[^{}]*\},?")


class Damaged(SecretRoom):
    """A room for a seed: now and then what is sent is spoilt first. Whatever else than a refusal is raised stays so."""

    def __init__(self, seed: int, question: Question) -> None:
        self.dice = random.Random(seed)
        self.refusals: set[str] = set()
        holders = self.dice.choice([1, 2, 3])
        threshold = self.dice.randint(holders // 2 + 1, holders)
        super().__init__(
            questions=[question], entropy=self.dice.randbytes, holders=holders, threshold=threshold
        )

    def play(self, choices: list[Any]) -> None:
        """Everything up to the result, as far as it comes."""
        try:
            poll = self.opened()
        except BadShare:  # what was sealed was damaged: its receiver would refuse it
            return
        for voter, choice in zip(self.voters, choices, strict=False):
            self._vote(voter, poll, choice)
        self.close(poll)
        box = self.secret(poll).box
        for holder in self.holders if box is not None and box.tally is not None else []:
            try:
                self.decrypt(holder, poll)
            except FormError:  # a number in the sum is not in the group: no holder can open it
                break
        try:
            self.publish(poll)
        except Refused as why:
            self.refusals.add(why.code)

    def whole(self) -> bytes:
        """The bundle with all that was ever sent, so that verifiers see it too."""
        kept = {f"blobs/{name}": raw for name, raw in self.blobs.items()}
        return pack(bundle_files(self.hearing.state, self.entries, self.note()) | kept)

    def append(self, jws: str, aside: Aside) -> str:
        try:
            return super().append(jws, aside)
        except Refused as why:
            self.refusals.add(why.code)
        raw = Entry(self.tree.size, utc(self.clock), jws).raw
        self.entries.append(raw)
        self.tree.append(leaf_hash(raw))
        self.blobs.update(aside.blobs)
        return leaf_hash(raw).hex()

    def send_blob(self, person: Person, kind: type[acts.Act], member: str, raw: bytes, **more: Any) -> str:
        if self.dice.random() < 0.15:
            super().send_blob(person, kind, member, self.damage(raw), **more)
        return super().send_blob(person, kind, member, raw, **more)

    def _vote(self, voter: Person, poll: str, choice: Any) -> None:
        found = self.secret(poll)
        assert found.box is not None
        assert found.box.raw is not None
        mine, words = self.codes[voter.id, found.box.election], msgspec.json.encode(choice)
        raw = self.ballot(voter, poll, choice)
        if self.dice.random() < 0.3:  # damaged before it is signed: only its proofs tell
            body = self.damage(raw[: raw.rindex(b',"signature":')] + b"}")
            raw = ballot.sign(body, mine.secret, self.random)
        if self.dice.random() < 0.3:
            self.batch(poll, self.damage(raw))
        if self.dice.random() < 0.3:
            made = mine.prepare(found.box.raw, found.question, words, self.random)
            opened = mine.spoil(made, found.question, words, self.random)
            opened = self.damage(opened) if self.dice.random() < 0.7 else opened
            named = {"hash": made.hash, "opening": notice.name(opened)}
            self.serve(acts.SpoilBallot, Aside({named["opening"]: opened}), poll=poll, **named)
        self.batch(poll, raw)

    def damage(self, raw: bytes) -> bytes:
        """One change: a character, a number, two numbers for each other, or an object left out."""
        numbers = [found.span() for found in NUMBERS.finditer(raw)]
        draw = self.dice.random()
        if draw < 0.3 or len(numbers) < 2:
            at = self.dice.randrange(len(raw))
            return raw[:at] + bytes([self.dice.choice(b'0123456789"{}[],:a')]) + raw[at + 1 :]
        if draw < 0.6:
            start, end = self.dice.choice(numbers)
            other = self.dice.choice(["0", "1", "-1", "x", "", "5" * 700, str(self.dice.getrandbits(2047))])
            return raw[: start + 1] + other.encode() + raw[end - 1 :]
        if draw < 0.8:
            (start, end), (after, last) = sorted(self.dice.sample(numbers, 2))
            return raw[:start] + raw[after:last] + raw[end:after] + raw[start:end] + raw[last:]
        start, end = self.dice.choice([found.span() for found in OBJECTS.finditer(raw)])
        return raw[:start] + raw[end:]
