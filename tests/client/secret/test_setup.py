"""What a phone is asked in secret is what it shows: the setup it checks, and the sheets it fills in, are Python's."""

import hashlib
import itertools
import json
from typing import Any

import msgspec
import pytest

from ballots.secret import credentials
from deliberation.box import Box, Keys, election_id
from deliberation.credentials import election_bytes
from tests.client.secret.client import call, calls
from tests.room import choosing, text
from tests.secret_room import SecretRoom, appraisal, secret_motion
from voting.forms import form
from voting.methods.approval import Approval
from voting.methods.grading import PERSONS, Grading
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.questions import Option, Question, Text, parse_choice
from voting.secret import fill

HEARING = "mvhzmreyhdmg"
DIGITS = (Option("2", text("two")), Option("10", text("ten")), Option("1", Text(zh="一", en=" ")))
QUESTIONS = (
    secret_motion(),
    secret_motion(title=Text(zh="困难“补助”？", en="Aid?\n<&>"), text=Text(zh="", en="\u3000only English ")),
    choosing("board", Plurality(2, 0), visibility="secret"),
    choosing("works", Approval(1), visibility="secret"),
    appraisal(),
    appraisal(id="digits", options=DIGITS, settings=Grading(PERSONS, "modal", "graded")),
    choosing("points", Score(-1, 2, "lowest", 1), visibility="secret"),
    choosing(
        "judged",
        MajorityJudgment((text("bad"), text("fair"), text("good")), "lower", "worst", 1),
        visibility="secret",
    ),
)


@pytest.fixture(scope="module")
def room() -> SecretRoom:
    found = SecretRoom(3)
    found.ready()
    found.make_keys()
    return found


def shown(question: Question) -> dict[str, Any]:
    """What the public state tells of a question."""
    told = {
        "title": question.title,
        "text": question.text,
        "form": form(question),
        "options": question.options,
    }
    found: dict[str, Any] = json.loads(msgspec.json.encode(told))
    return found


def setup(keys: Keys, question: Question, code: str, *others: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Texts as the service would publish them, and what a phone knows."""
    uuid = election_id(HEARING, "ab" * 32, 0)
    own = credentials.public(credentials.secret(code, uuid))
    assert keys.trustees is not None
    texts = {
        "election": election_bytes(question, Box(uuid, keys, {}, ())).decode(),
        "trustees": keys.trustees.decode(),
        "credentials": credentials.encode([own, *others]).decode(),
    }
    return texts, {"uuid": uuid, "code": code, "question": shown(question)}


def other() -> str:
    return credentials.public(credentials.secret(credentials.new_code(), "other"))


def holders(room: SecretRoom) -> Keys:
    keys = room.hearing.state.holders
    assert keys is not None
    return keys


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id + question.title.en[:3])
def test_the_election_is_on_the_question_shown(room: SecretRoom, question: Question) -> None:
    texts, due = setup(holders(room), question, credentials.new_code(), other())
    assert call("setup", texts, due) == {
        "hashes": {part: hashlib.sha256(raw.encode()).hexdigest() for part, raw in texts.items()},
        "holders": 3,
        "threshold": 2,
        "listed": True,
    }


def test_what_does_not_fit_is_named(room: SecretRoom) -> None:
    again = SecretRoom(3)
    again.ready()
    again.make_keys()
    question, code = secret_motion(), credentials.new_code()
    texts, due = setup(holders(room), question, code, *sorted((other(), other()), key=int))
    asked = due["question"]
    codes = {
        "other-election": [
            (texts, due | {"uuid": "1" * 22}),
            (texts, due | {"question": asked | {"title": {"zh": "罚款", "en": "Fine"}}}),
            (texts, due | {"question": asked | {"text": {"zh": "", "en": ""}}}),
            (texts, due | {"question": asked | {"options": asked["options"][::-1]}}),
            (texts, due | {"question": asked | {"form": {"kind": "marks", "most": 1}}}),
            (texts | {"trustees": setup(holders(again), question, code)[0]["trustees"]}, due),
            (texts | {"election": texts["election"].replace(":", ": ", 1)}, due),
        ],
        "other-credentials": [
            (
                texts
                | {"credentials": json.dumps(json.loads(texts["credentials"])[::-1], separators=(",", ":"))},
                due,
            ),
            (texts | {"credentials": f'["{json.loads(texts["credentials"])[0]},2"]'}, due),
        ],
        "duplicate-credential": [
            (
                texts
                | {
                    "credentials": json.dumps(json.loads(texts["credentials"])[:1] * 2, separators=(",", ":"))
                },
                due,
            )
        ],
    }
    for code_, cases in codes.items():
        assert [found["code"] for found in calls(*(["setup", *case] for case in cases))] == [code_] * len(
            cases
        )
    broken = texts | {"trustees": texts["trustees"].replace('"threshold":2', '"threshold":1')}
    assert call("setup", broken, due)["code"]
    assert call("setup", texts, due | {"code": credentials.new_code()})["listed"] is False


@pytest.mark.parametrize("question", QUESTIONS[2:], ids=lambda question: question.id)
def test_a_choice_is_the_same_on_the_sheets(question: Question) -> None:
    ids = [option.id for option in question.options]
    wanted: list[bytes] = []
    for size in range(len(ids) + 1):
        for some in itertools.combinations(ids, size):
            numbers = ",".join(f'"{name}":{at % 2}' for at, name in enumerate(some))
            wanted += [msgspec.json.encode(some), f"{{{numbers}}}".encode()]
    valid = [raw for raw in wanted if is_valid(question, raw)]
    assert len(valid) > 3
    filled = calls(*(["fillIn", shown(question), raw.decode()] for raw in valid))
    assert filled == [[list(sheet) for sheet in fill(question, raw)] for raw in valid]


def test_a_motion_is_one_mark() -> None:
    for number, name in enumerate(("for", "against", "abstain")):
        (sheet,) = call("fillIn", shown(secret_motion()), json.dumps(name))
        assert sheet == [int(at == number) for at in range(3)]


def is_valid(question: Question, raw: bytes) -> bool:
    try:
        parse_choice(question, raw)
    except ValueError:
        return False
    return True
