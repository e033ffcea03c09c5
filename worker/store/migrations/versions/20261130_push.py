"""Add push: what is to be reported, receivers, messages and their stories, which stories were announced."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_push"
down_revision = "20261130_list_indexes"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "stories", sa.Column("is_announced", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "push_notes",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_notes")),
    )
    op.create_table(
        "push_receivers",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("not_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("turn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_push_receivers")),
    )
    op.create_table(
        "push_messages",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_messages")),
        sa.UniqueConstraint("receiver", "message", name=op.f("uq_push_messages_receiver_message")),
    )
    _add_partial_index("ix_push_messages_due", "push_messages", "receiver", "next_attempt_at", "id")
    op.create_index("ix_push_messages_state", "push_messages", ["state", "finished_at"], unique=False)
    op.create_table(
        "push_message_stories",
        sa.Column("message_id", BIG_ID, nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["push_messages.id"], ondelete="CASCADE",
            name=op.f("fk_push_message_stories_message_id_push_messages"),
        ),
        sa.PrimaryKeyConstraint("message_id", "story_id", name=op.f("pk_push_message_stories")),
    )  # fmt: skip
    _add_partial_index(
        "ix_push_message_stories_order", "push_message_stories", "receiver", "story_id", "message_id"
    )


def _add_partial_index(name: str, table: str, *columns: str) -> None:
    op.create_index(
        name, table, list(columns), unique=False,
        sqlite_where=UNFINISHED, postgresql_where=UNFINISHED,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("push_message_stories")
    for name in ("ix_push_messages_state", "ix_push_messages_due"):
        op.drop_index(name, table_name="push_messages")
    op.drop_table("push_messages")
    op.drop_table("push_receivers")
    op.drop_table("push_notes")
    op.drop_column("stories", "is_announced")
