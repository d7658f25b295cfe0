"""A meeting with a secret poll, driven act by act: key holders, offers, ballots, opening."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ballots.encoding import b64url
from ballots.judge import Aside, Opening
from ballots.secret import pedersen, pki, tally
from deliberation import acts, credentials, notice
from deliberation.state import Poll
from tests.room import Person, Room, text
from voting.methods.grading import PERSONS, Grading
from voting.presets import preset
from voting.questions import MOTION_OPTIONS, Option, Question, encode_question
from web.actors.voter import Credential


def secret_motion(**changes: Any) -> Question:
    question = Question(
        v=1,
        id="aid",
        title=text("Aid?"),
        text=text("Shall the family be given aid?"),
        method="motion",
        options=MOTION_OPTIONS,
        rule=preset("urban.reps"),
        visibility="secret",
        change="none",
        electorate="present",
    )
    return msgspec.structs.replace(question, **changes)


def appraisal(**changes: Any) -> Question:
    changes = {
        "id": "appraisal",
        "method": "grading",
        "options": tuple(Option(name, text(name)) for name in ("wang", "li")),
        "rule": preset("appraisal.grade"),
        "settings": Grading(PERSONS, "modal", "graded"),
    } | changes
    return secret_motion(**changes)


class SecretRoom(Room):
    """A hearing whose first item is decided in secret, with `holders` key holders."""

    def __init__(self, voters: int = 6, *, threshold: int = 2, holders: int = 3, **options: Any) -> None:
        options.setdefault("questions", [secret_motion()])
        super().__init__(voters, **options)
        self.holders = [self.chair, self.supervisor, self.desk, *self.voters][:holders]
        self.threshold = threshold
        self.seeds: dict[str, str] = {}
        self.codes: dict[tuple[str, str], Credential] = {}

    def sheet(self, questions: tuple[str, ...]) -> notice.Notice:
        told = super().sheet(questions)
        gate = msgspec.structs.replace(told.agenda[0], ballot="secret")
        keys = notice.KeyHolders(tuple(person.id for person in self.holders), self.threshold)
        return msgspec.structs.replace(told, agenda=(gate, told.agenda[1]), keys=keys)

    def random(self, limit: int) -> int:
        """A number from 0 to below `limit`, out of the room's entropy."""
        return int.from_bytes(self.entropy(limit.bit_length() // 8 + 17), "big") % limit

    # -- keys ---------------------------------------------------------------------------------

    def send_blob(self, person: Person, kind: type[acts.Act], member: str, raw: bytes, **more: Any) -> str:
        act = self.act(kind, **{member: notice.name(raw)}, **more)
        return self.send(person.device, act, Aside({notice.name(raw): raw}))

    def send_certificate(self, holder: Person, index: int) -> str:
        seed = self.seeds[holder.id] = pki.seed(self.random)
        raw = pedersen.certificate(seed, len(self.holders), self.threshold, index, self.random)
        return self.send_blob(holder, acts.SendCertificate, "message", raw)

    def deal(self, holder: Person, index: int) -> str:
        """Once everybody's certificate is there."""
        keys = self.hearing.state.holders
        assert keys is not None
        certificates = keys.in_order(keys.certificates)
        raw = pedersen.polynomial(self.seeds[holder.id], certificates, index, self.threshold, self.random)
        return self.send_blob(holder, acts.SendPolynomial, "message", raw)

    def make_keys(self) -> None:
        keys = self.hearing.state.holders
        assert keys is not None
        for index, holder in enumerate(self.holders, 1):
            self.send_certificate(holder, index)
        for index, holder in enumerate(self.holders, 1):
            self.deal(holder, index)
        certificates = keys.in_order(keys.certificates)
        for index, holder in enumerate(self.holders, 1):
            share = pedersen.share(
                self.seeds[holder.id], certificates, keys.in_order(keys.polynomials), index, self.random
            )
            self.send_blob(holder, acts.SendShare, "message", share.message)
        assert keys.trustees is not None
        for holder in self.holders:
            self.do(holder, acts.AcceptKeys, trustees=notice.name(keys.trustees))

    def refuse(self, holder: Person, accused: Person, reason: str = "It does not fit") -> str:
        """A holder says that another has dealt it what does not fit."""
        keys = self.hearing.state.holders
        assert keys is not None
        dealt = notice.name(keys.polynomials[accused.id])
        return self.do(holder, acts.RefuseMessage, message=dealt, reason=reason)

    def restart(self, holders: Sequence[Person], threshold: int) -> str:
        """Chair and supervisor have the keys made anew by these people."""
        named = tuple(person.id for person in holders)
        asked = self.do(
            self.chair, acts.RestartKeys, holders=named, threshold=threshold, reason="A lost phone"
        )
        self.holders, self.threshold = list(holders), threshold
        return self.do(self.supervisor, acts.Cosign, target=asked)

    # -- voters -------------------------------------------------------------------------------

    def offer(self, person: Person, question: int = 0) -> str:
        blob = notice.name(encode_question(self.questions[question]))
        election = credentials.upcoming(self.hearing.state, blob)
        assert election is not None
        mine = self.codes[person.id, election] = Credential.new(election, self.random)
        opening: Opening = mine.offer(self.id, person.device.kid, self.random)
        act = self.act(acts.OfferCredential, election=election, commitment=opening.commitment)
        return self.send(person.device, act, Aside(opening=opening))

    def set_up(self, poll: str, listed: Sequence[str] | None = None) -> str:
        """Set a poll up, with the credentials that were offered or with others."""
        box = self.hearing.state.polls[poll].box
        assert box is not None
        question = self.hearing.state.polls[poll].question
        election = credentials.election_bytes(question, box)
        raw = msgspec.json.encode(sorted(self.offered(poll) if listed is None else listed, key=int))
        assert box.keys.trustees is not None
        blobs = {notice.name(one): one for one in (election, box.keys.trustees, raw)}
        named = dict(zip(("election", "trustees", "credentials"), blobs, strict=True))
        return self.serve(acts.SetUpPoll, Aside(blobs), poll=poll, **named)

    def offered(self, poll: str) -> list[str]:
        """The credentials behind the offers for a poll that is open."""
        box = self.hearing.state.polls[poll].box
        assert box is not None
        return [
            msgspec.json.decode(self.openings[offer.leaf].choice)["credential"]
            for offer in box.offers.values()
        ]

    def object(self, person: Person, poll: str) -> str:
        """A voter shows the credential that their phone has offered for a poll."""
        box = self.secret(poll).box
        assert box is not None
        opening = self.openings[box.offers[person.id].leaf]
        shown = {"salt": b64url(opening.salt), "offer": opening.choice.decode()}
        return self.do(person, acts.ObjectToSetup, poll=poll, **shown)

    def opened(self, *, present: int | None = None, question: int = 0) -> str:
        """Everything up to a poll that takes ballots."""
        self.ready(present=present)
        self.make_keys()
        for person in self.voters:
            self.offer(person, question)
        poll = self.open_poll(question)
        self.set_up(poll)
        return poll

    def ballot(self, person: Person, poll: str, choice: Any) -> bytes:
        found = self.secret(poll)
        assert found.box is not None
        assert found.box.raw is not None
        mine = self.codes[person.id, found.box.election]
        return mine.cast(found.box.raw, found.question, msgspec.json.encode(choice), self.random)

    def vote_all(self, poll: str, choices: Sequence[Any]) -> str:
        """The first so many voters cast these choices, in one batch."""
        pairs = zip(self.voters, choices, strict=False)
        return self.batch(poll, *[self.ballot(person, poll, choice) for person, choice in pairs])

    def spoil(self, person: Person, poll: str, choice: Any) -> str:
        """A person tests their phone: a ballot is made, and opened instead of cast."""
        found = self.secret(poll)
        assert found.box is not None
        assert found.box.raw is not None
        mine, words = self.codes[person.id, found.box.election], msgspec.json.encode(choice)
        made = mine.prepare(found.box.raw, found.question, words, self.random)
        raw = mine.spoil(made, found.question, words, self.random)
        named = notice.name(raw)
        return self.serve(acts.SpoilBallot, Aside({named: raw}), poll=poll, hash=made.hash, opening=named)

    def secret(self, poll: str) -> Poll:
        return self.hearing.state.polls[poll]

    def batch(self, poll: str, *ballots: bytes) -> str:
        blobs = {notice.name(raw): raw for raw in ballots}
        return self.serve(acts.CastBatch, Aside(blobs), poll=poll, ballots=tuple(sorted(blobs)))

    # -- the opening --------------------------------------------------------------------------

    def decrypt(self, holder: Person, poll: str) -> str:
        box = self.secret(poll).box
        assert box is not None
        assert box.raw is not None
        assert box.tally is not None
        keys = box.keys
        share = pedersen.share(
            self.seeds[holder.id],
            keys.in_order(keys.certificates),
            keys.in_order(keys.polynomials),
            keys.number(holder.id),
            self.random,
        )
        raw = tally.decrypt(box.raw, box.tally, share.exponent, self.random)
        return self.send_blob(holder, acts.DecryptTally, "decryption", raw, poll=poll)

    def open_and_publish(self, poll: str) -> None:
        """So many holders as are needed decrypt, and the result is published."""
        for holder in self.holders[: self.threshold]:
            self.decrypt(holder, poll)
        self.publish(poll)
