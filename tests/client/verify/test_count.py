"""The page reads questions and ballots of every method as the service does, and counts them to the same result."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.client import node
from tests.methods import METHODS, ODD, RANKED, changed, choice, question, ruled
from voting import secret
from voting.questions import (
    InvalidChoice,
    Question,
    QuestionError,
    decode_question,
    encode_question,
    parse_choice,
)
from voting.rules import Weights
from voting.tally import encode_result, tally

Case = dict[str, Any]
SUMMED = [method for method in METHODS if method != "agreement" and method not in RANKED]


SECRETLY = [
    ("breakdown", "unit"),
    ("visibility", "sealed"),
    ("visibility", "hidden"),
    ("change", "until_close"),
    ("method", "irv"),
]


def by_page(folder: Path, cases: Sequence[Case]) -> list[Any]:
    path = folder / "cases.json"
    path.write_text(json.dumps(cases))
    told: list[Any] = json.loads(node.node("test/count.mjs", str(path)))
    return told


def case(asked: bytes, choices: Sequence[bytes] = ()) -> Case:
    return {"question": asked.decode(), "choices": [raw.decode() for raw in choices]}


def polled(asked: Question, rng: random.Random) -> tuple[Case, bytes]:
    """A poll as the page has it, and what the service makes of it."""
    units = ["", "东区", "\U00020000", "\uff01", "a"]
    members = [
        {"id": f"m{n}", "weights": {"heads": 1, "area": rng.randint(1, 30_000)}, "unit": rng.choice(units)}
        for n in range(rng.randint(1, 14))
    ]
    present = members[: rng.randint(len(members) // 2, len(members))]
    electorate = present if asked.electorate == "present" else members
    voters = rng.sample(electorate, rng.randint(0, len(electorate)))
    kinds = [
        choice(asked, rng) for _ in range(rng.randint(1, 6))
    ]  # few, so that there are ties and equal papers
    said = [
        msgspec.json.encode(rng.choice(kinds))
        if rng.random() < 0.9
        else msgspec.json.encode(choice(asked, rng))
        for _ in voters
    ]
    lost = rng.randint(0, len(voters)) if rng.random() < 0.1 else 0
    drawn = rng.sample([one.id for one in asked.options], len(asked.options))
    lot = rng.choice((None, drawn))
    reason = "Misread 读错" if rng.random() < 0.1 else None
    ballots: list[tuple[bytes, Weights]] = [
        (raw, one["weights"]) for one, raw in zip(voters, said, strict=True)
    ]
    opened = ballots[lost:]
    result = tally(
        asked,
        poll="0" * 64,
        eligible=[one["weights"] for one in members],
        present=[one["weights"] for one in present] if asked.electorate == "present" else None,
        ballots=opened,
        unopened=lost,
        void_reason=reason,
        lot=lot,
        units=None if asked.breakdown is msgspec.UNSET else [one["unit"] for one in voters[lost:]],
    )
    published = encode_result(result)
    told = case(encode_question(asked))
    told["poll"] = {
        "id": "0" * 64,
        "eligible": members,
        "electorate": electorate,
        "ballots": [
            [one["id"], raw.decode() if place >= lost else None]
            for place, (one, raw) in enumerate(zip(voters, said, strict=True))
        ],
        "voidReason": reason,
        "lot": lot,
    }
    return told, published


def opened(asked: Question, rng: random.Random) -> tuple[Case, bytes]:
    """A secret poll as the page has it once it is opened, and what the service makes of it."""
    said = [choice(asked, rng) for _ in range(rng.randint(5, 14))]
    ballots = [secret.fill(asked, msgspec.json.encode(one)) for one in said]
    totals = [[sum(column) for column in zip(*sheets, strict=True)] for sheets in zip(*ballots, strict=True)]
    members = [
        {"id": f"m{n}", "weights": {"heads": 1}, "unit": ""} for n in range(len(said) + rng.randint(0, 3))
    ]
    lot = rng.choice((None, rng.sample([one.id for one in asked.options], len(asked.options))))
    result = tally(
        asked,
        poll="0" * 64,
        eligible=[{"heads": 1} for _ in members],
        present=[{"heads": 1} for _ in members] if asked.electorate == "present" else None,
        ballots=[(raw, {"heads": 1}) for raw in secret.ballots(asked, totals, len(said))],
        issued=len(members),
        lot=lot,
        archive="a" * 64,
    )
    told = case(encode_question(asked))
    told["poll"] = {
        "id": "0" * 64,
        "eligible": members,
        "electorate": members,
        "ballots": [],
        "voidReason": None,
        "lot": lot,
        "box": {"ballots": len(said), "offers": len(members), "totals": totals, "archive": "a" * 64},
    }
    return told, encode_result(result)


def in_secret(method: str, rng: random.Random) -> Question:
    """A question of this method that can be put to a secret vote."""
    while True:
        asked = question(method, rng)
        if asked.rule.measures == ("heads",):
            rule = msgspec.structs.replace(asked.rule, secrecy=("secret",))
            return msgspec.structs.replace(
                asked, rule=rule, visibility="secret", change="none", breakdown=msgspec.UNSET
            )


@pytest.mark.parametrize("method", SUMMED)
def test_secret_polls_are_counted_alike(tmp_path: Path, method: str) -> None:
    rng = random.Random(method)
    pairs = [opened(in_secret(method, rng), rng) for _ in range(100)]
    for (told, published), answer in zip(pairs, by_page(tmp_path, [told for told, _ in pairs]), strict=True):
        assert "error" not in answer, (answer, told)
        assert answer["result"] == published.decode()


@pytest.mark.parametrize("method", METHODS)
def test_polls_are_counted_alike(tmp_path: Path, method: str) -> None:
    rng = random.Random(method)
    pairs = [polled(question(method, rng), rng) for _ in range(150)]
    seen = set()
    for (told, published), answer in zip(pairs, by_page(tmp_path, [told for told, _ in pairs]), strict=True):
        assert "error" not in answer, (answer, told)
        assert answer["result"] == published.decode()
        seen |= {json.loads(published)["decision"]}
    assert len(seen) > 2


@pytest.mark.parametrize("method", METHODS)
def test_ballots_are_valid_alike(tmp_path: Path, method: str) -> None:
    rng = random.Random(method)
    asked = [question(method, rng) for _ in range(12)]
    odd = [msgspec.json.encode(one) for one in ODD]
    choices = [[*odd, *(msgspec.json.encode(choice(one, rng)) for _ in range(20))] for one in asked]
    cases = [case(encode_question(one), said) for one, said in zip(asked, choices, strict=True)]
    seen = set()
    for one, said, answer in zip(asked, choices, by_page(tmp_path, cases), strict=True):
        expected = [is_valid(one, raw) for raw in said]
        assert answer["valid"] == expected
        seen |= set(expected)
    assert seen == {True, False}


def is_valid(asked: Question, raw: bytes) -> bool:
    try:
        parse_choice(asked, raw)
    except InvalidChoice:
        return False
    return True


@pytest.mark.parametrize("method", METHODS)
def test_questions_are_read_alike(tmp_path: Path, method: str) -> None:
    rng = random.Random(method)
    good = [json.loads(encode_question(question(method, rng))) for _ in range(20)]
    others = [json.loads(encode_question(question(rng.choice(METHODS), rng))) for _ in range(20)]
    told = [
        *good,
        *(ruled(rng.choice(good), rng) for _ in range(60)),
        *(changed(rng.choice(good), rng) for _ in range(400)),
        *(changed(ruled(rng.choice(good), rng), rng) for _ in range(100)),
        *(a | {"method": b["method"]} for a in good for b in others),
        *(a | {"settings": b.get("settings")} for a in good for b in others),
        *(a | {"rule": b["rule"], "electorate": b["electorate"]} for a in good for b in others),
        *(a | {"options": b["options"]} for a in good for b in others),
    ]
    hidden = [json.loads(encode_question(in_secret(rng.choice(SUMMED), rng))) for _ in range(30)]
    told += [
        *hidden,
        *(changed(rng.choice(hidden), rng) for _ in range(100)),
        *(a | {"visibility": "secret", "change": "none"} for a in (*good, *others)),
        *(a | {"rule": b["rule"], "electorate": b["electorate"]} for a in hidden for b in others),
        *(a | {name: value} for a in hidden for name, value in SECRETLY),
        *(
            a | {"settings": a["settings"] | {"high": a["settings"]["low"] + 11}}
            for a in hidden
            if a["method"] == "score"
        ),
    ]
    raw = [msgspec.json.encode(one) for one in told]
    raw += [one.replace(b":", b": ", 1) for one in raw[:3]] + [b"", b"{}", b"[]", b"null", b'"\\ud800"']
    answers = by_page(tmp_path, [case(one) for one in raw])
    expected = [is_question(one) for one in raw]
    differing = [
        (one, answer)
        for one, answer, good in zip(raw, answers, expected, strict=True)
        if ("error" not in answer) != good
    ]
    assert differing == []
    assert 50 < sum(expected) < len(expected) - 300


def is_question(raw: bytes) -> bool:
    try:
        decode_question(raw)
    except QuestionError:
        return False
    return True
