"""What is deleted is gone from the database's files, over both kinds of database."""

from collections.abc import Sequence

import pytest
from sqlalchemy import URL, Engine, text

from ballots.offers import Offers
from ballots.waiting import Kept, Waiting
from tests.ballots.record.conftest import House

pytestmark = pytest.mark.postgres

POLL = "p" * 64
PAGES = "SELECT pg_relation_size(oid), pg_relation_size(nullif(reltoastrelid, 0)) FROM pg_class WHERE relname = :name"


@pytest.fixture
def url(fresh_postgres: URL) -> URL:
    """Nothing of any other test is in these tables."""
    return fresh_postgres


def kept(number: int) -> Kept:
    """A ballot as large as a real one, which no compression makes smaller than a page has room for."""
    name = f"{number:064x}"
    return Kept(POLL, name, name, b"".join((number * 7919**n % 2**64).to_bytes(8, "big") for n in range(800)))


def sizes(engine: Engine, table: str) -> Sequence[int]:
    """Bytes of a table's rows, and of what is too long to stand in them."""
    with engine.connect() as connection:
        return tuple(connection.execute(text(PAGES), {"name": table}).one())


def test_postgresql_keeps_no_ballot_that_has_entered_and_no_order(house: House) -> None:
    engine = house.engine()
    waiting = Waiting(engine)
    with waiting.adding(house.hearing) as add:
        assert all(add([kept(number) for number in range(12)]))
    rows, long = sizes(engine, "waiting_ballots")
    assert rows > 0
    assert long > 0
    waiting.drop(house.hearing, POLL, list(waiting.of(house.hearing, POLL)))
    assert sizes(engine, "waiting_ballots") == (0, 0)


def test_postgresql_keeps_no_offer_of_a_poll_that_is_set_up(house: House) -> None:
    engine = house.engine()
    offers = Offers(engine)
    assert offers.claim(house.hearing, "e" * 22, "c" * 64, "m" * 11)
    assert sizes(engine, "offered_credentials")[0] > 0
    offers.forget(house.hearing, "e" * 22)
    assert sizes(engine, "offered_credentials")[0] == 0
