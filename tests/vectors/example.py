"""Writes the example that docs/spec.md explains: `python -m tests.vectors.example`.

A small hearing in which every kind of act occurs, played from a seed, as example.zip;
and what a verifier must find in it, as example.json. Both are committed; a test makes them anew and compares.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import msgspec

from ballots.bundle import read_from
from ballots.checkpoint import Checkpoint, fingerprint
from ballots.encoding import b64url
from ballots.signing import PrivateKey
from deliberation import acts, notice
from deliberation.audit import Expectations, RollEntry, RollOpenings, audit
from deliberation.export import hearing_file
from deliberation.state import State
from tests.room import Room, choosing, motion
from voting.methods.approval import Approval
from voting.questions import Option, Text

HERE = Path(__file__).parent
SEED = b"hearing/example/v1"


class Seeded:
    """Looks random and is not: SHA-256 of the seed and a counter. For this example only."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._count = 0

    def __call__(self, length: int) -> bytes:
        raw = b""
        while len(raw) < length:
            raw += hashlib.sha256(self._seed + self._count.to_bytes(8, "big")).digest()
            self._count += 1
        return raw[:length]


class Example(Room):
    """The hearing of the example: three representatives at first, a sealed question and two live ones."""

    def __init__(self) -> None:
        self.sealed = motion(
            "stalls",
            title=Text("门口摊位", "Stalls at the gate"),
            text=Text(
                "同意将门口摊位迁至东侧停车场？", "Shall the stalls at the gate move to the east car park?"
            ),
        )
        self.live = motion(
            "hours",
            title=Text("开放时间", "Hours"),
            text=Text("同意摊位每日七时开放？", "Shall the stalls open at seven?"),
            visibility="live",
            change="none",
        )
        options = (
            Option("north", Text("北门", "North gate")),
            Option("pond", Text("池塘边", "By the pond")),
            Option("school", Text("学校旁", "By the school")),
        )
        bench = choosing(
            "bench",
            Approval(1),
            title=Text("长椅摆在哪里", "Where the bench goes"),
            text=Text("长椅摆在哪里？可多选。", "Where shall the bench stand? Mark as many as you like."),
            visibility="live",
        )
        self.bench = msgspec.structs.replace(bench, options=options)
        super().__init__(voters=3, questions=[self.sealed, self.live, self.bench], entropy=Seeded(SEED))

    def sheet(self, questions: tuple[str, ...]) -> notice.Notice:
        return notice.Notice(
            v=1,
            community=notice.Community("dongyuan", Text("东园社区", "Dongyuan"), "Asia/Shanghai"),
            kind="representatives",
            title=Text("秋季居民代表会议", "Autumn meeting of representatives"),
            place=Text("社区会堂", "Community hall"),
            starts="2026-11-21T08:00:00.000Z",
            agenda=(
                notice.Item(
                    "gate",
                    Text("门口摊位", "Stalls at the gate"),
                    Text("消防通道被占。", "They stand in the fire lane."),
                    "named",
                    questions,
                ),
                notice.Item("lift", Text("三号楼电梯", "A lift for building 3"), Text("", ""), "none", ()),
            ),
        )

    def play(self) -> None:
        self.convene(community="dongyuan")
        for person in (self.chair, self.supervisor, self.desk, *self.voters):
            self.enrol(person)
        self.do(self.chair, acts.Open)
        self._the_roll()
        self._attendance()
        self._discussion()
        self._the_sealed_poll()
        self._new_phones()
        self._the_live_polls()
        self._the_lot()
        self.minutes("散会。")
        self.do(self.chair, acts.Adjourn)

    def _the_roll(self) -> None:
        self.helper = self.person("desk")
        self.do(self.chair, acts.GrantRole, member=self.helper.member)
        self.enrol(self.helper)
        self.do(self.chair, acts.EndRole, member=self.helper.id, reason="换班")
        newcomer = self.person("representative")
        self.voters.append(newcomer)
        amend = self.do(self.chair, acts.AmendRoll, add=[newcomer.member], remove=[], reason="名册漏列")
        self.do(self.supervisor, acts.Cosign, target=amend)
        self.enrol(newcomer)

    def _attendance(self) -> None:
        first, *others = self.voters
        self.do(first, acts.ComeIn, member=first.id, code="271828")
        for person in others:
            self.come_in(person)
        self.do(others[-1], acts.GoOut, member=others[-1].id)

    def _discussion(self) -> None:
        one, two = self.voters[:2]
        self.do(self.chair, acts.CallItem, item="gate")
        self.comment(one, "请留出消防通道。Mind the fire lane.")
        rude = self.comment(two, "139 0000 0000")
        self.do(self.chair, acts.HideComment, comment=rude, reason="有电话号码")
        blob = self.hearing.state.comments[rude].blob
        self.do(self.supervisor, acts.EraseBlob, blob=blob, reason="有电话号码")
        del self.blobs[blob]
        speech = self.do(one, acts.RequestFloor, item="gate")
        second = self.do(two, acts.RequestFloor, item="gate")
        self.do(self.chair, acts.GiveFloor, request=speech, seconds=180)
        self.do(one, acts.EndFloor, request=speech)
        self.do(two, acts.WithdrawFloor, request=second)

    def _the_sealed_poll(self) -> None:
        one, two, three, _ = self.voters
        poll = self.open_poll(0)
        lost = self.vote(one, poll, "for")
        changed = self.vote(two, poll, "against")
        self.vote(two, poll, "for", replaces=changed)
        self.vote(three, poll, "abstain")
        close = self.close(poll)
        self.do(self.supervisor, acts.Cosign, target=close)
        self.reveal(poll, without=[lost])
        opening = self.openings[lost]
        mine = {
            "poll": poll,
            "ballot": lost,
            "salt": b64url(opening.salt),
            "choice": json.loads(opening.choice),
        }
        self.do(one, acts.OpenBallot, **mine)
        result = self.publish(poll)
        self.do(self.supervisor, acts.Cosign, target=result)

    def _new_phones(self) -> None:
        _, lost, changed, _ = self.voters
        revoke = self.do(self.desk, acts.Revoke, device=lost.device.kid, reason="手机遗失", reballot=False)
        self.do(self.supervisor, acts.Cosign, target=revoke)
        lost.device = PrivateKey.from_seed(self.entropy(32))
        self.enrol(lost)
        old, changed.device = changed.device, PrivateKey.from_seed(self.entropy(32))
        self.enrol(changed, consent=old)

    def _the_live_polls(self) -> None:
        first = self.open_poll(1)
        self.vote(self.voters[0], first, "for")
        self.close(first)
        self.publish(first)
        void = self.do(self.chair, acts.VoidPoll, poll=first, reason="题目读错")
        self.do(self.supervisor, acts.Cosign, target=void)
        again = self.open_poll(1, closes="2026-11-21T08:30:00.000Z")
        for voter, choice in zip(self.voters[:3], ("for", "against", "against"), strict=True):
            self.vote(voter, again, choice)
        self.close(again)
        self.publish(again)

    def _the_lot(self) -> None:
        poll = self.open_poll(2)
        for voter, marks in zip(
            self.voters[:3], (["north", "pond"], ["pond", "school"], ["north"]), strict=True
        ):
            self.vote(voter, poll, marks)
        self.close(poll)
        self.publish(poll)
        roll = self.do(self.chair, acts.DrawLot, poll=poll, rolled="3 6 1 1 5 2 4 6 6 3")
        self.do(self.supervisor, acts.Cosign, target=roll)
        self.publish(poll)

    def names(self) -> bytes:
        """The file of openings: who the entries of the roll are."""
        people = [self.chair, self.supervisor, self.desk, *self.voters, self.helper]
        entries = (
            RollEntry(person.id, name, b64url(person.salt), b64url(person.token.public))
            for name, person in zip("赵钱孙李周吴郑王", people, strict=True)
        )
        return notice.encode(RollOpenings(1, self.id, tuple(entries)))


def render() -> dict[str, bytes]:
    """The files' bytes by their names."""
    room = Example()
    room.play()
    bundle = room.bundle()
    report = _report(room, bundle)
    return {
        "example.zip": bundle,
        "example.json": (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode(),
        "example-openings.json": room.names(),
    }


def _report(room: Example, bundle: bytes) -> dict[str, Any]:
    anchor = hearing_file(room.hearing.state).anchor
    found = audit(read_from(io.BytesIO(bundle)), Expectations(anchor=anchor, openings=room.names()))
    assert found.state is not None
    state, size = found.state, room.tree.size
    return {
        **{name: getattr(hearing_file(state), name) for name in ("hearing", "origin", "anchor", "vkey")},
        "size": size,
        "root": room.tree.root().hex(),
        "fingerprint": _fingerprint(room, size),
        "findings": [[finding.code, finding.where] for finding in found.findings],
        "phase": state.phase,
        "leaves": [room.tree.leaf(seq).hex() for seq in range(size)],
        "moments": [
            {"what": m.what, "poll": m.poll, "size": m.size, "fingerprint": _fingerprint(room, m.size)}
            for m in state.moments
        ],
        "members": [
            {
                "id": seat.id,
                "role": seat.role,
                "ended": seat.ended,
                "device": seat.kid,
                "present": seat.present_by,
            }
            for seat in state.seats.values()
        ],
        "polls": [_poll(state, poll) for poll in state.polls],
    }


def _fingerprint(room: Example, size: int) -> str:
    return fingerprint(Checkpoint(room.origin, size, room.tree.root(size)).text)


def _poll(state: State, poll_id: str) -> dict[str, Any]:
    poll = state.polls[poll_id]
    return {
        "poll": poll.id,
        "question": poll.question_hash,
        "stage": poll.stage,
        "electorate": list(poll.electorate),
        "ballots": {ballot.leaf: json.loads(ballot.choice or b"null") for ballot in poll.ballots.values()},
        "result": poll.result,
        "decision": json.loads(poll.result_bytes or b"{}").get("decision"),
    }


if __name__ == "__main__":
    for name, raw in render().items():
        (HERE / name).write_bytes(raw)
