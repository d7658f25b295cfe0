"""Whose each offered credential is, until the poll takes ballots."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "offered_credentials",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("election", sa.String(22), primary_key=True),
        sa.Column("credential", sa.String(64), primary_key=True),
        sa.Column("member", sa.String(11), nullable=False),
    )
