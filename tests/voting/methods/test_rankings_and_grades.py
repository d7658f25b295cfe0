"""Methods that choose by rankings, grades or points, as a poll holds them: settings, ballots, ties, steps."""

from typing import Any

import msgspec
import pytest

from voting.methods.borda import Borda
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.presets import preset
from voting.questions import (
    InvalidChoice,
    Option,
    Question,
    QuestionError,
    Text,
    decode_question,
    encode_question,
    parse_choice,
)
from voting.tally import Result, encode_result, tally

RULE = msgspec.structs.replace(preset("urban.reps"), majority=())
OPTIONS = tuple(Option(one, Text(zh=one, en=one)) for one in "abc")
GRADES = tuple(
    Text(zh=zh, en=en) for zh, en in [("差", "poor"), ("中", "fair"), ("好", "good"), ("优", "excellent")]
)
SCHULZE = Schulze("winning_votes", "last", 1)
SETTINGS: dict[str, Any] = {
    "schulze": SCHULZE,
    "ranked_pairs": RankedPairs("winning_votes", "last"),
    "borda": Borda("zero", 1),
    "score": Score(0, 5, "excluded", 1),
    "majority_judgment": MajorityJudgment(GRADES, "lower", "worst", 1),
}
RANKED = ["schulze", "ranked_pairs", "borda"]
GRADED = ["score", "majority_judgment"]


@pytest.fixture
def put(ask: Any) -> Any:
    def build(settings: Any, **changes: Any) -> Question:
        method = changes.pop("method", settings.__struct_config__.tag if settings else "schulze")
        return ask(changes.pop("rule", RULE), method=method, options=OPTIONS, settings=settings, **changes)

    return build


def poll(question: Question, ballots: list[bytes], lot: str | None = None) -> Result:
    weights = [{"heads": 1}] * len(ballots)
    return tally(
        question,
        poll="p",
        eligible=weights,
        present=weights,
        ballots=[(raw, {"heads": 1}) for raw in ballots],
        lot=lot,
    )


@pytest.mark.parametrize("method", SETTINGS)
def test_a_question_survives_its_bytes(put: Any, method: str) -> None:
    question = put(SETTINGS[method])
    assert decode_question(encode_question(question)) == question


@pytest.mark.parametrize("method", SETTINGS)
def test_nothing_is_decided_that_was_not_declared(put: Any, method: str) -> None:
    with pytest.raises(QuestionError, match="its own settings"):
        encode_question(put(msgspec.UNSET, method=method))
    other = SETTINGS["score" if method == "schulze" else "schulze"]
    with pytest.raises(QuestionError, match="its own settings"):
        encode_question(put(other, method=method))
    whole = msgspec.to_builtins(SETTINGS[method])
    for member in set(whole) - {"method"}:
        lacking = {name: value for name, value in whole.items() if name != member}
        with pytest.raises(msgspec.ValidationError, match=member):
            msgspec.convert(lacking, type(SETTINGS[method]))


@pytest.mark.parametrize("method", SETTINGS)
def test_a_rule_that_such_ballots_cannot_answer_is_refused(put: Any, method: str) -> None:
    with pytest.raises(QuestionError, match="majority"):
        encode_question(put(SETTINGS[method], rule=preset("urban.reps")))
    owners = msgspec.structs.replace(preset("owners.ordinary"), majority=())
    with pytest.raises(QuestionError, match="area"):
        encode_question(put(SETTINGS[method], rule=owners))


@pytest.mark.parametrize("method", sorted(set(SETTINGS) - {"ranked_pairs"}))
def test_more_options_than_seats(put: Any, method: str) -> None:
    encode_question(put(msgspec.structs.replace(SETTINGS[method], seats=2)))
    with pytest.raises(QuestionError, match="more than 3 options"):
        encode_question(put(msgspec.structs.replace(SETTINGS[method], seats=3)))


def test_a_scale_that_is_none(put: Any) -> None:
    with pytest.raises(QuestionError, match="fewest"):
        encode_question(put(Score(3, 3, "lowest", 1)))
    with pytest.raises(QuestionError, match="word"):
        encode_question(put(MajorityJudgment((GRADES[0], Text(zh=" ", en="")), "lower", "worst", 1)))


@pytest.mark.parametrize("method", RANKED)
def test_rankings_are_read_strictly(put: Any, method: str) -> None:
    question = put(SETTINGS[method])
    assert parse_choice(question, b'["c","a"]') == ("c", "a")
    for raw in (b'["c","c"]', b'["d"]', b'["c", "a"]', b'"c"', b'[["a","b"]]', b"{}", b"\xff"):
        with pytest.raises(InvalidChoice):
            parse_choice(question, raw)


@pytest.mark.parametrize(("method", "most"), [("score", 5), ("majority_judgment", 3)])
def test_numbers_are_read_strictly(put: Any, method: str, most: int) -> None:
    question = put(SETTINGS[method])
    assert parse_choice(question, b'{"a":%d,"c":0}' % most) == {"a": most, "c": 0}
    for raw in (b'{"a":%d}' % (most + 1), b'{"a":-1}', b'{"c":0,"a":0}', b'{"d":0}', b'{"a":1.0}', b'["a"]'):
        with pytest.raises(InvalidChoice):
            parse_choice(question, raw)


@pytest.mark.parametrize("method", SETTINGS)
def test_a_blank_ballot_is_an_abstention_and_a_spoiled_one_is_invalid(put: Any, method: str) -> None:
    blank, said = (b"[]", b'["b"]') if method in RANKED else (b"{}", b'{"b":2}')
    result = poll(put(SETTINGS[method]), [blank, said, b"?"])
    assert (result.cast.heads, result.valid.heads, result.abstain.heads, result.invalid.heads) == (3, 2, 1, 1)
    assert (result.decision, result.chosen, result.tied) == ("decided", ("b",), ())


@pytest.mark.parametrize("method", SETTINGS)
def test_where_nobody_says_anything_nobody_is_chosen(put: Any, method: str) -> None:
    blank = b"[]" if method in RANKED else b"{}"
    for ballots in ([], [blank, blank]):
        for lot in (None, "cab"):
            eligible = poll(put(SETTINGS[method]), [*ballots, blank], lot)
            assert (eligible.decision, eligible.chosen, eligible.vacant) == ("vacant", (), 1)


@pytest.mark.parametrize("method", SETTINGS)
@pytest.mark.parametrize(("lot", "first"), [("cab", "a"), ("cba", "b")])
def test_a_lot_decides_only_what_nothing_else_does(put: Any, method: str, lot: str, first: str) -> None:
    """Between a and b all is equal; c stands behind both, though it comes first in the lot."""
    said = (
        [b'["a","b","c"]', b'["b","a","c"]']
        if method in RANKED
        else [b'{"a":3,"b":1,"c":0}', b'{"a":1,"b":3,"c":0}']
    )
    before, after = (poll(put(SETTINGS[method]), said, one) for one in (None, lot))
    assert (before.decision, before.chosen, before.tied) == ("tied", (), ("a", "b"))
    assert (after.decision, after.chosen, after.tied) == ("decided", (first,), ())
    assert msgspec.json.decode(encode_result(after), type=Result) == after


CIRCLE = [b'["a","b","c"]'] * 4 + [b'["b","c","a"]'] * 3 + [b'["c","a","b"]'] * 2
"""A against B 6 : 3, B against C 7 : 2, C against A 5 : 4."""


def test_schulze_over_a_circle(put: Any) -> None:
    result = poll(put(SCHULZE), CIRCLE)
    assert result.chosen == ("a",)
    assert [option.total.heads for option in result.options] == [4, 3, 2]
    assert msgspec.to_builtins(result.steps) == {
        "method": "schulze",
        "options": ("a", "b", "c"),
        "pairs": ((0, 6, 4), (3, 0, 7), (5, 2, 0)),
        "duels": (
            {"one": "a", "other": "b", "forth": {"strength": 6, "over": ("a", "b")}, "back": {"strength": 5, "over": ("b", "c", "a")}},
            {"one": "a", "other": "c", "forth": {"strength": 6, "over": ("a", "b", "c")}, "back": {"strength": 5, "over": ("c", "a")}},
            {"one": "b", "other": "c", "forth": {"strength": 7, "over": ("b", "c")}, "back": {"strength": 5, "over": ("c", "a", "b")}},
        ),
        "places": (("a",), ("b",), ("c",)),
    }  # fmt: skip


def test_ranked_pairs_over_a_circle(put: Any) -> None:
    result = poll(put(SETTINGS["ranked_pairs"]), CIRCLE)
    assert result.chosen == ("a",)
    assert msgspec.to_builtins(result.steps)["turns"] == (
        {"winner": "b", "loser": "c", "strength": 7, "verdict": "locked", "because": ()},
        {"winner": "a", "loser": "b", "strength": 6, "verdict": "locked", "because": ()},
        {"winner": "c", "loser": "a", "strength": 5, "verdict": "skipped", "because": ("a", "b", "c")},
    )


def test_ranked_pairs_with_equal_wins_in_a_circle(put: Any) -> None:
    """Test case 12. The lot says which of three equal wins is locked first, and so who wins."""
    question, said = put(SETTINGS["ranked_pairs"]), [b'["a","b","c"]', b'["b","c","a"]', b'["c","a","b"]']
    without = poll(question, said)
    assert (without.decision, without.tied) == ("tied", ("a", "b", "c"))
    assert {turn["verdict"] for turn in msgspec.to_builtins(without.steps)["turns"]} == {"open"}
    for lot in ("abc", "bca", "cab"):
        drawn = poll(question, said, lot)
        assert drawn.chosen == (lot[0],)
        assert [turn["verdict"] for turn in msgspec.to_builtins(drawn.steps)["turns"]] == [
            "locked",
            "locked",
            "skipped",
        ]


def test_several_seats_by_the_schulze_order(put: Any) -> None:
    two = msgspec.structs.replace(SCHULZE, seats=2)
    assert poll(put(two), CIRCLE).chosen == ("a", "b")
    behind = [b'["a"]', b'["a","b","c"]', b'["a","c","b"]']
    assert (poll(put(two), behind).chosen, poll(put(two), behind).tied) == (("a",), ("b", "c"))
    assert poll(put(two), behind, "cba").chosen == ("a", "c")


def test_winning_votes_or_margins(put: Any) -> None:
    """Test case 10: A against B 4 : 2, B against C 5 : 4, C against A 6 : 3. Which win is the weakest?"""
    said = [b'["a","b","c"]'] * 3 + [b'["b","c","a"]'] * 2 + [b'["c","a","b"]'] + [b'["c"]'] * 3
    for method in ("schulze", "ranked_pairs"):
        by_margin = msgspec.structs.replace(SETTINGS[method], strength="margins")
        assert poll(put(SETTINGS[method]), said).chosen == ("b",)
        assert poll(put(by_margin), said).chosen == ("c",)


def test_unranked_options_are_last_or_ignored(put: Any) -> None:
    """Test case 9: five rank A alone, four put C before A before B."""
    said = [b'["a"]'] * 5 + [b'["c","a","b"]'] * 4
    for method in ("schulze", "ranked_pairs"):
        ignored = msgspec.structs.replace(SETTINGS[method], unranked="ignored")
        assert poll(put(SETTINGS[method]), said).chosen == ("a",)
        assert poll(put(ignored), said).chosen == ("c",)


def test_borda_and_ballots_that_leave_options_out(put: Any) -> None:
    """Test case 13: three rules, and what each says of the same papers."""
    said = [b'["a"]'] * 5 + [b'["b","a","c"]'] * 4 + [b'["c","b","a"]'] * 1
    expected = {"zero": (14, 9, 2), "average": (28, 23, 9), "modified": (14, 14, 7)}
    for truncation, points in expected.items():
        result = poll(put(msgspec.structs.replace(SETTINGS["borda"], truncation=truncation)), said)
        assert tuple(option.total.heads for option in result.options) == points
    steps = msgspec.to_builtins(poll(put(SETTINGS["borda"]), said).steps)
    assert steps["points"][0] == {"option": "a", "papers": ((2, 5), (1, 4), (0, 1)), "sum": 14}


def test_means_are_exact_fractions(put: Any) -> None:
    """1/3 of 10 and 3/9 are the same mean, and a tie; three hundredths more are more."""
    said = [b'{"a":1,"b":0,"c":1}', b'{"a":0,"b":1,"c":0}', b'{"a":0,"b":0}']
    result = poll(put(SETTINGS["score"]), said)
    assert result.chosen == ("c",)
    assert msgspec.to_builtins(result.steps)["means"] == (
        {"option": "a", "papers": ((1, 1), (0, 2)), "sum": 1, "of": 3, "mean": "1/3"},
        {"option": "b", "papers": ((1, 1), (0, 2)), "sum": 1, "of": 3, "mean": "1/3"},
        {"option": "c", "papers": ((1, 1), (0, 1)), "sum": 1, "of": 2, "mean": "1/2"},
    )
    lowest = poll(put(msgspec.structs.replace(SETTINGS["score"], missing="lowest")), said)
    assert lowest.tied == ("a", "b", "c")


@pytest.mark.parametrize("method", GRADED)
def test_what_nobody_graded_cannot_be_chosen(put: Any, method: str) -> None:
    settings = msgspec.structs.replace(SETTINGS[method], missing="excluded", seats=2)
    result = poll(put(settings), [b'{"b":0}', b'{"b":1}'])
    assert (result.decision, result.chosen, result.vacant) == ("vacant", ("b",), 1)


def test_lower_or_upper_median(put: Any) -> None:
    """Test case 14: of four grades 0 0 3 3 the median is 0 or 3; three times 1 and a 2 are the middle of both."""
    said = [b'{"a":0,"b":1,"c":0}', b'{"a":0,"b":1,"c":0}', b'{"a":3,"b":1,"c":0}', b'{"a":3,"b":2,"c":0}']
    for median, winner, medians in [("lower", "b", (0, 1, 0)), ("upper", "a", (3, 1, 0))]:
        result = poll(put(msgspec.structs.replace(SETTINGS["majority_judgment"], median=median)), said)
        assert result.chosen == (winner,)
        assert tuple(option.total.heads for option in result.options) == medians


def test_grades_are_compared_until_they_differ(put: Any) -> None:
    """A: 1 2 2 2 3, B: 2 2 2 2 2, C: 0 2 2 3 3. The median of all is 2; outwards, C is the first to have a 3."""
    said = [
        b'{"a":1,"b":2,"c":0}',
        b'{"a":2,"b":2,"c":2}',
        b'{"a":2,"b":2,"c":2}',
        b'{"a":2,"b":2,"c":3}',
        b'{"a":3,"b":2,"c":3}',
    ]
    result = poll(put(SETTINGS["majority_judgment"]), said)
    assert result.chosen == ("c",)
    assert msgspec.to_builtins(result.steps) == {
        "method": "majority_judgment",
        "judgments": (
            {"option": "a", "grades": (0, 1, 3, 1), "median": 2, "outwards": ((2, 2), (2, 2), (1, 3))},
            {"option": "b", "grades": (0, 0, 5, 0), "median": 2, "outwards": ((2, 2), (2, 2), (2, 2))},
            {"option": "c", "grades": (1, 0, 2, 2), "median": 2, "outwards": ((2, 2), (2, 3))},
        ),
        "reach": ("1/5", "3/5", "1"),
    }


def test_one_grade_more_or_less_does_not_hide_who_is_better(put: Any) -> None:
    """With missing grades left out, 2 of 3 and 4 of 6 are the same, however many there are."""
    settings = msgspec.structs.replace(SETTINGS["majority_judgment"], missing="excluded")
    said = [b'{"a":0,"b":0}', b'{"a":2,"b":2}', b'{"a":2,"b":2}', b'{"b":0}', b'{"b":2}', b'{"b":2,"c":1}']
    assert poll(put(settings), said).tied == ("a", "b")
