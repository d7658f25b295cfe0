"""docs/counting.md says how `steps` is written: every member of every method, in order; and the order of options."""

import random
import typing
from typing import Any, Literal

import msgspec
import pytest

from tests import methods
from tests.docs import sources
from tests.docs.tables import read, words
from voting.methods import (
    METHODS,
    AnySteps,
    borda,
    grading,
    irv,
    majority_judgment,
    meek,
    plurality,
    ranked_pairs,
    schulze,
    score,
    stv,
)
from voting.rules import Comparison
from voting.tally import encode_result, tally
from voting.ties import Tie

TOLD = read(sources.ROOT / "docs" / "counting.md")
STEPS = {kind.__struct_config__.tag: kind for kind in typing.get_args(AnySteps)}
OBJECTS: dict[str, type[msgspec.Struct]] = {
    "standing": plurality.Standing,
    "grades": grading.Grades,
    "share": grading.Share,
    "mean": score.Mean,
    "judgment": majority_judgment.Judgment,
    "points": borda.Points,
    "duel": schulze.Duel,
    "path": schulze.Path,
    "turn": ranked_pairs.Pair,
    "round": irv.Round,
    "exclusion": irv.Exclusion,
    "tie": Tie,
    "stage": stv.Stage,
    "parcel": stv.Parcel,
    "meek round": meek.Round,
}
NAMES = {kind: f"`{name}`" for name, kind in OBJECTS.items()} | {
    Comparison: "`comparison`", str: "string", int: "integer", bool: "boolean", tuple[int, int]: "two integers",
}  # fmt: skip


def say(kind: Any) -> str:
    if kind in NAMES:
        return NAMES[kind]
    parts = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        return ", ".join(f'"{one}"' for one in parts)
    if typing.get_origin(kind) is tuple:
        return f"array of {say(parts[0])}"
    if typing.get_origin(kind) is dict:
        return f"object of {say(parts[1])}"
    assert parts[-1] is type(None), kind
    return f"{say(parts[0])} or null"


@pytest.mark.parametrize(
    ("heading", "kind"), [*((f"steps of {name}", kind) for name, kind in STEPS.items()), *OBJECTS.items()]
)
def test_members_stand_in_the_order_in_which_they_are_written(heading: str, kind: Any) -> None:
    table = TOLD.under(heading, "Member", "Type", "Meaning")
    hints = typing.get_type_hints(kind)
    assert [(words(name), said) for name, said, _ in table.rows] == [
        ((field,), say(hints[field])) for field in kind.__struct_fields__
    ]


def test_every_method_with_steps_is_told_and_no_object_twice() -> None:
    assert set(STEPS) == set(METHODS) - {"motion", "agreement", "positions"}
    assert set(OBJECTS) <= {heading for heading, tables in TOLD.tables.items() if tables}


def _objects(part: Any) -> Any:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _objects(one)


@pytest.mark.parametrize("method", STEPS)
def test_options_stand_in_the_order_of_the_question(method: str) -> None:
    rng = random.Random(method)
    seen = 0
    for _ in range(40):
        question = msgspec.structs.replace(methods.question(method, rng), breakdown=msgspec.UNSET)
        order = [option.id for option in question.options]
        voters = [{"heads": 1, "area": 100}] * 9
        ballots = [(msgspec.json.encode(methods.choice(question, rng)), voters[0]) for _ in range(9)]
        lot = rng.choice((None, tuple(rng.sample(order, len(order)))))
        here = voters if question.electorate == "present" else None
        result = tally(question, poll="p", eligible=voters, present=here, ballots=ballots, lot=lot)
        steps = msgspec.json.decode(encode_result(result)).get("steps")
        if steps is None:
            continue
        assert next(iter(steps)) == "method"
        for part in _objects(steps):
            if part and set(part) <= set(order):
                assert list(part) == [one for one in order if one in part]
                seen += 1
            named = [part.get("options"), *part.get("places", ()), part.get("rerun")]
            for names in named:
                if names and all(isinstance(one, str) for one in names):
                    assert names == [one for one in order if one in names]
                    seen += 1
        for name in ("options", "means", "judgments", "points"):
            told = [
                one.get("id") or one.get("option") for one in steps.get(name, ()) if isinstance(one, dict)
            ]
            assert told in ([], order)
            seen += bool(told)
        seen += "standings" in steps
        votes = [one["votes"] for one in steps.get("standings", ())]
        assert votes == sorted(votes, reverse=True)
    assert seen > 20
