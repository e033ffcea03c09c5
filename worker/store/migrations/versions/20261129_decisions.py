"""Editors' decisions about stories, and the articles that they keep together or apart."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_decisions"
down_revision = "20261129_first_schema"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "decisions",
        sa.Column("id", big_id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_table(
        "kept_articles",
        sa.Column("decision_id", big_id, nullable=False),
        sa.Column("article_id", big_id, nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_kept_articles_decision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_kept_articles_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("decision_id", "article_id", name=op.f("pk_kept_articles")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_kept_articles_article", "kept_articles", ["article_id"], unique=False)
    op.create_index("ix_kept_articles_story", "kept_articles", ["story_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_kept_articles_story", table_name="kept_articles")
    op.drop_index("ix_kept_articles_article", table_name="kept_articles")
    op.drop_table("kept_articles")
    op.drop_table("decisions")
