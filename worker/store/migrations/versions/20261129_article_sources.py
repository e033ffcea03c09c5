"""Keep from which element each field of an article was read."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_article_sources"
down_revision = "20261129_feed_content_lookup"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("sources", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("articles", "sources")
