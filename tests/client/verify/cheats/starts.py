"""Notices that no meeting may begin with."""

import io

from ballots.bundle import README, write
from ballots.encoding import new_id
from ballots.judge import Aside
from ballots.signing import PrivateKey
from deliberation import acts
from tests.client.verify.cheats.book import CHEATS, IDENTITY
from tests.client.verify.meetings import Cheat
from tests.room import Person, Room, motion


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
    "no key": ("bad-key", lambda: started(BadStart(), service=IDENTITY)),
}
