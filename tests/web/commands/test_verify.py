"""`hearing verify` as an auditor uses it: the real command, its exit codes, its two reports."""

import io
import os
import random
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ballots.bundle import read_from, write
from ballots.encoding import groups, parse_utc
from ballots.entry import parse
from deliberation.audit import Expectations
from deliberation.export import bundle_files, hearing_file
from tests.room import Room, finished, motion, text
from tests.web.commands.auditor import ROOT, as_json, hearing
from web.commands.report import Writer, local
from web.commands.verify import verify
from web.texts import LANGUAGES, Language, texts

SHANGHAI = timedelta(hours=8)


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
    for lang, said in (("zh", "到此为止没有不符"), ("en", "Nothing that does not fit so far")):
        told = hearing(path, "--lang", lang)
        assert told.returncode == 1
        assert told.stdout.startswith(said)
        assert "○ log.jsonl: " in told.stdout
        assert "[unfinished]" in told.stdout
        assert "✕" not in told.stdout
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
    assert f"公告的开会时间：{starts}；最晚一项操作：{there}。" in lines(room, latest, "zh")
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
