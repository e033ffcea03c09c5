"""Keep how long the text of each article was before it had copies, by which the publisher is known."""

import sqlalchemy as sa
from alembic import op

revision = "20261202_first_letters"
down_revision = "20261201_sent_failures"
branch_labels = None
depends_on = None

INDEX, TABLE = "ix_articles_story", "articles"
BEFORE = (
    "story_id", "feed_id", "role", "text_letters", "sort_at", "fetched_at", "take", "take_kind", "is_agency",
    "state",
)  # fmt: skip


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("first_letters", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE articles SET first_letters = text_letters")
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, [*BEFORE, "first_letters"], unique=False)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, list(BEFORE), unique=False)
    op.drop_column(TABLE, "first_letters")
