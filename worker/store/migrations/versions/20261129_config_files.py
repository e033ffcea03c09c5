"""What became of a config file is kept for each control that reads one."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_config_files"
down_revision = "20261129_network_outages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "config_files",
        sa.Column("source", sa.String(length=600), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_config_files")),
    )
    for name in ("state", "error", "digest"):
        op.drop_column("config_state", name)


def downgrade() -> None:
    op.add_column("config_state", sa.Column("state", sa.Text(), nullable=False, server_default="ok"))
    op.add_column("config_state", sa.Column("error", sa.Text(), nullable=True))
    op.add_column("config_state", sa.Column("digest", sa.Text(), nullable=False, server_default=""))
    op.drop_table("config_files")
