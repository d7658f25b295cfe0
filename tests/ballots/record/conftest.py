"""Records over both stores, each test with a hearing of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from ballots.encoding import new_id
from ballots.engine import open_engine
from ballots.lock import LockStore
from ballots.record import Record
from ballots.store import Store
from tests.ballots.record.toy import SERVICE, Clock, Toy, act
from web.database import upgrade

STORES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL | str:
    """A database without tables, or one that other tests use too."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hearings.sqlite"
    return request.getfixturevalue("postgres")


class House:
    """One database and one data folder, in which records are opened, lost and opened again."""

    def __init__(self, url: URL | str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.hearing = new_id()
        self.clock = Clock()
        self.closing = ExitStack()

    @property
    def origin(self) -> str:
        return f"hearing.example/h/{self.hearing}"

    def engine(self) -> Engine:
        """An engine of its own, as another process would have it."""
        engine = open_engine(self.url)
        self.closing.callback(engine.dispose)
        upgrade(engine)
        return engine

    def store(self, engine: Engine | None = None) -> Store:
        store = Store(engine or self.engine())
        self.closing.callback(store.close)
        return store

    def lock(self, name: str = "lock.sqlite") -> LockStore:
        lock = LockStore(self.folder / name)
        self.closing.callback(lock.close)
        return lock

    def record(
        self, store: Store | None = None, lock: LockStore | None = None, judge: type[Toy] = Toy
    ) -> Record:
        """A record that is not started yet; everything new unless given."""
        record = Record(
            store or self.store(),
            self.hearing,
            self.origin,
            key=SERVICE,
            judge=judge,
            lock=lock or self.lock(),
            clock=self.clock,
        )
        self.closing.callback(record.close)
        return record

    def act(self, kind: str, **members: object) -> str:
        return act(self.hearing, kind, **members)


@pytest.fixture
def house(url: URL | str, tmp_path: Path) -> Iterator[House]:
    """Everything opened in it is closed at the end."""
    house = House(url, tmp_path)
    with house.closing:
        yield house


@pytest.fixture
def record(house: House) -> Record:
    """A running record in which the founder may act."""
    record = house.record().start()
    record.append(house.act("begin"))
    return record
