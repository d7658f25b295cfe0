from collections.abc import Callable
from typing import Any

import pytest

from voting.presets import preset
from voting.questions import MOTION_OPTIONS, Question, Rule, Text
from voting.tally import Weights

Ask = Callable[..., Question]
Heads = Callable[[int], list[Weights]]
Slips = Callable[..., list[tuple[bytes, Weights]]]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Build a motion under a preset, or under any rule."""

    def build(rule: str | Rule, **changes: Any) -> Question:
        rule = preset(rule) if isinstance(rule, str) else rule
        members: dict[str, Any] = {
            "v": 1,
            "id": "stalls",
            "title": Text(zh="门前摊位", en="Stalls at the gate"),
            "text": Text(zh="是否同意在社区门前设立便民摊位？", en="Shall stalls be allowed at the gate?"),
            "method": "motion",
            "options": MOTION_OPTIONS,
            "rule": rule,
            "visibility": "sealed",
            "change": "until_close",
            "electorate": "present" if rule.needs_presence else "roll",
        }
        return Question(**(members | changes))

    return build


@pytest.fixture(scope="session")
def heads() -> Heads:
    """So many participants of one head each."""

    def build(number: int) -> list[Weights]:
        return [{"heads": 1} for _ in range(number)]

    return build


@pytest.fixture(scope="session")
def slips() -> Slips:
    """So many ballots for, against, abstaining, spoiled; one head each."""

    def build(y: int = 0, n: int = 0, a: int = 0, spoiled: int = 0) -> list[tuple[bytes, Weights]]:
        raw = [b'"for"'] * y + [b'"against"'] * n + [b'"abstain"'] * a + [b'"both"'] * spoiled
        return [(one, {"heads": 1}) for one in raw]

    return build
