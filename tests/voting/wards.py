"""Elections by transferable vote as their data sets have them, and the Scottish wards of 2017 counted."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.voting.data import folder
from voting.methods.stv import Quota, Stv, StvSteps, count_papers
from voting.rankings import Strict

Contest = dict[str, Any]


def contests(name: str) -> Iterator[Contest]:
    """The contests of a set that keeps one to a line."""
    with gzip.open(folder(name) / "contests.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def options_of(contest: Contest) -> list[str]:
    """The candidates, by their numbers."""
    return [str(one["n"] if isinstance(one, dict) else one) for one in contest["candidates"]]


def papers_of(contest: Contest) -> Counter[Strict]:
    """The valid papers: empty ones are none."""
    papers: Counter[Strict] = Counter()
    for number, ranking in contest["ballots"]:
        if ranking:
            papers[tuple(map(str, ranking))] += number
    return papers


def count_ward(contest: Contest, quota: Quota = "droop", decimals: int = 5) -> StvSteps:
    """A ward by the Scottish rules, or by others."""
    settings = Stv(contest["seats"], quota, decimals)
    steps = count_papers(options_of(contest), papers_of(contest), settings).steps
    assert isinstance(steps, StvSteps)
    return steps


def elected(steps: StvSteps) -> list[list[int]]:
    """Who is elected at which stage, as the record writes it."""
    stages = enumerate(steps.stages, 1)
    return [[int(one), number] for number, stage in stages for one in stage.elected + stage.deemed]


def winners(steps: StvSteps) -> set[int]:
    """Who is elected."""
    return {one for one, _ in elected(steps)}
