"""Upkeep is done in turns under a lease, from where the last one ended; waiting jobs have an index."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_upkeep_state"
down_revision = "20261129_config_files"
branch_labels = None
depends_on = None

WAITING = sa.text("next_attempt_at IS NULL AND finished_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "upkeep_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upkeep_state"),
    )
    op.create_index("ix_jobs_waiting", "jobs", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_index("ix_jobs_waiting", table_name="jobs")
    op.drop_table("upkeep_state")
