"""Meetings with secret polls, for two verifiers to agree on."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from ballots.encoding import utc
from deliberation import acts
from tests.room import choosing, text
from tests.secret_room import SecretRoom, appraisal, secret_motion
from voting.methods.approval import Approval
from voting.methods.majority_judgment import MajorityJudgment
from voting.methods.plurality import Plurality
from voting.methods.protocol import Settings
from voting.methods.score import Score
from voting.own import derive
from voting.presets import preset
from voting.questions import Question
from web.actors.voter import Credential

MOTION = ["for", "for", "against", "for", "abstain", "for"]
AT_HOME = msgspec.structs.replace(preset("household.decision"), secrecy=("secret",))
GRADES = (text("poor"), text("good"))


def chosen(settings: Settings, **changes: Any) -> Question:
    rule = msgspec.structs.replace(preset("hearing.advisory"), secrecy=("secret",))
    return choosing("which", settings, **({"visibility": "secret", "change": "none", "rule": rule} | changes))


def finished(question: Question, choices: list[Any], **options: Any) -> SecretRoom:
    room = SecretRoom(questions=[question], **options)
    poll = room.opened()
    room.vote_all(poll, choices)
    room.close(poll)
    if len(choices) >= 5:
        room.open_and_publish(poll)
    else:
        room.publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def own_rule() -> Question:
    rule = preset("urban.reps")
    third = tuple(msgspec.structs.replace(test, fraction=(1, 3)) for test in rule.majority)
    return secret_motion(rule=derive(rule, clause=text("Clause 3"), text=text("A third"), majority=third))


def left_out() -> SecretRoom:
    """Two phones are tested, and both vote; a credential is offered anew; another is left out of the setup."""
    room = SecretRoom(7)
    room.ready()
    room.make_keys()
    for voter in room.voters:
        room.offer(voter)
    room.offer(room.voters[0])
    poll = room.open_poll()
    (mine,) = (code for (member, _), code in room.codes.items() if member == room.voters[6].id)
    stranger = Credential.new(mine.election, room.random).public
    room.set_up(poll, [*(key for key in room.offered(poll) if key != mine.public), stranger])
    room.spoil(room.voters[0], poll, "against")
    room.spoil(room.voters[1], poll, "for")
    room.object(room.voters[6], poll)
    room.object(room.voters[6], poll)
    room.vote_all(poll, MOTION)
    room.close(poll)
    room.open_and_publish(poll)
    room.do(room.chair, acts.Adjourn)
    return room


def keys_made_anew() -> SecretRoom:
    """A holder refuses what it was dealt; others make the keys; the first poll keeps its own."""
    room = SecretRoom(questions=[secret_motion(), secret_motion(id="other")])
    room.convene()
    for person in (room.chair, room.supervisor, room.desk, *room.voters):
        room.enrol(person)
    for index, holder in enumerate(room.holders, 1):
        room.send_certificate(holder, index)
    room.deal(room.chair, 1)
    room.refuse(room.desk, room.chair)
    room.restart([room.desk, room.voters[0]], 2)
    room.make_keys()
    room.do(room.chair, acts.Open)
    for voter in room.voters:
        room.come_in(voter)
    room.do(room.chair, acts.CallItem, item="gate")
    polls = []
    for number in range(2):
        for voter in room.voters:
            room.offer(voter, number)
        polls.append(room.open_poll(number))
        room.set_up(polls[-1])
        room.vote_all(polls[-1], MOTION)
        if number == 0:
            earlier = room.holders
            room.restart([room.supervisor], 1)
            room.make_keys()
    room.close(polls[1])
    room.decrypt(room.supervisor, polls[1])
    room.publish(polls[1])
    room.close(polls[0])
    for holder in earlier:
        room.decrypt(holder, polls[0])
    room.publish(polls[0])
    return room


def voided() -> SecretRoom:
    """Void while open, when closed and when opened; of another question, void after the result."""
    room = SecretRoom(questions=[secret_motion(), secret_motion(id="other")])
    first = room.opened()
    room.vote_all(first, MOTION[:3])
    room.do(room.chair, acts.VoidPoll, poll=first, reason="Misread")
    for stage, question in (("closed", 0), ("opened", 0), ("published", 1)):
        for voter in room.voters:
            room.offer(voter, question)
        poll = room.open_poll(question)
        room.set_up(poll)
        room.vote_all(poll, MOTION)
        room.close(poll)
        if stage != "closed":
            room.decrypt(room.holders[0], poll)
            room.decrypt(room.holders[1], poll)
        if stage == "published":
            room.publish(poll)
        void = room.do(room.chair, acts.VoidPoll, poll=poll, reason=f"Void when {stage}")
        room.do(room.supervisor, acts.Cosign, target=void)
        if stage != "published":
            room.publish(poll)
    return room


def tied() -> SecretRoom:
    """A tie among options, for which a lot is drawn: the result is published anew."""
    room = SecretRoom(questions=[chosen(Approval(1))])
    poll = room.opened()
    room.vote_all(poll, [["a", "b"], ["a", "b"], ["a"], ["b"], [], ["d"]])
    room.close(poll)
    room.open_and_publish(poll)
    roll = room.do(room.chair, acts.DrawLot, poll=poll, rolled="3 6 1")
    room.do(room.supervisor, acts.Cosign, target=roll)
    room.publish(poll)
    return room


def unfinished() -> Iterator[tuple[str, SecretRoom]]:
    """A poll at every step on its way."""

    def at(step: str) -> SecretRoom:
        room = SecretRoom()
        room.ready()
        room.make_keys()
        for voter in room.voters[:5]:
            room.offer(voter)
        poll = room.open_poll(closes=utc(room.clock.replace(hour=9)))
        for name, go in (
            ("open", lambda: None),
            ("set up", lambda: room.set_up(poll)),
            ("voted", lambda: room.vote_all(poll, MOTION[:5])),
            ("closed", lambda: room.close(poll)),
            ("one key", lambda: room.decrypt(room.holders[1], poll)),
            ("two keys", lambda: room.decrypt(room.holders[2], poll)),
        ):
            go()
            if name == step:
                break
        return room

    for step in ("open", "set up", "voted", "closed", "one key", "two keys"):
        yield step, at(step)


HONEST: Mapping[str, Callable[[], SecretRoom]] = {
    "motion": lambda: finished(secret_motion(), MOTION),
    "own rule": lambda: finished(own_rule(), MOTION),
    "roll": lambda: finished(secret_motion(rule=AT_HOME, electorate="roll"), MOTION[:5]),
    "one holder": lambda: finished(secret_motion(), MOTION, holders=1, threshold=1),
    "five holders": lambda: finished(secret_motion(), MOTION, holders=5, threshold=3),
    "appraisal": lambda: finished(appraisal(), [{"wang": 3, "li": 0}, {}, {"li": 1}, {"wang": 0, "li": 0}, {"wang": 3}]),
    "approval": lambda: finished(chosen(Approval(1)), [["a", "b", "d"], [], ["b"], ["a", "c"], ["b", "c"]]),
    "plurality": lambda: finished(chosen(Plurality(2, 0)), [["a"], ["a", "b"], [], ["c", "d"], ["a", "d"], ["b"]]),
    "all blank": lambda: finished(chosen(Plurality(2, 0)), [[]] * 5),
    "score": lambda: finished(chosen(Score(-2, 3, "lowest", 1)), [{"a": 3, "b": -2}, {"c": 0}, {}, {"a": 1}, {"d": 2}]),
    "judgment": lambda: finished(chosen(MajorityJudgment(GRADES, "lower", "worst", 1)), [{"a": 1}, {"b": 0}, {}, {"c": 1}, {"a": 0}]),
    "few": lambda: finished(secret_motion(), MOTION[:4]),
    "left out": left_out,
    "keys made anew": keys_made_anew,
    "voided": voided,
    "tied": tied,
}  # fmt: skip
