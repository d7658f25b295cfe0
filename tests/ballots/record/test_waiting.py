"""Ballots that wait, offers, and who may be alone with them: what several processes may not do at once."""

import subprocess
import sys
from contextlib import ExitStack

import pytest
from sqlalchemy import URL, text

from ballots.offers import Offers
from ballots.submission import Unavailable
from ballots.waiting import Kept, Waiting
from tests.ballots.record.conftest import STORES, House

POLL = "p" * 64
shared = pytest.mark.parametrize("url", STORES[1:], indirect=True)
"""SQLite serves one process: nobody has to be kept out."""

ALONE = """
import sys
from ballots.engine import open_engine
from ballots.waiting import Waiting
with Waiting(open_engine(sys.argv[1])).alone(sys.argv[2]):
    print("alone", flush=True)
    sys.stdin.read()
"""


def put(waiting: Waiting, hearing: str, *names: str) -> list[bool]:
    with waiting.adding(hearing) as add:
        return add([Kept(POLL, name * 64, name * 64, b"ballot") for name in names])


def test_of_each_credential_one_ballot_waits(house: House) -> None:
    waiting = Waiting(house.engine())
    assert put(waiting, house.hearing, "a", "b") == [True, True]
    with waiting.adding(house.hearing) as add:
        again, other = Kept(POLL, "a" * 64, "a" * 64, b"ballot"), Kept(POLL, "c" * 64, "b" * 64, b"ballot")
        assert add([again, other]) == [True, False]
    assert waiting.count(house.hearing, POLL) == 2


@shared
def test_while_one_process_is_alone_none_adds_and_its_death_ends_it(
    house: House, url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballots.engine._PATIENCE", 1)
    waiting = Waiting(house.engine())
    command = [sys.executable, "-c", ALONE, url.render_as_string(hide_password=False), house.hearing]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "alone\n"
            with pytest.raises(Unavailable):
                put(waiting, house.hearing, "a")
            with pytest.raises(Unavailable), waiting.alone(house.hearing):
                pass
            assert put(waiting, "other", "a") == [True]  # other hearings go on
        finally:
            process.kill()
    assert put(waiting, house.hearing, "a") == [True]


@shared
def test_who_adds_keeps_out_who_would_be_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ballots.engine._PATIENCE", 1)
    here, there = Waiting(house.engine()), Waiting(house.engine())
    with here.adding(house.hearing) as add:
        assert put(there, house.hearing, "b") == [True]  # together, as many as want to
        add([Kept(POLL, "a" * 64, "a" * 64, b"ballot")])
        with pytest.raises(Unavailable), there.alone(house.hearing):
            pass
    with there.alone(house.hearing):
        assert there.count(house.hearing, POLL) == 2


@shared
def test_who_has_lost_the_connection_is_not_alone_any_more(house: House) -> None:
    engine, ended = house.engine(), []
    mine = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    def be_alone() -> None:
        with Waiting(engine).alone(house.hearing) as require_alone:
            require_alone()
            with engine.begin() as connection:
                connection.execute(mine)
            with pytest.raises(Unavailable):
                require_alone()
            ended.append(True)

    with pytest.raises(Unavailable):
        be_alone()
    assert ended


@shared
def test_many_boxes_that_are_closed_at_once_keep_nobody_waiting(house: House) -> None:
    waiting = Waiting(house.engine())
    with ExitStack() as boxes:
        for number in range(20):
            require_alone = boxes.enter_context(waiting.alone(f"{house.hearing}{number}"))
        assert put(waiting, house.hearing, "a") == [True]
        require_alone()


@shared
def test_who_gets_no_connection_may_come_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = house.engine()
    monkeypatch.setattr(engine.pool, "_timeout", 0.1)
    with ExitStack() as others:
        for _ in range(15):
            others.enter_context(engine.connect())
        with pytest.raises(Unavailable):
            put(Waiting(engine), house.hearing, "a")
    assert put(Waiting(engine), house.hearing, "a") == [True]


def test_an_offered_credential_is_one_members_until_it_is_forgotten(house: House) -> None:
    offers, hearing = Offers(house.engine()), house.hearing
    first, second = "a" * 64, "b" * 64
    assert offers.claim(hearing, "one", first, "m1")
    assert offers.claim(hearing, "one", first, "m1")
    assert not offers.claim(hearing, "one", first, "m2")
    assert offers.claim(hearing, "two", second, "m2")
    assert offers.claim(hearing, "two", first, "m1")  # in an election of its own, with a list of its own
    offers.forget(hearing, "one")
    assert offers.claim(hearing, "one", first, "m2")
    assert not offers.claim(hearing, "two", first, "m2")  # that list is still to come
    assert not offers.claim(hearing, "two", second, "m1")
    offers.forget(hearing)
    assert offers.claim(hearing, "two", second, "m1")
