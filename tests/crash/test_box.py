"""Kill the service of a secret poll, or stop it, wherever the meeting stands: nothing that was told is lost."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import URL

from ballots.encoding import utc
from ballots.engine import open_engine
from ballots.lock import LockStore
from ballots.record import Record
from ballots.store import Store
from deliberation import acts
from deliberation.hearing import Hearing
from tests.actors import both, eventually
from tests.crash.meeting import Meeting
from tests.crash.service import Service
from voting.methods.grading import PERSONS, Grading
from voting.questions import Option
from web.actors.device import Declined
from web.actors.participants import Phone
from web.keys import Keys

pytestmark = pytest.mark.anyio

VOTERS, VOTED = 12, 11
TOLD_AND_FOUND = {(202, 200), (200, 200), (409, 404), (0, 200), (0, 404)}
"""What the answer to a ballot may be, and what is found of it after the close; 0: there was no answer."""

APPRAISAL = {
    "method": "grading",
    "preset": "appraisal.grade",
    "options": (Option("wang", both("王", "Wang")), Option("li", both("李", "Li"))),
    "settings": Grading(PERSONS, "modal", "graded"),
}
"""What a whole roll is asked in secret."""
GRADES = (b'{"wang":3,"li":2}', b'{"wang":1,"li":2}')


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def serving(meeting: Meeting, *services: Service) -> AsyncGenerator[None, None]:
    """The devices talk to these services, which end with the block."""
    try:
        for service in services:
            service.start()
        await meeting.talk_to(services)
        yield
    finally:
        await meeting.stack.aclose()
        for service in services:
            service.kill()


async def back(meeting: Meeting, service: Service, *, stop: bool = False) -> None:
    """The service dies, or is stopped, and comes back: all that was there is there, and receipts are the same."""
    before = await meeting.chair.state()
    service.stop() if stop else service.kill()
    service.start()
    assert await meeting.chair.state() == before
    await meeting.sent_again()


def append(data: Path, hearing: str, body: bytes) -> str:
    """Bring an act into the record while no service runs; its leaf."""
    store, lock = Store(open_engine(f"sqlite:///{data}/hearing.db")), LockStore(data / "checkpoints.db")
    origin = f"hall.example/h/{hearing}"
    try:
        with Record(store, hearing, origin, key=Keys(data).service, judge=Hearing, lock=lock) as record:
            return record.append(msgspec.json.decode(body)["jws"]).leaf
    finally:
        store.close()
        lock.close()


@pytest.mark.timeout(300)
async def test_a_secret_poll_goes_on_where_it_was_whenever_the_service_dies(tmp_path: Path) -> None:
    meeting, service = await Meeting.prepare(tmp_path, VOTERS), Service(tmp_path)
    async with serving(meeting, service):
        await keys_are_made(meeting, service)
        body = await offers_are_made(meeting, service)

        service.stop()
        poll = append(tmp_path, meeting.hearing, body)  # opened; nothing of its setup is there
        service.start()
        service.kill()  # wherever it was in setting it up
        service.start()
        await meeting.chair.send(body)
        await eventually(lambda: meeting.ready(poll))
        await ballots_enter(meeting, service, poll)
        await the_box_is_opened(meeting, service, poll)
        assert await meeting.audited() == []


async def keys_are_made(meeting: Meeting, service: Service) -> None:
    for keeper in meeting.keepers:
        await keeper.advance()
    await meeting.keepers[0].advance()  # the first has dealt its shares, the others have not
    await back(meeting, service)
    await meeting.make_keys()
    holders = [meeting.chair.seat.member, meeting.supervisor.seat.member]
    await meeting.chair.act(acts.RestartKeys, holders=holders, threshold=2, reason="In case")
    await back(meeting, service)  # keys are ready; others wait for the supervisor, who never signs
    assert len((await meeting.chair.state())["pending"]) == 1


async def offers_are_made(meeting: Meeting, service: Service) -> bytes:
    """All are there; the request that opens the poll."""
    await meeting.chair.open()
    for phone in meeting.phones:
        await meeting.chair.check_in(phone.seat.member)
    await meeting.offer_all()
    await meeting.chair.call("one")
    await back(meeting, service)
    (asked,) = await meeting.questions()
    return meeting.chair.signed(acts.OpenPoll, item="one", question=asked["hash"], closes=None)


async def ballots_enter(meeting: Meeting, service: Service, poll: str) -> None:
    """Three wait; six come, in the midst of which the service is killed; two wait for the close; one never comes."""
    ballots = (await meeting.ballots(poll))[:VOTED]
    ways = list(zip(meeting.phones[:VOTED], ballots, strict=True))
    for phone, raw in ways[:3]:
        assert await meeting.send(phone, poll, raw) == 202
    await back(meeting, service)
    assert [(await meeting.find(poll, raw)).status_code for raw in ballots[:3]] == [202] * 3

    limit, kept = random.Random(2026).randrange(1, 5), []

    async def vote(phone: Phone, raw: bytes) -> None:
        if await meeting.send(phone, poll, raw) == 202:
            kept.append(raw)
            if len(kept) == limit:
                service.kill()

    await asyncio.gather(*(vote(phone, raw) for phone, raw in ways[3:9]))
    assert len(kept) >= limit
    service.start()
    for raw in [*ballots[:3], *kept]:
        assert (await meeting.find(poll, raw)).status_code in (200, 202)
    for phone, raw in ways[:9]:  # whoever has no answer sends again; whoever has one may
        assert await meeting.send(phone, poll, raw) in (200, 202)
    await eventually(lambda: meeting.has_let_in(poll, 5))

    receipts = {raw: (await meeting.find(poll, raw)).json()["receipt"] for raw in ballots[:9]}
    for phone, raw in ways[9:]:
        assert await meeting.send(phone, poll, raw) == 202
    service.kill()
    service.start()
    await meeting.chair.close_poll(poll)
    await back(meeting, service)
    assert (await meeting.poll(poll))["box"]["cast"] == VOTED
    for raw in ballots:
        found = (await meeting.find(poll, raw)).json()["receipt"]
        assert found
        assert receipts.get(raw) in (None, found)


async def the_box_is_opened(meeting: Meeting, service: Service, poll: str) -> None:
    first, second, _ = meeting.keepers
    await first.decrypt(poll)
    await back(meeting, service)
    await second.decrypt(poll)
    service.kill()  # it may have counted, or not yet
    service.start()
    await eventually(lambda: meeting.has_result(poll))
    result = (await meeting.poll(poll))["result"]
    assert [one["total"]["heads"] for one in result["options"]] == [4, 4, 3]
    await back(meeting, service)
    await meeting.void(poll)
    await back(meeting, service, stop=True)
    assert (await meeting.poll(poll))["stage"] == "void"
    assert (await meeting.poll(poll))["result"] == result


@pytest.mark.timeout(300)
async def test_a_poll_of_the_whole_roll_runs_for_days_and_ends_at_its_time_though_nobody_was_there(
    tmp_path: Path,
) -> None:
    """Nobody checks in. The service is stopped for two days, and is dead when the time has come."""
    meeting, service = await Meeting.prepare(tmp_path, 9, **APPRAISAL), Service(tmp_path)
    async with serving(meeting, service):
        await meeting.make_keys()
        await meeting.chair.open()
        *voters, absent, late = meeting.phones
        (asked,) = await meeting.questions()
        for phone in (*voters, absent):
            await phone.offer(asked["election"])
        await meeting.chair.call("one")
        closes = utc(datetime.now(UTC) + timedelta(days=3))
        poll = (await meeting.chair.open_poll("one", asked["hash"], closes)).leaf
        await eventually(lambda: meeting.ready(poll))
        with pytest.raises(Declined, match="offer-too-late"):
            await late.offer(asked["election"])
        *ballots, last, strange = await meeting.ballots(poll, choices=GRADES)
        ways = list(zip(voters, ballots, strict=True))
        assert await meeting.send(late, poll, strange) == 409
        for phone, raw in ways[:3]:
            assert await meeting.send(phone, poll, raw) == 202

        service.stop()
        service.days = 2
        service.start()
        assert (await meeting.poll(poll))["stage"] == "open"
        with pytest.raises(Declined, match="not-yet-due"):
            await meeting.chair.close_poll(poll)
        for phone, raw in ways[3:5]:
            assert await meeting.send(phone, poll, raw) == 202
        await eventually(lambda: meeting.has_let_in(poll, 5))
        for phone, raw in ways[5:]:
            assert await meeting.send(phone, poll, raw) == 202

        service.kill()
        service.days = 3.01
        service.start()

        async def closed() -> bool:
            return (await meeting.poll(poll))["stage"] == "closed"

        await eventually(closed)
        assert (await meeting.poll(poll))["closed_at"] >= closes
        assert (await meeting.poll(poll))["box"]["cast"] == len(voters)
        assert await meeting.send(absent, poll, last) == 409
        for keeper in meeting.keepers[1:]:
            await keeper.decrypt(poll)
        await eventually(lambda: meeting.has_result(poll))
        result = (await meeting.poll(poll))["result"]
        assert (result["issued"], result["returned"], result["valid"]) == (8, 7, {"heads": 7})
        assert await meeting.audited() == []


@pytest.mark.postgres
@pytest.mark.timeout(300)
async def test_whoever_was_told_kept_is_in_the_record_though_two_workers_take_and_one_of_them_closes(
    tmp_path: Path, fresh_postgres: URL
) -> None:
    """Three polls; in the last the worker that closes is killed on the way, and the chair asks the other."""
    meeting = await Meeting.prepare(tmp_path, VOTERS, 3, fresh_postgres)
    database = fresh_postgres.render_as_string(hide_password=False)
    first, second = Service(tmp_path, database), Service(tmp_path, database)
    async with serving(meeting, first, second):
        await meeting.make_keys()
        await meeting.chair.open()
        for phone in meeting.phones:
            await meeting.chair.check_in(phone.seat.member)
        await meeting.offer_all()
        await meeting.chair.call("one")
        for number, asked in enumerate(await meeting.questions()):
            poll = (await meeting.chair.open_poll("one", asked["hash"])).leaf
            await eventually(lambda poll=poll: meeting.ready(poll))
            ballots = await meeting.ballots(poll, number)
            told = await around_the_close(meeting, poll, ballots, first if number == 2 else None)
            if number == 2:
                meeting.chair.http = meeting.phones[0].http = meeting.phones[1].http
                with suppress(Declined):  # the first may have come as far as that
                    await meeting.chair.close_poll(poll)
            found = [(await meeting.find(poll, raw)).status_code for raw in ballots]
            assert set(zip(told, found, strict=True)) <= TOLD_AND_FOUND
            assert 202 in told
            assert (await meeting.poll(poll))["stage"] != "open"


async def around_the_close(
    meeting: Meeting, poll: str, ballots: list[bytes], killed: Service | None
) -> list[int]:
    """What those were told who sent a ballot shortly before the close, and shortly after."""
    chance, kept = random.Random(poll), asyncio.Event()

    async def vote(phone: Phone, raw: bytes) -> int:
        await asyncio.sleep(chance.uniform(0, 0.6))
        status = await meeting.send(phone, poll, raw)
        if status == 202:
            kept.set()
        return status

    async def close() -> None:
        await asyncio.sleep(0.3)
        await kept.wait()  # on a slow machine the first needs longer
        body = meeting.chair.signed(acts.ClosePoll, poll=poll)
        if killed is None:
            await meeting.chair.send(body)
            return
        asked = asyncio.create_task(meeting.chair.http.post(f"{meeting.chair.api}/acts", content=body))
        await asyncio.sleep(chance.uniform(0, 0.05))
        killed.kill()
        await asyncio.gather(asked, return_exceptions=True)

    told = await asyncio.gather(*map(vote, meeting.phones, ballots), close())
    return [status for status in told if status is not None]
