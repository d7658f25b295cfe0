"""Secret polls: the page's verifier and the command's find the same, and count to the same results."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from ballots.secret import archive
from ballots.secret.archive import Step, Writer
from deliberation.export import archive_files
from tests.ballots.secret.outsider import outsider
from tests.client.verify.meetings import Cheat
from tests.client.verify.secret_meetings import HONEST, MOTION, finished, keys_made_anew, unfinished
from tests.client.verify.test_agreement import ROOT, by_command, by_page, ours, packed, theirs
from tests.room import Room
from tests.secret_refusals import MEETINGS
from tests.secret_room import SecretRoom, secret_motion
from tests.secret_tries import Attempt


def test_honest_meetings_are_counted_alike(tmp_path: Path, built: object) -> None:
    rooms = {name: made() for name, made in HONEST.items()} | dict(unfinished())
    bundles = {name: room.bundle() for name, room in rooms.items()}
    decisions = set()
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert theirs(told) == ours(report), name
        codes = {finding.code for finding in report.findings}
        left_out = {"credential-left-out"} if name == "left out" else set()
        assert codes - {"unfinished", "no-result"} == left_out, name
        assert report.state is not None
        results = {
            poll.id: json.loads(poll.result_bytes)
            for poll in report.state.polls.values()
            if poll.result_bytes
        }
        recounts = {poll["id"]: poll["result"] for poll in told["hearing"]["polls"] if poll["result"]}
        assert recounts == results
        decisions |= {result["decision"] for result in results.values()}
    assert decisions == {"passed", "counted", "tied", "decided", "vacant", "rejected", "unopened", "void"}


def tried(room: Room, attempts: Iterator[Attempt]) -> tuple[bytes, list[str]]:
    """The bundle of a service that writes down what it should refuse, and what should be said of it."""
    expected, kept = [], dict[str, bytes]()
    for attempt in attempts:
        if not attempt.door:
            Cheat(room).force(attempt.key, attempt.act)
            kept |= attempt.aside.blobs
            expected.append(attempt.code)
    files = {f"blobs/{name}": raw for name, raw in kept.items()}
    return packed(room, **files), expected


@functools.cache
def refused() -> dict[str, tuple[bytes, list[str]]]:
    return {name: tried(room := made(), meeting(room)) for name, (made, meeting) in MEETINGS.items()}


def test_every_refusal_is_named_alike(tmp_path: Path, built: object) -> None:
    bundles = {name: bundle for name, (bundle, _) in refused().items()}
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        in_order = sorted(
            (f for f in report.findings if f.code == "act-refused"), key=lambda f: int(f.where.split(":")[1])
        )
        assert [f.detail.split(": ")[1].split(" ")[0] for f in in_order] == refused()[name][1], name
        said = [f["detail"].split(": ")[1] for f in told["findings"] if f["code"] == "act-refused"]
        assert said == refused()[name][1], name
        assert theirs(told) == ours(report), name


AT_THE_DOOR = {"opening-missing", "unknown-key"}
"""Of an offer, seen when it comes in; in a bundle it leaves no trace, or is found in acts of any kind."""


def test_no_refusal_is_forgotten() -> None:
    fold = ("holders", "credentials", "secret")
    sources = "".join((ROOT / f"deliberation/{name}.py").read_text(encoding="utf-8") for name in fold)
    raised = re.findall(r"Refused\(([^)]*)", sources)
    codes = {code for said in raised for code in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', said)}
    assert len(codes) > 25
    assert codes - {code for _, expected in refused().values() for code in expected} == AT_THE_DOOR


def written(raw: bytes, steps: list[Step]) -> bytes:
    """The events of an archive written again, dropped, repeated, moved or changed; hashes are made to fit."""
    made = Writer(int(json.loads(raw[512:].split(b"}")[0] + b"}")["timestamp"]))
    for step in steps:
        if step.kind == "Setup":
            made.setup(step.parts["election"], step.parts["trustees"], step.parts["credentials"])
        elif step.kind == "PartialDecryption":
            made.partial_decryption(json.loads(step.parts["owned"])["owner"], step.parts["decryption"])
        else:
            made.event(step.kind, list(step.parts.values()))
    return bytes(made.raw)


def exchanged(step: Step, part: str, raw: bytes) -> Step:
    return step._replace(parts={**step.parts, part: raw})


def archives(room: SecretRoom) -> dict[str, bytes]:
    return archive_files(room.hearing.state)


def mixed_up() -> Iterator[tuple[str, bytes]]:
    """The archives of two polls, of which one is missing or in the place of the other."""
    room = keys_made_anew()
    (one, first), (two, second) = archives(room).items()
    for name, changes in {
        "missing": {one: None},
        "both missing": {one: None, two: None},
        "swapped": {one: second, two: first},
        "same twice": {two: first},
    }.items():
        yield name, packed(room, **changes)


def altered() -> Iterator[tuple[str, bytes]]:
    """An archive that is not that of the record."""
    room, other = (finished(secret_motion(), MOTION[:5], voters=5) for _ in range(2))
    for name, changes in others(room, other):
        yield name, packed(room, **changes)


def others(room: SecretRoom, other: SecretRoom) -> Iterator[tuple[str, dict[str, bytes]]]:
    ((one, first),) = archives(room).items()
    ((_, second),) = archives(other).items()
    steps = list(archive.read(first))
    places = {step.kind: step.height for step in reversed(steps)}
    ballot, end, opened = places["Ballot"], places["EndBallots"], places["PartialDecryption"]
    foreign = list(archive.read(second))[ballot].parts["ballot"]
    cast = steps[ballot].parts["ballot"]
    changed = exchanged(steps[ballot], "ballot", cast.replace(b'"challenge":"', b'"challenge":"1', 1))
    decryption = steps[opened].parts["decryption"]
    forged = exchanged(steps[opened], "decryption", decryption.replace(b'"response":"', b'"response":"1', 1))
    more = exchanged(steps[-1], "result", b'{"result":[[4,1,0]]}')
    yield "empty", {one: b""}
    yield "cut", {one: first[:-512]}
    yield "longer", {one: first + bytes(512)}
    yield "one more", {f"secret/{'0' * 64}.bel": first}
    yield "no archive", {"secret/q1.bel": b"Dear auditor"}
    yield "a copy", {"secret/copy.bel": second}
    for name, events in {
        "dropped": steps[:ballot] + steps[ballot + 1 :],
        "repeated": [*steps[: ballot + 1], *steps[ballot:]],
        "moved": [*steps[:ballot], steps[ballot + 1], steps[ballot], *steps[ballot + 2 :]],
        "altered": [*steps[:ballot], changed, *steps[ballot + 1 :]],
        "foreign": [*steps[:end], exchanged(steps[ballot], "ballot", foreign), *steps[end:]],
        "late": [*steps[: end + 1], steps[ballot], *steps[end + 1 :]],
        "never closed": steps[:end] + steps[end + 1 :],
        "forged opening": [*steps[:opened], forged, *steps[opened + 1 :]],
        "another opening": [*steps[:-1], more],
        "not opened": steps[:-1],
        "opened twice": [*steps, steps[-1]],
    }.items():
        yield name, {one: written(first, events)}
    for name, part in (("setup", "credentials"), ("keys", "trustees"), ("election", "election")):
        raw = exchanged(steps[0], part, next(archive.read(second)).parts[part])
        yield f"other {name}", {one: written(first, [raw, *steps[1:]])}


def test_archives_of_another_record_are_named_alike(tmp_path: Path, built: object) -> None:
    bundles = dict(mixed_up()) | dict(altered())
    seen = set()
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        codes = {finding.code for finding in report.findings} - {"unfinished"}
        assert codes & {"archive-missing", "archive-unknown", "archive-differs"}, name
        assert theirs(told) == ours(report), name
        seen |= {finding.detail.split(":")[0] for finding in report.findings if finding.code == "bad-archive"}
    assert len(seen) > 8


def swindled() -> Iterator[tuple[str, SecretRoom]]:
    """Records whose acts are all allowed, with a proof that does not hold, or a number that is no element."""
    room = SecretRoom()
    poll = room.opened()
    box = room.secret(poll).box
    assert box is not None
    assert box.raw is not None
    mine = room.codes[room.voters[0].id, box.election]
    room.batch(poll, outsider(box.raw, mine.secret, room.random))
    room.batch(poll, *[room.ballot(voter, poll, "for") for voter in room.voters[1:]])
    room.close(poll)
    yield "a ballot with a number that is no element", room
    room = SecretRoom()
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    poll = room.open_poll()
    room.set_up(poll, [*room.offered(poll)[1:], "4"])
    room.batch(poll, *[room.ballot(voter, poll, "for") for voter in room.voters[1:]])
    room.close(poll)
    room.open_and_publish(poll)
    yield "a credential that is no element", room
    room = SecretRoom()
    poll = room.opened()
    room.vote_all(poll, MOTION[:5])
    raw = room.ballot(room.voters[5], poll, "for")
    box = room.secret(poll).box
    assert box is not None
    proof = raw.rindex(b'"response":"') + 12
    room.batch(poll, raw[:proof] + (b"2" if raw[proof : proof + 1] == b"1" else b"1") + raw[proof + 1 :])
    room.close(poll)
    room.open_and_publish(poll)
    yield "a ballot that its credential has not signed", room


def test_proofs_that_do_not_hold_are_named_alike(tmp_path: Path, built: object) -> None:
    rooms = dict(swindled())
    bundles = {name: room.bundle() for name, room in rooms.items()}
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert "bad-archive" in {finding.code for finding in report.findings}, name
        assert "act-refused" not in {finding.code for finding in report.findings}, name
        assert theirs(told) == ours(report), name
