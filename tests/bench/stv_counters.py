"""One program that counts transferable votes, timed alone: `python -m tests.bench.stv_counters NAME [WARDS]`.

It runs in the environment that has the program, so this module itself needs the standard library only.
It prints CPU seconds as JSON; counting is timed without the making of each library's own objects.
"""

import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

Papers = dict[tuple[int, ...], int]
Count = Callable[[], list[int]]
"""Counts once, and tells who is elected."""

REPEATS = 3
WORST = (100_000, 10, 4)
"""Ballots, candidates, seats."""


def worst() -> Papers:
    """Ballots that are nearly all different, every candidate ranked."""
    random.seed(7)
    ballots, candidates, _ = WORST
    names = range(1, candidates + 1)
    return Counter(tuple(random.sample(names, candidates)) for _ in range(ballots))


def ours(candidates: list[int], papers: Papers, seats: int) -> Count:
    from voting.methods.stv import Stv, count_papers

    options = [str(one) for one in candidates]
    named = {tuple(map(str, ranking)): number for ranking, number in papers.items()}
    return lambda: [int(one) for one in count_papers(options, named, Stv(seats, "droop", 5)).chosen]


def votekit(candidates: list[int], papers: Papers, seats: int) -> Count:
    from votekit.ballot import RankBallot
    from votekit.elections import FastSTV
    from votekit.pref_profile import RankProfile

    ballots = [
        RankBallot(ranking=tuple(frozenset({str(one)}) for one in ranking), weight=number)
        for ranking, number in papers.items()
    ]
    profile = RankProfile(
        ballots=tuple(ballots), candidates=tuple(map(str, candidates)), max_ranking_length=len(candidates)
    )

    def count() -> list[int]:
        return [int(one) for group in FastSTV(profile, n_seats=seats).get_elected() for one in group]

    return count


def pyrankvote(candidates: list[int], papers: Papers, seats: int) -> Count:
    import pyrankvote as library

    names = {one: library.Candidate(str(one)) for one in candidates}
    ballots = [
        library.Ballot([names[one] for one in ranking])
        for ranking, number in papers.items()
        for _ in range(number)
    ]

    def count() -> list[int]:
        result = library.single_transferable_vote(list(names.values()), ballots, seats)
        return [int(one.name) for one in result.get_winners()]

    return count


def votelib(candidates: list[int], papers: Papers, seats: int) -> Count:
    from votelib.evaluate.sequential import TransferableVoteSelector

    return lambda: list(TransferableVoteSelector(quota_function="droop").evaluate(papers, seats))


COUNTERS: dict[str, Callable[[list[int], Papers, int], Count]] = {
    "ours": ours,
    "votekit": votekit,
    "pyrankvote": pyrankvote,
    "votelib": votelib,
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds, and what came out."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def run_worst(name: str) -> dict[str, Any]:
    """The best of some counts of the same papers."""
    papers, (_, candidates, seats) = worst(), WORST
    build, count = timed(lambda: COUNTERS[name](list(range(1, candidates + 1)), papers, seats))
    runs = [timed(count) for _ in range(REPEATS)]
    return {"build": build, "count": min(seconds for seconds, _ in runs), "winners": sorted(runs[0][1])}


def run_wards(name: str, path: str) -> dict[str, Any]:
    """Every ward once, and in how many the official winners came out."""
    seconds, right, wards, ballots = 0.0, 0, 0, 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for contest in map(json.loads, lines):
            papers: Papers = Counter()
            for number, ranking in contest["ballots"]:
                papers[tuple(ranking)] += number
            wards, ballots = wards + 1, ballots + sum(papers.values())
            candidates = [one["n"] for one in contest["candidates"]]
            count = COUNTERS[name](candidates, papers, contest["seats"])
            began = time.process_time()
            try:
                winners = set(count())
            except Exception:  # noqa: BLE001 - some programs give up on some wards: then they are not right
                winners = set()
            seconds += time.process_time() - began
            right += winners == {one for one, _ in contest["official"]["elected"]}
    return {"seconds": seconds, "right": right, "wards": wards, "ballots": ballots}


def main(name: str, *paths: str) -> None:
    """Print the figures."""
    try:
        release = version(name)
    except PackageNotFoundError:
        release = ""
    wards = run_wards(name, *paths) if paths else None
    print(json.dumps({"version": release, "worst": run_worst(name), "wards": wards}))


if __name__ == "__main__":
    main(*sys.argv[1:])
