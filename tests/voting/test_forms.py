"""A page that draws a ballot by its form alone makes ballots that the method accepts, and no others."""

from typing import Any

import msgspec
import pytest

from voting.forms import Marks, Numbers, One, Ranking, form, seats, tapped
from voting.methods.grading import BODIES, Grading
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.questions import InvalidChoice, Option, Text, parse_choice

OPTIONS = tuple(Option(one, Text(one, one)) for one in ("a", "b", "c"))
SETTINGS: dict[str, Any] = {
    "plurality": Plurality(2, 1),
    "score": Score(0, 5, "lowest", 1),
    "majority_judgment": MajorityJudgment(BODIES, "lower", "worst", 1),
    "grading": Grading(BODIES, "modal", "graded"),
    "irv": Irv("majority", "continuing", False, "lot"),
}


@pytest.mark.parametrize(
    ("method", "expected", "good", "bad"),
    [
        ("plurality", Marks(2), ["a", "c"], ["a", "b", "c"]),
        ("score", Numbers(0, 5, missing="lowest"), {"a": 5, "c": 0}, {"a": 6}),
        ("majority_judgment", Numbers(0, 2, BODIES, "lowest"), {"b": 0}, {"b": -1}),
        ("grading", Numbers(0, 2, BODIES), {"a": 2}, {"a": 3}),
        ("irv", Ranking(), ["c", "a"], ["a", "a"]),
    ],
)
def test_the_form_is_what_the_method_reads(
    method: str, expected: object, good: object, bad: object, ask: Any
) -> None:
    question = ask("urban.reps", method=method, options=OPTIONS, settings=SETTINGS[method])
    assert form(question) == expected
    parse_choice(question, msgspec.json.encode(good))
    with pytest.raises(InvalidChoice):
        parse_choice(question, msgspec.json.encode(bad))


def test_live_bars_count_what_counts_alike(ask: Any) -> None:
    motion = ask("urban.reps")
    assert form(motion) == One()
    assert tapped(motion, "for") == ("for",)
    marks = ask("urban.reps", method="plurality", options=OPTIONS, settings=SETTINGS["plurality"])
    assert tapped(marks, ["a", "c"]) == ("a", "c")
    ranking = ask("urban.reps", method="irv", options=OPTIONS, settings=SETTINGS["irv"])
    assert tapped(ranking, ["a", "c"]) == ()


def test_how_many_are_chosen_is_known_of_every_method(ask: Any) -> None:
    wanted = {"plurality": 2, "score": 1, "irv": 1, "grading": 0}
    for method, number in wanted.items():
        assert seats(ask("urban.reps", method=method, options=OPTIONS, settings=SETTINGS[method])) == number
    assert seats(ask("urban.reps")) == 0
