"""Create the full-text search and fill it."""

import sqlalchemy as sa
from alembic import op

from worker.store.search import index_all

revision = "20261130_search"
down_revision = "20261130_changes_and_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # the terms are words already; neither positions nor lengths are used
        op.execute(
            "CREATE VIRTUAL TABLE article_search "
            "USING fts5(terms, tokenize = 'ascii', detail = none, columnsize = 0)"
        )
        op.execute(
            "CREATE TRIGGER article_search_delete AFTER DELETE ON articles FOR EACH ROW "
            "BEGIN DELETE FROM article_search WHERE rowid = OLD.id; END"
        )
    else:
        op.execute(
            "CREATE TABLE article_search (article_id bigint CONSTRAINT pk_article_search PRIMARY KEY "
            "CONSTRAINT fk_article_search_article_id REFERENCES articles (id) ON DELETE CASCADE, "
            "terms tsvector NOT NULL)"
        )
    index_all(op.get_bind())
    if op.get_bind().dialect.name != "sqlite":
        # new terms wait in a list that each search reads: a short one
        op.execute(
            "CREATE INDEX ix_article_search_terms ON article_search USING gin (terms) "
            "WITH (gin_pending_list_limit = 1024)"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER article_search_delete")
    op.execute(sa.text("DROP TABLE article_search"))
