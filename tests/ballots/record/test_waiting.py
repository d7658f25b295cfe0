"""Ballots that wait, offers, and who gathers them: what several processes may not do at once."""

import subprocess
import sys
from contextlib import ExitStack

import pytest
from sqlalchemy import URL
from sqlalchemy.exc import OperationalError

from ballots.offers import Offers
from ballots.submission import Unavailable
from ballots.waiting import Kept, Waiting, gathered
from tests.ballots.record.conftest import STORES, House

POLL = "p" * 64
shared = pytest.mark.parametrize("url", STORES[1:], indirect=True)
"""SQLite serves one process: nobody has to be kept out."""

GATHER = """
import sys
from ballots.engine import open_engine
from ballots.store import Store
with Store(open_engine(sys.argv[1])).appending(sys.argv[2], gathering=True):
    print("gathering", flush=True)
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
def test_while_one_process_gathers_them_none_adds_and_its_death_ends_it(
    house: House, url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballots.engine._PATIENCE", 1)
    waiting, store = Waiting(house.engine()), house.store()
    store.create(house.hearing)
    command = [sys.executable, "-c", GATHER, url.render_as_string(hide_password=False), house.hearing]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "gathering\n"
            with pytest.raises(Unavailable):
                put(waiting, house.hearing, "a")
            with pytest.raises(OperationalError), store.appending(house.hearing, gathering=True):
                pass
            assert put(waiting, "other", "a") == [True]  # other hearings go on
        finally:
            process.kill()
    assert put(waiting, house.hearing, "a") == [True]


@shared
def test_who_adds_keeps_out_who_would_gather(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ballots.engine._PATIENCE", 1)
    here, there, store = Waiting(house.engine()), Waiting(house.engine()), house.store()
    store.create(house.hearing)
    with here.adding(house.hearing) as add:
        assert put(there, house.hearing, "b") == [True]  # together, as many as want to
        add([Kept(POLL, "a" * 64, "a" * 64, b"ballot")])
        with store.appending(house.hearing):
            pass  # nor does it keep the head, which who adds may have to wait for
        with pytest.raises(OperationalError), store.appending(house.hearing, gathering=True):
            pass
    with store.appending(house.hearing, gathering=True) as append:
        assert list(gathered(append.connection, house.hearing, POLL)) == ["a" * 64, "b" * 64]


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
