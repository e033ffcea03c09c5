"""Texts that contain or quote others without being their copies."""

import sqlalchemy as sa
from alembic import op

revision = "20261129_relations"
down_revision = "20261129_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "relations",
        sa.Column("article_id", big_id, nullable=False),
        sa.Column("other_id", big_id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_relations_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["articles.id"], name=op.f("fk_relations_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_relations")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_relations_other", "relations", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_relations_other", table_name="relations")
    op.drop_table("relations")
