"""Links between copies, what a story's arrangement needs, keys kept with their signature."""

import struct
from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "20261124_story_links"
down_revision = "20261124"
branch_labels = None
depends_on = None

ArticleId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STORY_INDEX = [
    "story_id", "feed_id", "role", "length", "sort_at", "fetched_at",
    "take", "take_kind", "is_agency", "state",
]  # fmt: skip
EACH_BATCH = 1000


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("article_id", ArticleId, nullable=False),
        sa.Column("other_id", ArticleId, nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_links_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["articles.id"], name=op.f("fk_links_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "other_id", name=op.f("pk_links")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_links_other", "links", ["other_id"])
    op.drop_index("ix_articles_story_id", "articles")
    # added one by one: a batch would copy the whole table in SQLite
    op.add_column("articles", sa.Column("length", sa.Integer(), server_default="0", nullable=False))
    op.add_column("articles", sa.Column("take", sa.Integer(), server_default="0", nullable=False))
    op.add_column("articles", sa.Column("take_kind", sa.Text(), server_default="", nullable=False))
    op.add_column("articles", sa.Column("is_agency", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_articles_story", "articles", STORY_INDEX)
    with op.batch_alter_table("stories") as batch:
        batch.add_column(sa.Column("mark", sa.Text(), server_default="", nullable=False))
        batch.alter_column("id", type_=ArticleId, existing_type=sa.BigInteger(), existing_nullable=False)
    # the blob last: what stands behind it in a row is slow to read
    order = ("article_id", "revision", "source", "seen_at", "is_page", "keys", "data")
    with op.batch_alter_table("signatures", partial_reordering=[order]) as batch:
        batch.add_column(sa.Column("keys", sa.LargeBinary(), server_default="", nullable=False))
        batch.add_column(sa.Column("is_page", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch.alter_column(
            "article_id", type_=ArticleId, existing_type=sa.BigInteger(), existing_nullable=False
        )
    op.execute("UPDATE articles SET length = COALESCE(LENGTH(NULLIF(text, '')), LENGTH(summary), 0)")
    op.execute("UPDATE articles SET take = 1, take_kind = 'withdrawal' WHERE state = 'withdrawn'")
    _note_agencies(op.get_bind())
    _move_keys_to_signatures(op.get_bind())
    _link_what_was_joined(op.get_bind())
    op.drop_index("ix_sketch_keys_article", "sketch_keys")


def _note_agencies(connection: sa.Connection) -> None:
    feeds = sa.table("feeds", sa.column("id", sa.Text), sa.column("config", sa.JSON))
    articles = sa.table("articles", sa.column("feed_id", sa.Text), sa.column("is_agency", sa.Boolean))
    for feed, config in connection.execute(sa.select(feeds)).all():
        if config.get("agency"):
            connection.execute(articles.update().where(articles.c.feed_id == feed).values(is_agency=True))


def _move_keys_to_signatures(connection: sa.Connection) -> None:
    keys = sa.table("sketch_keys", sa.column("key", sa.BigInteger), sa.column("article_id", sa.BigInteger))
    signatures = sa.table(
        "signatures", sa.column("article_id", sa.BigInteger), sa.column("keys", sa.LargeBinary)
    )
    statement = (
        signatures.update()
        .where(signatures.c.article_id == sa.bindparam("id"))
        .values(keys=sa.bindparam("k"))
    )
    connection.execute(signatures.update().values(keys=b""))
    rows = connection.execute(sa.select(keys.c.article_id, keys.c.key).order_by(keys.c.article_id)).all()
    held = [
        {"id": article, "k": struct.pack(f"<{len(found)}q", *found)}
        for article, found in (
            (a, [row.key for row in group]) for a, group in groupby(rows, lambda row: row[0])
        )
    ]
    for start in range(0, len(held), EACH_BATCH):
        connection.execute(statement, held[start : start + EACH_BATCH])


def _link_what_was_joined(connection: sa.Connection) -> None:
    articles = sa.table(
        "articles",
        sa.column("id", sa.BigInteger),
        sa.column("similarity", sa.Double),
        sa.column("reasons", sa.JSON),
    )
    links = sa.table(
        "links",
        *(sa.column(name, sa.BigInteger) for name in ("article_id", "other_id")),
        sa.column("similarity", sa.Double),
        sa.column("is_provisional", sa.Boolean),
        sa.column("reasons", sa.JSON),
    )
    present = set(connection.scalars(sa.select(articles.c.id)))
    joined = sa.select(articles).where(articles.c.similarity.is_not(None))
    rows = [
        {
            "article_id": row.id,
            "other_id": row.reasons["matched"],
            "similarity": row.similarity,
            "is_provisional": bool(row.reasons.get("provisional")),
            "reasons": {name: value for name, value in row.reasons.items() if name != "matched"},
        }
        for row in connection.execute(joined)
        if row.reasons and row.reasons.get("matched") in present
    ]
    for start in range(0, len(rows), EACH_BATCH):
        connection.execute(links.insert(), rows[start : start + EACH_BATCH])


def downgrade() -> None:
    op.create_index("ix_sketch_keys_article", "sketch_keys", ["article_id"])
    with op.batch_alter_table("signatures") as batch:
        for name in ("is_page", "keys", "revision"):
            batch.drop_column(name)
        batch.alter_column("article_id", type_=sa.BigInteger(), existing_type=ArticleId)
    with op.batch_alter_table("stories") as batch:
        batch.drop_column("mark")
        batch.alter_column("id", type_=sa.BigInteger(), existing_type=ArticleId)
    op.drop_index("ix_articles_story", "articles")
    for name in ("is_agency", "take_kind", "take", "length"):
        op.drop_column("articles", name)
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    op.drop_table("links")
