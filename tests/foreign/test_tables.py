"""The tables of docs/spec.md: who may sign what and when, what a comment is, and what minutes are."""

import hashlib
from typing import Any

import pytest

from deliberation import acts
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Brought, Foreign, agree, files, pack

pytestmark = pytest.mark.foreign

NOTHING = "0" * 64
SALT = b"\xff" + bytes(31)

KINDS: dict[type[acts.Act], dict[str, Any]] = {
    acts.Open: {},
    acts.Adjourn: {},
    acts.EndRole: {"member": "m" + "0" * 10, "reason": "ill"},
    acts.AmendRoll: {"add": [], "remove": [], "reason": "omitted"},
    acts.Revoke: {"device": "A" * 43, "reason": "lost", "reballot": False},
    acts.ComeIn: {"member": "m" + "0" * 10, "code": None},
    acts.GoOut: {"member": "m" + "0" * 10},
    acts.CallItem: {"item": "roof"},
    acts.PostComment: {"item": "roof", "text": NOTHING},
    acts.HideComment: {"comment": NOTHING, "reason": "rude"},
    acts.EraseBlob: {"blob": NOTHING, "reason": "rude"},
    acts.RequestFloor: {"item": "roof"},
    acts.WithdrawFloor: {"request": NOTHING},
    acts.GiveFloor: {"request": NOTHING, "seconds": 60},
    acts.EndFloor: {"request": NOTHING},
    acts.OpenPoll: {"item": "roof", "question": NOTHING, "closes": None},
    acts.CastBallot: {"poll": NOTHING, "replaces": None, "choice": "for"},
    acts.ClosePoll: {"poll": NOTHING},
    acts.RevealPoll: {"poll": NOTHING, "openings": NOTHING},
    acts.OpenBallot: {"poll": NOTHING, "ballot": NOTHING, "salt": "A" * 43, "choice": "for"},
    acts.PublishTally: {"poll": NOTHING, "result": NOTHING},
    acts.VoidPoll: {"poll": NOTHING, "reason": "misread"},
    acts.DrawLot: {"poll": NOTHING, "rolled": "3 6 1"},
    acts.Cosign: {"target": NOTHING},
}


@pytest.mark.parametrize("phase", ["convened", "open", "adjourned"])
def test_who_may_sign_what_and_when(foreign: Foreign, phase: str) -> None:
    room = Careless(1)
    room.convene()
    people = [room.chair, room.supervisor, room.desk, *room.voters]
    for person in people:
        room.enrol(person)
    before: dict[str, list[type[acts.Act]]] = {"open": [acts.Open], "adjourned": [acts.Open, acts.Adjourn]}
    for step in before.get(phase, []):
        room.do(room.chair, step)
    for kind, members in KINDS.items():
        if kind not in (acts.Open, acts.Adjourn) or phase == "adjourned":
            for key in (room.root, room.service, *(person.device for person in people)):
                room.send(key, room.act(kind, **members))
        room.do(room.voters[0], kind, **members)
    agree(foreign, room.bundle(), Brought(running=True))


WORDS = ["x", "a\nb", "\ufeff", "\u200b", "a\u0085", "a\u200e", "😀" * 500]
SILENCE = ["", " \n", "\u3000", "\u0085", "\u001c", "a\tb", "a\x7f", "a\u202e", "a\u2069", "x" * 501]
COMMENTS = [
    *[(SALT + words.encode(), True) for words in WORDS],
    *[(SALT + words.encode(), False) for words in SILENCE],
    *[
        (raw, False)
        for raw in (b"", SALT[:31], SALT + b"\xed\xa0\x80", b"a blob that is a text, as no salt is")
    ],
]
MINUTES = [
    *[(raw, True) for raw in (b'{"v":1,"remarks":""}', b'{"v":1,"remarks":" \\n\\u0000"}')],
    *[
        (raw, False)
        for raw in (b"", b'{"v":2,"remarks":""}', b'{"v":1,"remarks":null}', b'{"v":1, "remarks":""}')
    ],
]


@pytest.mark.parametrize(("raw", "good"), COMMENTS)
def test_what_is_a_comment(foreign: Foreign, raw: bytes, good: bool) -> None:
    room = Careless(1)
    room.ready()
    name = hashlib.sha256(raw).hexdigest()
    room.do(room.voters[0], acts.PostComment, item="gate", text=name)
    agree(foreign, pack(files(room.bundle()) | {f"blobs/{name}": raw}), Brought(running=True), clean=good)


@pytest.mark.parametrize(("raw", "good"), MINUTES)
def test_what_are_minutes(foreign: Foreign, raw: bytes, good: bool) -> None:
    room = Careless(1)
    room.ready()
    name = hashlib.sha256(raw).hexdigest()
    room.do(room.chair, acts.PublishMinutes, minutes=name)
    agree(foreign, pack(files(room.bundle()) | {f"blobs/{name}": raw}), Brought(running=True), clean=good)
