"""Whose each offered credential is, from the offer until the poll takes ballots.

A list with one credential twice is one too short, and such a poll could never be set up.
Nothing public tells one offer's credential from another's, so the database keeps them apart, for all
processes that share it. Once no more offers can come for an election, its rows are deleted for good:
whose a listed credential is, nobody shall be able to tell.
"""

from sqlalchemy import Column, Engine, String, Table, delete, select

from ballots.engine import scrub
from ballots.store import metadata, put

offered = Table(
    "offered_credentials",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("election", String(22), primary_key=True),
    Column("credential", String(64), primary_key=True),
    Column("member", String(11), nullable=False),
)


class Offers:
    """The credentials offered in one database. Every call takes a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, hearing: str, election: str, credential: str, member: str) -> bool:
        """Whether a credential, by its SHA-256 in hex, is this member's from now on, or was before.

        Each election has a list, and claims, of its own.
        """
        told = {"hearing": hearing, "election": election, "credential": credential}
        with self._engine.begin() as connection:
            connection.execute(put(connection, offered), told | {"member": member})
            return connection.scalar(select(offered.c.member).filter_by(**told)) == member

    def forget(self, hearing: str, election: str | None = None) -> None:
        """Delete for good what is known of an election's offers (None: of all elections)."""
        ours = delete(offered).where(offered.c.hearing == hearing)
        with self._engine.begin() as connection:
            connection.execute(ours if election is None else ours.where(offered.c.election == election))
        scrub(self._engine, offered)
