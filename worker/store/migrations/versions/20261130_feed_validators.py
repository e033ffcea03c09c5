"""Keep the URL that a feed's validators came from, where a redirect led there."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_feed_validators"
down_revision = "20261130_filter_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("validated_url", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("feeds", "validated_url")
