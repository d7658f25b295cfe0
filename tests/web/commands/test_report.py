"""What `hearing verify` prints of polls that are not answered by yes or no: who is chosen, and who voted how."""

import io
import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ballots.bundle import read_from
from deliberation import acts
from deliberation.audit import Expectations
from tests import methods
from tests.room import Room, choosing, motion, text
from tests.secret_room import SecretRoom
from voting.methods.approval import Approval
from voting.methods.grading import PERSONS, Grading
from voting.methods.schulze import Schulze
from voting.methods.score import Score
from voting.own import derive
from voting.presets import preset
from voting.questions import Question
from web.commands.report import Writer
from web.commands.verify import verify
from web.tally.choices import say, words_of
from web.texts import LANGUAGES, Language

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUESTIONS = (
    choosing("marks", Approval(2), visibility="live"),
    choosing("ranks", Schulze("winning_votes", "last", 1)),
    choosing("points", Score(0, 5, "excluded", 1)),
    choosing("grades", Grading(PERSONS, "modal", "graded"), "ab"),
)
BALLOTS: tuple[tuple[Any, ...], ...] = (
    (["a", "b"], ["a", "c"], []),
    (["b", "a"], ["b"], ["c", "b"]),
    ({"a": 5, "b": 0}, {"a": 4}, {}),
    ({"a": 3, "b": 0}, {"a": 3}, {"a": 2}),
)


@pytest.fixture(scope="module")
def held() -> Room:
    room = Room(questions=QUESTIONS)
    room.ready()
    for number, ballots in enumerate(BALLOTS):
        poll = room.open_poll(number)
        for voter, ballot in zip(room.voters, ballots, strict=True):
            room.vote(voter, poll, ballot)
        room.close(poll)
        room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def report(room: Room, lang: Language) -> list[str]:
    expected = Expectations(openings=room.roll_openings())
    return list(Writer(verify(read_from(io.BytesIO(room.bundle())), expected), expected, lang, NOW).lines())


def test_it_says_who_is_chosen_or_tied_and_how_far_each_option_came(held: Room) -> None:
    zh, en = report(held, "zh"), report(held, "en")
    assert "■ Which?: 选出：a；并列，由公开抽签决定先后：b、c。" in zh
    assert "■ Which?: Chosen: a; tied, a public lot decides: b, c." in en
    assert "  Votes: a 2 · b 1 · c 1 · d 0" in en
    assert "■ Which?: Chosen: b." in en
    assert "  Mean points: a 4.50 · b 0 · c — · d —" in en
    assert "  平均分: a 4.50 · b 0 · c — · d —" in zh
    assert (
        "  各等次的票数和评议结论: a 优秀 2、称职 1、基本称职 0、不称职 0（结论：优秀）"
        " · b 优秀 0、称职 0、基本称职 0、不称职 1、未评 2（结论：不称职）"
    ) in zh


def test_who_voted_how_is_said_in_words(held: Room) -> None:
    zh, en = report(held, "zh"), report(held, "en")
    first, second, third = (f"    Person {voter.id}: " for voter in held.voters)
    for line in ("a, b", "b > a", "a 5, b 0", "a Excellent, b Incompetent"):
        assert first + line in en
    for line in ("a、c", "b", "a 4", "a 优秀"):
        assert second + line in zh
    assert zh.count(third + "空白票（弃权）") == 2
    assert en.count(third + "blank (abstains)") == 2
    assert third + "c > b" in en


def test_beside_an_own_rule_stands_what_the_law_says() -> None:
    law = preset("urban.reps")
    third = tuple(msgspec.structs.replace(test, fraction=(1, 4)) for test in law.majority)
    own = derive(law, clause=text("Clause 12"), text=text("A quarter is enough."), majority=third)
    room = Room(questions=[msgspec.structs.replace(motion(), rule=own)])
    room.ready()
    poll = room.open_poll()
    room.vote(room.voters[0], poll, "for")
    room.close(poll)
    room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    told = report(room, "en")
    place = told.index("  By the law's own numbers: Not passed.")
    assert told[place - 1] == "  By the community's own rules: Clause 12"
    assert told[place + 2].startswith("  ✕ 1 for")
    assert "■ Clear the gate?: Passed." in told


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("method", methods.METHODS)
def test_any_ballot_can_be_said(method: str, lang: Language) -> None:
    rng = random.Random(method)
    for _ in range(30):
        question: Question = methods.question(method, rng)
        choice = methods.choice(question, rng)
        told = say(question, choice, words_of(question, lang))
        assert told
        assert "{" not in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_a_secret_poll_it_says_who_could_open_it_and_never_who_voted_how(lang: Language) -> None:
    room = SecretRoom(7)
    poll = room.opened(present=6)
    room.batch(poll, *(room.ballot(person, poll, "for") for person in room.voters[:5]))
    room.close(poll)
    for holder in room.holders[:2]:
        room.decrypt(holder, poll)
    room.publish(poll)
    lines = report(room, lang)
    told = next(line for line in lines if f"secret/{poll}.bel" in line)
    assert "6" in told
    assert "5" in told
    assert not [line for line in lines if any(person.id in line for person in room.voters)]
