"""Owners of several flats, and who takes part in a hearing."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("persons", sa.Column("flats", sa.JSON, nullable=False, server_default="[]"))
    everybody = '{"by": "all", "places": [], "roles": []}'
    op.add_column("drafts", sa.Column("participants", sa.JSON, nullable=False, server_default=everybody))
