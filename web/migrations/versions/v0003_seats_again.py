"""Who left a roll, or an office, may come back: as a new entry of the same person and role."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("members") as table:
        table.drop_constraint("uq_members_seat", type_="unique")
