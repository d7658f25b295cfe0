"""Generated elections, from one voter to a hall: `belenios-tool` accepts the archive at every stage."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import pytest

from ballots.secret import archive
from ballots.secret.archive import Step
from ballots.secret.election import Question
from ballots.secret.verify import verify
from tests.ballots.secret.belenios import Tool
from tests.ballots.secret.elections import STAGES, make


class Case(NamedTuple):
    """What an election is drawn from.

    Attributes:
        voters: all of whom vote.
        widths: how many options each question has.
        holders: how many there are, and how many of them open the box.
        singles: trustees beside them, every one of whom is needed.
        weighted: whether votes weigh, from nothing to a million.
    """

    voters: int
    widths: tuple[int, ...]
    holders: tuple[int, int] | None
    singles: int = 0
    weighted: bool = False

    def questions(self) -> tuple[Question, ...]:
        """The second one may be left blank; how many marks are asked for is drawn."""
        draw = random.Random(str(self))
        return tuple(asked(draw, width, blank=place == 1) for place, width in enumerate(self.widths))


HALL = 300
CASES = (
    Case(1, (2, 12), (1, 1)),
    Case(1, (3,), None, singles=1),
    Case(2, (12, 2), (5, 3)),
    Case(3, (4, 7), None, singles=3, weighted=True),
    Case(4, (3, 2), (2, 2)),
    Case(5, (5, 8), (3, 2), singles=1),
    Case(7, (3,), (4, 3), weighted=True),
    Case(8, (12,), (3, 2)),
    Case(HALL, (2,), (5, 3)),
)


def asked(draw: random.Random, width: int, *, blank: bool) -> Question:
    low = draw.randrange(min(width, 3))
    high = min(width, low + draw.randrange(4)) or 1
    return Question(
        answers=tuple(f"答案 {n}" for n in range(width)), blank=blank, min=low, max=high, question="？"
    )


def test_the_elections_meet_every_extreme() -> None:
    """Each of them at every stage, for every election is looked at there."""
    questions = [question for case in CASES for question in case.questions()]
    assert {case.voters for case in CASES} >= {1, HALL}
    assert {case.holders for case in CASES} >= {(1, 1), (3, 2), (5, 3)}
    assert {len(question.answers) for question in questions} >= {2, 12}
    assert {question.blank for question in questions} == {False, True}
    assert {question.min for question in questions} == {0, 1, 2}
    assert any(question.min == question.max for question in questions)
    assert any(question.min < question.max < len(question.answers) for question in questions)
    assert any(question.max == len(question.answers) for question in questions)


@pytest.mark.foreign
@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_tool_accepts_every_stage(tool: Tool, case: Case) -> None:
    """Each is an extension of the one before; at the end the first voter votes again."""
    draw = random.Random(f"{case} choices")
    weights = [draw.choice([0, 1, 2**20]) for _ in range(case.voters)] if case.weighted else None
    made = make(
        *case.questions(),
        voters=case.voters,
        singles=case.singles,
        holders=case.holders,
        weights=weights,
        seed=case,
    )
    ballots = [made.cast(voter) for voter in [*range(case.voters), 0]]
    whole = made.archive(ballots, owners=owners(case, draw))
    steps = list(stages(list(archive.read(whole))))
    assert {step.kind for step in steps} == set(STAGES)
    folders = []
    for step in steps:
        raw = whole[: step.end]
        folders.append(tool.archive(raw, str(len(folders))))
        if case.voters < HALL or step is steps[-1]:
            report = verify(raw)
            assert (report.findings, report.stage) == ([], step.kind)
    tool("election", "verify", "--dir", folders[0])
    with ThreadPoolExecutor(2) as pool:  # it verifies the longer one, too
        both = [("election", "verify-diff", "--dir1", one, "--dir2", two) for one, two in pairwise(folders)]
        list(pool.map(lambda arguments: tool(*arguments), both))


def owners(case: Case, draw: random.Random) -> list[int]:
    """Who decrypts: every single trustee, and of the holders as many as are needed."""
    size, threshold = case.holders or (0, 0)
    among = range(case.singles + 1, case.singles + size + 1)
    return [*range(1, case.singles + 1), *sorted(draw.sample(among, threshold))]


def stages(steps: Sequence[Step]) -> Iterator[Step]:
    """After how many events the archive is looked at: all of them but ballots, of which the middle and the last."""
    cast = [step for step in steps if step.kind == "Ballot"]
    seen = {cast[len(cast) // 2].end, cast[-1].end}
    yield from (step for step in steps if step.kind != "Ballot" or step.end in seen)
