"""Keep a page's validators, and when it is read again because its feed was edited."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_page_rereads"
down_revision = "20261130_push"
branch_labels = None
depends_on = None

PLANNED = sa.text("reread_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("jobs", sa.Column("validators", sa.JSON(), nullable=True))
    op.add_column("jobs", sa.Column("reread_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_jobs_reread", "jobs", ["reread_at"], unique=False, sqlite_where=PLANNED, postgresql_where=PLANNED
    )


def downgrade() -> None:
    op.drop_index("ix_jobs_reread", table_name="jobs", sqlite_where=PLANNED, postgresql_where=PLANNED)
    op.drop_column("jobs", "reread_at")
    op.drop_column("jobs", "validators")
