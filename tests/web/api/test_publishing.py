"""What the service does by its own key: timed closes, reveals, tallies. And what it does not do."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from ballots import store
from ballots.encoding import parse_utc, utc
from tests.actors import Meeting, eventually, gather, open_hall
from tests.crash.later import move
from web.actors.device import Declined

pytestmark = pytest.mark.anyio

SOON = timedelta(seconds=3)
"""Time enough to vote on a slow machine."""


async def voted(meeting: Meeting, closes: str | None = None) -> str:
    poll = await meeting.open_poll(closes=closes)
    for phone in meeting.phones:
        await phone.vote(poll, "for")
    return poll


async def reaches(meeting: Meeting, poll: str, stage: str) -> None:
    async def there() -> bool:
        return (await meeting.poll(poll))["stage"] == stage  # type: ignore[no-any-return]

    await eventually(there)


def lose_openings(meeting: Meeting) -> None:
    with meeting.hall.service.hearings.engine.begin() as connection:
        connection.execute(delete(store.openings))


async def test_only_a_chair_and_only_from_our_page_may_ask_for_a_result(meeting: Meeting) -> None:
    poll = await voted(meeting)
    path = f"{meeting.chair.api}/polls/{poll}/publish"
    ours = {"Sec-Fetch-Site": "same-origin"}
    await meeting.supervisor.sign_in()

    assert (await meeting.phones[0].http.post(path, headers=ours)).json()["code"] == "not-signed-in"
    assert (await meeting.supervisor.http.post(path, headers=ours)).json()["code"] == "not-permitted"
    for foreign in (
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ):
        assert (await meeting.chair.http.post(path, headers=foreign)).json()["code"] == "wrong-origin"
    assert (await meeting.chair.http.post(path, headers=ours)).json()["code"] == "poll-not-closed"
    assert (
        await meeting.chair.http.post(f"{meeting.chair.api}/polls/x/publish", headers=ours)
    ).status_code == 404
    await meeting.chair.close_poll(poll)
    assert (await meeting.chair.http.post(path, headers={"Origin": "http://hall.example"})).json()[
        "stage"
    ] == "published"


async def test_publishing_again_changes_nothing(meeting: Meeting) -> None:
    poll = await voted(meeting)
    await meeting.chair.close_poll(poll)
    first, second = await asyncio.gather(meeting.chair.publish(poll), meeting.chair.publish(poll))
    size = (await meeting.chair.state())["size"]
    third = await meeting.chair.publish(poll)

    assert first == second == third == {"stage": "published", "missing": 0, "seconds": 0.0}
    assert (await meeting.chair.state())["size"] == size


async def test_phones_bring_the_openings_that_the_service_lost(meeting: Meeting) -> None:
    poll = await voted(meeting)
    await meeting.chair.close_poll(poll)
    lose_openings(meeting)

    told = await meeting.chair.publish(poll)
    assert (told["stage"], told["missing"]) == ("revealed", 4)
    for phone in meeting.phones:
        (ballot,) = phone.sealed
        await phone.open_ballot(poll, ballot)
    await reaches(meeting, poll, "published")
    assert (await meeting.poll(poll))["result"]["decision"] == "passed"


async def test_a_second_request_ends_the_wait_for_openings(meeting: Meeting) -> None:
    poll = await voted(meeting)
    await meeting.chair.close_poll(poll)
    lose_openings(meeting)

    assert (await meeting.chair.publish(poll))["stage"] == "revealed"
    assert await meeting.chair.publish(poll) == {"stage": "published", "missing": 4, "seconds": 0.0}
    assert (await meeting.poll(poll))["result"]["decision"] == "unverified"


async def test_the_wait_for_openings_ends_by_itself(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.records.steward.GRACE", 0.1)
    poll = await voted(meeting)
    await meeting.chair.close_poll(poll)
    lose_openings(meeting)

    assert (await meeting.chair.publish(poll))["seconds"] == 0.1
    await reaches(meeting, poll, "published")


async def test_a_damaged_opening_does_not_stop_the_others(meeting: Meeting) -> None:
    poll = await voted(meeting)
    await meeting.chair.close_poll(poll)
    (damaged,) = meeting.phones[0].sealed
    with meeting.hall.service.hearings.engine.begin() as connection:
        spoil = store.openings.update().where(store.openings.c.leaf == damaged)
        connection.execute(spoil.values(choice=b"not JSON"))

    assert (await meeting.chair.publish(poll))["missing"] == 1


async def test_a_timed_poll_closes_at_its_time_and_not_before(meeting: Meeting) -> None:
    closes = utc(datetime.now(UTC) + SOON)
    poll = await meeting.open_poll(closes=closes)
    await meeting.phones[0].vote(poll, "for")
    with pytest.raises(Declined) as early:
        await meeting.chair.close_poll(poll)
    await reaches(meeting, poll, "closed")

    found = await meeting.poll(poll)
    assert early.value.code == "not-yet-due"
    assert closes <= found["closed_at"]
    assert parse_utc(found["closed_at"]) - parse_utc(closes) < timedelta(seconds=2)


async def test_a_timed_poll_closes_though_the_clock_has_gone_on_while_the_machine_slept(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting counts the time that the machine is awake: the steward looks at the clock now and then."""
    monkeypatch.setattr("web.records.steward._LOOK", 0.1)
    poll = await voted(meeting, utc(datetime.now(UTC) + timedelta(days=2)))
    move(timedelta(days=2, seconds=1), monkeypatch.setattr)
    await reaches(meeting, poll, "closed")


async def test_after_a_restart_everything_is_there_and_a_poll_that_came_due_is_closed(tmp_path: Path) -> None:
    async with open_hall(tmp_path) as hall:
        meeting = await gather(hall)
        closes = utc(datetime.now(UTC) + SOON)
        poll = await meeting.open_poll(closes=closes)
        kept = await meeting.phones[0].vote(poll, "for")
        before = (await meeting.chair.state())["size"]
    await asyncio.sleep((parse_utc(closes) - datetime.now(UTC)).total_seconds())

    async with open_hall(tmp_path, entries=()) as again:
        again.hearing = hall.hearing
        http = again.client()

        async def closed() -> bool:
            state = (await http.get(f"/api/h/{hall.hearing}")).json()
            return (state["polls"][0]["stage"], state["size"]) == ("closed", before + 1)

        await eventually(closed)
        found = await http.post(f"/api/h/{hall.hearing}/acts", content=kept.body)

    assert (found.status_code, found.json()["receipt"]) == (200, kept.receipt)
