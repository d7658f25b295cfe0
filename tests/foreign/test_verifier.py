"""A verifier in Go, written from docs/spec.md alone, and ours say the same of every bundle."""

import hashlib
import json
import random
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ballots.entry import Entry
from tests.foreign.verdicts import (
    SOURCE,
    Brought,
    Foreign,
    agree,
    environment,
    files,
    ours,
    pack,
    with_entries,
)
from tests.programs import require
from tests.room import Person, Room, finished, motion
from tests.vectors.example import HERE, Example

pytestmark = pytest.mark.foreign

EXAMPLE = (HERE / "example.zip").read_bytes()
NAMES = (HERE / "example-openings.json").read_bytes()
SPEC = Path(__file__).parents[2] / "docs/spec.md"
FLIPS = 300


def test_it_reads_the_test_vectors(tmp_path: Path) -> None:
    done = subprocess.run(
        [require("go"), "test", "-v"],
        cwd=SOURCE,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    named = set(re.findall(r"--- PASS: Test(\w+) ", done.stdout))
    checked = {
        "Signatures",
        "Merkle",
        "Consistency",
        "Checkpoints",
        "Cosignatures",
        "Receipts",
        "Tokens",
        "Secret",
    }
    assert named == checked | {"Example", "LeftOut"}


def test_the_readme_is_the_one_that_the_specification_names() -> None:
    """Where the README changes, its SHA-256 changes in docs/spec.md and in the verifiers that know it."""
    named = hashlib.sha256(files(EXAMPLE)["README.txt"]).hexdigest()
    assert f"`{named}`" in SPEC.read_text(encoding="utf-8")
    assert f'"{named}"' in (SOURCE / "audit.go").read_text(encoding="utf-8")


def test_what_it_prints(foreign: Foreign) -> None:
    told = json.loads((HERE / "example.json").read_bytes())
    alone = foreign.run(EXAMPLE)
    assert (alone.returncode, alone.stdout) == (0, "")
    assert told["fingerprint"] in alone.stderr
    assert "not tied to a known community" in alone.stderr
    tied = foreign.run(EXAMPLE, Brought(anchor=told["anchor"], openings=NAMES))
    assert (tied.returncode, tied.stdout) == (0, "")
    assert "not tied" not in tied.stderr
    unfit = foreign.run(EXAMPLE, Brought(anchor="0" * 16))
    assert unfit.returncode == 1
    assert json.loads(unfit.stdout) == {"code": "other-community", "where": "hearing.json"}
    assert foreign.run(b"no archive").returncode == 2


def played() -> Iterator[Room]:
    yield from (finished(voters) for voters in (1, 4, 40))
    yield finished(3, questions=[motion(visibility="live")])
    yield finished(3, questions=[motion(rule="urban.assembly")])
    areas = [Person("representative", heads=1, area=area) for area in (6_667, 3_333_333, 2**53 - 10**8)]
    yield finished(people=areas, questions=[motion(rule="owners.ordinary")])
    example = Example()
    example.play()
    yield example


def test_honest_meetings_are_clean(foreign: Foreign) -> None:
    for room in played():
        assert foreign.findings(room.bundle()) == set()


def test_a_meeting_that_goes_on(foreign: Foreign) -> None:
    room = Room()
    room.ready()
    room.vote(room.voters[0], room.open_poll(), "for")
    assert foreign.findings(room.bundle(), Brought(running=True)) == set()
    assert foreign.findings(room.bundle()) == {("unfinished", "log.jsonl", "")} == ours(room.bundle())


def test_flipped_bits(foreign: Foreign) -> None:
    """Anywhere in a meeting's bundle; and in one with secret polls, which takes longer, in each of its files."""
    dice = random.Random(1)
    small = finished(4).bundle()
    flips = [(small, at) for at in dice.sample(range(len(small)), FLIPS)]
    with zipfile.ZipFile(HERE / "example.zip") as archive:
        starts = [*(file.header_offset for file in archive.infolist()), archive.start_dir, len(EXAMPLE)]
    flips += [(EXAMPLE, dice.randrange(start, end)) for start, end in pairwise(starts)]
    assert len(flips) > FLIPS + 40
    for bundle, at in flips:
        flipped = bytearray(bundle)
        flipped[at] ^= 1 << dice.randrange(8)
        agree(foreign, bytes(flipped))


def renumbered(entries: list[bytes]) -> list[bytes]:
    told = (json.loads(entry) for entry in entries)
    return [Entry(seq, one["at"], one["jws"]).raw for seq, one in enumerate(told)]


def later(entry: bytes, at: str) -> bytes:
    told = json.loads(entry)
    return Entry(told["seq"], at, told["jws"]).raw


CHANGES: dict[str, Callable[[list[bytes], int], list[bytes]]] = {
    "drop": lambda log, at: log[:at] + log[at + 1 :],
    "repeat": lambda log, at: log[: at + 1] + log[at:],
    "swap": lambda log, at: log[:at] + log[at : at + 2][::-1] + log[at + 2 :],
    "truncate": lambda log, at: log[:at],
    "drop and renumber": lambda log, at: renumbered(log[:at] + log[at + 1 :]),
    "repeat and renumber": lambda log, at: renumbered(log[: at + 1] + log[at:]),
    "swap and renumber": lambda log, at: renumbered(log[:at] + log[at : at + 2][::-1] + log[at + 2 :]),
    "early": lambda log, at: [*log[:at], later(log[at], "2026-11-21T07:59:59.999Z"), *log[at + 1 :]],
    "late": lambda log, at: [*log[:at], later(log[at], "2026-11-22T00:00:00.000Z"), *log[at + 1 :]],
    "empty line": lambda log, at: [*log[:at], b"", *log[at:]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_log(foreign: Foreign, change: str) -> None:
    """With the old checkpoint, and with one by the operator's key."""
    room = finished(2)
    for at in range(1, len(room.entries) - 1, 3):
        log = CHANGES[change](room.entries, at)
        agree(foreign, with_entries(room, log), clean=log == room.entries)
        agree(foreign, with_entries(room, log, signed=False))


def test_the_end_changes(foreign: Foreign) -> None:
    room = finished(2)
    for log in ([], room.entries[:-1], [*room.entries, b"x"], [*room.entries[:-1], b"x" * 70_000]):
        agree(foreign, with_entries(room, log))
    contents = files(room.bundle())
    for raw in (b"", b"\n", contents["log.jsonl"][:-1], contents["log.jsonl"] + b"\n"):
        agree(foreign, pack(contents | {"log.jsonl": raw}))


def test_exchanged_missing_and_foreign_files(foreign: Foreign) -> None:
    contents = files(EXAMPLE)
    foreign_names = [
        f"blobs/{'0' * 64}",
        "blobs/x",
        f"results/{'0' * 64}.json",
        "results/x",
        f"secret/{'0' * 64}.bel",
        "secret/x.bel",
        "secret/x",
        "cvr/x.json",
        "x",
    ]
    for name in foreign_names:
        agree(foreign, pack(contents | {name: b"x"}))
    names = list(contents)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        agree(foreign, pack({one: raw for one, raw in contents.items() if one != name}))
        agree(foreign, pack(contents | {name: contents[name] + b" "}))
        agree(foreign, pack(contents | {name: contents[other], other: contents[name]}))


def test_what_an_auditor_brings(foreign: Foreign) -> None:
    room, another = finished(2), finished(2)
    bundle, receipt = room.bundle(), room.receipt(5).encode()
    earlier = with_entries(room, room.entries[:9])
    fork = with_entries(room, [*room.entries[:-1], later(room.entries[-1], "2026-11-22T00:00:00.000Z")])
    agree(foreign, bundle, Brought(receipts=[receipt, room.receipt(0).encode()], earlier=earlier), clean=True)
    agree(foreign, bundle, Brought(openings=room.roll_openings()), clean=True)
    for found in (another.receipt(5).encode(), receipt[:-1], b"", receipt.replace(b"index 5", b"index 6")):
        agree(foreign, bundle, Brought(receipts=[receipt, found]))
    agree(foreign, fork, Brought(receipts=[receipt]))
    agree(foreign, earlier, Brought(receipts=[receipt], running=True))
    agree(foreign, fork, Brought(earlier=bundle))
    agree(foreign, earlier, Brought(earlier=bundle, running=True))
    told = json.loads(room.roll_openings())
    first, second, *others = told["members"]
    for members in (
        [first, *others],
        [first, first, second, *others],
        [first | {"id": "m" + "0" * 10}, second, *others],
        [first | {"salt": second["salt"]}, second, *others],
        [first, second, *(one | {"token": others[0]["token"]} for one in others)],
    ):
        raw = json.dumps(told | {"members": members}, separators=(",", ":")).encode()
        agree(foreign, bundle, Brought(openings=raw))
    agree(foreign, bundle, Brought(openings=another.roll_openings()))
    agree(foreign, bundle, Brought(openings=b"{}"))
