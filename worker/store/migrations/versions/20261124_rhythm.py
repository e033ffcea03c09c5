"""The rhythm learned of a feed, and when its silence or an overflow was told."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_rhythm"
down_revision = "20261124_story_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("rhythm", sa.JSON(), nullable=True))
    op.add_column("feeds", sa.Column("quiet_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feeds", sa.Column("overflow_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("overflow_at", "quiet_at", "rhythm"):
        op.drop_column("feeds", name)
