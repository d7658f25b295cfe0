"""What tests of the fold hold it to: a refusal changes nothing, and a replay gives the same state."""

from collections.abc import Iterator
from typing import Any

import pytest

from ballots import entry, merkle, signing
from ballots.judge import Place
from ballots.refusal import Refused
from deliberation import acts
from deliberation.hearing import Hearing
from tests.room import Room


def refused(expected: str, call: Any, /, *args: Any, **members: Any) -> None:
    """The call is refused with that code and changes nothing."""
    room = call.__self__
    before = (room.tree.size, snapshot(room.hearing))
    with pytest.raises(Refused) as caught:
        call(*args, **members)
    assert caught.value.code == expected
    assert (room.tree.size, snapshot(room.hearing)) == before


def snapshot(hearing: Hearing) -> str:
    state = hearing.state
    return repr([getattr(state, name) for name in state.__slots__ if name not in ("blobs", "roots")])


def replay(room: Room) -> Iterator[tuple[acts.Act, Place]]:
    for raw in room.entries:
        kept = entry.parse(raw)
        signed = signing.split(kept.jws)
        yield acts.decode(signed.payload), Place(kept.seq, kept.at, merkle.leaf_hash(raw).hex(), signed.kid)
