"""Stories, the pairs that they consist of, and the decisions of editors."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index

from worker.store.models.base import Base, BigId
from worker.store.tables import Mapped, mapped_column, partial_index
from worker.store.types import Key, Name


class Story(Base):
    """The copies of one text. Its id is that of its first article, or else that of no article."""

    __tablename__ = "stories"
    __table_args__ = (partial_index("ix_stories_copied", "last_seen_at", "id", "copies", where="copies > 1"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(BigInteger)
    copies: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    merged_into: Mapped[int | None] = mapped_column(BigInteger, index=True)
    merged_at: Mapped[datetime | None]  # first merge
    mark: Mapped[str] = mapped_column(default="")  # "" | "corrected" | "withdrawn" | "restored"
    is_announced: Mapped[bool] = mapped_column(default=False)  # reported as new by push
    pushed_state: Mapped[str | None]  # a digest of headline, lead and mark, as push reported them last
    change_pushed_at: Mapped[datetime | None]  # when push last reported that only these changed


class Link(Base):
    """A pair of copies, with reasons; a story consists of linked articles."""

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    similarity: Mapped[float]
    is_provisional: Mapped[bool]  # decided by little text; decided again when more is known
    reasons: Mapped[dict[str, Any]]


class Relation(Base):
    """Two texts that are related but not copies: `article` contains or quotes `other`; joins nothing."""

    __tablename__ = "relations"
    __table_args__ = (Index("ix_relations_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(Key(100))  # "contains" | "quotes"
    share: Mapped[float]  # of the other text


class Decision(Base):
    """An editor's decision about stories, which the matching never overrules."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(Key(100))  # "detach" | "merge"
    made_by: Mapped[str] = mapped_column(Name(200))
    at: Mapped[datetime]
    article_id: Mapped[int | None] = mapped_column(BigInteger)  # detached
    story_id: Mapped[int] = mapped_column(BigInteger)  # that was left, or that remained
    other_id: Mapped[int] = mapped_column(BigInteger)  # that the article got, or that went into `story_id`
    before: Mapped[dict[str, Any]]  # what undoing restores
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(Name(200))


class KeptArticle(Base):
    """An article that a decision in force keeps together with others, or apart from them."""

    __tablename__ = "kept_articles"
    __table_args__ = (
        Index("ix_kept_articles_article", "article_id"),
        Index("ix_kept_articles_story", "story_id"),
        {"sqlite_with_rowid": False},
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    side: Mapped[int]  # one of the sides in `worker.store.decisions`
    story_id: Mapped[int] = mapped_column(BigInteger)  # the article's, so that look-ups need no articles
