"""Jobs have a priority: fresh wire copy first, what is done again for old articles last."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_job_priority"
down_revision = "20261124_host_probe"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("jobs", "priority")
