"""`hearing verify` on a large record: with helpers, with a progress bar, and alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ballots.bundle import write
from ballots.checkpoint import Checkpoint, sign_checkpoint
from ballots.entry import Entry, parse
from ballots.merkle import Tree, leaf_hash
from deliberation import acts
from deliberation.export import bundle_files
from tests.room import Room, finished, motion
from tests.web.commands.auditor import ROOT, as_json


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "HEARING.zip"
    path.write_bytes(finished().bundle())
    return path


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
