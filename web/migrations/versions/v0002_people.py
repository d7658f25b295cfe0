"""The erasable tables: communities, persons, cards, drafts, members."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "communities",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.JSON, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("root", sa.String(43), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_communities"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("community", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sex", sa.String(6), nullable=False),
        sa.Column("capacity", sa.String(200), nullable=False),
        sa.Column("household", sa.String(200), nullable=False),
        sa.Column("area", sa.BigInteger),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("grid", sa.String(200), nullable=False),
        sa.Column("building", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.ForeignKeyConstraint(["community"], ["communities.id"], name="fk_persons_community"),
        sa.UniqueConstraint(
            "community", "name", "grid", "building", "unit", "household", name="uq_persons_identity"
        ),
    )
    op.create_table(
        "cards",
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("issued_at", sa.String(24), nullable=False),
        sa.Column("revoked_at", sa.String(24)),
        sa.PrimaryKeyConstraint("number", name="pk_cards"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_cards_person"),
        sa.UniqueConstraint("token", name="uq_cards_token"),
    )
    op.create_index("ix_cards_person", "cards", ["person"])
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("community", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("place", sa.JSON, nullable=False),
        sa.Column("starts", sa.String(24), nullable=False),
        sa.Column("rehearsal", sa.Boolean, nullable=False),
        sa.Column("agenda", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["community"], ["communities.id"], name="fk_drafts_community"),
    )
    op.create_index("ix_drafts_community", "drafts", ["community"])
    op.create_table(
        "members",
        sa.Column("hearing", sa.String(12), nullable=False),
        sa.Column("member", sa.String(11), nullable=False),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("salt", sa.String(43), nullable=False),
        sa.PrimaryKeyConstraint("hearing", "member", name="pk_members"),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name="fk_members_person"),
        sa.UniqueConstraint("hearing", "person", "role", name="uq_members_seat"),
    )
    op.create_index("ix_members_person", "members", ["person"])
    op.create_index("ix_members_token", "members", ["token"])
