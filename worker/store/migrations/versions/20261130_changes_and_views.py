"""Record the order of changes, and create the views for other programs."""

import secrets
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "20261130_changes_and_views"
down_revision = "20261130_due_indexes"
branch_labels = None
depends_on = None

# `versions` changes with title and texts; an article without a story gets one in the same transaction
ARTICLE = (
    "versions", "agency", "dateline", "state", "story_id", "role", "similarity", "text_letters", "take",
    "take_kind", "is_agency",
)  # fmt: skip
STORY = ("lead_id", "copies", "first_seen_at", "last_seen_at", "merged_into", "mark")
# kind, table, condition of new rows, columns whose change counts
RECORDED = (
    ("article", "articles", "NEW.story_id <> 0", ARTICLE),
    ("story", "stories", "", STORY),
    ("extraction", "extractions", "", ()),
    ("event", "events", "", ()),
)
NUMBER_SQLITE = """
    UPDATE change_state SET number = number + 1;
    INSERT INTO changes (kind, ref_id, number)
    VALUES ('{kind}', NEW.id, coalesce((SELECT number FROM change_state), 0))
    ON CONFLICT (kind, ref_id) DO UPDATE SET number = excluded.number;"""
FUNCTIONS = (
    """CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (kind, ref_id, number)
    VALUES (TG_ARGV[0], NEW.id, CAST(CAST(pg_current_xact_id() AS text) AS bigint))
    ON CONFLICT (kind, ref_id) DO UPDATE SET number = excluded.number WHERE changes.number <> excluded.number;
    RETURN NULL;
END $$""",
    """CREATE FUNCTION forget_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM changes WHERE kind = TG_ARGV[0] AND ref_id = OLD.id;
    RETURN NULL;
END $$""",
)
PAGE = {
    "sqlite": "json_extract(page.payload, '$.text')",
    "postgresql": "(page.payload ->> 'text')",
}
VIEWS = {
    "v_articles": """
SELECT a.id, a.feed_id AS feed, a.guid, a.url, a.canonical_url, a.title, a.summary,
    coalesce(nullif({page}, ''), a.text) AS text,
    CASE WHEN coalesce({page}, '') <> '' THEN 'page' WHEN coalesce(a.text, '') <> '' THEN 'feed' END
        AS text_from,
    a.author, a.lang, a.published_at, a.updated_at, a.fetched_at, a.agency, a.dateline, a.story_id AS story,
    a.role, a.similarity, a.state, a.versions
FROM articles a LEFT JOIN extractions page ON page.id = (
    SELECT max(e.id) FROM extractions e
    WHERE e.article_id = a.id AND e.kind = 'fulltext' AND e.status = 'ok')""",
    "v_stories": """
SELECT s.id, lead.title, lead.lang,
    coalesce(lead.agency, (
        SELECT c.agency FROM articles c WHERE c.story_id = s.id AND c.agency IS NOT NULL
        ORDER BY c.sort_at, c.id LIMIT 1)) AS agency,
    s.first_seen_at, s.last_seen_at, s.copies,
    (SELECT count(DISTINCT c.feed_id) FROM articles c WHERE c.story_id = s.id) AS outlets,
    s.mark, s.lead_id AS lead, s.merged_into
FROM stories s LEFT JOIN articles lead ON lead.id = s.lead_id""",
    "v_copies": """
SELECT a.id AS article, a.story_id AS story, a.feed_id AS feed, a.url, a.title, a.role, a.similarity,
    a.published_at, a.fetched_at, a.agency, a.text_letters AS length, a.take, a.take_kind, a.is_agency,
    a.state
FROM articles a""",
    "v_extractions": """
SELECT e.id, e.article_id AS article, e.kind, e.extractor, e.extractor_version AS version, e.status, e.reason,
    e.payload, e.created_at
FROM extractions e""",
    "v_events": """
SELECT e.id, e.at, e.kind, e.feed_id AS feed, e.article_id AS article, e.job_id AS job, e.message
FROM events e""",
    "v_jobs": """
SELECT j.id, j.article_id AS article, a.feed_id AS feed, j.kind, j.extractor_version AS version, j.state,
    j.attempts, j.next_attempt_at, j.note AS error, j.created_at, j.finished_at
FROM jobs j JOIN articles a ON a.id = j.article_id""",
    "v_feed_health": """
SELECT f.id AS feed, f.host, CASE WHEN f.enabled THEN f.status ELSE 'disabled' END AS state, f.enabled,
    f.last_polled_at, f.last_success_at, f.last_new_at, f.next_due_at, f.next_due_reason, f.interval_s,
    f.last_outcome, f.last_error, f.http_status, f.error_streak, f.failing_since_at, f.quiet_at
FROM feeds f""",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.create_table(
        "change_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_state")),
    )
    op.create_table(
        "changes",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ref_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "ref_id", name=op.f("pk_changes")),
        sqlite_with_rowid=False,
    )
    _record_present()
    op.create_index("ix_changes_number", "changes", ["number", "kind", "ref_id"], unique=False)
    for statement in _triggers(dialect):
        op.execute(statement)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query.format(page=PAGE[dialect])}")


def _record_present() -> None:
    """Give all rows that are stored the number 0, before every later change."""
    for kind, table, _, _ in RECORDED:
        op.execute(f"INSERT INTO changes (kind, ref_id, number) SELECT '{kind}', id, 0 FROM {table}")  # noqa: S608 - constants
    state = sa.table("change_state", sa.column("id"), sa.column("origin"), sa.column("number"))
    op.bulk_insert(state, [{"id": 1, "origin": secrets.token_hex(8), "number": 0}])


def _triggers(dialect: str) -> Iterator[str]:
    if dialect != "sqlite":
        yield from FUNCTIONS
    for kind, table, condition, columns in RECORDED:
        body = (
            f"BEGIN {NUMBER_SQLITE.format(kind=kind)} END"
            if dialect == "sqlite"
            else f"EXECUTE FUNCTION note_change('{kind}')"
        )
        when = f"WHEN ({condition})" if condition else ""
        yield f"CREATE TRIGGER changes_{table}_insert AFTER INSERT ON {table} FOR EACH ROW {when} {body}"
        if columns:
            differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
            changed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in columns)
            of = ", ".join(columns)
            yield (
                f"CREATE TRIGGER changes_{table}_update AFTER UPDATE OF {of} ON {table} FOR EACH ROW "
                f"WHEN ({changed}) {body}"
            )
        gone = (
            f"BEGIN DELETE FROM changes WHERE kind = '{kind}' AND ref_id = OLD.id; END"  # noqa: S608 - constants
            if dialect == "sqlite"
            else f"EXECUTE FUNCTION forget_change('{kind}')"
        )
        yield f"CREATE TRIGGER changes_{table}_delete AFTER DELETE ON {table} FOR EACH ROW {gone}"


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")
    for _, table, _, columns in RECORDED:
        for event in ("insert", "update", "delete") if columns else ("insert", "delete"):
            on = "" if dialect == "sqlite" else f" ON {table}"
            op.execute(f"DROP TRIGGER changes_{table}_{event}{on}")
    if dialect != "sqlite":
        op.execute("DROP FUNCTION note_change()")
        op.execute("DROP FUNCTION forget_change()")
    op.drop_index("ix_changes_number", table_name="changes")
    op.drop_table("changes")
    op.drop_table("change_state")
