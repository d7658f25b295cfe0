"""A small archive, taken to pieces and put together again with every hash right."""

from collections.abc import Sequence
from functools import cache

from ballots.secret import archive, form
from ballots.secret.archive import SetupData
from ballots.secret.election import Question
from ballots.secret.verify import Finding, verify
from tests.ballots.secret.elections import STAMP, make

SMALL = make(Question(answers=("是", "否"), blank=True, min=1, max=1, question="?"), voters=2, singles=2)
Steps = list[tuple[str, list[bytes]]]


@cache
def small() -> bytes:
    """Two voters, two single trustees, one question that can be left blank."""
    return SMALL.archive([SMALL.cast(0, [[0, 1, 0]]), SMALL.cast(1, [[1, 0, 0]])])


def steps(raw: bytes) -> Steps:
    """The events of an archive with their data, to be changed."""
    return [(step.kind, list(step.parts.values())) for step in archive.read(raw)]


def chained(events: Steps) -> bytes:
    """The archive of these events, every hash right."""
    made = archive.Writer(STAMP)
    for kind, parts in events:
        made.event(kind, parts)
    return bytes(made.raw)


def found(raw: bytes) -> list[Finding]:
    return verify(raw).findings


def setup_with(parts: Sequence[bytes], place: int, raw: bytes) -> list[bytes]:
    """The parts of a Setup with another first, second or third one, and what names it."""
    new = [*parts[:place], raw, *parts[place + 1 : 3]]
    return [*new, form.encode(SetupData(*map(form.digest, new)))]


EVENTS = [(kind, height) for height, (kind, _) in enumerate(steps(small()))]
