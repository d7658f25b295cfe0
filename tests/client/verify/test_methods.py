"""Hearings that decide by other methods than a motion: the page and the command find the same in them."""

import functools
import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ballots.encoding import utc
from ballots.entry import Entry
from ballots.signing import sign_act
from deliberation import acts, polls
from tests.client.verify.meetings import resigned
from tests.client.verify.test_agreement import by_command, by_page, ours, packed, theirs
from tests.foreign.unruly import Careless
from tests.methods import METHODS, ODD, SCALE, choice, gathered, meeting, odd_ballots, question
from tests.room import Person, Room, choosing
from voting.methods.approval import Approval
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.presets import preset
from voting.questions import Question


def test_honest_meetings(tmp_path: Path, built: object) -> None:
    rooms = {f"meeting-{seed}": meeting(random.Random(seed)) for seed in range(6)}
    bundles = {name: room.bundle() for name, room in rooms.items()}
    decisions = set()
    for name, told in by_page(tmp_path, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert theirs(told) == ours(report), name
        assert {code for code, _ in theirs(told)} <= {"unverified"}
        assert report.state is not None
        for poll, shown in zip(report.state.polls.values(), told["hearing"]["polls"], strict=True):
            assert poll.result_bytes is not None
            result = json.loads(poll.result_bytes)
            assert unmarked(shown["result"]) == result, poll.question
            decisions.add((poll.question.method, result["decision"]))
    assert {method for method, _ in decisions} == set(METHODS)
    assert {outcome for _, outcome in decisions} >= {
        "decided",
        "vacant",
        "tied",
        "counted",
        "void",
        "unverified",
    }


def unmarked(value: Any) -> Any:
    """Inside the page, names that are numbers have a mark, so that they stay where they are."""
    if isinstance(value, list):
        return [unmarked(one) for one in value]
    if isinstance(value, dict):
        return {name.removeprefix("#"): unmarked(one) for name, one in value.items()}
    return value


def refusals(folder: Path, bundles: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Why acts are refused, after a look that page and command find just the same."""
    found = {}
    for name, told in by_page(folder, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert theirs(told) == ours(report), name
        found[name] = [one["detail"] for one in told["findings"] if one["code"] == "act-refused"]
    return found


def test_ballots_that_are_invalid_are_refused_alike(tmp_path: Path, built: object) -> None:
    rooms = {method: odd_ballots(method, Careless) for method in METHODS}
    refused = refusals(tmp_path, {method: room.bundle() for method, room in rooms.items()})
    for method in METHODS:
        assert set(refused[method]) == {"ballot.cast: invalid-choice"}
        assert len(ODD) // 2 < len(refused[method]) < len(ODD)


def numbers(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where numbers stand in a result."""
    if isinstance(value, (list, dict)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from numbers(value[key], (*place, key))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield place


def test_results_that_say_something_else_are_refused_alike(tmp_path: Path, built: object) -> None:
    """A service that publishes another number, wherever it stands, or spells the same result otherwise."""
    bundles = {}
    for method in METHODS:
        rng = random.Random(method)
        asked = question(method, rng)
        room = gathered(rng, [asked])
        poll = room.open_poll()
        for person in room.voters:
            room.vote(person, poll, choice(asked, rng))
        room.close(poll)
        room.reveal(poll)
        state = room.hearing.state.polls[poll]
        result = json.loads(polls.result_bytes(state))
        changed = [
            polls.result_bytes(state).replace(*other) for other in ((b":", b": ", 1), (b"present", b"here"))
        ]
        for *way, last in rng.sample(list(numbers(result)), 5):
            copy = json.loads(json.dumps(result))
            inner = functools.reduce(lambda value, key: value[key], way, copy)
            inner[last] += 1
            changed.append(msgspec.json.encode(copy))
        for number, raw in enumerate(changed):
            entries, size = list(room.entries), room.tree.size
            act = room.act(acts.PublishTally, poll=poll, result=hashlib.sha256(raw).hexdigest())
            entry = Entry(size, utc(room.clock), sign_act(room.service, acts.encode(act))).raw
            log = [*entries, entry]
            bundles[f"{method}-{number}"] = packed(
                room, log, checkpoint=resigned(room, log), **{f"results/{poll}.json": raw}
            )
    refused = refusals(tmp_path, bundles)
    assert {name: why for name, why in refused.items() if why != ["tally.publish: result-mismatch"]} == {}


def held(asked: Question, said: Mapping[str, Any]) -> Room:
    """A hearing with one poll, in which somebody from each of these units says this."""
    people = [Person("representative", heads=1, area=1) for _ in said]
    for person, unit in zip(people, said, strict=True):
        person.unit = unit
    room = Room(people=people, questions=[asked])
    room.ready()
    poll = room.open_poll()
    for person, one in zip(room.voters, said.values(), strict=True):
        if one is not None:
            room.vote(person, poll, one)
    room.close(poll)
    room.reveal(poll)
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def test_what_nobody_says_is_left_out_alike(tmp_path: Path, built: object) -> None:
    grades = MajorityJudgment(SCALE, "lower", "excluded", 1)
    room = held(choosing("q1", grades, "ab", breakdown="unit"), {"东区": {"a": 2}, "西区": {"a": 1, "b": 3}})
    (result,) = agreed(tmp_path, {"judgment": room}).values()
    east, west = result["units"]["groups"]
    assert [one["id"] for one in east["options"]] == ["a"]
    assert [one["id"] for one in west["options"]] == ["a", "b"]


def agreed(folder: Path, rooms: Mapping[str, Room]) -> dict[str, Any]:
    """The result of each room's poll, which page and command find alike."""
    bundles = {name: room.bundle() for name, room in rooms.items()}
    found = {}
    for name, told in by_page(folder, bundles).items():
        report = by_command(bundles[name])
        assert report is not None
        assert theirs(told) == ours(report) == set(), name
        assert report.state is not None
        (poll,) = report.state.polls.values()
        assert poll.result_bytes is not None
        found[name] = json.loads(poll.result_bytes)
        assert unmarked(told["hearing"]["polls"][0]["result"]) == found[name]
    return found


def test_what_is_not_final_is_told_alike(tmp_path: Path, built: object) -> None:
    """No further round without a quorum, no votes that are enough, and no share of nobody."""
    roll: dict[str, Any] = {"electorate": "roll"}
    household = preset("household.decision")
    free = msgspec.structs.replace(household, quorum=(), majority=())
    said = {"1": ["a"], "2": ["b"], "3": None, "4": None}
    third = msgspec.structs.replace(free, majority=preset("urban.elect.voters.rerun").majority)
    rooms = {
        "few": held(choosing("q1", Plurality(2, 1), "abc", rule=household, **roll), said),
        "free": held(choosing("q1", Approval(1), "abc", rule=free, **roll), {"1": ["a"], "2": []}),
        "nobody": held(choosing("q1", Approval(1), "abc", rule=third, **roll), {"1": None}),
    }
    found = agreed(tmp_path, rooms)
    assert (found["few"]["decision"], found["few"]["steps"]["rerun"]) == ("no_quorum", [])
    assert [one["reached"] for one in found["free"]["steps"]["standings"]] == [True, False, False]
    comparison = found["nobody"]["steps"]["standings"][0]["comparisons"][0]
    assert comparison["text"]["zh"].endswith("得票 0 ≥ 1/3（0）：基数为零，未达到通过要求")
