"""The vectors of choices.json: what a voter picks on a ballot of each form, and the exact bytes of that choice."""

from collections.abc import Iterator
from typing import Any

import msgspec

from voting.forms import form
from voting.methods.approval import Approval
from voting.methods.grading import PERSONS, Grading
from voting.methods.irv import Irv
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.presets import preset
from voting.questions import MOTION_OPTIONS, InvalidChoice, Option, Question, Text, parse_choice

OPTIONS = tuple(Option(one, Text(zh=f"甲{one}", en=f"Option {one}")) for one in ("b", "10", "a", "2"))
"""Two of them look like numbers: a program that keeps choices in an object may put those first."""

Picks = list[tuple[str, int]]

QUESTIONS: dict[str, dict[str, Any]] = {
    "motion": {"options": MOTION_OPTIONS},
    "plurality": {"settings": Plurality(2, 1)},
    "approval": {"settings": Approval(1)},
    "irv": {"settings": Irv("majority", "continuing", False, "lot")},
    "grading": {"settings": Grading(PERSONS, "modal", "graded")},
    "score": {"settings": Score(-5, 100, "lowest", 1)},
}
GOOD: list[tuple[str, Picks, str]] = [
    ("motion", [("against", 0)], '"against"'),
    ("plurality", [("2", 0), ("b", 0)], '["b","2"]'),
    ("plurality", [], "[]"),
    ("approval", [("2", 0), ("a", 0), ("10", 0), ("b", 0)], '["b","10","a","2"]'),
    ("irv", [("2", 0), ("b", 0), ("10", 0)], '["2","b","10"]'),
    ("irv", [], "[]"),
    ("grading", [("2", 0), ("a", 3), ("10", 1)], '{"10":1,"a":3,"2":0}'),
    ("grading", [], "{}"),
    ("score", [("2", 100), ("b", -5)], '{"b":-5,"2":100}'),
]
BAD: list[tuple[str, str]] = [
    ("plurality", '["2","b"]'),
    ("plurality", '["b","10","2"]'),
    ("irv", '["b","b"]'),
    ("irv", '["b", "2"]'),
    ("grading", '{"2":0,"10":1}'),
    ("grading", '{"b":4}'),
    ("score", '{"b":-6}'),
    ("motion", '["for"]'),
]


def build() -> dict[str, Any]:
    """Questions as pages are told of them, and choices.

    Raises:
        voting.questions.InvalidChoice: a choice that is said to be good is not.
    """
    return {
        "questions": [
            {
                "method": name,
                "options": msgspec.to_builtins(asked.options),
                "form": msgspec.to_builtins(form(asked)),
            }
            for name in QUESTIONS
            for asked in (_question(name),)
        ],
        "choices": [*_good(), *_bad()],
    }


def _question(method: str) -> Question:
    told = {"options": OPTIONS, "rule": preset("hearing.advisory")} | QUESTIONS[method]
    words = Text(zh=method, en=method)
    return Question(
        v=1,
        id="q1",
        title=words,
        text=words,
        method=method,  # type: ignore[arg-type]
        visibility="sealed",
        change="until_close",
        electorate="present",
        **told,
    )


def _good() -> Iterator[dict[str, Any]]:
    for method, picks, choice in GOOD:
        parse_choice(_question(method), choice.encode())
        yield {"valid": True, "why": "", "method": method, "picks": picks, "choice": choice}


def _bad() -> Iterator[dict[str, Any]]:
    for method, choice in BAD:
        try:
            parse_choice(_question(method), choice.encode())
        except InvalidChoice as error:
            yield {"valid": False, "why": str(error), "method": method, "picks": None, "choice": choice}
        else:
            raise ValueError(choice)
