"""Articles and what is kept of their texts to recognize copies."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint

from worker.records import ArticleState
from worker.store.models.base import Base, BigId
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key, Name

MAX_URL_KEY = 2_048  # bytes; with a feed's id it fits in an index row


class ArticleRow(Base):
    """An entry of one feed as stored; `entry_key` is its identity within the feed."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("feed_id", "entry_key"),
        Index("ix_articles_feed_url", "feed_id", "canonical_url"),
        Index("ix_articles_feed_content", "feed_id", "content_hash"),
        Index("ix_articles_feed_id", "feed_id", "id"),
        Index("ix_articles_agency", "agency"),
        Index("ix_articles_lang", "lang"),
        Index("ix_articles_filters", "id", "agency", "lang", "feed_id"),  # filters read no texts
        # covers the arrangement of stories, so that joins do not read the texts
        Index("ix_articles_story", "story_id", "feed_id", "role", "text_letters", "sort_at", "fetched_at",
              "take", "take_kind", "is_agency", "state", "first_letters"),
        partial_index("ix_articles_unmatched", "id", where="matched_at IS NULL"),
        {"sqlite_autoincrement": True},  # stories outlive their founder: its id is never reused
    )  # fmt: skip
    SHOWN = (  # by commands, besides feed and story
        "id", "guid", "url", "canonical_url", "title", "summary", "text", "author", "lang", "published_at",
        "updated_at", "fetched_at", "agency", "dateline", "role", "similarity", "state", "versions",
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    feed_id: Mapped[str] = mapped_column(ForeignKey("feeds.id"))
    entry_key: Mapped[str] = mapped_column(Key(100))
    guid: Mapped[str | None]
    url: Mapped[str | None]
    canonical_url: Mapped[str | None] = mapped_column(Key(MAX_URL_KEY))
    title: Mapped[str | None]
    summary: Mapped[str | None]
    text: Mapped[str | None]
    author: Mapped[str | None]
    lang: Mapped[str | None] = mapped_column(Key(500))
    tags: Mapped[list[str]]
    source_name: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_raw: Mapped[str | None]
    published_from: Mapped[str | None]
    sources: Mapped[
        str | None
    ]  # of the fields: "title=title url=link@href"; None if stored before it was kept
    updated_at: Mapped[datetime | None]
    sort_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(Key(100))
    fetched_at: Mapped[datetime] = mapped_column(index=True)
    versions: Mapped[int] = mapped_column(default=1)
    agency: Mapped[str | None] = mapped_column(Key(500))
    dateline: Mapped[str | None]
    state: Mapped[str] = mapped_column(Key(100), default=ArticleState.ACTIVE.value)
    text_letters: Mapped[int] = mapped_column(default=0)  # without furniture
    first_letters: Mapped[int] = mapped_column(default=0)  # the most before it had copies
    take: Mapped[int] = mapped_column(default=0)  # n: the n-th lead or update
    take_kind: Mapped[str] = mapped_column(Key(100), default="")
    is_agency: Mapped[bool] = mapped_column(default=False)
    wants_jobs: Mapped[bool] = mapped_column(default=True)
    story_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(Key(100))
    similarity: Mapped[float | None]
    reasons: Mapped[dict[str, Any] | None]
    matched_at: Mapped[datetime | None]


class Version(Base):
    """An earlier state of an article's text; the newest state is in `articles`."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str | None]
    summary: Mapped[str | None]
    text: Mapped[str | None]
    content_hash: Mapped[str]
    replaced_at: Mapped[datetime]


class Tombstone(Base):
    """The identity of a purged article, so that it is never stored again as new."""

    __tablename__ = "tombstones"

    feed_id: Mapped[str] = mapped_column(Name(200), primary_key=True)
    entry_key: Mapped[str] = mapped_column(Name(100), primary_key=True)
    purged_at: Mapped[datetime]


class SketchKey(Base):
    """The lookup keys of candidates: a few hashes of each recent text."""

    __tablename__ = "sketch_keys"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    article_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seen_at: Mapped[int] = mapped_column(Integer)  # Unix time


class SignatureRow(Base):
    """The compact picture of a recent text that the verifier compares."""

    __tablename__ = "signatures"

    article_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(default=0)  # incremented with each change of the text
    source: Mapped[str]
    keys: Mapped[bytes]  # int64, little-endian: the rows in sketch_keys
    is_page: Mapped[bool] = mapped_column(default=False)  # of the page's text
    data: Mapped[bytes]
    seen_at: Mapped[int] = mapped_column(Integer, index=True)  # Unix time


class Paragraph(Base):
    """The number of articles of a source with a paragraph, from which furniture is learned."""

    __tablename__ = "paragraphs"
    __table_args__ = ({"sqlite_with_rowid": False},)

    source: Mapped[str] = mapped_column(Name(200), primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    articles: Mapped[int]
    seen_at: Mapped[int] = mapped_column(Integer, index=True)  # Unix time
