"""Notices that no meeting may begin with."""

import io
from collections.abc import Callable
from typing import Any, Literal

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from ballots.bundle import README, write
from ballots.encoding import new_id
from ballots.judge import Aside
from ballots.signing import PrivateKey
from deliberation import acts
from deliberation.notice import KeyHolders, Notice
from tests.client.verify.cheats.book import CHEATS, IDENTITY
from tests.client.verify.meetings import Cheat
from tests.room import Person, Room, motion
from tests.secret_room import SecretRoom, secret_motion


class BadStart(Room):
    """A record whose first act the rules refuse."""

    def send(self, key: PrivateKey, act: acts.Act, aside: Aside | None = None) -> str:
        self.blobs.update(aside.blobs if aside else {})
        Cheat(self).force(key, act)
        return ""

    def bundle(self) -> bytes:
        files = {f"blobs/{name}": raw for name, raw in self.blobs.items()}
        log = b"".join(entry + b"\n" for entry in self.entries)
        out = io.BytesIO()
        write(
            files
            | {"README.txt": README, "hearing.json": b"{}", "log.jsonl": log, "checkpoint": self.note()},
            out,
        )
        return out.getvalue()


class BadSecret(BadStart, SecretRoom):
    """The same with secret polls, whose notice is changed."""

    def __init__(self, change: Callable[[Notice], Notice], **options: Any) -> None:
        super().__init__(**options)
        self.change = change

    def sheet(self, questions: tuple[str, ...]) -> Notice:
        return self.change(super().sheet(questions))


def other_ballot(notice: Notice, ballot: Literal["named", "secret", "none"]) -> Notice:
    agenda = (replace(notice.agenda[0], ballot=ballot), *notice.agenda[1:])
    return replace(notice, agenda=agenda)


def other_keys(notice: Notice, threshold: int, *holders: str) -> Notice:
    return replace(notice, keys=KeyHolders(holders, threshold))


def keys_of_the_same(notice: Notice) -> Notice:
    assert not isinstance(notice.keys, UnsetType)
    return other_keys(notice, 2, notice.keys.holders[0], notice.keys.holders[0])


def too_many_needed(notice: Notice) -> Notice:
    assert not isinstance(notice.keys, UnsetType)
    return other_keys(notice, 4, *notice.keys.holders)


def started(room: Room, **changes: object) -> Room:
    room.convene(**changes)
    return room


def twisted() -> Room:
    honest = Room()
    honest.convene()
    convene = honest.hearing.state.convene
    assert convene is not None
    room = BadStart()
    room.blobs.update(honest.blobs)
    return started(room, roll=convene.notice)


def half_needed(notice: Notice) -> Notice:
    assert not isinstance(notice.keys, UnsetType)
    return other_keys(notice, 1, *notice.keys.holders[:2])


CHEATS |= {
    "origin of another": ("bad-origin", lambda: started(BadStart(), origin=f"hall.example/h/{new_id()}")),
    "rehearsal in secret": ("bad-origin", lambda: started(BadStart(), rehearsal=True)),
    "another community": ("bad-notice", lambda: started(BadStart(), community="west")),
    "one question twice": (
        "bad-notice",
        lambda: started(BadStart(questions=[motion(), motion(change="none")])),
    ),
    "nobody votes": ("bad-roll", lambda: started(BadStart(voters=0))),
    "a heavy vote": ("bad-member", lambda: started(BadStart(people=[Person("representative", heads=2)]))),
    "no area": ("bad-member", lambda: started(BadStart(questions=[motion(rule="owners.ordinary")]))),
    "the notice as roll": ("bad-blob", twisted),
    "no notice": ("blob-missing", lambda: started(BadStart(), notice="0" * 64)),
    "a secret question named": ("bad-notice", lambda: started(BadSecret(lambda n: other_ballot(n, "named")))),
    "a question that nobody answers": (
        "bad-notice",
        lambda: started(BadSecret(lambda n: other_ballot(n, "none"))),
    ),
    "a named question in secret": (
        "bad-notice",
        lambda: started(BadSecret(lambda n: n, questions=[secret_motion(), motion()])),
    ),
    "a secret without keys": ("bad-notice", lambda: started(BadSecret(lambda n: replace(n, keys=UNSET)))),
    "keys without a secret": ("bad-notice", lambda: started(BadSecret(lambda n: n, questions=[]))),
    "keys of nobody": ("bad-holders", lambda: started(BadSecret(lambda n: other_keys(n, 1, "m" + "0" * 10)))),
    "two keys of one": ("bad-holders", lambda: started(BadSecret(keys_of_the_same))),
    "more keys than there are": ("bad-holders", lambda: started(BadSecret(too_many_needed))),
    "half of the keys": ("bad-holders", lambda: started(BadSecret(half_needed))),
    "no key": ("bad-key", lambda: started(BadStart(), service=IDENTITY)),
}
