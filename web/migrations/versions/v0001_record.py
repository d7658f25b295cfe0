"""The record: heads, entries, blobs, openings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "heads",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
    )
    op.create_table(
        "entries",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kid", sa.String(43), nullable=False),
        sa.Column("nonce", sa.String(22), nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("hearing", "kid", "nonce", name="uq_entries_hearing_kid_nonce"),
    )
    op.create_table(
        "blobs",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "openings",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("leaf", sa.String(64), primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("choice", sa.LargeBinary, nullable=False),
    )
