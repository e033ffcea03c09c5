"""Pruning in bounded batches: history, furniture, and articles that nobody wants kept."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from worker.records import Role
from worker.store.articles import chunks, insert_ignore
from worker.store.models import (
    ArticleRow,
    Event,
    Paragraph,
    Poll,
    SignatureRow,
    SketchKey,
    Story,
    Tombstone,
)


def prune_paragraphs(connection: Connection, before: int, limit: int) -> int:
    """Forget paragraphs not seen since a time (Unix)."""
    query = select(Paragraph.source, Paragraph.key).where(Paragraph.seen_at < before).limit(limit)
    rows = list(connection.execute(query))
    for part in chunks(rows):
        same = [and_(Paragraph.source == source, Paragraph.key == key) for source, key in part]
        connection.execute(delete(Paragraph).where(or_(*same)))
    return len(rows)


def prune_history(connection: Connection, before: datetime, limit: int) -> int:
    """Forget polls and events older than a time; gives how many rows went."""
    gone = 0
    for model, column in ((Poll, Poll.ended_at), (Event, Event.at)):
        old = list(connection.scalars(select(model.id).where(column < before).limit(limit)))
        for part in chunks(old):
            connection.execute(delete(model).where(model.id.in_(part)))
        gone += len(old)
    return gone


def has_older(connection: Connection, feed: str, before: datetime) -> bool:
    """Whether a feed has articles stored before a time."""
    oldest = select(ArticleRow.fetched_at).where(ArticleRow.feed_id == feed).order_by(ArticleRow.id).limit(1)
    stored_at = connection.scalar(oldest)
    return stored_at is not None and stored_at < before


def purge_articles(connection: Connection, feed: str, before: datetime, now: datetime, limit: int) -> int:
    """Delete a feed's articles stored before a time and remember their keys; gives how many."""
    rows = list(
        connection.execute(
            select(ArticleRow.id, ArticleRow.entry_key, ArticleRow.story_id)
            .where(ArticleRow.feed_id == feed, ArticleRow.fetched_at < before)
            .order_by(ArticleRow.id)
            .limit(limit)
        )
    )
    if not rows:
        return 0
    tombs = [{"feed_id": feed, "entry_key": row.entry_key, "purged_at": now} for row in rows]
    insert_ignore(connection, Tombstone, tombs)
    for part in chunks([row.id for row in rows]):
        connection.execute(delete(SketchKey).where(SketchKey.article_id.in_(part)))
        connection.execute(delete(SignatureRow).where(SignatureRow.article_id.in_(part)))
        connection.execute(delete(ArticleRow).where(ArticleRow.id.in_(part)))
    for story in sorted({row.story_id for row in rows}):
        _mend_story(connection, story)
    return len(rows)


def _mend_story(connection: Connection, story: int) -> None:
    """After a purge: a story without articles goes, one without its lead gets the next."""
    left = connection.scalar(select(func.count()).where(ArticleRow.story_id == story)) or 0
    if not left:
        connection.execute(delete(Story).where(or_(Story.id == story, Story.merged_into == story)))
        return
    lead = connection.scalar(select(Story.lead_id).where(Story.id == story))
    where = (ArticleRow.id == lead, ArticleRow.story_id == story)
    if connection.scalar(select(ArticleRow.id).where(*where)) is None:
        lead = connection.scalar(select(func.min(ArticleRow.id)).where(ArticleRow.story_id == story))
        connection.execute(update(ArticleRow).where(ArticleRow.id == lead).values(role=Role.LEAD.value))
    connection.execute(update(Story).where(Story.id == story).values(copies=left, lead_id=lead))
