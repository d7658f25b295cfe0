"""`hearing verify` as an auditor uses it: the real command, its exit codes, its two reports."""

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ballots.bundle import read_from, write
from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.encoding import groups, parse_utc
from ballots.entry import Entry, parse
from ballots.merkle import Tree, leaf_hash
from deliberation import acts
from deliberation.audit import Expectations
from deliberation.export import bundle_files, hearing_file
from tests.room import Room, finished, motion, text
from web.commands.verify import verify
from web.report import Writer, local
from web.texts import LANGUAGES, Language, texts

ROOT = Path(__file__).parents[3]
SHANGHAI = timedelta(hours=8)


def hearing(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web.cli", "verify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
    )


@pytest.fixture(scope="module")
def room() -> Room:
    return finished()


@pytest.fixture(scope="module")
def bundle(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "HEARING.zip"
    path.write_bytes(room.bundle())
    return path


def anchor(room: Room) -> str:
    return hearing_file(room.hearing.state).anchor


def test_without_an_anchor_the_first_line_says_that_it_is_tied_to_nothing(room: Room, bundle: Path) -> None:
    done = hearing(bundle)
    assert done.returncode == 0
    assert done.stderr == ""
    first, *rest = done.stdout.splitlines()
    assert first.startswith("Consistent, not tied to a known community.")
    assert groups(anchor(room), 4) in first
    assert "■ Clear the gate?: Passed." in rest
    assert "  For 3 · Against 0 · Abstain 0" in rest
    assert "  ✓ 3 for > 1/2 of 3 present (1½): majority reached" in rest


def test_with_the_anchor_it_is_clean(room: Room, bundle: Path) -> None:
    spoken = groups(anchor(room), 4).lower()
    done = hearing(bundle, "--anchor", spoken)
    assert done.returncode == 0
    assert done.stdout.startswith("Clean:")
    other = hearing(bundle, "--anchor", "0" * 16)
    assert other.returncode == 1
    assert "[other-community]" in other.stdout
    assert hearing(bundle, "--anchor", "short").returncode == 2


def test_it_speaks_chinese(bundle: Path) -> None:
    done = hearing(bundle, "--lang", "zh")
    assert done.stdout.startswith("前后一致")
    assert "■ Clear the gate?: 通过。" in done.stdout
    assert "  ✓ 实到 3，同意 3 > 1/2（1½）：达到通过要求" in done.stdout.splitlines()
    assert hearing(bundle, LC_ALL="zh_CN.UTF-8", PYTHONUTF8="1").stdout == done.stdout


def test_what_is_no_bundle(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear auditor")
    os.mkfifo(tmp_path / "pipe")
    unreadable = (tmp_path, tmp_path / "pipe", Path("/dev/zero"))
    for unusable in (tmp_path / "letter.txt", tmp_path / "nothing.zip", *unreadable):
        done = hearing(unusable)
        assert done.returncode == 2
        assert done.stdout == ""
        assert str(unusable) in done.stderr
        assert "Traceback" not in done.stderr
    assert hearing(bundle, "--since", tmp_path / "letter.txt").returncode == 2
    for option in ("--since", "--receipt", "--openings"):
        for unusable in unreadable:
            done = hearing(bundle, option, unusable)
            assert (done.returncode, done.stdout) == (2, "")
            assert f"{unusable}: not a regular file" in done.stderr


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_that_cannot_be_used_is_told_in_words(lang: Language, bundle: Path, tmp_path: Path) -> None:
    words = texts(lang)["verify"]["command"]["why"]  # type: ignore[arg-type]
    cut, bare = tmp_path / "cut.zip", tmp_path / "bare.zip"
    cut.write_bytes(bundle.read_bytes()[:-100])
    with zipfile.ZipFile(bare, "w") as archive:
        archive.writestr("log.jsonl", "")
    for path, why in (
        (cut, words["no-zip"]),
        (bare, words["lacking"].format("checkpoint")),
        (tmp_path / "nothing.zip", words["missing"]),
        (tmp_path, words["not-regular"]),
    ):
        for arguments in ((path,), (bundle, "--since", path)):
            done = hearing(*arguments, "--lang", lang)
            assert (done.returncode, done.stdout) == (2, "")
            assert done.stderr.rstrip().endswith(f"{path}: {why}")
    for option in ("--receipt", "--openings"):
        done = hearing(bundle, option, tmp_path / "nothing", "--lang", lang)
        assert done.stderr.rstrip().endswith(words["missing"])


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_who_reads_only_the_beginning_gets_no_traceback(bundle: Path, form: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "web.cli", "verify", bundle, *form],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_receipts_and_an_earlier_bundle(room: Room, bundle: Path, tmp_path: Path) -> None:
    good, forged, earlier = tmp_path / "a.tlog-proof", tmp_path / "b.tlog-proof", tmp_path / "earlier.zip"
    good.write_bytes(room.receipt(12).encode())
    forged.write_bytes(room.receipt(12).encode().replace(b"index 12", b"index 11"))
    with earlier.open("wb") as out:
        write(bundle_files(room.hearing.state, room.entries[:9], room.note()), out)
    done = hearing(bundle, "--receipt", good, "--since", earlier)
    assert done.returncode == 0
    fits = "Of what you brought, this fits: "
    held = f"{fits}the earlier record (9 acts; this one begins with it) · receipts: 1 of 1"
    assert done.stdout.splitlines()[1] == held
    assert fits not in hearing(bundle).stdout
    refused = hearing(bundle, "--receipt", good, "--receipt", forged)
    assert refused.returncode == 1
    first, finding, held, *_ = refused.stdout.splitlines()
    assert first.startswith("Findings: 1.")
    assert "receipt 2" in finding
    assert "[bad-receipt]" in finding
    assert held == f"{fits}receipts: 1 of 2"
    forked = hearing(earlier, "--since", bundle, "--running").stdout
    assert "[not-a-prefix]" in forked
    assert fits not in forked


def test_openings_give_the_voters_names(room: Room, bundle: Path, tmp_path: Path) -> None:
    openings = tmp_path / "openings.json"
    openings.write_bytes(room.roll_openings())
    done = hearing(bundle, "--openings", openings)
    assert done.returncode == 0
    seats = len(room.hearing.state.seats)
    assert f"cards of the roll: {seats} of {seats}" in done.stdout.splitlines()[1]
    assert "The names are as the file of openings says" in done.stdout.splitlines()[2]
    assert "姓名是名册对照文件所写" in hearing(bundle, "--openings", openings, "--lang", "zh").stdout
    assert "names" not in hearing(bundle).stdout
    for voter in room.voters:
        assert f"    Person {voter.id}: For" in done.stdout.splitlines()
        assert voter.id not in hearing(bundle).stdout


def test_a_running_hearing_is_a_finding_unless_it_is_known(tmp_path: Path) -> None:
    room = Room()
    room.ready()
    path = tmp_path / "running.zip"
    path.write_bytes(room.bundle())
    assert hearing(path).returncode == 1
    assert "[unfinished]" in hearing(path).stdout
    assert hearing(path, "--running").returncode == 0


def lines(room: Room, now: datetime, lang: Language = "en") -> list[str]:
    """The report of an auditor whose clock says `now`."""
    expected = Expectations()
    return list(Writer(verify(read_from(io.BytesIO(room.bundle())), expected), expected, lang, now).lines())


def test_times_are_those_of_the_community(room: Room, bundle: Path) -> None:
    latest = parse_utc(parse(room.entries[-1]).at)
    assert (latest.hour, room.hearing.state.notice.starts) == (8, "2026-11-21T08:00:00.000Z")
    starts, there = (
        "2026-11-21 16:00 (Asia/Shanghai)",
        f"2026-11-21 {latest + SHANGHAI:%H:%M} (Asia/Shanghai)",
    )
    told = f"Beginning as announced: {starts}. Latest act: {there}."
    assert told in lines(room, latest)
    assert f"通知的开会时间：{starts}；最晚一项操作：{there}。" in lines(room, latest, "zh")
    assert told in hearing(bundle).stdout.splitlines()


@pytest.mark.parametrize("zone", ["Moon/Base", "Asia", "/", "zone//", "-", "a/" * 31 + "b"])
def test_a_zone_that_nobody_knows_is_told_in_utc(zone: str) -> None:
    assert local(datetime(2026, 11, 21, 8, tzinfo=UTC), zone) == "2026-11-21 08:00 (UTC)"


def test_times_at_the_ends_of_the_calendar() -> None:
    assert local(datetime.max.replace(tzinfo=UTC), "Asia/Shanghai") == "9999-12-31 23:59 (UTC)"
    assert local(datetime.min.replace(tzinfo=UTC), "America/Lima") == "0001-01-01 00:00 (UTC)"


def test_an_act_after_the_auditors_clock_is_a_remark_and_no_finding(room: Room) -> None:
    latest = parse_utc(parse(room.entries[-1]).at)
    early = lines(room, latest - timedelta(hours=3))
    assert early[0].startswith("Consistent")
    [remark] = [line for line in early if "this computer's clock" in line]
    assert f"{latest - timedelta(hours=3) + SHANGHAI:%Y-%m-%d %H:%M} (Asia/Shanghai)" in remark
    assert any("晚于这台电脑的时钟" in line for line in lines(room, latest - timedelta(hours=3), "zh"))
    for now in (latest - timedelta(seconds=60), latest, latest + timedelta(days=900)):
        assert not any("clock" in line for line in lines(room, now))


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "verdict", "hearing", "title", "community", "origin", "rehearsal", "anchor", "tied", "size",
        "signatures", "finished", "latest", "own_rules", "polls", "moments", "findings",
    ],
    "properties": {
        "verdict": {"enum": ["clean", "consistent", "findings"]},
        "hearing": {"type": ["string", "null"]},
        "title": {"$ref": "#/$defs/words"},
        "community": {"$ref": "#/$defs/words"},
        "origin": {"type": ["string", "null"]},
        "rehearsal": {"type": "boolean"},
        "anchor": {"type": "string", "pattern": "^[0-9A-Z]{16}$|^$"},
        "tied": {"type": ["boolean", "null"]},
        "size": {"type": "integer"},
        "signatures": {"type": "integer"},
        "finished": {"type": "boolean"},
        "latest": {"type": "string"},
        "own_rules": {"type": "array", "items": {"type": "string"}},
        "polls": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "question", "stage", "void_reason", "result", "votes"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "question": {"$ref": "#/$defs/words"},
                    "stage": {"enum": ["open", "closed", "revealed", "published", "void"]},
                    "void_reason": {"type": ["string", "null"]},
                    "result": {"type": ["object", "null"], "required": ["decision", "comparisons"]},
                    "votes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["member", "name", "choice"],
                            "properties": {"member": {"type": "string"}, "name": {"type": ["string", "null"]}, "choice": {}},
                        },
                    },
                },
            },
        },
        "moments": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["what", "poll", "size", "fingerprint"],
                "properties": {
                    "what": {"enum": ["opened", "closed", "result", "adjourned"]},
                    "poll": {"type": ["string", "null"]},
                    "size": {"type": "integer"},
                    "fingerprint": {"type": "string", "pattern": "^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$"},
                },
            },
        },
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["code", "where", "detail"],
                "properties": {"code": {"type": "string"}, "where": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "$defs": {"words": {"type": ["object", "null"], "required": ["zh", "en"]}},
}  # fmt: skip


def as_json(*arguments: str | Path) -> dict[str, Any]:
    done = hearing(*arguments, "--json")
    told: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    assert (told["verdict"] == "findings") == (done.returncode == 1)
    return told


def test_the_report_for_programs(room: Room, bundle: Path, tmp_path: Path) -> None:
    told = as_json(bundle)
    assert (told["verdict"], told["tied"], told["size"], told["finished"]) == (
        "consistent",
        None,
        len(room.entries),
        True,
    )
    assert told["latest"] == parse(room.entries[-1]).at
    assert told["polls"][0]["result"]["decision"] == "passed"
    assert [vote["choice"] for vote in told["polls"][0]["votes"]] == ["for"] * 3
    assert [moment["what"] for moment in told["moments"]] == ["opened", "closed", "result", "adjourned"]
    assert as_json(bundle, "--anchor", anchor(room))["verdict"] == "clean"

    empty = tmp_path / "empty.zip"
    with empty.open("wb") as out:
        write(bundle_files(room.hearing.state, [], room.note()), out)
    told = as_json(empty)
    assert (told["hearing"], told["latest"]) == (None, "")
    assert "not-convened" in {finding["code"] for finding in told["findings"]}


def test_changed_bytes_are_found(bundle: Path, tmp_path: Path) -> None:
    raw = bundle.read_bytes()
    rng = random.Random(7)
    for index in rng.sample(range(len(raw)), 12):
        changed = tmp_path / "changed.zip"
        changed.write_bytes(raw[:index] + bytes([raw[index] ^ (1 << rng.randrange(8))]) + raw[index + 1 :])
        done = hearing(changed)
        assert done.returncode in (1, 2), f"byte {index}: {done.stdout}"
        assert "Traceback" not in done.stderr


def test_titles_cannot_steer_the_terminal(tmp_path: Path) -> None:
    room = finished(questions=[motion(title=text("Gate\x1b[2J\x1b[HClean:\u202e"))])
    path = tmp_path / "sly.zip"
    path.write_bytes(room.bundle())
    done = hearing(path)
    assert done.returncode == 0
    assert "Gate" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def large() -> Room:
    """Some 1,300 acts, enough for helpers to be called."""
    room = Room(voters=40, questions=[motion(f"q{n}", visibility="live") for n in range(28)])
    room.ready()
    for number in range(len(room.questions)):
        poll = room.open_poll(number)
        for voter in room.voters:
            room.vote(voter, poll, "for")
        room.close(poll)
        room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def test_a_large_record_is_checked_by_helpers(tmp_path: Path) -> None:
    room = large()
    path = tmp_path / "large.zip"
    path.write_bytes(room.bundle())
    assert as_json(path)["signatures"] == len(room.entries)

    changed = list(room.entries)
    entry = parse(changed[700])
    head, payload, _ = entry.jws.split(".")
    signature = parse(changed[701]).jws.split(".")[2]
    changed[700] = Entry(entry.seq, entry.at, f"{head}.{payload}.{signature}").raw
    tree = Tree()
    for raw in changed:
        tree.append(leaf_hash(raw))
    note = sign_checkpoint(room.service, Checkpoint(room.origin, tree.size, tree.root()))
    with path.open("wb") as out:
        write(bundle_files(room.hearing.state, changed, note), out)
    found = as_json(path)["findings"]
    assert {"code": "bad-signature", "where": "log.jsonl:700"}.items() <= found[0].items()


def test_a_terminal_shows_progress(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    path = tmp_path / "large.zip"
    path.write_bytes(large().bundle())
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "web.cli", "verify", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, check=False, cwd=ROOT)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert re.search(r"█+░+ \d+ / 1,\d{3}", shown)
    assert shown.endswith("\r\x1b[K")


WITHOUT_ANYTHING = """
import socket, sys
def refuse(*_): raise AssertionError("the network was used")
socket.socket.connect = refuse
from web.cli import main
code = main(["verify", sys.argv[1]])
loaded = {"litestar", "sqlalchemy", "uvicorn", "alembic"} & set(sys.modules)
assert not loaded, loaded
sys.exit(code)
"""

KILLED = """
import os, signal, sys
from tests.room import finished
from deliberation.replay import Log
from web.parallel import Helpers
room = finished()
signatures = list(Log([]).read(room.entries)[1].values())
public, message, signature = signatures[3]
signatures[3] = (public, message + b"x", signature)
with Helpers(1) as helpers:
    before = helpers(signatures)
    assert before() == [3]
    for pid in list(helpers._pool._processes):
        os.kill(pid, signal.SIGKILL)
    assert [helpers(signatures)() for _ in range(4)] == [[3]] * 4
with Helpers(0) as alone:
    assert alone(signatures)() == [3]
"""


@pytest.mark.parametrize("script", [WITHOUT_ANYTHING, KILLED], ids=["offline", "killed helpers"])
def test_alone(bundle: Path, script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", script, str(bundle)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_every_finding_is_told_in_plain_words() -> None:
    sources = [*(ROOT / "ballots").glob("*.py"), *(ROOT / "deliberation").glob("*.py")]
    found = {
        code
        for source in sources
        for code in re.findall(
            r'(?:Finding\(|_at\([\w.]+, )\s*"([a-z-]+)"', source.read_text(encoding="utf-8")
        )
    }
    assert len(found) > 30
    for lang in LANGUAGES:
        told = texts(lang)["findings"]
        assert set(told) == found
        assert all(sentence.strip() for sentence in told.values())
