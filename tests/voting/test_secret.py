"""What a secret ballot asks, and ballots that stand for totals: the count must not see a difference."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room import motion, text
from tests.secret_room import appraisal, secret_motion
from voting import secret
from voting.methods.approval import Approval
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.presets import preset
from voting.questions import Option, Question, QuestionError, encode_question
from voting.tally import tally

NAMES = ("a", "b", "c", "d")


def choosing(settings: Any, method: str, **changes: Any) -> Question:
    options = tuple(Option(name, text(name)) for name in NAMES)
    rule = msgspec.structs.replace(preset("preference.advisory"), secrecy=("secret",))
    told: dict[str, Any] = {"method": method, "settings": settings, "options": options, "rule": rule}
    return secret_motion(**(told | changes))


QUESTIONS = {
    "motion": secret_motion(),
    "grading": appraisal(),
    "approval": choosing(Approval(seats=2), "approval"),
    "plurality": choosing(Plurality(seats=2, spare=1), "plurality"),
    "majority judgment": choosing(
        MajorityJudgment((text("bad"), text("fair"), text("good")), "lower", "excluded", 1),
        "majority_judgment",
    ),
    "score": choosing(Score(low=-1, high=3, missing="excluded", seats=1), "score"),
}


def choices(question: Question) -> st.SearchStrategy[Any]:
    names = [option.id for option in question.options]
    match question.method:
        case "motion":
            return st.sampled_from(names)
        case "approval" | "plurality":
            most = 2 if question.method == "plurality" else len(names)
            return st.sets(st.sampled_from(names), max_size=most).map(
                lambda marks: [name for name in names if name in marks]
            )
        case _:
            low, high = (-1, 3) if question.method == "score" else (0, 2)
            numbers = st.none() | st.integers(low, high)
            return st.fixed_dictionaries(dict.fromkeys(names, numbers)).map(
                lambda found: {name: found[name] for name in names if found[name] is not None}
            )


@given(st.sampled_from(sorted(QUESTIONS)).flatmap(
    lambda name: st.tuples(st.just(QUESTIONS[name]), st.lists(choices(QUESTIONS[name]), max_size=12))
))  # fmt: skip
def test_ballots_dealt_from_totals_count_like_those_that_were_cast(
    case: tuple[Question, list[Any]],
) -> None:
    question, chosen = case
    cast = [msgspec.json.encode(choice) for choice in chosen]
    filled = [secret.fill(question, raw) for raw in cast]
    shape = secret.sheets(question)
    totals = [
        [sum(one[at][line] for one in filled) for line in range(len(sheet.lines) + sheet.blank)]
        for at, sheet in enumerate(shape)
    ]
    dealt = secret.ballots(question, totals, len(cast))
    assert len(dealt) == len(cast)
    ours, theirs = (counted(question, ballots) for ballots in (dealt, cast))
    assert ours["abstain"]["heads"] <= theirs["abstain"]["heads"]
    if shape[0].blank or question.method == "motion":
        assert ours == theirs
    else:  # whether a ballot was wholly blank, sums do not tell
        assert {**ours, "abstain": None} == {**theirs, "abstain": None}


def counted(question: Question, ballots: list[bytes]) -> Any:
    weights = {"heads": 1}
    present = [weights] * 13
    result = tally(
        question,
        poll="0" * 64,
        eligible=present,
        present=present,
        ballots=[(raw, weights) for raw in ballots],
    )
    return msgspec.to_builtins(result)


@pytest.mark.parametrize(
    ("totals", "number"),
    [
        ([[1, 1, 1]], 2),
        ([[1, 1]], 2),
        ([[2, 1, 0]], 2),
        ([[-1, 2, 1]], 2),
        ([[3, 0, 0]], 2),
        ([[0, 0, 0], [0, 0, 0]], 0),
    ],
)
def test_totals_that_no_ballots_have_are_refused(totals: list[list[int]], number: int) -> None:
    with pytest.raises(secret.TotalsError):
        secret.ballots(secret_motion(), totals, number)


@pytest.mark.parametrize(
    "changes",
    [
        {"change": "until_close"},
        {"rule": preset("owners.ordinary")},
        {"breakdown": "unit"},
        {"rule": msgspec.structs.replace(preset("urban.reps"), secrecy=("open",))},
        {"rule": preset("urban.elect.voters")},
    ],
)
def test_a_secret_motion_is_refused_that_could_not_be_held_or_counted(changes: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        encode_question(secret_motion(**changes))


def test_rankings_and_long_scales_are_refused_in_secret() -> None:
    ranking = choosing(Stv(seats=1, quota="droop", decimals=5), "stv")
    with pytest.raises(QuestionError, match="ranking"):
        encode_question(ranking)
    with pytest.raises(QuestionError, match="points"):
        encode_question(choosing(Score(low=0, high=11, missing="lowest", seats=1), "score"))


def test_a_rule_that_asks_for_secrecy_is_not_put_to_a_named_vote() -> None:
    with pytest.raises(QuestionError, match="secret"):
        encode_question(motion(rule="appraisal.grade"))
