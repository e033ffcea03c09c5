"""Count a feed's failures whose request was sent apart from those of this machine."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_sent_failures"
down_revision = "20261201_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("sent_failures", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE feeds SET sent_failures = error_streak")


def downgrade() -> None:
    op.drop_column("feeds", "sent_failures")
