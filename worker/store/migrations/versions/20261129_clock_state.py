"""The row by which all processes agree on the time."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_clock_state"
down_revision = "20261129_upkeep_state"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steady_s", sa.Double(), nullable=True),
        sa.Column("boot", sa.Text(), nullable=True),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_clock_state"),
    )


def downgrade() -> None:
    op.drop_table("clock_state")
