"""Pruning in bounded batches: history, furniture, and articles that nobody wants kept."""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, or_, select

from worker.store.articles import insert_ignore
from worker.store.models import (
    ArticleRow,
    Event,
    Paragraph,
    Poll,
    Tombstone,
)
from worker.store.session import chunks
from worker.store.sketches import drop_sketches
from worker.store.stories import lock_stories


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


def purge_articles(
    connection: Connection, feed: str, before: datetime, now: datetime, limit: int
) -> tuple[int, set[int]]:
    """Delete a feed's articles stored before a time and remember their keys; gives their number and stories.

    These are locked first, as joins do it, and are to be put in order by the caller.
    """
    rows = list(
        connection.execute(
            select(ArticleRow.id, ArticleRow.entry_key)
            .where(ArticleRow.feed_id == feed, ArticleRow.fetched_at < before)
            .order_by(ArticleRow.id)
            .limit(limit)
        )
    )
    stories = set(lock_stories(connection, [row.id for row in rows]).values())
    tombs = [{"feed_id": feed, "entry_key": row.entry_key, "purged_at": now} for row in rows]
    insert_ignore(connection, Tombstone, tombs, unique=("feed_id", "entry_key"))
    # the article before its sketch, as an edit takes them: so the two never wait for each other
    gone = 0  # another upkeep may have been faster
    for part in chunks([row.id for row in rows]):
        gone += connection.execute(delete(ArticleRow).where(ArticleRow.id.in_(part))).rowcount
    drop_sketches(connection, [row.id for row in rows])
    return gone, stories
