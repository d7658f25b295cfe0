"""Secret polls: belenios-tool accepts every archive, and the verifier in Go says what ours says of every record."""

from pathlib import Path

import pytest

from tests.foreign.secret_rooms import MOTION, VOTES, accepted, boxes, finished, unfinished
from tests.foreign.unruly_secret import Damaged
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours
from tests.secret_room import secret_motion
from tests.vectors.example import HERE

pytestmark = pytest.mark.foreign


GAMES = 16


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
