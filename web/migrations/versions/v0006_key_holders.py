"""Who holds the keys of a hearing's secret polls."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    usual = '{"holders": [], "threshold": 2}'
    op.add_column("drafts", sa.Column("keys", sa.JSON, nullable=False, server_default=usual))
