"""Questions of every method, and what people may write on their ballots: at random, and the same every time."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from deliberation import acts, lots
from tests.room import Person, Room, choosing, motion, text
from voting.methods.approval import Approval
from voting.methods.borda import Borda
from voting.methods.grading import Grading
from voting.methods.irv import Irv
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.meek import Meek
from voting.methods.plurality import Plurality
from voting.methods.protocol import Settings
from voting.methods.ranked_pairs import RankedPairs
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.methods.stv import Stv
from voting.own import derive
from voting.presets import preset
from voting.questions import AGREEMENT_OPTIONS, Question
from voting.rules import Rule

NAMES = ("b", "a", "10", "9", "c", "2x", "constructor", "0")
"""Ids of options: among them those that a script's objects would put into another order, or know already."""
SCALE = tuple(text(grade) for grade in ("poor", "fair", "good", "excellent"))
CLAUSE = text("Clause 12: fewer are enough.")


def _grading(rng: random.Random, _seats: int) -> Grading:
    scale = SCALE[: rng.randint(2, 4)]
    verdict = rng.choice(("modal", "fail_half", "weighted"))
    base = rng.choice(("graded", "valid")) if verdict == "fail_half" else "graded"
    points = tuple(sorted(rng.sample(range(101), len(scale)))) if verdict == "weighted" else msgspec.UNSET
    return Grading(scale, verdict, base, points)


def _judgment(rng: random.Random, seats: int) -> MajorityJudgment:
    median, missing = rng.choice(("lower", "upper")), rng.choice(("worst", "excluded"))
    return MajorityJudgment(SCALE[: rng.randint(2, 4)], median, missing, seats)


def _irv(rng: random.Random, _seats: int) -> Irv:
    until, of = rng.choice(("majority", "two_remain")), rng.choice(("continuing", "first_round"))
    return Irv(until, of, rng.random() < 0.5, rng.choice(("earlier_round", "lot")))


def _compared(rng: random.Random) -> tuple[Any, Any]:
    return rng.choice(("winning_votes", "margins")), rng.choice(("last", "ignored"))


SETTINGS: Mapping[str, Callable[[random.Random, int], Settings]] = {
    "approval": lambda _, seats: Approval(seats),
    "plurality": lambda rng, seats: Plurality(seats, rng.randrange(3)),
    "grading": _grading,
    "score": lambda rng, seats: Score(-2, rng.randint(-1, 3), rng.choice(("lowest", "excluded")), seats),
    "majority_judgment": _judgment,
    "borda": lambda rng, seats: Borda(rng.choice(("zero", "average", "modified")), seats),
    "schulze": lambda rng, seats: Schulze(*_compared(rng), seats),
    "ranked_pairs": lambda rng, _: RankedPairs(*_compared(rng)),
    "irv": _irv,
    "stv": lambda rng, seats: Stv(
        seats, rng.choice(("droop", "hagenbach_bischoff", "hare")), rng.randrange(10)
    ),
    "meek": lambda _, seats: Meek(seats),
}
"""A method → what a question may declare of it."""
RANKED = ("borda", "schulze", "ranked_pairs", "irv", "stv", "meek")
METHODS = ("motion", "agreement", "positions", *SETTINGS)


def question(method: str, rng: random.Random, name: str = "q1") -> Question:
    """A question of this method that can be put to the vote."""
    changes: dict[str, Any] = {"breakdown": "unit"} if rng.random() < 0.3 else {}
    if method == "motion":
        changes |= _ruled(rng, silence=rng.random() < 0.5)
        return msgspec.structs.replace(motion(name), **changes)
    if method == "agreement":
        return motion(
            name, "coordination.agreement", method="agreement", options=AGREEMENT_OPTIONS, **changes
        )
    options = rng.sample(NAMES, rng.randint(2, 6))
    if method == "positions":
        found = choosing(name, Approval(1), options, method="positions", **changes)
        return msgspec.structs.replace(found, settings=msgspec.UNSET)
    if method in ("approval", "plurality"):
        changes |= _ruled(rng)
    seats = rng.randint(1, len(options) - 1)
    return choosing(name, SETTINGS[method](rng, seats), options, **changes)


def _ruled(rng: random.Random, *, silence: bool = False) -> dict[str, Any]:
    """A rule by heads or by area, the law's or the community's own, and who is asked under it."""
    rule = preset(rng.choice(("urban.reps", "owners.ordinary")))
    if rng.random() < 0.4:
        rule = own(rule, silence=silence and not rule.needs_presence)
    if rng.random() < 0.4:
        rule = msgspec.structs.replace(rule, tie="revote")
    return {"rule": rule, "electorate": "present" if rule.needs_presence else "roll"}


def own(rule: Rule, *, silence: bool = False) -> Rule:
    """The same rule with the lower numbers of a community's own."""
    third = tuple(msgspec.structs.replace(test, fraction=(1, 3)) for test in rule.majority)
    return derive(rule, clause=CLAUSE, text=text("A third is enough."), majority=third, silence=silence)


def choice(asked: Question, rng: random.Random) -> Any:
    """What a ballot may say; now and then nothing."""
    options = [option.id for option in asked.options]
    if asked.method in ("motion", "agreement", "positions"):
        return rng.choice(options)
    some = rng.sample(options, rng.randint(0, len(options)))
    if asked.method in RANKED:
        return some
    settings: Any = asked.settings
    if asked.method in ("approval", "plurality"):
        most = settings.seats if asked.method == "plurality" else len(options)
        return [option for option in options if option in some[:most]]
    low, high = getattr(settings, "low", 0), getattr(settings, "high", None)
    if high is None:
        high = len(settings.scale if asked.method == "grading" else settings.grades) - 1
    return {option: rng.randint(low, high) for option in options if option in some}


ODD: Sequence[Any] = (
    "for", "abstain", "a", "nobody", [], {}, ["a"], ["a", "a"], ["a", "b"], ["b", "a"], ["nobody"], ["b", "a", "10", "9"],
    {"a": 0}, {"a": -1}, {"a": 1, "b": 1}, {"b": 1, "a": 1}, {"a": 9}, {"nobody": 1}, {"": 0}, {"__proto__": 1},
    {"10": 1, "9": 1}, {"9": 1, "10": 1}, {"#9": 0}, {"constructor": 1}, ["constructor"], {"a": 2**53 - 1}, [""], "",
)  # fmt: skip
"""What ballots may say that is valid in some questions only, or in none."""


VALUES: Sequence[Any] = (
    None, True, False, 0, 1, 2, 3, -1, 101, 1001, 2**53, 0.5, "", " ", "\u0085", "\ufeff", "for", "heads", "area", "present", "roll",
    "unit", "revote", "stv", "irv", "valid", "worst", [], {}, [1, 2], [2, 1], [1, 1], {"zh": "\u001c", "en": "\u3000"}, {"zh": "字", "en": ""},
)  # fmt: skip
OPTIONAL: Mapping[str, Sequence[Any]] = {
    "proxies": ({"most": None, "holder": "agent", "candidates": True, "instructed": False}, {"most": 0, "holder": "agent", "candidates": True, "instructed": False}),
    "composition": ([], [{"group": "members", "among": "roll", "number": 3}], [{"group": "members", "among": "roll", "fraction": [1, 3], "of": "group"}], [{"group": "members", "among": "roll", "fraction": [4, 3]}], [{"group": "members", "among": "roll", "number": 3, "of": "group"}], [{"group": "members", "among": "roll"}]),
    "tie": ("revote", "lot"),
    "paper": (False, True),
    "own": ({"clause": {"zh": "", "en": ""}, "quorum": [], "majority": [], "silence": False}, {"clause": {"zh": "", "en": ""}, "quorum": [], "majority": [], "silence": True}, {"clause": {"zh": "", "en": ""}, "quorum": [{"measure": "area", "count": "present", "comparison": "gt", "fraction": [1, 2], "base": "eligible"}], "majority": [], "silence": False}),
}  # fmt: skip
"""The members that a rule may have besides, good ones and bad ones, in their order."""


def changed(value: Any, rng: random.Random) -> Any:
    """The same with one change somewhere."""
    inside = (
        list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    )
    if not inside or rng.random() < 0.15:
        return rng.choice(VALUES)
    key = rng.choice(inside)
    copy = value.copy()
    how = rng.random()
    if how < 0.1:
        del copy[key]
    elif how < 0.15 and isinstance(copy, dict):
        copy["more"] = 1
    elif how < 0.2 and isinstance(copy, list):
        copy.append(copy[key])
    else:
        copy[key] = changed(copy[key], rng)
    return copy


def ruled(told: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The same with some of what a rule may have besides."""
    more = {name: rng.choice(values) for name, values in OPTIONAL.items() if rng.random() < 0.3}
    return told | {
        "rule": {name: value for name, value in told["rule"].items() if name not in OPTIONAL} | more
    }


def gathered(
    rng: random.Random, questions: Sequence[Question], room: type[Room] = Room, voters: int = 7
) -> Room:
    """A hearing that has begun, of people who live somewhere and own something."""
    people = [
        Person("representative", rng.randbytes, heads=1, area=rng.randint(1, 20_000)) for _ in range(voters)
    ]
    for person in people:
        person.unit = rng.choice(("", "东区", "西区"))
    hall = room(people=people, questions=questions, entropy=rng.randbytes)
    hall.ready()
    return hall


def meeting(rng: random.Random, methods: Sequence[str] = METHODS) -> Room:
    """A hearing with a poll by each method, blank ballots, a void poll, a lost opening and a lot now and then."""
    questions = [question(method, rng, f"q{number}") for number, method in enumerate(methods)]
    room = gathered(rng, questions)
    for number, asked in enumerate(questions):
        poll = room.open_poll(number)
        usual = [choice(asked, rng) for _ in range(3)]
        voters = room.voters if rng.random() < 0.8 else rng.sample(room.voters, rng.randrange(7))
        leaves = [room.vote(person, poll, rng.choice(usual)) for person in voters]
        room.close(poll)
        if rng.random() < 0.1:
            void = room.do(room.chair, acts.VoidPoll, poll=poll, reason="Read out wrongly")
            room.do(room.supervisor, acts.Cosign, target=void)
        room.reveal(poll, without=leaves[:1] if rng.random() < 0.1 else [])
        room.publish(poll)
        if lots.tied(room.hearing.state.polls[poll]) and rng.random() < 0.6:
            roll = room.do(
                room.chair, acts.DrawLot, poll=poll, rolled=f"{rng.randint(1, 6)} {rng.randint(0, 99)}"
            )
            room.do(room.supervisor, acts.Cosign, target=roll)
            room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def odd_ballots(method: str, room: type[Room]) -> Room:
    """A live poll in which everybody says something else, most of it invalid; the room writes it all down."""
    rng = random.Random(method)
    asked = msgspec.structs.replace(question(method, rng), visibility="live")
    hall = gathered(rng, [asked], room, len(ODD))
    poll = hall.open_poll()
    for person, said in zip(hall.voters, ODD, strict=True):
        hall.vote(person, poll, said)
    return hall
