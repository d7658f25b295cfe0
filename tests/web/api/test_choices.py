"""Ballots of several options over HTTP; neither a sealed request nor its entry tells what was chosen."""

import json
from typing import Any

import pytest

from ballots.signing import split
from tests.actors import Hall, Meeting, Officer, Phone, both, question
from voting.methods.irv import Irv
from voting.methods.plurality import Plurality
from voting.methods.score import Score
from voting.questions import Option
from web.actors.device import REQUEST_LENGTH, Declined, request_body, seal
from web.people.drafts import DraftItem

pytestmark = pytest.mark.anyio

OPTIONS = tuple(Option(one, both(one, one)) for one in ("wang", "2", "1", "zhao"))
QUESTIONS = (
    question("marks", method="plurality", options=OPTIONS, settings=Plurality(2, 1)),
    question(
        "ranking",
        preset="hearing.advisory",
        method="irv",
        options=OPTIONS,
        settings=Irv("majority", "continuing", False, "lot"),
        visibility="live",
    ),
    question(
        "points",
        preset="hearing.advisory",
        method="score",
        options=OPTIONS,
        settings=Score(0, 9, "lowest", 1),
    ),
)
NAMES = ("欧阳慧敏", "王建国", "李秀英", "Ann Smith")


@pytest.fixture
async def meeting(hall: Hall) -> Meeting:
    """Four representatives, checked in, and three questions."""
    await hall.convene((DraftItem("stalls", both("选举", "Election"), both("", ""), "named", QUESTIONS),))
    chair = await hall.join(Officer, "周敏", "chair")
    supervisor = await hall.join(Officer, "吴建国", "supervisor")
    desk = await hall.join(Officer, "郑小燕", "desk")
    phones = [await hall.join(Phone, name) for name in NAMES]
    await chair.open()
    await chair.sign_in()
    for phone in phones:
        await desk.check_in(phone.seat.member)
    await chair.call("stalls")
    return Meeting(hall, chair, supervisor, desk, phones, phones[0])


@pytest.mark.parametrize(
    ("number", "choices", "wrong", "chosen"),
    [
        (0, [["wang", "2"], ["2", "1"], ["wang", "2"], []], ["2", "wang"], ["2"]),
        (1, [["1", "2"], ["1"], ["zhao", "1", "wang", "2"], []], ["1", "1"], ["1"]),
        (2, [{"2": 9, "1": 0}, {"wang": 3}, {"zhao": 1}, {}], {"1": 0, "2": 9}, ["2"]),
    ],
)
async def test_every_form_of_ballot_is_cast_and_counted(
    meeting: Meeting, number: int, choices: list[Any], wrong: Any, chosen: list[str]
) -> None:
    poll = await meeting.open_poll(number)
    state = await meeting.chair.state()
    live = state["items"][0]["questions"][number]["visibility"] == "live"
    with pytest.raises(Declined) as refused:
        await (meeting.phones[0].vote_openly if live else meeting.phones[0].vote)(poll, wrong)
    assert refused.value.code == "invalid-choice"
    for phone, choice in zip(meeting.phones, choices, strict=True):
        await (phone.vote_openly if live else phone.vote)(poll, choice)
    await meeting.chair.close_poll(poll)
    await meeting.chair.publish(poll)
    result = (await meeting.poll(poll))["result"]
    assert (result["chosen"], result["unopened"], result["abstain"]["heads"]) == (chosen, 0, 1)


async def test_sealed_requests_are_of_one_length_and_entries_say_nothing(meeting: Meeting) -> None:
    poll = await meeting.open_poll(2)
    choices: list[Any] = [{}, {"wang": 9}, {"2": 0, "1": 9}, {"wang": 1, "2": 2, "1": 3, "zhao": 4}]
    kept = [
        await phone.vote(poll, choice, options=len(OPTIONS))
        for phone, choice in zip(meeting.phones, choices, strict=True)
    ]
    assert {len(one.body) for one in kept} == {REQUEST_LENGTH}
    for one in kept:
        told = json.loads(split(json.loads(one.body)["jws"]).payload)
        assert "choice" not in told
        assert len(told["commitment"]) == 43


@pytest.mark.parametrize("options", [1, 19, 20, 59, 200])
async def test_the_longest_choice_is_as_long_as_a_blank_ballot(options: int) -> None:
    longest = {f"{number:x>32}": -1000 for number in range(options)}
    lengths = {
        len(request_body("x" * 800, (), seal(choice), options)) for choice in ({}, longest, list(longest))
    }
    assert lengths == {REQUEST_LENGTH * (1 + options // 20)}
