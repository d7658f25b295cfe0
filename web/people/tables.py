"""The erasable tables: communities, persons, cards, drafts of hearings, and who is which member.

Times are UTC, `2026-11-21T08:00:00.000Z`; keys and salts b64url without padding.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

communities = Table(
    "communities",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", JSON, nullable=False),  # zh and en
    Column("zone", String(64), nullable=False),  # IANA time zone
    Column("root", String(43), nullable=False),  # public root key; the anchor is its thumbprint
)

persons = Table(
    "persons",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("community", ForeignKey(communities.c.id), nullable=False),
    Column("name", String(200), nullable=False),
    Column("sex", String(6), nullable=False),
    Column("capacity", String(200), nullable=False),
    Column("household", String(200), nullable=False),  # household or owner id
    Column("area", BigInteger),  # 0.01 m²
    Column("contact", String(200), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("grid", String(200), nullable=False),
    Column("building", String(200), nullable=False),
    Column("unit", String(200), nullable=False),
    Column("flats", JSON, nullable=False),  # of an owner who has several: grid, building, unit, area
    UniqueConstraint(
        "community", "name", "grid", "building", "unit", "household", name="uq_persons_identity"
    ),
)

cards = Table(
    "cards",
    metadata,
    Column("number", String(9), primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("token", String(43), nullable=False, unique=True),  # its public key; the secret is on paper only
    Column("issued_at", String(24), nullable=False),
    Column("revoked_at", String(24)),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("community", ForeignKey(communities.c.id), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("title", JSON, nullable=False),  # zh and en
    Column("place", JSON, nullable=False),  # zh and en
    Column("starts", String(24), nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("agenda", JSON, nullable=False),  # items with their questions in full
    Column("participants", JSON, nullable=False),  # who takes part
    Column("keys", JSON, nullable=False),  # who holds the keys of secret polls
)

members = Table(
    "members",
    metadata,
    Column("hearing", String(12), primary_key=True),
    Column("member", String(11), primary_key=True),
    Column("person", ForeignKey(persons.c.id), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("token", String(43), nullable=False, index=True),  # the card that the commitment was made for
    Column("salt", String(43), nullable=False),
)
