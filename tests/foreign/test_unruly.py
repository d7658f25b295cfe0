"""Two verifiers refuse the same acts for the same reasons, and count the same results."""

import random

import msgspec
import pytest

from deliberation import acts
from tests.foreign.unruly import Unruly
from tests.foreign.verdicts import Foreign, agree, files, ours
from tests.room import Person, Room, motion, text
from voting.questions import Question
from voting.rules import Requirement

pytestmark = pytest.mark.foreign

GAMES = 24
MOVES = 160
COUNTS = 40


def test_what_is_refused(foreign: Foreign) -> None:
    """In games that meet most of what an act can be refused for after its convening."""
    met = set()
    for seed in range(GAMES):
        room = Unruly(seed)
        room.play(MOVES)
        agree(foreign, room.bundle())
        met |= {why.partition(": ")[2] for _, _, why in ours(room.bundle()) or ()}
    assert len(met) > 50


def requirement(dice: random.Random, electorate: str) -> Requirement:
    attendance = ["present"] if electorate == "present" else []
    count = dice.choice(["cast", "valid", "for", *attendance])
    bases = ["eligible", *attendance] if count == "present" else ["eligible", "cast", "valid", *attendance]
    denominator = dice.choice([1, 2, 3, 4, 7, 16, 32, 64, 125, dice.randint(1, 1000)])
    numerator = dice.randint(1, denominator)
    comparison = "ge" if numerator == denominator else dice.choice(["gt", "ge"])
    measure = dice.choice(["heads", "area"])
    return msgspec.convert(
        {
            "measure": measure,
            "count": count,
            "comparison": comparison,
            "fraction": (numerator, denominator),
            "base": dice.choice(bases),
        },
        Requirement,
    )


def asked(dice: random.Random) -> Question:
    electorate = dice.choice(["present", "roll"])
    question = motion(visibility=dice.choice(["live", "sealed"]), title=text('"\\\t\x01\x7f\u2028 😀'))
    rule = msgspec.structs.replace(
        question.rule,
        quorum=tuple(requirement(dice, electorate) for _ in range(dice.randint(0, 2))),
        majority=tuple(requirement(dice, electorate) for _ in range(dice.randint(1, 3))),
        unit=dice.choice(["members", "residents_or_households", "households", "owners"]),
        law=dice.choice([None, question.rule.law]),
        article=dice.choice([None, "1 bis"]),
    )
    return msgspec.structs.replace(question, rule=rule, electorate=electorate)


def test_what_is_counted(foreign: Foreign) -> None:
    """Rules that no preset has, areas from nothing to the largest, ballots lost, polls void."""
    decisions = set()
    for seed in range(COUNTS):
        dice = random.Random(seed)
        areas = [dice.choice([0, 1, 7, 12_345, 2**50]) for _ in range(dice.randint(1, 6))]
        people = [Person("representative", dice.randbytes, heads=1, area=area) for area in areas]
        room = Room(people=people, questions=[asked(dice)], entropy=dice.randbytes)
        room.ready()
        poll = room.open_poll()
        voters = people if dice.random() < 0.8 else []
        voted = [room.vote(one, poll, dice.choice(["for", "for", "against", "abstain"])) for one in voters]
        room.close(poll)
        if dice.random() < 0.1:
            void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="a “reason”")
            room.do(room.supervisor, acts.Cosign, target=void)
        if room.questions[0].visibility == "sealed":
            room.reveal(poll, without=voted[:1] if dice.random() < 0.2 else [])
        room.publish(poll)
        room.do(room.chair, acts.Adjourn)
        decisions.add(room.outcome(poll)["decision"])
        result = files(room.bundle())[f"results/{poll}.json"]
        agree(foreign, room.bundle(), clean=b'"unopened":0' in result)
    assert decisions == {"passed", "rejected", "no_quorum", "void", "unverified"}
