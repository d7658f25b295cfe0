import json
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from voting.methods import METHODS
from voting.presets import presets
from voting.questions import (
    MOTION_OPTIONS,
    InvalidChoice,
    Option,
    Question,
    QuestionError,
    Rule,
    Text,
    decode_question,
    encode_question,
    parse_choice,
    refusal,
)


def test_a_question_survives_its_bytes(ask: Any) -> None:
    motions = [rule for rule in presets() if rule.majority and refusal(rule) is None]
    assert len(motions) > 15
    for rule in motions:
        question = ask(rule)
        assert decode_question(encode_question(question)) == question


def test_the_bytes_of_a_question_are_compact_json_in_the_order_of_its_members(ask: Any) -> None:
    raw = encode_question(ask("urban.reps"))
    members = json.loads(raw)
    assert list(members) == [
        "v", "id", "title", "text", "method", "options", "rule", "visibility", "change", "electorate",
    ]  # fmt: skip
    assert raw == json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def variants(raw: bytes) -> dict[str, bytes]:
    members = json.loads(raw)

    def dump(document: object) -> bytes:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    return {
        "blanks": json.dumps(members, ensure_ascii=False).encode(),
        "other order": dump(dict(reversed(members.items()))),
        "repeated member": raw.replace(b'{"v":1,', b'{"v":1,"v":1,', 1),
        "unknown member": dump(members | {"weight": 2}),
        "unknown member in the rule": dump(members | {"rule": members["rule"] | {"weight": 2}}),
        "missing member": dump({name: value for name, value in members.items() if name != "change"}),
        "later version": dump(members | {"v": 2}),
        "other method": dump(members | {"method": "borda"}),
        "id with a blank": dump(members | {"id": "a b"}),
        "id with a line end": dump(members | {"id": "stalls\n"}),
        "date with a time": raw.replace(b'"2026-01-01"', b'"2026-01-01T00:00:00"'),
        "fraction above one": raw.replace(b'"fraction":[2,3]', b'"fraction":[3,2]'),
        "fraction of nothing": raw.replace(b'"fraction":[2,3]', b'"fraction":[2,0]'),
        "fraction as a decimal": raw.replace(b'"fraction":[2,3]', b'"fraction":[2.0,3]'),
        "escaped letter": raw.replace(b'"stalls"', b'"\\u0073talls"'),
        "not UTF-8": raw.replace(b"Stalls", b"Stall\xff"),
        "trailing bytes": raw + b"\n",
        "two options": dump(members | {"options": members["options"][:2]}),
        "options in another order": dump(members | {"options": members["options"][::-1]}),
        "an option more": dump(
            members | {"options": [*members["options"], {"id": "maybe", "text": {"zh": "", "en": ""}}]}
        ),
        "no title": dump(members | {"title": {"zh": " ", "en": ""}}),
        "no majority": dump(members | {"rule": members["rule"] | {"majority": []}}),
        "those present, but everyone votes": dump(members | {"electorate": "roll"}),
        "nothing": b"",
        "no object": b"[]",
    }


@pytest.mark.parametrize("name", variants(b'{"options":[],"rule":{}}'))
def test_a_question_is_read_strictly(name: str, ask: Any) -> None:
    raw = encode_question(ask("urban.reps"))
    changed = variants(raw)[name]
    assert changed != raw
    with pytest.raises(QuestionError):
        decode_question(changed)


def test_a_question_that_cannot_be_voted_on_is_not_frozen(ask: Any) -> None:
    with pytest.raises(QuestionError, match="options"):
        encode_question(ask("urban.reps", options=(Option("yes", Text("是", "Yes")),)))
    with pytest.raises(QuestionError, match="present"):
        encode_question(ask("urban.reps", electorate="roll"))
    with pytest.raises(QuestionError, match="title"):
        encode_question(ask("urban.reps", title=Text("", "")))


def test_a_motion_says_what_its_options_mean(ask: Any) -> None:
    swapped = tuple(
        Option(one.id, other.text)
        for one, other in zip(MOTION_OPTIONS, MOTION_OPTIONS[1::-1] + MOTION_OPTIONS[2:], strict=True)
    )
    with pytest.raises(QuestionError, match="words"):
        encode_question(ask("urban.reps", options=swapped))


def test_a_rule_for_secret_ballots_is_not_put_to_named_ones(ask: Any) -> None:
    question = ask("urban.reps")
    secret = msgspec.structs.replace(question.rule, secrecy=("secret",))
    with pytest.raises(QuestionError, match="secret"):
        encode_question(msgspec.structs.replace(question, rule=secret))


@pytest.mark.parametrize(
    "rule", [rule for rule in presets() if rule.paper is True], ids=lambda rule: rule.preset
)
def test_what_the_law_keeps_on_paper_is_not_put_to_the_vote_here(rule: Rule, ask: Any) -> None:
    with pytest.raises(QuestionError, match="on paper"):
        encode_question(ask(rule))
    on_a_phone = msgspec.structs.replace(rule, secrecy=("named",))
    with pytest.raises(QuestionError, match="on paper"):
        encode_question(ask(on_a_phone))


@pytest.mark.parametrize("choice", ["for", "against", "abstain"])
def test_a_choice_is_exact_json(choice: str, ask: Any) -> None:
    assert parse_choice(ask("urban.reps"), msgspec.json.encode(choice)) == choice


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"for",
        b'"For"',
        b' "for"',
        b'"for"\n',
        b'"\\u0066or"',
        b'["for"]',
        b'"yes"',
        b'""',
        b"null",
        b'"\xff"',
    ],
)
def test_anything_else_is_no_choice(raw: bytes, ask: Any) -> None:
    with pytest.raises(InvalidChoice):
        parse_choice(ask("urban.reps"), raw)


def test_every_method_that_a_question_can_name_exists() -> None:
    assert set(get_args(get_type_hints(Question)["method"])) >= set(METHODS)


def test_a_quorum_of_those_in_favour_needs_somebody_who_can_be(ask: Any) -> None:
    rule = ask("urban.reps").rule
    odd = msgspec.structs.replace(rule, quorum=(msgspec.structs.replace(rule.quorum[0], count="for"),))
    encode_question(ask(odd))
    options = tuple(Option(one, Text(one, one)) for one in "abc")
    with pytest.raises(QuestionError, match="in favour"):
        encode_question(ask(odd, method="positions", options=options))
