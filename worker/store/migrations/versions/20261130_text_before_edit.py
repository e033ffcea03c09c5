"""Show in the view of articles whether a page's text was read before the last edit of the feed."""

from alembic import op

revision = "20261130_text_before_edit"
down_revision = "20261130_feed_validators"
branch_labels = None
depends_on = None

PAGE = {
    "sqlite": "json_extract(page.payload, '$.text')",
    "postgresql": "(page.payload ->> 'text')",
}
BEFORE_EDIT = """,
    coalesce({page}, '') <> '' AND EXISTS (
        SELECT 1 FROM versions v WHERE v.article_id = a.id AND v.replaced_at > page.created_at
        AND NOT EXISTS (
            SELECT 1 FROM jobs j WHERE j.article_id = a.id AND j.kind = 'fulltext'
                AND j.finished_at >= v.replaced_at AND (j.note IS NULL OR j.note LIKE '304: %')))
        AS text_is_before_edit"""
VIEW = """VIEW v_articles AS
SELECT a.id, a.feed_id AS feed, a.guid, a.url, a.canonical_url, a.title, a.summary,
    coalesce(nullif({page}, ''), a.text) AS text,
    CASE WHEN coalesce({page}, '') <> '' THEN 'page' WHEN coalesce(a.text, '') <> '' THEN 'feed' END
        AS text_from,
    a.author, a.lang, a.published_at, a.updated_at, a.fetched_at, a.agency, a.dateline, a.story_id AS story,
    a.role, a.similarity, a.state, a.versions{more}
FROM articles a LEFT JOIN extractions page ON page.id = (
    SELECT max(e.id) FROM extractions e
    WHERE e.article_id = a.id AND e.kind = 'fulltext' AND e.status = 'ok')"""


def _view(dialect: str, more: str) -> str:
    return VIEW.replace("{more}", more).format(page=PAGE[dialect])


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":  # whoever may read the view still may
        op.execute(f"CREATE OR REPLACE {_view(dialect, BEFORE_EDIT)}")
        return
    op.execute("DROP VIEW v_articles")
    op.execute(f"CREATE {_view(dialect, BEFORE_EDIT)}")


def downgrade() -> None:
    op.execute("DROP VIEW v_articles")
    op.execute(f"CREATE {_view(op.get_bind().dialect.name, '')}")
