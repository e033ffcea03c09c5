"""Feeds count polls that never finished and readings that a limit ended."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_hard_readings"
down_revision = "20261124_page_turn"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("unfinished_polls", sa.Integer(), server_default="0", nullable=False))
    op.add_column("feeds", sa.Column("ended_readings", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("feeds", "ended_readings")
    op.drop_column("feeds", "unfinished_polls")
