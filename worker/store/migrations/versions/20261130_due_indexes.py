"""Indexes in the order in which due feeds and jobs are sent."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_due_indexes"
down_revision = "20261129_all_tables"
branch_labels = None
depends_on = None

SENT_BY = [
    "priority", "article_id", "id", "next_attempt_at", "host", "kind", "finished_at", "lease_until_at"
]  # fmt: skip
OPEN = "finished_at IS NULL AND lease_until_at IS NULL"
PARTIAL = {
    "ix_feeds_leased": ("feeds", ["host", "lease_until_at"], "lease IS NOT NULL"),
    "ix_jobs_paced": ("jobs", SENT_BY, f"{OPEN} AND host <> ''"),
    "ix_jobs_local": ("jobs", SENT_BY, f"{OPEN} AND host = '' AND next_attempt_at IS NOT NULL"),
}


def upgrade() -> None:
    op.drop_index("ix_feeds_due", table_name="feeds")
    op.create_index("ix_feeds_due", "feeds", ["enabled", "next_due_at", "id", "host"], unique=False)
    for name, (table, columns, where) in PARTIAL.items():
        condition = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, (table, _, where) in reversed(PARTIAL.items()):
        condition = sa.text(where)
        op.drop_index(name, table_name=table, sqlite_where=condition, postgresql_where=condition)
    op.drop_index("ix_feeds_due", table_name="feeds")
    op.create_index("ix_feeds_due", "feeds", ["enabled", "next_due_at"], unique=False)
