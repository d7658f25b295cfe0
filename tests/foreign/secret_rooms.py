"""Rooms with secret polls, as they go and as they should not, whose records the verifiers are given."""

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ballots.judge import Aside
from deliberation import acts
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours, pack
from tests.programs import require
from tests.room import Person, choosing
from tests.secret_room import SecretRoom, appraisal, secret_motion
from voting.methods.approval import Approval
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.protocol import Settings
from voting.methods.score import Score
from voting.presets import preset
from voting.questions import Question

GRADES = tuple(secret_motion().options[n].text for n in range(3))


def chosen(settings: Settings) -> Question:
    rule = msgspec.structs.replace(preset("hearing.advisory"), secrecy=("secret",))
    return choosing("which", settings, visibility="secret", change="none", rule=rule)


MOTION = ["for", "for", "against", "for", "abstain", "against"]
VOTES: dict[str, tuple[Question, list[Any]]] = {
    "motion": (secret_motion(), MOTION),
    "unanimous": (secret_motion(), ["for"] * 6),
    "grading": (appraisal(), [{"wang": 3, "li": 0}, {"wang": 2}, {}, {"li": 1}, {"wang": 0, "li": 0}, {}]),
    "approval": (chosen(Approval(1)), [["a", "b", "d"], [], ["b"], [], ["a", "c"], ["b", "c"]]),
    "all blank": (chosen(Approval(1)), [[], [], [], [], []]),
    "plurality": (chosen(Plurality(2, 0)), [["a"], ["a", "b"], [], ["c", "d"], ["a", "d"], ["b"]]),
    "score": (chosen(Score(-2, 3, "lowest", 1)), [{"a": 3, "b": -2}, {"c": 0}, {}, {"a": 1}, {"d": 2}, {}]),
    "majority judgment": (
        chosen(MajorityJudgment(GRADES, "lower", "worst", 1)),
        [{"a": 2, "b": 1}, {"a": 0, "b": 1, "c": 2, "d": 0}, {"a": 1}, {"d": 2}, {}, {"b": 0}],
    ),
}


def voted(question: Question, choices: list[Any], **options: Any) -> tuple[SecretRoom, str]:
    """A room whose ballots are in the box."""
    room = SecretRoom(questions=[question], **options)
    poll = room.opened()
    ballots = [room.ballot(voter, poll, one) for voter, one in zip(room.voters, choices, strict=False)]
    if ballots:
        room.batch(poll, *ballots[:4])
    if ballots[4:]:
        room.batch(poll, *ballots[4:])
    return room, poll


def finished(question: Question, choices: list[Any], **options: Any) -> SecretRoom:
    room, poll = voted(question, choices, **options)
    room.close(poll)
    if len(choices) >= 5:
        for holder in room.holders[-room.threshold :]:
            room.decrypt(holder, poll)
    room.publish(poll)
    return room


def unfinished() -> Iterator[SecretRoom]:
    """At every step, and ended in other ways than with a result."""
    yield voted(secret_motion(), [])[0]
    room, poll = voted(secret_motion(), MOTION)
    yield room
    room.close(poll)
    yield room
    room.decrypt(room.holders[1], poll)
    yield room
    void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(room.supervisor, acts.Cosign, target=void)
    room.publish(poll)
    yield room
    for voter in room.voters:
        room.offer(voter)
    room.set_up(room.open_poll())
    yield room
    room, poll = voted(secret_motion(), ["for"])
    room.spoil(room.voters[1], poll, "for")
    room.do(room.chair, acts.VoidPoll, poll=poll, reason="misread")
    yield room


def boxes(bundle: bytes) -> list[bytes]:
    return [raw for name, raw in files(bundle).items() if name.startswith("secret/")]


def accepted(folder: Path, archive: bytes) -> None:
    """As README.txt in the bundle says."""
    name = hashlib.sha256(archive).hexdigest()
    (folder / name).mkdir()
    (folder / name / "poll.bel").write_bytes(archive)
    tool = require("belenios-tool")
    command = [tool, "election", "verify", "--dir", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "all checks passed" in done.stderr


class Open(Careless, SecretRoom):
    """A room with key holders whose service writes down what it should refuse, and keeps what came with it."""

    def record(self, jws: str, aside: Aside) -> str:
        self.kept = {**getattr(self, "kept", {}), **aside.blobs}
        return super().record(jws, aside)

    def whole(self) -> bytes:
        kept = {f"blobs/{name}": raw for name, raw in self.kept.items()}
        return pack(kept | files(self.bundle()))

    def put(self, person: Person, kind: type[acts.Act], member: str, raw: bytes, **more: Any) -> None:
        self.send_blob(person, kind, member, raw, **more)


def refused(foreign: Foreign, room: Open, *expected: str) -> None:
    """Both refuse just these."""
    bundle = room.whole()
    agree(foreign, bundle, Brought(running=True))
    found = sorted(ours(bundle, Brought(running=True)) or set(), key=lambda one: (len(one[1]), one[1]))
    assert [why for code, _, why in found if code == "act-refused"] == list(expected)
