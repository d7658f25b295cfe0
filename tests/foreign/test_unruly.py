"""Two verifiers refuse the same acts for the same reasons, and count the same results."""

import random
from typing import Any

import msgspec
import pytest

from deliberation import acts
from tests.foreign.unruly import Unruly
from tests.foreign.verdicts import Brought, Foreign, agree, files, ours
from tests.room import Person, Room, motion, text
from voting.questions import Question, QuestionError, decode_question
from voting.rules import Composition, Own, Proxies, Requirement

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
    if dice.random() < 0.5:
        rule = msgspec.structs.replace(rule, **further(dice, electorate))
    unit = dice.choice(["unit", msgspec.UNSET])
    return msgspec.structs.replace(question, rule=rule, electorate=electorate, breakdown=unit)


def further(dice: random.Random, electorate: str) -> dict[str, Any]:
    """What a rule may say besides."""
    own = Own(
        clause=text("§ 12: “as ever”"),
        quorum=tuple(requirement(dice, electorate) for _ in range(dice.randint(0, 2))),
        majority=tuple(requirement(dice, electorate) for _ in range(dice.randint(0, 2))),
        silence=electorate == "roll" and dice.random() < 0.5,
    )
    least = [{"number": 15}, {"fraction": (1, 3), "of": "members"}, {"fraction": (2, 3), "of": "group"}]
    members = [Composition("women_representatives", "present", **one) for one in least]  # type: ignore[arg-type]
    proxies = Proxies(dice.choice([None, 3]), "household", candidates=True, instructed=False)
    every = {"proxies": proxies, "composition": tuple(members), "tie": "revote", "paper": False, "own": own}
    return {name: value for name, value in every.items() if dice.random() < 0.6}


def resident(dice: random.Random, area: int) -> Person:
    """Somebody who lives somewhere."""
    one = Person("representative", dice.randbytes, heads=1, area=area)
    one.unit = dice.choice(["", "东", "西", "\U0001f3e0", "\uff5e"])
    return one


def test_what_is_counted(foreign: Foreign) -> None:
    """Rules that no preset has, areas from nothing to the largest, ballots lost, polls void."""
    decisions, beside = set(), set[str]()
    for seed in range(COUNTS):
        dice = random.Random(seed)
        areas = [dice.choice([0, 1, 7, 12_345, 2**50]) for _ in range(dice.randint(1, 6))]
        people = [resident(dice, area) for area in areas]
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
        outcome = room.outcome(poll)
        decisions.add(outcome["decision"])
        beside |= {"statutory", "silence", "units"} & set(outcome)
        result = files(room.bundle())[f"results/{poll}.json"]
        agree(foreign, room.bundle(), clean=b'"unopened":0' in result)
    assert decisions == {"passed", "rejected", "no_quorum", "void", "unverified"}
    assert beside == {"statutory", "silence", "units"}


@pytest.mark.parametrize(
    ("members", "good"),
    [
        ({"paper": False}, True),
        ({"paper": True}, False),
        ({"tie": "revote"}, True),
        ({"own": Own(text("12"), (), (), silence=True)}, False),  # a poll of those present
        ({"own": Own(text("12"), (), (), silence=False)}, True),
    ],
)
def test_what_a_rule_may_say(foreign: Foreign, members: dict[str, Any], good: bool) -> None:
    question = motion()
    rule = msgspec.structs.replace(question.rule, **members)
    room = Room(questions=[msgspec.structs.replace(question, rule=rule)])
    raw = msgspec.json.encode(room.questions[0])
    if good:
        room.ready()
        agree(foreign, room.bundle(), Brought(running=True), clean=True)
    else:
        with pytest.raises(QuestionError):
            decode_question(raw)
