"""What a single encrypted ballot tells: neither its length, nor its numbers, nor the time that it takes to check."""

import gc
import itertools
import math
import random
import time
from collections.abc import Iterator, Sequence

import pytest

from ballots.secret import ballot
from ballots.secret.election import Question
from ballots.secret.group import GROUP
from tests.ballots.secret.elections import MOTION, Made, make
from web.actors.voter import padded
from web.records.slot import check

MANY = 300
"""Ballots for each choice; their random numbers are always the same ones, so no run differs from another."""


@pytest.fixture(scope="module")
def cast() -> dict[str, list[bytes]]:
    """Many ballots for every choice."""
    made = make(MOTION, voters=1, seed="lengths")
    return {choice: list(ballots(made, place)) for place, choice in enumerate(("for", "against", "abstain"))}


def ballots(made: Made, place: int) -> Iterator[bytes]:
    marked = [int(line == place) for line in range(3)]
    for number in range(MANY):
        draw = random.Random(f"{place} {number}").randrange
        yield ballot.encrypt(made.asked, made.secrets[0], [marked], draw).ballot


def test_the_numbers_of_a_ballot_do_not_depend_on_its_choice(cast: dict[str, list[bytes]]) -> None:
    """Number by number: a proof that is made and one that is feigned are equally large."""
    sizes = {choice: [numbers(raw) for raw in found] for choice, found in cast.items()}
    for one, other in itertools.combinations(sizes.values(), 2):
        for ours, theirs in zip(zip(*one, strict=True), zip(*other, strict=True), strict=True):
            assert distance(ours, theirs) < LIMIT


def test_that_test_would_find_a_proof_whose_numbers_are_larger(cast: dict[str, list[bytes]]) -> None:
    """A response that is not reduced, one that lacks its upper quarter: either would show."""
    ours = [numbers(raw)[-1] for raw in cast["for"]]
    assert distance(ours, [1.3 * one for one in ours]) > LIMIT
    assert distance(ours, [0.75 * one for one in ours]) > LIMIT


def test_requests_are_equally_long_whatever_the_ballot(cast: dict[str, list[bytes]]) -> None:
    found = [raw for each in cast.values() for raw in each]
    assert len({len(raw) for raw in found}) > 5
    assert len({len(padded(raw)) for raw in found}) == 1
    assert all(padded(raw).rstrip(b" ") == raw for raw in found)


LIMIT = 0.19
"""Kolmogorov and Smirnov's distance that two samples of 300 from one distribution exceed once in 25,000."""


def distance(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How far the distributions of two samples lie apart, at most."""
    places = sorted([*ours, *theirs])
    return max(
        abs(sum(one <= place for one in ours) / len(ours) - sum(one <= place for one in theirs) / len(theirs))
        for place in places
    )


def numbers(raw: bytes) -> list[float]:
    """Every number of a ballot that is new in each, as a share of the largest that it could be."""
    told = ballot.decode(raw)
    (answer,), signature = told.answers, told.signature
    assert signature is not None
    proofs = [*itertools.chain(*answer.individual_proofs), *answer.overall_proof, signature.proof]
    return [
        *(int(number) / GROUP.p for one in answer.choices for number in (one.alpha, one.beta)),
        *(int(number) / GROUP.q for proof in proofs for number in (proof.challenge, proof.response)),
    ]


# -- the time to check -----------------------------------------------------------------------------------------

TIMED = 100
"""Ballots of each choice whose check is timed."""
BEYOND = 5
"""Standard deviations that the sums of ranks of two like samples exceed once in 1.7 million."""


def test_the_time_to_check_a_ballot_does_not_depend_on_its_choice(cast: dict[str, list[bytes]]) -> None:
    """Processor time of what stands between a ballot and its answer, so far as that looks into it.

    Ballots of one choice differ by some 2 % among themselves. This finds a choice that takes 1.5 % longer;
    a smaller difference, and one in what the service does besides, it does not.
    """
    asked = make(MOTION, voters=1, seed="lengths").asked
    taken = timed({choice: [(asked, raw) for raw in cast[choice][:TIMED]] for choice in cast})
    for ours, theirs in itertools.combinations(taken.values(), 2):
        assert abs(deviation(ours, theirs)) < BEYOND


def test_that_test_would_find_a_check_that_takes_longer(cast: dict[str, list[bytes]]) -> None:
    """A ballot with one option more costs about a fifth more, and shows."""
    made = make(MOTION, voters=1, seed="lengths")
    question = Question(answers=(*MOTION.answers, "?"), min=1, max=1, question="?")
    wider = make(question, voters=1, seed="lengths")
    drawn = [random.Random(f"wider {number}").randrange for number in range(TIMED // 2)]
    longer = [ballot.encrypt(wider.asked, wider.secrets[0], [[1, 0, 0, 0]], draw).ballot for draw in drawn]
    taken = timed(
        {
            "three": [(made.asked, raw) for raw in cast["for"][: TIMED // 2]],
            "four": [(wider.asked, raw) for raw in longer],
        }
    )
    assert deviation(taken["three"], taken["four"]) < -BEYOND


def timed(ballots: dict[str, list[tuple[bytes, bytes]]]) -> dict[str, list[int]]:
    """Nanoseconds to check each: the shortest of three times, which alternate between the samples.

    So what else the machine does falls on all of them alike.
    """
    shortest = {choice: [10**18] * len(each) for choice, each in ballots.items()}
    gc.disable()
    try:
        for _, place in itertools.product(range(3), range(min(map(len, ballots.values())))):
            for choice, each in random.Random(place).sample(sorted(ballots.items()), len(ballots)):
                begun = time.thread_time_ns()
                assert check([each[place]]) == [None]
                taken = time.thread_time_ns() - begun
                shortest[choice][place] = min(shortest[choice][place], taken)
    finally:
        gc.enable()
    return shortest


def deviation(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Mann's and Whitney's test: by how many standard deviations ours are the longer ones."""
    above = sum((one > other) - (one < other) for one in ours for other in theirs) / 2
    many = len(ours) * len(theirs)
    return above / math.sqrt(many * (len(ours) + len(theirs) + 1) / 12)
