"""Hosts know when the next article page may be asked for, where robots.txt names a crawl delay."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_page_turn"
down_revision = "20261124_job_priority"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hosts", sa.Column("page_not_before_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("hosts", "page_not_before_at")
