"""Hosts remember who asks first after a wait."""

import sqlalchemy as sa
from alembic import op

revision = "20261124_host_probe"
down_revision = "20261124_rhythm"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hosts", sa.Column("probe", sa.Text(), nullable=True))
    op.add_column("hosts", sa.Column("probe_until_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("hosts", "probe_until_at")
    op.drop_column("hosts", "probe")
