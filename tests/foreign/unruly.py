"""Hearings in which everybody does whatever they like, and the service writes down what it should refuse.

No honest service makes such records. They are for verifiers: two of them that read the same words
must refuse the same acts for the same reasons.
"""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from ballots.encoding import b64url, utc
from ballots.entry import Entry
from ballots.judge import Aside, Opening
from ballots.merkle import leaf_hash
from ballots.refusal import Refused
from ballots.signing import PrivateKey, sign_act
from deliberation import acts, notice, polls
from tests.room import Person, Room, motion
from voting.questions import Question, encode_question

RULES = ("urban.reps", "urban.assembly", "household.decision", "owners.ordinary")
REASON = "because"
NOBODY = "m" + "0" * 10
NOTHING = "0" * 64


class Careless(Room):
    """A room whose service writes down what it should refuse."""

    def send(self, key: PrivateKey, act: acts.Act, aside: Aside | None = None) -> str:
        return self.record(sign_act(key, acts.encode(act)), aside or Aside())

    def record(self, jws: str, aside: Aside) -> str:
        """An entry for this act; its leaf hash."""
        try:
            return self.append(jws, aside)
        except (Refused, ValueError, LookupError):
            raw = Entry(self.tree.size, utc(self.clock), jws).raw
            self.entries.append(raw)
            self.tree.append(leaf_hash(raw))
            self.clock += timedelta(seconds=1)
            return leaf_hash(raw).hex()


class Unruly(Careless):
    """People who draw lots for what they do; for a seed they do the same again."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.rules = [self.dice.choice(RULES) for _ in range(3)]
        asked = [self._question(f"q{number}", rule) for number, rule in enumerate(self.rules)]
        super().__init__(people=(), questions=asked, entropy=self.dice.randbytes)
        self.voters = [self.newcomer() for _ in range(self.dice.randint(1, 7))]
        if self.dice.random() < 0.5:  # one person in two roles, and perhaps twice among the voters
            self.voters[0].token = self.dice.choice([self.chair, self.desk]).token
            self.voters[-1].token = self.voters[0].token
        self.others: list[Person] = []
        self.old: list[PrivateKey] = []
        self.leaves: dict[str, list[str]] = {}
        self.nonces: list[str] = []

    def play(self, moves: int) -> None:
        self.ready(present=len(self.voters) - self.dice.choice([0, 0, 1]))
        for _ in range(moves):
            self.dice.choice(MOVES)(self)
            self.clock += timedelta(seconds=self.dice.choice([0, 0, 0, 1, 60]))

    # -- writing down -------------------------------------------------------------------------

    def put(self, key: PrivateKey, kind: type[acts.Act], aside: Aside | None = None, **members: Any) -> None:
        """An act, written down whether the rules allow it or not; now and then it is spoilt."""
        if self.dice.random() < 0.02:
            size = self.dice.randint(1, self.tree.size + 1)
            root = self.tree.root(size).hex() if size <= self.tree.size else NOTHING
            members["head"] = acts.Head(size, root)
        if self.nonces and self.dice.random() < 0.02:
            members.setdefault("nonce", self.dice.choice(self.nonces))
        act = self.act(kind, **members)
        self.nonces.append(act.nonce)
        jws = sign_act(key, acts.encode(act))
        if self.dice.random() < 0.01:
            jws = jws[:-2] + self.dice.choice("ABCD") + "A"
        name = acts.decode(acts.encode(act)).act
        self.leaves.setdefault(name, []).append(self.record(jws, aside or Aside()))

    # -- drawing lots -------------------------------------------------------------------------

    def _question(self, name: str, rule: str) -> Question:
        return motion(
            name,
            rule,
            visibility=self.dice.choice(["live", "sealed"]),
            change=self.dice.choice(["until_close", "until_close", "none"]),
        )

    def newcomer(self) -> Person:
        area = self.dice.choice([0, 1, 8000, 123_456_789])
        if "owners.ordinary" in self.rules or self.dice.random() < 0.2:
            return Person("representative", self.entropy, heads=1, area=area)
        return Person("representative", self.entropy)

    @property
    def people(self) -> list[Person]:
        return [self.chair, self.supervisor, self.desk, *self.voters, *self.others]

    def anyone(self, *wanted: str) -> Person:
        fit = [person for person in self.people if person.role in wanted]
        return self.dice.choice(fit if fit and self.dice.random() < 0.9 else self.people)

    def key(self, *wanted: str) -> PrivateKey:
        """Of somebody in one of these roles; seldom the root's, the service's, or one that was given up."""
        if self.dice.random() < 0.05:
            return self.dice.choice([self.root, self.service, *self.old])
        return self.anyone(*wanted).device

    def leaf(self, *kinds: str) -> str:
        known = [leaf for kind in kinds for leaf in self.leaves.get(kind, [])[-4:]]
        return self.dice.choice(known) if known and self.dice.random() < 0.97 else NOTHING

    def poll(self) -> str:
        known = list(self.hearing.state.polls)[-3:]
        return self.dice.choice(known) if known and self.dice.random() < 0.97 else self.leaf("poll.open")

    def item(self) -> str:
        return self.dice.choice(["gate"] * 18 + ["lift", "roof"])

    def seat(self) -> str:
        return self.anyone().id if self.dice.random() < 0.97 else NOBODY


def officers(room: Unruly) -> None:
    new = Person(
        room.dice.choice(["desk", "observer", "chair", "supervisor", "representative"]), room.entropy
    )
    key = room.dice.choice([room.root, room.chair.device, room.desk.device])
    room.put(key, acts.GrantRole, member=new.member)
    if new.role != "representative":
        room.others.append(new)


def ending(room: Unruly) -> None:
    key = room.dice.choice([room.root, room.key("chair")])
    room.put(key, acts.EndRole, member=room.seat(), reason=REASON)


def amending(room: Unruly) -> None:
    add = [room.newcomer() for _ in range(room.dice.randint(0, 2))]
    if add and room.dice.random() < 0.3:
        add[0].token = room.dice.choice(room.people).token
    if add and room.dice.random() < 0.1:
        add[0].weights = room.dice.choice([{"heads": 2}, {"area": 5}, {"heads": 1, "area": 2**53 - 1}])
    remove = [room.seat() for _ in range(room.dice.randint(0, 1))]
    members: dict[str, Any] = {"add": [one.member for one in add], "remove": remove, "reason": REASON}
    room.put(room.key("chair", "supervisor"), acts.AmendRoll, **members)
    room.voters.extend(add)


def cosigning(room: Unruly) -> None:
    waiting = ["roll.amend", "device.revoke", "poll.void"] * 2
    standing = ["hearing.open", "poll.close", "tally.publish", "minutes.publish", "poll.open"]
    room.put(room.key("chair", "supervisor", "desk"), acts.Cosign, target=room.leaf(*waiting, *standing))


def enrolling(room: Unruly) -> None:
    """The device that somebody has, for instance after it was refused; or another one in its place."""
    person, before = room.anyone(), None
    if room.dice.random() < 0.3:
        before, person.device = person.device, PrivateKey.from_seed(room.entropy(32))
        room.old.append(before)
    consent = before if room.dice.random() < 0.6 else None
    changes = {"salt": b64url(room.entropy(32))} if room.dice.random() < 0.05 else {}
    room.enrol(person, consent=consent, **changes)
    if before is not None and person.device.kid not in room.hearing.state.keys:
        person.device, room.old[-1] = before, person.device


def revoking(room: Unruly) -> None:
    device, signer = room.anyone().device, room.key("chair", "desk", "supervisor")
    if room.dice.random() < 0.5:
        signer = device
    room.put(signer, acts.Revoke, device=device.kid, reason=REASON, reballot=room.dice.random() < 0.5)


def coming(room: Unruly) -> None:
    person = room.anyone("representative")
    if room.dice.random() < 0.5:
        room.put(person.device, acts.ComeIn, member=person.id, code="123456")
    else:
        code = None if room.dice.random() < 0.8 else "123456"
        room.put(room.key("desk", "chair"), acts.ComeIn, member=room.seat(), code=code)


def leaving(room: Unruly) -> None:
    person = room.anyone("representative")
    room.put(room.dice.choice([person.device, room.key("desk")]), acts.GoOut, member=person.id)


def calling(room: Unruly) -> None:
    room.put(room.key("chair"), acts.CallItem, item=room.item())


def commenting(room: Unruly) -> None:
    raw = room.entropy(32) + b"Mind the fire lane."
    if room.dice.random() < 0.2 and room.blobs:
        raw = room.dice.choice(list(room.blobs.values()))
    beside = Aside({notice.name(raw): raw})
    room.put(room.anyone().device, acts.PostComment, beside, item=room.item(), text=notice.name(raw))


def hiding(room: Unruly) -> None:
    room.put(room.key("chair"), acts.HideComment, comment=room.leaf("comment.post"), reason=REASON)


def erasing(room: Unruly) -> None:
    comments = list(room.hearing.state.comments.values())
    blob = room.dice.choice(comments).blob if comments else NOTHING
    room.put(room.key("chair", "supervisor"), acts.EraseBlob, blob=blob, reason=REASON)


def asking(room: Unruly) -> None:
    room.put(room.anyone().device, acts.RequestFloor, item=room.item())


def speaking(room: Unruly) -> None:
    request = room.leaf("floor.request")
    if room.dice.random() < 0.5:
        room.put(room.key("chair"), acts.GiveFloor, request=request, seconds=60)
    else:
        kinds: list[type[acts.Act]] = [acts.EndFloor, acts.WithdrawFloor]
        room.put(room.key("chair"), room.dice.choice(kinds), request=request)


def opening(room: Unruly) -> None:
    name = notice.name(encode_question(room.dice.choice(room.questions)))
    closes = room.dice.choice([None, utc(room.clock + timedelta(seconds=room.dice.choice([-5, 0, 5, 60])))])
    room.put(room.key("chair"), acts.OpenPoll, item=room.item(), question=name, closes=closes)


def voting(room: Unruly) -> None:
    person, poll = room.anyone("representative"), room.poll()
    state = room.hearing.state.polls.get(poll)
    current = next((b.leaf for b in state.ballots.values() if b.member == person.id), None) if state else None
    members: dict[str, Any] = {
        "poll": poll,
        "replaces": current if room.dice.random() < 0.9 else room.leaf("ballot.cast"),
    }
    choice = room.dice.choice(["for"] * 4 + ["against", "abstain", "maybe", ["for"], {"for": 1}])
    sealed = Opening(room.entropy(32), msgspec.json.encode(choice))
    secret = state is None or state.question.visibility == "sealed"
    if room.dice.random() < 0.95:
        secret = not secret if room.dice.random() < 0.03 else secret
        members |= {"commitment": sealed.commitment} if secret else {"choice": choice}
    room.put(person.device, acts.CastBallot, Aside(opening=sealed if secret else None), **members)


def closing(room: Unruly) -> None:
    room.put(room.dice.choice([room.key("chair"), room.service]), acts.ClosePoll, poll=room.poll())


def revealing(room: Unruly) -> None:
    poll = room.poll()
    state = room.hearing.state.polls.get(poll)
    raw = b"{}"
    if state is not None and state.question.visibility == "sealed":
        known = {leaf: opening for leaf, opening in room.openings.items() if room.dice.random() < 0.95}
        raw = polls.openings_blob(state, known)
    beside = Aside({notice.name(raw): raw})
    room.put(room.service, acts.RevealPoll, beside, poll=poll, openings=notice.name(raw))


def disclosing(room: Unruly) -> None:
    person, leaf = room.anyone("representative"), room.leaf("ballot.cast")
    known = room.openings.get(leaf, Opening(bytes(32), b'"for"'))
    members = {"salt": b64url(known.salt), "choice": json.loads(known.choice)}
    room.put(person.device, acts.OpenBallot, poll=room.poll(), ballot=leaf, **members)


def counting(room: Unruly) -> None:
    poll = room.poll()
    state = room.hearing.state.polls.get(poll)
    result = notice.name(polls.result_bytes(state)) if state and room.dice.random() < 0.97 else NOTHING
    room.put(room.service, acts.PublishTally, poll=poll, result=result)


def voiding(room: Unruly) -> None:
    room.put(room.key("chair"), acts.VoidPoll, poll=room.poll(), reason=REASON)


def minuting(room: Unruly) -> None:
    raw = notice.encode(notice.Minutes(1, room.dice.choice(["one", "two", "three"])))
    room.put(room.key("chair"), acts.PublishMinutes, Aside({notice.name(raw): raw}), minutes=notice.name(raw))


def adjourning(room: Unruly) -> None:
    if room.dice.random() < 0.1:
        room.put(room.key("chair"), acts.Adjourn)


def reopening(room: Unruly) -> None:
    if room.dice.random() < 0.2:
        room.put(room.key("chair"), acts.Open)


OFTEN = (coming, voting, voting, voting, voting, opening, closing, revealing, counting, cosigning, enrolling)
MOVES: tuple[Callable[[Unruly], None], ...] = (
    *OFTEN * 4,
    officers, ending, amending, enrolling, revoking, leaving, calling, commenting, hiding, erasing,
    asking, asking, speaking, speaking, disclosing, voiding, minuting, adjourning, reopening,
)  # fmt: skip
"""What somebody may do next, the likelier things more often."""
