"""Polls keep their machine, host and network fault; machines without network are known."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_network_outages"
down_revision = "20261129_hard_readings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("machine", "host", "fault"):
        op.add_column("polls", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "network_outages",
        sa.Column("machine", sa.String(length=300), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("machine", name=op.f("pk_network_outages")),
    )


def downgrade() -> None:
    op.drop_table("network_outages")
    for name in ("fault", "host", "machine"):
        op.drop_column("polls", name)
