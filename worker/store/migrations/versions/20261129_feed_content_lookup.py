"""Look up articles by their content, and count the entries of a document that were not read."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_feed_content_lookup"
down_revision = "20261129_relations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_articles_feed_content", "articles", ["feed_id", "content_hash"])
    op.add_column("feeds", sa.Column("cut_entries", sa.Integer(), nullable=False, server_default="0"))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("feeds", "cut_entries", server_default=None)


def downgrade() -> None:
    op.drop_column("feeds", "cut_entries")
    op.drop_index("ix_articles_feed_content", table_name="articles")
