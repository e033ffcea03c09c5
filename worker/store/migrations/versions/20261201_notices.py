"""Add what outlets declare of their articles: corrections, withdrawals, and texts that are run again."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_notices"
down_revision = "20261130_text_before_edit"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNTOLD = sa.text("told_at IS NULL")
# what is stored is known by the mark in the headline or in the note to editors, and was told
KNOWN = """
INSERT INTO notices (article_id, at, kind, known_from, title, due_at, told_at)
SELECT a.id, coalesce(v.at, a.fetched_at),
    CASE a.take_kind WHEN 'correction' THEN 'corrected' ELSE 'withdrawn' END,
    'headline', a.title, coalesce(v.at, a.fetched_at), coalesce(v.at, a.fetched_at)
FROM articles a
LEFT JOIN (SELECT article_id, max(replaced_at) AS at FROM versions GROUP BY article_id) v
    ON v.article_id = a.id
WHERE a.take_kind IN ('correction', 'withdrawal')
ORDER BY a.id"""


RESTORED = "story.restored"
USUAL = ["story.new", "story.grew", "story.corrected", "story.withdrawn"]  # of a receiver, until now
CONFIG = sa.table("config_state", sa.column("id", sa.Integer()), sa.column("service", sa.JSON()))


def _set_usual_events(before: list[str], after: list[str]) -> None:
    """Give the receivers of the config in force that have the usual events the new ones."""
    connection = op.get_bind()
    for number, service in connection.execute(sa.select(CONFIG.c.id, CONFIG.c.service)).all():
        rules = [
            {**rule, "events": after} if rule.get("events") == before else rule
            for rule in service.get("push") or []
        ]
        if rules != (service.get("push") or []):
            changed = sa.update(CONFIG).where(CONFIG.c.id == number)
            connection.execute(changed.values(service={**service, "push": rules}))


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("article_id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("known_from", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("title_before", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], ondelete="CASCADE", name=op.f("fk_notices_article_id_articles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_article_id", "notices", ["article_id"], unique=False)
    op.create_index(
        "ix_notices_due", "notices", ["due_at"], unique=False, sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )
    op.execute(KNOWN)
    op.execute("UPDATE articles SET state = 'corrected' WHERE take_kind = 'correction' AND state = 'active'")
    _set_usual_events(USUAL, [*USUAL, RESTORED])


def downgrade() -> None:
    _set_usual_events([*USUAL, RESTORED], USUAL)
    op.execute("UPDATE stories SET mark = '' WHERE mark = 'restored'")
    op.execute("UPDATE articles SET state = 'active' WHERE state IN ('corrected', 'restored')")
    op.drop_table("notices")
