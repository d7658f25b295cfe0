"""The verifier of archives: good ones pass at every stage."""

import random
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.secret import archive, form
from ballots.secret.election import Question
from ballots.secret.group import GROUP
from ballots.secret.verify import verify
from tests.ballots.secret.archives import chained, setup_with, steps
from tests.ballots.secret.elections import MOTION, STAGES, make
from tests.voting.data import folder

RESULTS = {
    "tool-single/oNdrR8TWCkMdmY": ((7 * 10**9, 3 * 10**9), (5 * 10**9, 92 * 10**9, 3 * 10**9)),
    "tool-pedersen20/5ej6QC8jGNqMji": ((3, 1), (2, 2, 1)),
    "proto-pedersen-superset-weights/mVDRCMGzNYTQxt": ((1, 2**31, 5), (6, 0, 0, 0, 2**31)),
}


@pytest.mark.parametrize("name", RESULTS)
def test_archives_of_others(name: str) -> None:
    raw = (folder("belenios") / f"{name}.bel").read_bytes()
    report = verify(raw)
    assert report.findings == []
    assert (report.stage, report.totals) == ("Result", RESULTS[name])
    again = archive.Writer(int(msgspec.json.decode(raw[512:550])["timestamp"]))
    for step in archive.read(raw):
        again.event(step.kind, list(step.parts.values()))
        assert bytes(again.raw) == raw[: step.end]
        running = verify(raw[: step.end])
        assert (running.findings, running.stage) == ([], step.kind)
    assert bytes(again.raw) == raw


def test_every_archive_at_hand_is_tested() -> None:
    assert {path.stem for path in folder("belenios").glob("*/*.bel")} == {
        name.split("/")[1] for name in RESULTS
    }


elections = st.tuples(
    st.lists(
        st.builds(
            lambda answers, least, more, blank: Question(
                answers=tuple(map(str, range(answers))),
                blank=blank,
                min=min(least, answers),
                max=min(least + more, answers),
                question="?",
            ),
            st.integers(2, 12),
            st.integers(0, 3),
            st.integers(0, 4),
            st.booleans(),
        ),
        min_size=1,
        max_size=2,
    ),
    st.integers(1, 6),
    st.sampled_from([(1, None), (2, None), (0, (1, 1)), (0, (3, 2)), (1, (3, 2)), (0, (5, 3))]),
    st.booleans(),
)


@settings(max_examples=12)
@given(elections, st.randoms())
def test_generated_elections(drawn: Any, draw: random.Random) -> None:
    """Whatever is asked, whoever votes again, however votes weigh: the result is the plain sum."""
    asked, voters, (singles, holders), weighted = drawn
    weights = [draw.choice([0, 1, 3, 10**6]) for _ in range(voters)] if weighted else None
    made = make(*asked, voters=voters, singles=singles, holders=holders, weights=weights)
    counted: dict[int, list[list[int]]] = {}
    ballots = []
    for voter in [*(draw.randrange(voters) for _ in range(voters)), 0]:
        counted[voter] = made.choice()
        ballots.append(made.cast(voter, counted[voter]))
    size, threshold = holders or (0, 0)
    owners = [*range(1, singles + 1), *sorted(draw.sample(range(singles + 1, singles + size + 1), threshold))]
    report = verify(made.archive(ballots, owners=owners))
    assert report.findings == []
    assert (report.stage, report.tallied, report.owners) == ("Result", len(counted), owners)
    assert len(report.voted) == len(ballots)
    due = tuple(
        tuple(
            sum(choice[q][place] * (weights[voter] if weights else 1) for voter, choice in counted.items())
            for place in range(question.size)
        )
        for q, question in enumerate(asked)
    )
    assert report.totals == due


def test_nobody_votes() -> None:
    made = make(voters=2)
    for stage in STAGES:
        report = verify(made.archive([], stage))
        assert report.findings == []
    assert (report.totals, report.tallied) == (((0, 0, 0),), 0)


def test_many_voters_on_several_processors() -> None:
    """More numbers than are asked together in one go, with three strangers among them."""
    made = make(MOTION, voters=300, singles=0, holders=(3, 2))
    ballots = [made.cast(voter) for voter in range(300)]
    raw = made.archive(ballots, owners=(2, 3))
    told: list[tuple[int, int]] = []
    with ProcessPoolExecutor(2) as pool:
        report = verify(raw, spread=pool.map, progress=lambda done, total: told.append((done, total)))
        assert report.findings == []
        assert report.tallied == 300
        assert sum(map(sum, report.totals or ())) == 300
        assert told[-1] == (300, 300)
        assert told == sorted(told)
        odd = steps(raw)[:12]
        listed = msgspec.json.decode(odd[0][1][2])
        listed[7] = str(GROUP.p - int(listed[7]))
        listed.sort(key=int)
        odd[0] = "Setup", setup_with(odd[0][1], 2, form.encode(listed))
        assert [(one.code, one.where) for one in verify(chained(odd), spread=pool.map).findings] == [
            ("not-in-group", f"event 0 Setup credentials $[{strange(listed)}]")
        ]


def strange(listed: list[str]) -> int:
    return next(place for place, key in enumerate(listed) if not GROUP.contains(int(key)))
