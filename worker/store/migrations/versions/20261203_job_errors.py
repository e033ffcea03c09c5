"""Jobs: the column of their notes is called `error`, as in the lists of jobs and in the view `v_jobs`."""

from alembic import op

revision = "20261203_job_errors"
down_revision = "20261202_pushed_states"


def upgrade() -> None:
    op.execute("ALTER TABLE jobs RENAME COLUMN note TO error")


def downgrade() -> None:
    op.execute("ALTER TABLE jobs RENAME COLUMN error TO note")
