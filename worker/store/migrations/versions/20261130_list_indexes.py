"""Index what lists are filtered and sorted by."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_list_indexes"
down_revision = "20261130_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_articles_agency", "articles", ["agency"], unique=False)
    op.create_index("ix_articles_lang", "articles", ["lang"], unique=False)
    op.create_index(
        "ix_stories_copied",
        "stories",
        ["last_seen_at", "id", "copies"],
        unique=False,
        sqlite_where=sa.text("copies > 1"),
        postgresql_where=sa.text("copies > 1"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_stories_copied",
        table_name="stories",
        sqlite_where=sa.text("copies > 1"),
        postgresql_where=sa.text("copies > 1"),
    )
    op.drop_index("ix_articles_lang", table_name="articles")
    op.drop_index("ix_articles_agency", table_name="articles")
