"""Secret polls: belenios-tool accepts every archive, and the verifier in Go says what ours says of every record."""

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ballots.encoding import b64url
from ballots.judge import Aside, Opening
from ballots.secret import ballot, pedersen, pki, tally
from ballots.signing import PrivateKey
from deliberation import acts, notice
from deliberation.box import election_id
from tests.foreign.unruly import Careless
from tests.foreign.unruly_secret import Damaged
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours, pack
from tests.programs import require
from tests.room import Person, choosing, motion
from tests.secret_room import SecretRoom, appraisal, secret_motion
from tests.vectors.example import HERE
from voting.methods.approval import Approval
from voting.methods.borda import Borda
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.protocol import Settings
from voting.methods.score import Score
from voting.presets import preset
from voting.questions import AGREEMENT_OPTIONS, Question
from voting.rules import Requirement
from web.actors.voter import Credential

pytestmark = pytest.mark.foreign

GAMES = 16
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


@pytest.mark.parametrize("name", ["example.zip", "example-left-out.zip"])
def test_belenios_tool_accepts_the_examples(tmp_path: Path, name: str) -> None:
    (archive,) = boxes((HERE / name).read_bytes())
    accepted(tmp_path, archive)


@pytest.mark.parametrize("name", VOTES)
def test_both_accept_every_method(foreign: Foreign, tmp_path: Path, name: str) -> None:
    room = finished(*VOTES[name])
    agree(foreign, room.bundle(), Brought(running=True), clean=True)
    for archive in boxes(room.bundle()):
        accepted(tmp_path, archive)


@pytest.mark.parametrize(("holders", "threshold"), [(1, 1), (2, 2), (5, 3)])
def test_both_accept_any_number_of_holders(
    foreign: Foreign, tmp_path: Path, holders: int, threshold: int
) -> None:
    room = finished(secret_motion(), MOTION, holders=holders, threshold=threshold)
    agree(foreign, room.bundle(), Brought(running=True), clean=True)
    for archive in boxes(room.bundle()):
        accepted(tmp_path, archive)


def test_too_few_ballots_stay_closed(foreign: Foreign, tmp_path: Path) -> None:
    room = finished(secret_motion(), MOTION[:4])
    assert (
        "unopened" in next(raw for name, raw in files(room.bundle()).items() if "results/" in name).decode()
    )
    agree(foreign, room.bundle(), Brought(running=True), clean=True)
    for archive in boxes(room.bundle()):
        accepted(tmp_path, archive)


def test_both_accept_what_is_not_finished(foreign: Foreign, tmp_path: Path) -> None:
    for number, room in enumerate(unfinished()):
        agree(foreign, room.bundle(), Brought(running=True), clean=True)
        (tmp_path / str(number)).mkdir()
        for archive in boxes(room.bundle()):
            accepted(tmp_path / str(number), archive)


# -- what is refused ----------------------------------------------------------------------------------------


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


def test_keys(foreign: Foreign) -> None:
    room = Open()
    room.ready()
    chair, supervisor, desk = room.holders
    seeds = [pki.seed(room.random) for _ in range(3)]
    certificates = [
        pedersen.certificate(seed, 3, 2, index, room.random) for index, seed in enumerate(seeds, 1)
    ]
    room.put(room.voters[0], acts.SendCertificate, "message", certificates[0])
    room.put(chair, acts.SendCertificate, "message", certificates[1])
    room.put(chair, acts.SendCertificate, "message", certificates[0][:-1] + b" }")
    room.put(chair, acts.SendPolynomial, "message", certificates[0])
    room.put(chair, acts.SendShare, "message", certificates[0])
    room.do(chair, acts.AcceptKeys, trustees="0" * 64)
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    twin = pedersen.certificate(seeds[0], 3, 2, 2, room.random)
    room.put(supervisor, acts.SendCertificate, "message", twin)
    room.do(chair, acts.RefuseMessage, holder=room.voters[0].id, reason="no")
    people = [person.id for person in room.holders]
    for holders, threshold in (
        ([people[0]] * 2, 2),
        (people, 4),
        (people, 1),
        (people[:2], 1),
        ([people[0], "m" + "0" * 10], 2),
    ):
        room.do(chair, acts.RestartKeys, holders=holders, threshold=threshold, reason="anew")
    room.do(desk, acts.RefuseMessage, holder=people[0], reason="lost")
    room.do(desk, acts.RefuseMessage, holder=people[0], reason="lost")
    waits = room.do(chair, acts.RestartKeys, holders=people, threshold=2, reason="anew")
    room.put(chair, acts.SendCertificate, "message", certificates[0])
    for person in (chair, desk, supervisor, supervisor):
        room.do(person, acts.Cosign, target=waits)
    for person, raw in zip(room.holders, certificates, strict=True):
        room.put(person, acts.SendCertificate, "message", raw)
    dealt = [pedersen.polynomial(seed, certificates, at, 2, room.random) for at, seed in enumerate(seeds, 1)]
    room.put(chair, acts.SendPolynomial, "message", dealt[1])
    room.put(chair, acts.SendPolynomial, "message", dealt[0].replace(b'"challenge":"', b'"challenge":"1', 1))
    for person, raw in zip(room.holders, dealt, strict=True):
        room.put(person, acts.SendPolynomial, "message", raw)
    shares = [pedersen.share(seed, certificates, dealt, at, room.random) for at, seed in enumerate(seeds, 1)]
    room.put(chair, acts.SendShare, "message", shares[1].message)
    for person, share in zip(room.holders, shares, strict=True):
        room.put(person, acts.SendShare, "message", share.message)
    room.do(chair, acts.AcceptKeys, trustees="0" * 64)
    assert room.hearing.state.holders is not None
    assert room.hearing.state.holders.trustees is not None
    for person in (chair, chair, supervisor, desk):
        room.do(person, acts.AcceptKeys, trustees=notice.name(room.hearing.state.holders.trustees))
    room.do(chair, acts.RefuseMessage, holder=desk.id, reason="late")
    refused(
        foreign,
        room,
        "key.certificate: not-a-holder",
        "key.certificate: bad-key-message",
        "key.certificate: bad-key-message",
        "key.polynomial: too-early",
        "key.share: too-early",
        "key.accept: too-early",
        "key.certificate: already-sent",
        "key.certificate: bad-key-message",
        "key.refuse: not-a-holder",
        *["key.restart: bad-holders"] * 5,
        "key.refuse: already-sent",
        "key.certificate: already-sent",
        "act.cosign: same-officer",
        "act.cosign: supervisor-needed",
        "act.cosign: nothing-to-cosign",
        "key.polynomial: bad-key-message",
        "key.polynomial: bad-key-message",
        "key.share: bad-key-message",
        "key.accept: other-keys",
        "key.accept: already-sent",
        "key.refuse: already-sent",
    )


def test_holders_stay_and_a_box_is_opened_once(foreign: Foreign) -> None:
    room = Open(holders=4, threshold=3)
    room.ready()
    chair, supervisor, desk, voter = room.holders
    helper = room.person("desk")
    room.do(chair, acts.GrantRole, member=helper.member)
    anew = {"holders": [chair.id, helper.id], "threshold": 2, "reason": "anew"}
    waits = room.do(chair, acts.RestartKeys, **anew)
    room.do(chair, acts.EndRole, member=helper.id, reason="left")
    room.do(supervisor, acts.Cosign, target=waits)
    room.make_keys()
    amendment = {"add": [], "remove": [voter.id], "reason": "moved away"}
    early = room.do(chair, acts.AmendRoll, **amendment)
    for person in room.voters:
        room.offer(person)
    lost, handed = room.voters[1:3]
    room.do(lost, acts.Revoke, device=lost.device.kid, reason="lost", reballot=False)
    old, handed.device = handed.device, PrivateKey.from_seed(room.entropy(32))
    room.enrol(handed, consent=old)
    room.open_poll()
    room.offer(handed)
    poll = room.open_poll()
    room.set_up(poll)
    voters = [person for person in room.voters if person is not lost]
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.batch(poll, *(room.ballot(person, poll, "for") for person in voters))
    room.close(poll)
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.do(chair, acts.AmendRoll, **amendment)
    room.do(supervisor, acts.Cosign, target=early)
    for person in (chair, supervisor, desk):
        room.decrypt(person, poll)
    room.do(chair, acts.EndRole, member=desk.id, reason="tired")
    room.do(supervisor, acts.Cosign, target=early)
    void = room.do(chair, acts.VoidPoll, poll=poll, reason="misread")
    room.do(supervisor, acts.Cosign, target=void)
    opening = Opening(bytes(32), b"{}")
    for earlier in (0, 1):
        election = election_id(room.id, room.secret(poll).question_hash, earlier)
        again = room.act(acts.OfferCredential, election=election, commitment=opening.commitment)
        room.send(handed.device, again, Aside(opening=opening))
    room.open_poll()
    room.publish(poll)
    refused(
        foreign,
        room,
        "act.cosign: bad-holders",
        "poll.open: too-few-offers",
        "role.end: holds-a-key",
        "role.end: holds-a-key",
        "roll.amend: holds-a-key",
        "act.cosign: holds-a-key",
        "credential.offer: offer-too-late",
        "credential.offer: offer-too-late",
        "poll.open: already-polled",
    )


def test_keys_in_a_hearing_without_secret_polls(foreign: Foreign) -> None:
    room = Open(questions=[motion()])
    room.sheet = lambda questions: Careless.sheet(room, questions)  # type: ignore[method-assign]
    room.ready()
    people = [person.id for person in room.holders]
    room.do(room.chair, acts.RestartKeys, holders=people, threshold=2, reason="anew")
    room.put(room.chair, acts.SendCertificate, "message", b"{}")
    poll = room.open_poll()
    room.batch(poll, b"{}")
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.do(room.voters[0], acts.ObjectToSetup, poll=poll, salt=b64url(bytes(32)), offer="")
    refused(
        foreign,
        room,
        "key.restart: not-a-holder",
        "key.certificate: not-a-holder",
        "ballot.batch: not-a-secret-poll",
        "key.decrypt: not-a-secret-poll",
        "credential.object: not-a-secret-poll",
    )


def test_offers_and_setup(foreign: Foreign) -> None:
    room = Open()
    room.ready(present=5)
    offers = [room.offer(voter) for voter in room.voters[:2]]
    room.open_poll()
    room.make_keys()
    room.open_poll()
    offers += [room.offer(voter) for voter in room.voters[2:]]
    one, two, *_, late = room.voters
    opening = Opening(bytes(32), b"{}")
    wrong = {"election": "1" * 22, "commitment": opening.commitment}
    room.send(one.device, room.act(acts.OfferCredential, **wrong), Aside(opening=opening))
    poll = room.open_poll()
    box = room.secret(poll).box
    assert box is not None
    right = {"election": box.election, "commitment": opening.commitment}
    room.send(one.device, room.act(acts.OfferCredential, **right), Aside(opening=opening))
    shown = room.openings[offers[0]]
    mine = {"salt": b64url(shown.salt), "offer": shown.choice.decode()}
    room.do(one, acts.ObjectToSetup, poll=poll, **mine)
    room.batch(poll, b"{}")
    listed = room.offered(poll)
    room.set_up(poll, listed[1:])
    room.set_up(poll, [*listed[1:], listed[1]])
    raw = room.kept.copy()
    room.set_up(poll)
    room.set_up(poll)
    assert len(room.kept) > len(raw)
    room.do(one, acts.ObjectToSetup, poll=poll, **mine)
    room.do(two, acts.ObjectToSetup, poll=poll, **mine)
    room.do(late, acts.ObjectToSetup, poll=poll, **mine)
    room.do(one, acts.CastBallot, poll=poll, replaces=None, choice="for")
    refused(
        foreign,
        room,
        "poll.open: keys-not-ready",
        "poll.open: too-few-offers",
        "credential.offer: offer-too-late",
        "credential.offer: offer-too-late",
        "credential.object: nothing-offered",
        "ballot.batch: not-set-up",
        "poll.setup: setup-mismatch",
        "poll.setup: setup-mismatch",
        "poll.setup: already-set-up",
        "credential.object: credential-listed",
        "credential.object: commitment-mismatch",
        "credential.object: nothing-offered",
        "ballot.cast: wrong-ballot-form",
    )


def broken(raw: bytes, secret: int) -> bytes:
    """A ballot with a proof that does not hold, signed all the same."""
    body = raw[: raw.rindex(b',"signature":')] + b"}"
    at = body.rindex(b'"response":"') + len(b'"response":"')
    return ballot.sign(body[:at] + (b"2" if body[at : at + 1] == b"1" else b"1") + body[at + 1 :], secret)


def test_ballots_and_opening(foreign: Foreign) -> None:
    room = Open()
    poll = room.opened()
    one, two, three, *others = room.voters
    box = room.secret(poll).box
    assert box is not None
    assert box.raw is not None
    cast = room.ballot(one, poll, "for")
    mine = room.codes[two.id, box.election]
    prepared = mine.prepare(box.raw, room.secret(poll).question, b'"for"', room.random)
    tested = mine.spoil(prepared, room.secret(poll).question, b'"for"', room.random)
    lie = tested.replace(b'"choice":[[1,0,0]]', b'"choice":[[0,1,0]]')
    for raw in (lie, tested, tested):
        aside = Aside({notice.name(raw): raw})
        named = {"poll": poll, "hash": prepared.hash, "opening": notice.name(raw)}
        room.serve(acts.SpoilBallot, aside, **named)
    room.batch(poll, ballot.sign(prepared.body, mine.secret))
    room.batch(poll, cast.replace(b'{"challenge"', b'{ "challenge"', 1))
    room.batch(poll, cast.replace(box.election.encode(), b"1" * 22))
    stranger = Credential.new(box.election, room.random)
    room.batch(poll, stranger.cast(box.raw, room.secret(poll).question, b'"for"', room.random))
    room.batch(poll, cast)
    room.batch(poll, cast)
    names = {notice.name(raw): raw for raw in (room.ballot(voter, poll, "for") for voter in (two, three))}
    unsorted = tuple(sorted(names, reverse=True))
    room.serve(acts.CastBatch, Aside(names), poll=poll, ballots=unsorted)
    room.serve(acts.SpoilBallot, Aside({}), poll=poll, hash=prepared.hash[:-1] + "A", opening="0" * 64)
    room.batch(poll, *(room.ballot(voter, poll, "against") for voter in (two, three, *others)))
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.close(poll)
    room.batch(poll, cast)
    room.put(room.voters[0], acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.put(room.chair, acts.DecryptTally, "decryption", b"{}", poll=poll)
    room.serve(acts.PublishTally, poll=poll, result="0" * 64)
    room.decrypt(room.chair, poll)
    room.decrypt(room.chair, poll)
    assert box.tally is not None
    room.put(
        room.desk,
        acts.DecryptTally,
        "decryption",
        tally.decrypt(box.raw, box.tally, 5, room.random),
        poll=poll,
    )
    room.decrypt(room.supervisor, poll)
    room.decrypt(room.desk, poll)
    room.publish(poll)
    refused(
        foreign,
        room,
        "ballot.spoil: bad-spoiled-ballot",
        "ballot.spoil: already-spoiled",
        "ballot.batch: ballot-spoiled",
        "ballot.batch: bad-secret-ballot",
        "ballot.batch: bad-secret-ballot",
        "ballot.batch: unknown-credential",
        "ballot.batch: already-voted",
        "ballot.batch: bad-batch",
        "ballot.spoil: blob-missing",
        "key.decrypt: poll-not-closed",
        "ballot.batch: poll-closed",
        "key.decrypt: not-a-holder",
        "key.decrypt: bad-decryption",
        "tally.publish: keys-missing",
        "key.decrypt: already-sent",
        "key.decrypt: bad-decryption",
        "key.decrypt: enough-keys",
    )


def test_what_else_is_refused(foreign: Foreign) -> None:
    """Blobs that are not there, and what comes too early or too late."""
    room = Open(holders=2)
    room.ready()
    nothing = "0" * 64
    room.do(room.chair, acts.SendCertificate, message=nothing)
    room.make_keys()
    room.do(room.supervisor, acts.SendPolynomial, message=nothing)
    room.do(room.supervisor, acts.SendShare, message=nothing)
    offers = [room.offer(voter) for voter in room.voters]
    poll = room.open_poll()
    one, two, *_ = room.voters
    box = room.secret(poll).box
    assert box is not None
    shown = room.openings[offers[0]]
    lost = {"poll": poll, "salt": b64url(shown.salt)}
    room.serve(acts.SpoilBallot, poll=poll, hash="A" * 43, opening=nothing)
    room.serve(acts.SetUpPoll, poll=nothing, election=nothing, trustees=nothing, credentials=nothing)
    room.set_up(poll)
    room.do(one, acts.ObjectToSetup, **lost, offer=shown.choice.decode() + " ")
    room.spoil(two, poll, "for")
    room.batch(poll, room.ballot(two, poll, "for"))
    room.spoil(two, poll, "against")
    assert box.raw is not None
    stranger = Credential.new(box.election, room.random)
    prepared = stranger.prepare(box.raw, room.secret(poll).question, b'"for"', room.random)
    raw = stranger.spoil(prepared, room.secret(poll).question, b'"for"', room.random)
    named = {"hash": prepared.hash, "opening": notice.name(raw)}
    room.serve(acts.SpoilBallot, Aside({notice.name(raw): raw}), poll=poll, **named)
    room.close(poll)
    room.serve(acts.SpoilBallot, Aside({notice.name(raw): raw}), poll=poll, **named)
    room.set_up(poll)
    room.do(room.chair, acts.DecryptTally, poll=poll, decryption=nothing)
    room.publish(poll)
    refused(
        foreign,
        room,
        "key.certificate: blob-missing",
        "key.polynomial: already-sent",
        "key.share: already-sent",
        "ballot.spoil: blob-missing",
        "poll.setup: unknown-poll",
        "credential.object: commitment-mismatch",
        "ballot.spoil: already-voted",
        "ballot.spoil: unknown-credential",
        "ballot.spoil: poll-closed",
        "poll.setup: poll-closed",
        "key.decrypt: nothing-to-open",
    )


class Noticed(Open):
    """A room whose notice is changed before it is given."""

    def __init__(self, change: Callable[[notice.Notice], notice.Notice]) -> None:
        super().__init__()
        self.change = change

    def sheet(self, questions: tuple[str, ...]) -> notice.Notice:
        return self.change(super().sheet(questions))


def with_keys(told: notice.Notice, *holders: str, threshold: int = 0) -> notice.Notice:
    return msgspec.structs.replace(told, keys=notice.KeyHolders(holders, threshold or len(holders)))


def with_ballot(told: notice.Notice, *ballots: Any) -> notice.Notice:
    items = [
        msgspec.structs.replace(item, ballot=ballot)
        for item, ballot in zip(told.agenda, ballots, strict=True)
    ]
    return msgspec.structs.replace(told, agenda=tuple(items))


NOTICES: dict[str, tuple[Callable[[notice.Notice], notice.Notice], str]] = {
    "nobody holds keys": (lambda told: msgspec.structs.replace(told, keys=msgspec.UNSET), "bad-notice"),
    "a stranger does": (lambda told: with_keys(told, "m" + "0" * 10), "bad-holders"),
    "one holder twice": (lambda told: with_keys(told, *[told.keys.holders[0]] * 2), "bad-holders"),  # type: ignore[union-attr]
    "half of them asked": (lambda told: with_keys(told, *told.keys.holders[:2], threshold=1), "bad-holders"),  # type: ignore[union-attr]
    "too many asked": (lambda told: with_keys(told, *told.keys.holders, threshold=4), "bad-holders"),  # type: ignore[union-attr]
    "secret under named": (lambda told: with_ballot(told, "named", "none"), "bad-notice"),
    "secret under none": (lambda told: with_ballot(told, "none", "none"), "bad-notice"),
    "named without a question": (lambda told: with_ballot(told, "secret", "named"), "bad-notice"),
}


def convened(room: Open) -> bytes:
    """A bundle of nothing but the convening, refused or not."""
    room.convene()
    frame = {one: raw for one, raw in files((HERE / "example.zip").read_bytes()).items() if "/" not in one}
    log = {"log.jsonl": b"".join(entry + b"\n" for entry in room.entries)}
    return pack(frame | log | {f"blobs/{one}": raw for one, raw in room.kept.items()})


@pytest.mark.parametrize("name", NOTICES)
def test_notices(foreign: Foreign, name: str) -> None:
    change, why = NOTICES[name]
    bundle = convened(Noticed(change))
    agree(foreign, bundle)
    assert ("act-refused", "log.jsonl:0", f"hearing.convene: {why}") in (ours(bundle) or set())


AREA = Requirement("area", "for", "gt", (1, 2), "eligible")
QUESTIONS: dict[str, tuple[Question, bool]] = {
    **{name: (question, True) for name, (question, _) in VOTES.items()},
    "ten points": (chosen(Score(-5, 5, "lowest", 1)), True),
    "eleven points": (chosen(Score(-5, 6, "lowest", 1)), False),
    "may be changed": (secret_motion(change="until_close"), False),
    "by area": (
        secret_motion(rule=msgspec.structs.replace(preset("urban.reps"), majority=(AREA,))),
        False,
    ),
    "by building": (secret_motion(breakdown="unit"), False),
    "openly only": (
        secret_motion(rule=msgspec.structs.replace(preset("urban.reps"), secrecy=("open", "named"))),
        False,
    ),
    "secretly only": (
        secret_motion(
            visibility="live", rule=msgspec.structs.replace(preset("urban.reps"), secrecy=("secret",))
        ),
        False,
    ),
    "an agreement": (secret_motion(method="agreement", options=AGREEMENT_OPTIONS), False),
    "a ranking": (chosen(Borda("zero", 1)), False),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions(foreign: Foreign, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.room.encode_question", msgspec.json.encode)
    question, good = QUESTIONS[name]
    bundle = convened(Open(questions=[question]))
    agree(foreign, bundle, Brought(running=True))
    refusal = ("act-refused", "log.jsonl:0", "hearing.convene: bad-blob")
    assert (refusal in (ours(bundle) or set())) is not good


def test_damaged_messages_and_ballots(foreign: Foreign) -> None:
    """Nothing raises but refusals, and both say the same of every record."""
    met: set[str] = set()
    found: set[str] = set()
    for seed in range(GAMES):
        question, choices = VOTES[list(VOTES)[seed % len(VOTES)]]
        room = Damaged(seed, question)
        room.play(choices)
        bundle = room.whole()
        mine = ours(bundle, Brought(running=True))
        assert mine is not None
        agree(foreign, bundle, Brought(running=True), clean=not mine)
        met |= room.refusals
        found |= {code for code, _, _ in mine}
    assert {"bad-key-message", "bad-secret-ballot", "bad-spoiled-ballot", "bad-decryption"} <= met
    assert "bad-archive" in found


def test_a_ballot_whose_proof_does_not_hold(foreign: Foreign) -> None:
    """The service should not have entered it: the record has no rule against it, the archive has."""
    room = Open()
    poll = room.opened()
    box = room.secret(poll).box
    assert box is not None
    ballots = [room.ballot(voter, poll, "for") for voter in room.voters]
    secret = room.codes[room.voters[0].id, box.election].secret
    room.batch(poll, broken(ballots[0], secret), *ballots[1:])
    room.close(poll)
    agree(foreign, room.bundle(), Brought(running=True))
    found = ours(room.bundle(), Brought(running=True)) or set()
    assert {code for code, _, _ in found} == {"bad-archive"}
