"""Attempts that the rules of secret polls refuse, and who makes them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ballots.judge import Aside
from ballots.signing import PrivateKey
from deliberation import acts, notice
from deliberation.box import Box, Keys
from tests.room import Person, Room
from tests.secret_room import SecretRoom


class Attempt(NamedTuple):
    """An act that is refused with this code; at the door only where that hangs on what came beside it."""

    code: str
    key: PrivateKey
    act: acts.Act
    aside: Aside = Aside()
    door: bool = False


Refusals = Iterator[Attempt]


class Trier:
    """Makes attempts in a room."""

    def __init__(self, room: Room) -> None:
        self.room = room

    def by(self, person: Person, code: str, kind: type[acts.Act], **members: Any) -> Attempt:
        return Attempt(code, person.device, self.room.act(kind, **members))

    def send(
        self, person: Person, code: str, kind: type[acts.Act], member: str, raw: bytes, **more: Any
    ) -> Attempt:
        act = self.room.act(kind, **{member: notice.name(raw)}, **more)
        return Attempt(code, person.device, act, Aside({notice.name(raw): raw}))

    def serve(self, code: str, kind: type[acts.Act], *blobs: bytes, **members: Any) -> Attempt:
        aside = Aside({notice.name(raw): raw for raw in blobs})
        return Attempt(code, self.room.service, self.room.act(kind, **members), aside)

    def batch(self, code: str, poll: str, *ballots: bytes) -> Attempt:
        named = tuple(sorted({notice.name(raw) for raw in ballots}))
        return self.serve(code, acts.CastBatch, *ballots, poll=poll, ballots=named)


def box_of(room: SecretRoom, poll: str) -> Box:
    box = room.secret(poll).box
    assert box is not None
    return box


def keys_of(room: SecretRoom) -> Keys:
    keys = room.hearing.state.holders
    assert keys is not None
    return keys


def asked(room: Room, number: int = 0) -> str:
    return notice.name(notice.encode(room.questions[number]))
