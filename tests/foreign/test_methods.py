"""Polls that are not motions: the verifier in Go reads their questions and ballots alike, and says that it counts none."""

import json
import random
from typing import Any

import msgspec
import pytest

from ballots.bundle import README
from ballots.encoding import b64url, utc
from ballots.entry import Entry
from ballots.signing import sign_act
from deliberation import acts, notice
from tests.foreign.unruly import Careless
from tests.foreign.verdicts import Brought, Foreign, agree, ours, pack
from tests.methods import METHODS, changed, meeting, odd_ballots, question, ruled
from tests.room import Person
from voting.questions import encode_question

pytestmark = pytest.mark.foreign


def test_honest_meetings(foreign: Foreign) -> None:
    for seed in range(4):
        room = meeting(random.Random(seed))
        bundle = room.bundle()
        agree(
            foreign,
            bundle,
            clean=not any(p.ballots and _unopened(p) for p in room.hearing.state.polls.values()),
        )
        named = {line for line in foreign.run(bundle).stderr.splitlines() if line.startswith("not recounted")}
        assert named == {
            f"not recounted: results/{poll.id}.json, by {poll.question.method}"
            for poll in room.hearing.state.polls.values()
            if poll.question.method != "motion"
        }


def _unopened(poll: Any) -> bool:
    return any(ballot.choice is None for ballot in poll.ballots.values())


@pytest.mark.parametrize("method", METHODS)
def test_ballots_that_are_invalid(foreign: Foreign, method: str) -> None:
    room = odd_ballots(method, Careless)
    agree(foreign, room.bundle(), Brought(running=True))
    refused = [why for code, _, why in ours(room.bundle()) or () if code == "act-refused"]
    assert set(refused) == {"ballot.cast: invalid-choice"}


def asking(raw: bytes) -> bytes:
    """A bundle of one act, which freezes this question; its other files are no good."""
    room = Careless(1)
    owner = Person("representative", heads=1, area=5000)
    listed = notice.encode(notice.Roll(1, (room.chair.member, owner.member)))
    sheet = notice.encode(room.sheet((notice.name(raw),)))
    convene = room.act(
        acts.Convene,
        origin=room.origin,
        rehearsal=False,
        community="east",
        root=b64url(room.root.public),
        service=b64url(room.service.public),
        notice=notice.name(sheet),
        roll=notice.name(listed),
    )
    entry = Entry(0, utc(room.clock), sign_act(room.root, acts.encode(convene))).raw
    blobs = {f"blobs/{notice.name(blob)}": blob for blob in (raw, sheet, listed)}
    others = {"README.txt": README, "hearing.json": b"{}", "checkpoint": b""}
    return pack({**others, "log.jsonl": entry + b"\n", **blobs})


@pytest.mark.parametrize("method", METHODS)
def test_questions_that_cannot_be_put(foreign: Foreign, method: str) -> None:
    rng = random.Random(method)
    good = [json.loads(encode_question(question(method, rng))) for _ in range(4)]
    others = [json.loads(encode_question(question(rng.choice(METHODS), rng))) for _ in range(4)]
    told = [
        *good,
        *(ruled(one, rng) for one in good),
        *(changed(rng.choice(good), rng) for _ in range(24)),
        *(a | {"method": b["method"]} for a, b in zip(good, others, strict=True)),
        *(a | {"settings": b.get("settings")} for a, b in zip(good, others, strict=True)),
        *(a | {"options": b["options"]} for a, b in zip(good, others, strict=True)),
    ]
    refused = []
    for one in told:
        bundle = asking(msgspec.json.encode(one))
        agree(foreign, bundle, Brought(running=True))
        refused.append(any(why for _, _, why in ours(bundle) or ()))
    assert not any(refused[: len(good)])
    assert sum(refused) > 12
