"""Index the columns that articles are filtered by, in the order of the list."""

from alembic import op

revision = "20261130_filter_index"
down_revision = "20261130_page_rereads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_articles_filters", "articles", ["id", "agency", "lang", "feed_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_articles_filters", table_name="articles")
