"""Count the parts of recent titles, by which it is known what a text repeats of its own original."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from worker.dedupe import paragraph_keys
from worker.records import Document

revision = "20261204_title_counts"
down_revision = "20261203_job_errors"
branch_labels = None
depends_on = None

AT_ONCE = 2_000  # articles
PAGE_BIT = 1 << 62  # of the keys of pages
RECENT = sa.text(
    "SELECT s.article_id, s.source, s.is_page, s.seen_at, a.title FROM signatures s "
    "JOIN articles a ON a.id = s.article_id WHERE s.article_id > :last ORDER BY s.article_id LIMIT :most"
)
COUNT = sa.text(
    "INSERT INTO paragraphs (source, key, articles, seen_at) VALUES (:source, :key, :articles, :seen_at) "
    "ON CONFLICT (source, key) DO UPDATE SET articles = paragraphs.articles + excluded.articles"
)
FORGET = sa.text("DELETE FROM paragraphs WHERE source = :source AND key = :key")


def upgrade() -> None:
    connection = op.get_bind()
    for rows in _recent(connection):
        found = defaultdict[tuple[str, int], list[int]](list)
        for row in rows:
            for key in _keys_of(row):
                found[row.source, key].append(row.seen_at)
        counted = [
            {"source": source, "key": key, "articles": len(times), "seen_at": max(times)}
            for (source, key), times in sorted(found.items())
        ]
        if counted:
            connection.execute(COUNT, counted)


def _recent(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    """The articles that can be compared, some at a time."""
    last = 0
    while rows := connection.execute(RECENT, {"last": last, "most": AT_ONCE}).all():
        last = rows[-1].article_id
        yield rows


def _keys_of(row: Any) -> Iterator[int]:
    """The hashes of the parts of an article's title, for its entry and for its page."""
    for key in paragraph_keys(Document(row.article_id, row.title or "", "", row.source)):
        yield key
        if row.is_page:
            yield key ^ PAGE_BIT


def downgrade() -> None:
    connection = op.get_bind()
    for rows in _recent(connection):
        gone = [{"source": row.source, "key": key} for row in rows for key in _keys_of(row)]
        if gone:
            connection.execute(FORGET, gone)
