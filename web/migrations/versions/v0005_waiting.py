"""Encrypted ballots that wait to enter their record."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "waiting_ballots",
        sa.Column("hearing", sa.String(12), primary_key=True),
        sa.Column("poll", sa.String(64), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("credential", sa.String(64), nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint(
            "hearing", "poll", "credential", name="uq_waiting_ballots_hearing_poll_credential"
        ),
    )
