"""Rankings of real elections, as the data sets write them, and other programs that count rankings."""

import gzip
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests import programs
from tests.voting.data import folder
from voting.methods.schulze import Schulze, SchulzeSteps, count_papers
from voting.rankings import Papers, Ranking

Profile = tuple[list[str], Papers]
"""Options, and how many papers say what."""


@cache
def debian() -> dict[str, Profile]:
    """Debian's elections of its leader: equal and unranked options."""
    text = (folder("debian_schulze") / "contests.json").read_text(encoding="utf-8")
    found = {}
    for contest in json.loads(text):
        papers = Counter[Ranking]()
        for times, ranks in contest["ballots"]:
            places = sorted(set(ranks.values()))
            papers[tuple(tuple(one for one in ranks if ranks[one] == place) for place in places)] += times
        del papers[()]
        found[contest["id"]] = (list(contest["candidates"]), papers)
    return found


@cache
def strict() -> dict[str, Profile]:
    """Elections by transferable vote in Scotland, New South Wales and the United States: no equals."""
    return dict(_strict())


def _strict() -> Iterator[tuple[str, Profile]]:
    for name in ("scot_stv_2017", "irv_us_nsw"):
        with gzip.open(folder(name) / "contests.jsonl.gz", "rt", encoding="utf-8") as lines:
            for contest in map(json.loads, lines):
                options = [str(one["n"] if isinstance(one, dict) else one) for one in contest["candidates"]]
                papers = {
                    tuple((str(o),) for o in ranking): n for n, ranking in contest["ballots"] if ranking
                }
                yield contest["id"], (options, papers)


def belenios(method: str, ballots: list[list[int]], *arguments: str) -> Any:
    """What belenios-tool finds: https://www.belenios.org/, counting methods on the command line."""
    tool = programs.require("belenios-tool")
    command = [tool, "method", method, f"--nchoices={len(ballots[0])}", *arguments]
    done = subprocess.run(command, input=json.dumps(ballots), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def as_ranks(options: list[str], papers: Papers) -> list[list[int]]:
    """Every paper as Belenios writes it: a rank for each option, 0 for none."""
    written = []
    for ranking, times in papers.items():
        ranks = {option: rank for rank, group in enumerate(ranking, 1) for option in group}
        written += [[ranks.get(option, 0) for option in options]] * times
    return written


def same_as_belenios(options: list[str], papers: Papers) -> None:
    """Belenios finds the same by Schulze: the whole matrix, and the order of all options."""
    found = belenios("schulze", as_ranks(options, papers), "--blank-allowed=true")
    steps = count_papers(options, papers, Schulze("winning_votes", "last", 1)).steps
    assert isinstance(steps, SchulzeSteps)
    assert found["raw"] == [list(row) for row in steps.pairs]
    assert [{options[i] for i in place} for place in found["winners"]] == [set(one) for one in steps.places]
