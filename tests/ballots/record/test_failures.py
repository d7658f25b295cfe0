"""When something breaks: nothing is acknowledged that is not kept, nobody is left waiting, and it goes on."""

import asyncio
import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

import pytest
from sqlalchemy import Engine, event, update

from ballots import store as tables
from ballots.lock import LockStore
from ballots.record import Record
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from ballots.submission import Accepted, Outcome, Unavailable
from tests.ballots.record import toy
from tests.ballots.record.batches import PATIENCE, batch, held, insist, receive_all, until
from tests.ballots.record.conftest import House


class Broken(Exception):
    """What the tests break with."""


class BrokenLock(LockStore):
    """A lock whose next swap fails: `before` it is done, or `after`."""

    fails = ""

    def swap(self, origin: str, old: bytes | None, new: bytes) -> bool:
        fails, self.fails = self.fails, ""
        if fails == "before":
            raise Broken
        done = super().swap(origin, old, new)
        if fails == "after":
            raise Broken
        return done


def break_statement(engine: Engine, beginning: str) -> None:
    """The next statement that begins like this fails."""

    @event.listens_for(engine, "before_cursor_execute")
    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(beginning):
            event.remove(engine, "before_cursor_execute", fail)
            raise Broken


def break_commit(engine: Engine, *, persisted: bool) -> None:
    """The next commit fails, though perhaps only its answer is lost."""
    commit = engine.dialect.do_commit

    def fail(dbapi: object) -> None:
        engine.dialect.do_commit = commit
        if persisted:
            commit(dbapi)
        raise Broken

    engine.dialect.do_commit = fail


FAULTS: dict[str, Callable[[Engine, BrokenLock], None]] = {
    "entries": lambda engine, lock: break_statement(engine, "INSERT INTO entries"),
    "blobs": lambda engine, lock: break_statement(engine, "INSERT INTO blobs"),
    "openings": lambda engine, lock: break_statement(engine, "INSERT INTO openings"),
    "head": lambda engine, lock: break_statement(engine, "UPDATE heads"),
    "commit": lambda engine, lock: break_commit(engine, persisted=False),
    "commit-persisted": lambda engine, lock: break_commit(engine, persisted=True),
    "lock": lambda engine, lock: setattr(lock, "fails", "before"),
    "lock-persisted": lambda engine, lock: setattr(lock, "fails", "after"),
}
PERSISTED = {"commit-persisted", "lock", "lock-persisted"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_batch_that_fails_is_not_acknowledged_and_can_be_sent_again(house: House, fault: str) -> None:
    engine, lock = house.engine(), BrokenLock(house.folder / "lock.sqlite")
    house.closing.callback(lock.close)
    record = house.record(house.store(engine), lock).start()
    record.append(house.act("begin"))
    acts = [
        house.act("add", amount=1),
        toy.with_blob(house.hearing, b"a comment"),
        toy.sealed(house.hearing),
        house.act("add", amount=200),
    ]
    submissions = receive_all(record, acts)

    FAULTS[fault](engine, lock)
    outcomes = batch(record, submissions)

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 4
    until(lambda: record.head.size == (4 if fault in PERSISTED else 1))
    kept = [insist(record, submission.signed.jws, submission.aside) for submission in submissions[:3]]
    assert [accepted.seq for accepted in kept] == [1, 2, 3]
    assert [accepted.fresh for accepted in kept] == [fault not in PERSISTED] * 3
    with pytest.raises(Refused, match="over-limit"):
        record.append(submissions[3].signed.jws)
    assert record.blob(next(iter(submissions[1].aside.blobs))) == b"a comment"
    assert set(record.openings([kept[2].leaf])) == {kept[2].leaf}
    _equals_what_is_kept(house, record)


def _equals_what_is_kept(house: House, record: Record) -> None:
    """A record that replays the store comes to the state that this one has in memory."""
    other = house.record().start()
    assert other.head == record.head

    def state(view: object) -> object:
        judge = view.judge
        return judge.total, judge.keys, judge.applied

    assert other.look(state) == record.look(state)
    assert [raw.count(b'"seq":') for raw in other.entries(0, 99)] == [1] * other.head.size


def test_a_bug_in_the_judge_costs_its_batch_and_nothing_else(house: House, record: Record) -> None:
    acts = [house.act("add", amount=1), house.act("stumble"), house.act("add", amount=2)]
    outcomes = batch(record, receive_all(record, acts))

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert [insist(record, acts[0]).seq, insist(record, acts[2]).seq] == [1, 2]
    assert record.look(lambda view: view.judge.total) == 3
    _equals_what_is_kept(house, record)


def test_a_signature_is_checked_again_where_the_keys_were_of_a_state_that_is_no_more(house: House) -> None:
    engine = house.engine()
    record = house.record(house.store(engine)).start()
    record.append(house.act("begin"))
    member, early = PrivateKey.generate(), []

    @event.listens_for(engine, "commit")
    def receive_and_fail(_connection: object) -> None:
        event.remove(engine, "commit", receive_and_fail)
        early.append(record.receive(toy.act(house.hearing, "add", member, amount=1)))
        raise Broken

    before = record.receive(house.act("add", amount=1))
    joined = record.receive(toy.join(house.hearing, member))
    assert [type(outcome) for outcome in batch(record, [joined])] == [Unavailable]
    insist(record, house.act("add", amount=1))

    outcomes = batch(record, [before, early[0]])

    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].code == "unknown-key"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_dies_leaves_nobody_waiting(house: House, record: Record) -> None:
    answers: SimpleQueue[tuple[str, Outcome]] = SimpleQueue()

    def outbox(letters: list[tuple[str, Outcome]]) -> None:
        for letter in letters:
            answers.put(letter)

    acts = [house.act("add", amount=1), house.act("die"), house.act("add", amount=1)]
    submissions = receive_all(record, acts)
    with held(record):
        for number, submission in enumerate(submissions):
            record.submit(submission, outbox, f"act {number}")
        record.read(lambda view: view.judge.total, outbox, "question")
    outcomes = dict(answers.get(timeout=PATIENCE) for _ in range(4))

    assert set(outcomes) == {"act 0", "act 1", "act 2", "question"}
    assert {type(outcome) for outcome in outcomes.values()} == {Unavailable}
    until(lambda: not record.alive)
    with pytest.raises(Unavailable):
        record.append(acts[0])
    with pytest.raises(Unavailable):
        record.submit(submissions[0], outbox, None)
    with pytest.raises(Unavailable):
        record.look(lambda view: None)
    assert answers.empty()
    assert house.record().start().append(acts[0]).seq == 1


def test_a_record_whose_database_loses_what_was_signed_stops(house: House, record: Record) -> None:
    record.append(house.act("add", amount=1))
    with house.engine().begin() as connection:
        ours = tables.entries.c.hearing == house.hearing
        connection.execute(tables.entries.delete().where(ours, tables.entries.c.seq == 1))
        connection.execute(update(tables.heads).where(tables.heads.c.hearing == house.hearing).values(size=1))

    with pytest.raises(Unavailable):
        record.append(house.act("add", amount=1))

    until(lambda: not record.alive)
    assert record.failure is not None
    assert record.failure.code == "database-behind"
    with pytest.raises(Unavailable):
        record.append(house.act("add", amount=1))


def test_a_full_queue_says_so_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ballots.writer.CAPACITY", 3)
    record = house.record().start()
    record.append(house.act("begin"))
    answers: SimpleQueue[list[tuple[int, Outcome]]] = SimpleQueue()
    submissions = receive_all(record, [house.act("add", amount=1) for _ in range(4)])
    with held(record):
        for submission in submissions[:3]:
            record.submit(submission, answers.put, None)
        with pytest.raises(Refused, match="busy"):
            record.submit(submissions[3], answers.put, None)
        with pytest.raises(Refused, match="busy"):
            record.read(lambda view: None, answers.put, None)

    assert [type(outcome) for _, outcome in answers.get(timeout=PATIENCE)] == [Accepted] * 3
    assert record.append(submissions[3].signed.jws).seq == 4


def test_closing_serves_what_waits(house: House, record: Record) -> None:
    answers: SimpleQueue[list[tuple[int, Outcome]]] = SimpleQueue()
    with held(record):
        for number in range(5):
            record.submit(record.receive(house.act("add", amount=1)), answers.put, number)
        closing = threading.Thread(target=record.close)
        closing.start()
    closing.join(PATIENCE)

    assert not record.alive
    assert [outcome.seq for _, outcome in answers.get(timeout=PATIENCE)] == [1, 2, 3, 4, 5]


def test_a_reader_or_listener_that_fails_does_not_stop_the_writer(
    house: House, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_anything: object) -> None:
        raise Broken

    record.listen(fail)
    record.submit(record.receive(house.act("add", amount=1)), fail, None)
    record.append(house.act("add", amount=1))
    assert record.look(lambda view: view.judge.total) == 2
    assert [found.levelno for found in caplog.records] == [logging.ERROR] * len(caplog.records)
    assert len(caplog.records) >= 2


def test_waiting_on_the_own_thread_is_an_error_and_no_deadlock(house: House, record: Record) -> None:
    jws = house.act("add", amount=1)
    with pytest.raises(RuntimeError, match="cannot wait for itself"):
        record.look(lambda view: record.append(jws))
    assert record.append(jws).seq == 1


def test_a_loop_is_woken_once_for_a_whole_batch(house: House, record: Record) -> None:
    wakes = 0

    def deliver(letters: list[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
        nonlocal wakes
        wakes += 1
        for future, outcome in letters:
            future.set_result(outcome)

    async def serve() -> list[Outcome]:
        loop = asyncio.get_running_loop()

        def outbox(letters: list[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
            loop.call_soon_threadsafe(deliver, letters)

        futures = [loop.create_future() for _ in range(50)]
        with held(record):
            for future in futures:
                record.submit(record.receive(house.act("add", amount=1)), outbox, future)
        return await asyncio.gather(*futures)

    assert [outcome.seq for outcome in asyncio.run(serve())] == list(range(1, 51))
    assert wakes == 1
