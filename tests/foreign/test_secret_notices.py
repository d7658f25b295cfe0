"""Notices and questions of secret polls: the verifier in Go says of each what ours says."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from deliberation import notice
from tests.foreign.secret_rooms import VOTES, Open, chosen
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours, pack
from tests.secret_room import secret_motion
from tests.vectors.example import HERE
from voting.methods.borda import Borda
from voting.methods.score import Score
from voting.presets import preset
from voting.questions import AGREEMENT_OPTIONS, Question
from voting.rules import Requirement

pytestmark = pytest.mark.foreign


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
