"""Writes the example that docs/spec.md explains: `python -m tests.vectors.example`.

A small hearing in which every kind of act but one occurs, played from a seed, as example.zip;
and what a verifier must find in it, as example.json. That one kind, a voter's proof that a credential was
left out, stands in example-left-out.zip. All are committed; a test makes them anew and compares.
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
from tests.room import choosing, motion
from tests.secret_room import SecretRoom, secret_motion
from voting.methods.approval import Approval
from voting.questions import Option, Text
from web.actors.voter import Credential

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


class Example(SecretRoom):
    """The hearing of the example: five representatives at first; sealed, live and secret questions."""

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
        self.aid = secret_motion(
            title=Text("困难补助", "Hardship aid"),
            text=Text("同意给予这户家庭困难补助？", "Shall this family be given hardship aid?"),
        )
        questions = [self.sealed, self.live, self.bench, self.aid]
        super().__init__(voters=5, questions=questions, entropy=Seeded(SEED))

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
                    questions[:3],
                ),
                notice.Item("aid", self.aid.title, Text("", ""), "secret", questions[3:]),
                notice.Item("lift", Text("三号楼电梯", "A lift for building 3"), Text("", ""), "none", ()),
            ),
            keys=notice.KeyHolders(tuple(person.id for person in self.holders), self.threshold),
        )

    def play(self) -> None:
        self.convene(community="dongyuan")
        for person in (self.chair, self.supervisor, self.desk, *self.voters):
            self.enrol(person)
        self._the_keys()
        self.do(self.chair, acts.Open)
        self._the_roll()
        self._attendance()
        self._discussion()
        self._the_sealed_poll()
        self._new_phones()
        self._the_live_polls()
        self._the_lot()
        self._the_secret_poll()
        self.minutes("散会。")
        self.do(self.chair, acts.Adjourn)

    def _the_keys(self) -> None:
        chair, _, desk = self.holders
        for index, holder in enumerate(self.holders, 1):
            self.send_certificate(holder, index)
        self.deal(chair, 1)
        self.refuse(desk, chair, "分到的部分打不开")
        people = [holder.id for holder in self.holders]
        anew = self.do(
            chair, acts.RestartKeys, holders=people, threshold=self.threshold, reason="重新制作钥匙"
        )
        self.do(self.supervisor, acts.Cosign, target=anew)
        self.make_keys()

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
        one, two, three, four, five, _ = self.voters
        poll = self.open_poll(0)
        lost = self.vote(one, poll, "for")
        changed = self.vote(two, poll, "against")
        self.vote(two, poll, "for", replaces=changed)
        self.vote(three, poll, "abstain")
        self.vote(four, poll, "for")
        self.vote(five, poll, "against")
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
        _, lost, changed, *_ = self.voters
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
        choices = ("for", "against", "against", "against", "abstain")
        for voter, choice in zip(self.voters[:5], choices, strict=True):
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

    def _the_secret_poll(self) -> None:
        self.do(self.chair, acts.CallItem, item="aid")
        here = self.voters[:5]
        for voter in here:
            self.offer(voter, 3)
        poll = self.open_poll(3, item="aid")
        self.set_up(poll)
        self.spoil(here[0], poll, "against")
        choices = ("for", "for", "against", "for", "abstain")
        ballots = [self.ballot(voter, poll, choice) for voter, choice in zip(here, choices, strict=True)]
        self.batch(poll, *ballots[:3])
        self.batch(poll, *ballots[3:])
        self.close(poll)
        self.decrypt(self.supervisor, poll)
        self.decrypt(self.chair, poll)
        self.publish(poll)

    def names(self) -> bytes:
        """The file of openings: who the entries of the roll are."""
        people = [self.chair, self.supervisor, self.desk, *self.voters, self.helper]
        entries = (
            RollEntry(person.id, name, b64url(person.salt), b64url(person.token.public))
            for name, person in zip("赵钱孙李周吴郑王冯陈", people, strict=True)
        )
        return notice.encode(RollOpenings(1, self.id, tuple(entries)))


class LeftOut(SecretRoom):
    """A service lists a credential of its own in the place of one that was offered; its voter proves it."""

    def __init__(self) -> None:
        super().__init__(voters=5, threshold=1, holders=1, entropy=Seeded(SEED + b"/left-out"))

    def play(self) -> None:
        self.ready()
        self.make_keys()
        offers = [self.offer(voter) for voter in self.voters]
        poll = self.open_poll()
        box = self.secret(poll).box
        assert box is not None
        mine, *others = self.offered(poll)
        self.set_up(poll, [Credential.new(box.election, self.random).public, *others])
        opening = self.openings[offers[0]]
        assert json.loads(opening.choice)["credential"] == mine
        shown = {"salt": b64url(opening.salt), "offer": opening.choice.decode()}
        self.do(self.voters[0], acts.ObjectToSetup, poll=poll, **shown)
        self.do(self.chair, acts.VoidPoll, poll=poll, reason="名单漏列")
        self.do(self.chair, acts.Adjourn)


def render() -> dict[str, bytes]:
    """The files' bytes by their names."""
    room, other = Example(), LeftOut()
    room.play()
    other.play()
    bundle, without = room.bundle(), other.bundle()
    return {
        "example.zip": bundle,
        "example.json": _written(_report(room, bundle, room.names())),
        "example-openings.json": room.names(),
        "example-left-out.zip": without,
        "example-left-out.json": _written(_report(other, without, other.roll_openings())),
    }


def _written(report: dict[str, Any]) -> bytes:
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()


def _report(room: SecretRoom, bundle: bytes, names: bytes) -> dict[str, Any]:
    anchor = hearing_file(room.hearing.state).anchor
    found = audit(read_from(io.BytesIO(bundle)), Expectations(anchor=anchor, openings=names))
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


def _fingerprint(room: SecretRoom, size: int) -> str:
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
