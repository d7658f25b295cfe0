"""The database's schema, brought up to date at start-up by plain Alembic.

A new revision is written by hand in `web/migrations/versions`;
a test compares what the revisions build with what the tables say.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, func, select

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x68656172
"""Any number that nobody else uses in this database: one process upgrades, the others wait."""


class DatabaseTooNewError(Exception):
    """A newer version of this program has written the database."""

    def __str__(self) -> str:
        return (
            "A newer version of this program has already used this database, and this one cannot read it.\n"
            "What is safe: nothing was changed.\n"
            "What to do: start the newer version again."
        )


def upgrade(engine: Engine) -> None:
    """Create or change the tables as this version needs them, in one transaction: all of it or nothing.

    Raises:
        DatabaseTooNewError: the database is from a later version.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            if "Can't locate revision" in str(error):
                raise DatabaseTooNewError from error
            raise
