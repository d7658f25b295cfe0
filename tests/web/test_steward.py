"""What the service does by itself: each duty by itself, so that a broken one keeps no other waiting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ballots.encoding import utc
from ballots.refusal import Refused
from ballots.submission import Unavailable
from deliberation.state import secret_poll
from tests.actors import Hall, eventually, open_hall
from tests.bench.box import HOLDERS, gather, open_poll
from tests.crash.later import move
from web.actors.device import answer
from web.people.register import Entry
from web.records.boxes import Boxes
from web.records.seal import Seal
from web.records.steward import Steward

pytestmark = pytest.mark.anyio

VOTERS = 5
DUTIES: dict[str, tuple[type, str, Exception]] = {
    "set up": (Boxes, "set_up", Refused("setup-mismatch")),
    "enter": (Boxes, "enter", RuntimeError("a row that cannot be read")),
    "close": (Steward, "_close", Unavailable()),
    "count": (Steward, "_count", OSError("the disk")),
}
"""What is due, of one poll each; what does it; and how it fails."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_duty_that_fails_keeps_no_other_poll_waiting_whichever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = (
        *(Entry(name=name, roles=(role,)) for name, role in HOLDERS.items()),
        *(Entry(name=f"voter {number}") for number in range(VOTERS)),
    )
    async with open_hall(tmp_path, entries=people) as hall:
        polls, steward = await everything_due(hall, monkeypatch)
        running = await hall.service.hearings.get(hall.hearing)

        def done() -> Awaitable[set[str]]:
            return running.ask(
                lambda state: {
                    duty
                    for duty, there in (
                        ("set up", secret_poll(state, polls["set up"])[1].raw is not None),
                        ("enter", len(secret_poll(state, polls["enter"])[1].ballots) == VOTERS),
                        ("close", state.poll(polls["close"]).stage != "open"),
                        ("count", state.poll(polls["count"]).result is not None),
                    )
                    if there
                }
            )

        broken = set(polls.values())
        for kind, name, error in DUTIES.values():
            monkeypatch.setattr(kind, name, breaking(getattr(kind, name), broken, error))
        assert await steward._round() == 2.0
        assert await done() == set()
        order = random.Random(2026).sample(sorted(DUTIES), len(DUTIES))
        for number, duty in enumerate(order, 1):
            broken.remove(polls[duty])
            pause = await steward._round()
            assert await done() == set(order[:number])
            assert (pause == 2.0) == bool(broken)


def breaking(
    real: Callable[..., Awaitable[Any]], broken: set[str], error: Exception
) -> Callable[..., Awaitable[Any]]:
    """What fails for those polls, and does its work for all others."""

    async def maybe(self: object, poll: str, **more: Any) -> Any:
        if poll in broken:
            raise error
        return await real(self, poll, **more)

    return maybe


async def everything_due(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, str], Steward]:
    """Of each duty a poll that needs it, and nobody who has done it; a steward who has not begun."""
    hearing, chair, keepers, phones, asked = await gather(hall, VOTERS, len(DUTIES))
    running = await hall.service.hearings.get(hearing)

    async def send(poll: str, ballots: list[bytes]) -> None:
        for phone, raw in zip(phones, ballots, strict=False):
            await answer(phone.http, "POST", f"{chair.api}/polls/{poll}/ballots", content=raw)

    counted, entered = [await open_poll(hall, chair, phones, asked[number]) for number in range(2)]
    await send(counted.poll, counted.ballots)
    await chair.close_poll(counted.poll)
    closes = utc(datetime.now(UTC) + timedelta(hours=1))
    timed = (await chair.open_poll("one", asked[2]["hash"], closes)).leaf
    await eventually(lambda: running.ask(lambda state: secret_poll(state, timed)[1].raw is not None))

    task = hall.service.hearings._served[hearing].task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    opened = (await chair.open_poll("one", asked[3]["hash"])).leaf
    await send(entered.poll, entered.ballots)
    for keeper in keepers[:2]:
        await keeper.decrypt(counted.poll)
    move(timedelta(hours=2), monkeypatch.setattr)
    boxes = await hall.service.hearings.boxes(hearing)
    steward = Steward(running, Seal(running, hall.service.keys.service), boxes)
    return {"set up": opened, "enter": entered.poll, "close": timed, "count": counted.poll}, steward
