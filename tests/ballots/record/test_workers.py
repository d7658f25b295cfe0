"""Several writers over one database: one order, and everyone comes to the same state."""

import json
import subprocess
import sys
import threading
from collections import Counter

import pytest
from sqlalchemy import URL, text

from ballots.checkpoint import vkey
from ballots.encoding import new_nonce
from ballots.entry import parse
from ballots.receipt import Receipt
from ballots.record import Record
from ballots.refusal import Refused
from ballots.signing import PrivateKey
from ballots.submission import Unavailable
from tests.ballots.record import toy
from tests.ballots.record.batches import batch, insist, receive_all, until
from tests.ballots.record.conftest import STORES, House
from tests.ballots.record.toy import SERVICE

shared = pytest.mark.parametrize("url", STORES[1:], indirect=True)
"""For what only PostgreSQL does: SQLite serves one process and has no notifications."""


@pytest.fixture
def others(house: House, record: Record) -> tuple[Record, Record]:
    """Two running records of one hearing, with nothing in common but database and data folder."""
    return record, house.record().start()


def test_each_appends_to_what_the_other_wrote(house: House, others: tuple[Record, Record]) -> None:
    here, there = others
    kept = [side.append(house.act("add", amount=1)) for side in (here, there, there, here, there)]
    assert [accepted.seq for accepted in kept] == [1, 2, 3, 4, 5]
    assert here.look(lambda view: (view.judge.total, view.head)) == there.look(
        lambda view: (view.judge.total, view.head)
    )
    assert here.checkpoint() == there.checkpoint()
    assert here.consistency(2, 6) == there.consistency(2, 6)


def test_a_look_never_shows_less_than_was_acknowledged_elsewhere(
    house: House, others: tuple[Record, Record]
) -> None:
    here, there = others
    for total in range(1, 20):
        here.append(house.act("add", amount=1))
        assert there.look(lambda view: view.judge.total) == total


def test_sent_again_to_the_other_it_is_the_same_act(house: House, others: tuple[Record, Record]) -> None:
    here, there = others
    jws, nonce = house.act("add", amount=1), new_nonce()
    first = here.append(jws)
    assert there.append(jws) == first._replace(fresh=False)
    assert there.receipt(first.leaf) == first.receipt
    here.append(house.act("add", nonce=nonce, amount=1))
    with pytest.raises(Refused, match="nonce-reused"):
        there.append(house.act("add", nonce=nonce, amount=2))


def test_a_batch_is_decided_against_what_came_in_between(house: House, others: tuple[Record, Record]) -> None:
    here, there = others
    late = receive_all(there, [house.act("add", amount=60), house.act("add", amount=40)])
    here.append(house.act("add", amount=60))
    outcomes = batch(there, late)
    assert isinstance(outcomes[0], Refused)
    assert outcomes[0].code == "over-limit"
    assert outcomes[1].seq == 2


def test_what_is_signed_while_one_looks_is_not_taken_for_a_rollback(
    house: House, others: tuple[Record, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = others
    last = there._writer._signer.last

    def late() -> object:
        monkeypatch.undo()
        here.append(house.act("add", amount=1))
        return last()

    monkeypatch.setattr(there._writer._signer, "last", late)
    here.append(house.act("add", amount=1))
    assert there.look(lambda view: view.judge.total) == 2
    assert there.alive


def test_a_race_of_many_threads_ends_in_one_order(house: House, others: tuple[Record, Record]) -> None:
    numbers: list[int] = []
    refused: Counter[str] = Counter()

    def client(record: Record) -> None:
        for _ in range(15):
            try:
                numbers.append(record.append(house.act("add", amount=1)).seq)
            except Refused as why:
                refused[why.code] += 1

    threads = [threading.Thread(target=client, args=(others[number % 2],)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == list(range(1, 101))
    assert refused == {"over-limit": 20}
    _agree(house, others)


def _agree(house: House, records: tuple[Record, ...]) -> None:
    heads = {record.look(lambda view: view.head) for record in records}
    heads.add(house.record().start().head)
    assert len(heads) == 1
    assert house.lock().read(house.origin) == heads.pop().checkpoint
    found = [parse(raw) for raw in records[0].entries(0, 10_000)]
    assert [entry.seq for entry in found] == list(range(len(found)))
    assert sorted(found, key=lambda entry: entry.at) == found


def test_two_processes_race(house: House, record: Record, url: URL | str) -> None:
    address = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        "-m",
        "tests.ballots.record.worker",
        address,
        house.hearing,
        house.folder / "lock.sqlite",
    ]
    workers = [
        subprocess.Popen([*command, "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        printed = []
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            printed += [json.loads(line) for line in worker.communicate(timeout=60)[0].splitlines()]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    kept = [found for found in printed if "seq" in found]
    assert Counter(found.get("refused") for found in printed) == {None: 100, "over-limit": 20}
    assert sorted(found["seq"] for found in kept) == list(range(1, 101))
    key = vkey(house.origin, SERVICE.public)
    for found in kept:
        receipt = Receipt.parse(found["receipt"].encode())
        receipt.verify(key)
        assert parse(receipt.entry).jws == found["jws"]
        assert record.append(found["jws"]).receipt == found["receipt"]
    _agree(house, (record,))


@shared
def test_a_key_let_in_elsewhere_is_known_at_once(house: House, others: tuple[Record, Record]) -> None:
    here, there = others
    for _ in range(10):
        member = PrivateKey.generate()
        here.append(toy.join(house.hearing, member))
        there.append(toy.act(house.hearing, "add", member, amount=1))
    with pytest.raises(Refused, match="unknown-key"):
        there.append(toy.act(house.hearing, "add", PrivateKey.generate(), amount=1))
    good, other = (
        toy.act(house.hearing, "add", member, amount=1),
        toy.act(house.hearing, "add", member, amount=2),
    )
    with pytest.raises(Refused, match="bad-signature"):
        there.append(good.rsplit(".", 1)[0] + "." + other.rsplit(".", 1)[1])


@shared
def test_others_are_told_of_growth(house: House, others: tuple[Record, Record]) -> None:
    here, there = others
    heard: list[int] = []
    stop = there.listen(heard.append)
    here.append(house.act("add", amount=1))
    until(lambda: heard == [2])
    assert there.head == here.head
    stop()


@shared
def test_a_lost_connection_is_made_again_and_nothing_is_missed(
    house: House, others: tuple[Record, Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballots.notify._RETRY", 0.05)
    here, there = others
    heard: list[int] = []
    there.listen(heard.append)
    here.append(house.act("add", amount=1))
    until(lambda: heard == [2])
    with house.engine().begin() as connection:
        listening = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        assert (
            connection.execute(text(f"SELECT count(pg_terminate_backend(pid)) {listening}")).scalar_one() >= 1
        )
    here.append(house.act("add", amount=1))
    until(lambda: heard[-1] == 3)


def test_a_worker_that_hangs_with_the_head_does_not_hold_up_the_others_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballots.engine._PATIENCE", 1)
    record = house.record().start()
    record.append(house.act("begin"))
    with house.store().appending(house.hearing), pytest.raises(Unavailable):
        record.append(house.act("add", amount=1))
    assert insist(record, house.act("add", amount=1)).seq == 1
