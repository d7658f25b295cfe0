from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ballots.engine import open_engine
from voting.rules import Text
from web.people.register import Community, add_community
from web.people.tables import metadata

COMMUNITY = Community(
    id="qinghuai",
    name=Text(zh="青槐社区", en="Qinghuai Community"),
    zone="Asia/Shanghai",
    root=bytes.fromhex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"),
)


@pytest.fixture
def community() -> Community:
    return COMMUNITY


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A connection in a transaction, with the tables and one community; nothing of it stays."""
    url = (
        request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path}/people"
    )
    engine = open_engine(url)
    with engine.connect() as connection:
        if request.param == "postgres":
            connection.execute(text("CREATE SCHEMA scratch"))
            connection.execute(text("SET LOCAL search_path TO scratch"))
        metadata.create_all(connection)
        add_community(connection, COMMUNITY)
        yield connection
        connection.rollback()
    engine.dispose()
