"""A secret poll that several workers serve over one PostgreSQL."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, func, select, text

from ballots import entry
from ballots.engine import reading
from ballots.refusal import Refused
from ballots.signing import split
from ballots.store import Append, Row
from deliberation import acts
from tests.actors import Hall, eventually, open_hall
from tests.web.api.test_secret import (
    PEOPLE,
    Meeting,
    no_ballots_wait,
    offers_are_closed,
    offers_that_can_be_opened,
)
from web.actors.device import Declined, answer
from web.actors.voter import Credential
from web.records.slot import Entered

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

Workers = tuple[Meeting, Hall]

END_LOCKS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
"""Ends the connections that keep others from taking ballots."""


@pytest.fixture
async def workers(tmp_path: Path, fresh_postgres: URL) -> AsyncGenerator[Workers, None]:
    """A meeting at one worker, and another worker over the same database and folder."""
    async with (
        open_hall(tmp_path, fresh_postgres, entries=PEOPLE) as hall,
        open_hall(tmp_path, fresh_postgres, entries=()) as other,
    ):
        meeting = Meeting(hall)
        await meeting.gather()
        yield meeting, other


async def test_two_phones_offer_one_credential_to_two_workers_and_one_of_them_has_it(
    workers: Workers,
) -> None:
    meeting, other = workers
    election = (await meeting.asked())["election"]
    pair = meeting.phones[:2]
    pair[1].http = other.client()
    for _ in range(6):
        code = Credential.new(election).code
        both = [phone.offer(election, code) for phone in pair]
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        assert [one.code for one in outcomes if isinstance(one, Declined)] == ["credential-taken"]
        for phone, outcome in zip(pair, outcomes, strict=True):
            if not isinstance(outcome, Declined):
                await phone.offer(election, code)  # it is theirs: offered again, it is no other's
                kept = phone
    (refused,) = [phone for phone in pair if phone is not kept]
    await refused.offer(election)
    await meeting.make_keys()
    poll = await meeting.open_poll()
    assert (await meeting.box(poll))["ready"]
    await eventually(lambda: offers_are_closed(meeting.hall))
    with pytest.raises(Declined) as why:
        await refused.offer(election)
    assert why.value.code == "offer-too-late"
    assert offers_that_can_be_opened(meeting.hall) == 0


async def test_what_a_worker_left_that_died_is_done_by_another(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five ballots wait, and whoever took them does nothing more."""
    monkeypatch.setattr("web.records.steward._LOOK", 0.2)
    meeting, other = workers
    await other.service.hearings.get(meeting.hall.hearing)  # somebody is at the other one
    await meeting.make_keys()
    poll = await meeting.open_poll()
    meeting.hall.service.hearings._served[meeting.hall.hearing].task.cancel()
    for phone in meeting.phones[:5]:
        await meeting.vote(phone, poll, "for")
    await eventually(lambda: meeting.has(poll, 5))


async def test_two_workers_let_every_ballot_enter_once(workers: Workers) -> None:
    meeting, other = workers
    await meeting.make_keys()
    poll = await meeting.open_poll()
    halls = (meeting.hall, other)
    boxes = [await hall.service.hearings.boxes(meeting.hall.hearing) for hall in halls]
    running = await other.service.hearings.get(meeting.hall.hearing)
    setup = (await answer(meeting.chair.http, "GET", f"{meeting.chair.api}/polls/{poll}/setup")).json()
    election, asked = setup["election"].encode(), await meeting.question()
    mine = [next(iter(phone.credentials.values())) for phone in meeting.phones]

    # A phone is tested, and its request comes to both: one act, one answer.
    tested = mine[0].spoil(mine[0].prepare(election, asked, b'"for"'), asked, b'"for"')
    told = await asyncio.gather(*(box.spoil(poll, tested) for box in boxes))
    assert told[0] == told[1]

    # Somebody sends two ballots, one to each: one of them is refused.
    twice = [mine[1].cast(election, asked, choice) for choice in (b'"for"', b'"against"')]
    sent = [box.cast(poll, raw) for box, raw in zip(boxes, twice, strict=True)]
    answers = await asyncio.gather(*sent, return_exceptions=True)
    assert [one.code for one in answers if isinstance(one, Refused)] == ["already-voted"]
    (kept,) = [raw for raw, one in zip(twice, answers, strict=True) if isinstance(one, Entered)]

    # Every ballot comes to both workers at once, and both let what waits enter at once, again and again.
    ballots = [kept if one is mine[1] else one.cast(election, asked, b'"for"') for one in mine]
    casts = [box.cast(poll, raw) for raw in ballots for box in boxes]
    flushes = [box.enter(poll) for _ in range(8) for box in boxes]
    taken, *outcomes = await asyncio.gather(asyncio.gather(*casts), *flushes, return_exceptions=True)
    assert not isinstance(taken, BaseException)
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} <= {"already-voted"}
    assert all(outcome is None or isinstance(outcome, Refused) for outcome in outcomes)
    await eventually(lambda: meeting.has(poll, len(ballots)))
    await eventually(lambda: no_ballots_wait(meeting.hall))
    await eventually(lambda: no_rows_are_left(meeting.hall))
    entered = await running.ask(lambda state: state.polls[poll].box.entered)  # type: ignore[union-attr]
    assert set(entered) == {hashlib.sha256(raw).hexdigest() for raw in ballots}
    found = [
        acts.decode(split(entry.parse(raw).jws).payload)
        for raw in running.record.entries(0, running.record.head.size)
    ]
    batches = [act.ballots for act in found if isinstance(act, acts.CastBatch)]
    assert sorted(one for batch in batches for one in batch) == sorted(entered)
    assert len([act for act in found if isinstance(act, acts.SpoilBallot)]) == 1


async def test_a_close_whose_lock_is_lost_just_before_its_commit_loses_no_ballot(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the worst moment, when all is decided and written, another worker may take a ballot again."""
    meeting, other = workers
    await meeting.make_keys()
    poll = await meeting.open_poll()
    told = [await meeting.vote(phone, poll, "for") for phone in meeting.phones[:3]]
    late, loop, append = meeting.phones[3], asyncio.get_running_loop(), Append.append
    late.http = other.client()

    def lose_the_lock_and_append(batch: Append, rows: Sequence[Row], *written: Any) -> None:
        kinds = [acts.decode(split(row.jws).payload) for row in rows]
        if len(told) == 3 and any(isinstance(act, acts.ClosePoll) for act in kinds):
            with meeting.hall.service.hearings.engine.begin() as connection:
                assert connection.execute(END_LOCKS).all() == [(True,)]
            told.append(asyncio.run_coroutine_threadsafe(meeting.vote(late, poll, "for"), loop).result())
        append(batch, rows, *written)

    monkeypatch.setattr(Append, "append", lose_the_lock_and_append)
    with suppress(Declined):  # it may be told that nothing can be promised, and then asks again
        await meeting.chair.close_poll(poll)
    assert len(told) == 4
    if (await meeting.poll(poll))["stage"] == "open":
        await meeting.chair.close_poll(poll)
    running = await meeting.hall.service.hearings.get(meeting.hall.hearing)
    entered = await running.ask(lambda state: state.polls[poll].box.entered)  # type: ignore[union-attr]
    assert set(entered) == set(told)


async def no_rows_are_left(hall: Hall) -> bool:
    """Not even deleted ones, which would tell who came when: the files of these tables are empty."""
    tables = ("waiting_ballots", "offered_credentials", "openings")
    sizes = select(*(func.pg_relation_size(table) for table in tables))
    with reading(hall.service.hearings.engine) as connection:
        return sum(connection.execute(sizes).one()) == 0
