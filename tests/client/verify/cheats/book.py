"""One act that the rules refuse, after a good meeting so far: every refusal that decides a ballot."""

from collections.abc import Callable

from ballots.encoding import b64url
from deliberation import acts, notice
from tests.client.verify.meetings import Cheat
from tests.room import Person, Room, motion
from voting.questions import encode_question

CHEATS: dict[str, tuple[str, Callable[[], Room]]] = {}
"""Name → the refusal that both must name, and the meeting."""
IDENTITY = b64url((1).to_bytes(32, "little"))


def cheat(code: str) -> Callable[[Callable[[], Room]], Callable[[], Room]]:
    def register(meeting: Callable[[], Room]) -> Callable[[], Room]:
        CHEATS[meeting.__name__] = (code, meeting)
        return meeting

    return register


def ready(*, present: int | None = None, voters: int = 3, **question: str) -> Room:
    room = Room(voters=voters, questions=[motion("q1", **question), motion("q2")])
    room.ready(present=present)
    return room


def voting(**question: str) -> tuple[Room, str, str]:
    """A poll is open, the first voter has voted: the room, the poll, the ballot."""
    room = ready(**question)
    poll = room.open_poll()
    return room, poll, room.vote(room.voters[0], poll, "for")


def ballot(room: Room, poll: str, voter: int = 1, **members: object) -> Room:
    said = {"poll": poll, "replaces": None, "commitment": b64url(bytes(32))} | members
    Cheat(room).do(room.voters[voter], acts.CastBallot, **{k: v for k, v in said.items() if v != "left out"})
    return room


def force(room: Room, person: Person, kind: type[acts.Act], **members: object) -> Room:
    Cheat(room).do(person, kind, **members)
    return room


def serve(room: Room, kind: type[acts.Act], **members: object) -> Room:
    Cheat(room).serve(kind, **members)
    return room


def asked(room: Room, number: int = 0) -> dict[str, object]:
    return {"item": "gate", "question": notice.name(encode_question(room.questions[number])), "closes": None}


def closed(**question: str) -> tuple[Room, str, str]:
    room, poll, leaf = voting(**question)
    room.close(poll)
    return room, poll, leaf
