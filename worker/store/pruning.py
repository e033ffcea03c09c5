"""Pruning in bounded batches: history, furniture, and articles that nobody wants kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, func, literal, select, tuple_, union_all

from worker.config import feed_from_json
from worker.store import decisions as decision_store
from worker.store.models import (
    ArticleRow,
    Delivery,
    Event,
    Feed,
    Paragraph,
    Poll,
    Tombstone,
)
from worker.store.session import chunks, insert_ignore
from worker.store.sketches import drop_sketches
from worker.store.stories import lock_stories

PURGED_AT_ONCE = 50  # feeds per statement
AFTER_ALL = 2**62  # above every article id: the position after a feed's last article


@dataclass(frozen=True, slots=True)
class Position:
    """The position of a pass over all feeds: after this article of this feed."""

    feed: str = ""
    article: int = 0


@dataclass(frozen=True, slots=True)
class Expired:
    """A feed that may have articles older than its `keep`, which are those stored before a time."""

    feed: str
    before: datetime
    after: int  # only articles with a higher id


@dataclass(frozen=True, slots=True)
class Doomed:
    """An article to be purged."""

    article: int
    feed: str
    entry_key: str


def prune_paragraphs(connection: Connection, before: int, limit: int) -> int:
    """Delete paragraphs not seen since a time (Unix), oldest first; returns their number."""
    oldest = select(Paragraph.source, Paragraph.key).where(Paragraph.seen_at < before)
    query = oldest.order_by(Paragraph.seen_at).limit(limit).with_for_update(skip_locked=True)
    rows = [(row.source, row.key) for row in connection.execute(query)]
    for part in chunks(rows):
        connection.execute(delete(Paragraph).where(tuple_(Paragraph.source, Paragraph.key).in_(part)))
    return len(rows)


def prune_history(connection: Connection, before: datetime, limit: int) -> int:
    """Delete polls, events and alerts older than a time, oldest first; returns the number of rows."""
    gone = 0
    for model, column in ((Poll, Poll.ended_at), (Event, Event.at), (Delivery, Delivery.created_at)):
        query = select(model.id).where(column < before).order_by(column).limit(limit)
        old = list(connection.scalars(query.with_for_update(skip_locked=True)))
        for part in chunks(old):
            connection.execute(delete(model).where(model.id.in_(part)))
        gone += len(old)
    return gone


def find_expired(
    connection: Connection, position: Position, now: datetime, window: int
) -> tuple[list[Expired], Position | None]:
    """The feeds among the next `window` of a pass whose oldest article is older than their `keep`.

    Returns them in the order of the pass, and the position after all feeds that were checked, which is None
    at the end of the pass. Takes one statement.
    """
    after = case((Feed.id == position.feed, position.article), else_=0)
    oldest = (
        select(ArticleRow.fetched_at)
        .where(ArticleRow.feed_id == Feed.id, ArticleRow.id > after)
        .order_by(ArticleRow.feed_id, ArticleRow.id)
        .limit(1)
        .correlate(Feed)
        .scalar_subquery()
    )
    query = select(Feed.id, Feed.config, oldest.label("oldest_at")).where(Feed.id >= position.feed)
    rows = connection.execute(query.order_by(Feed.id).limit(window)).all()
    found = []
    for row in rows:
        keep_s = feed_from_json(row.config).keep_s
        before = now if keep_s is None else now - timedelta(seconds=keep_s)
        if keep_s is not None and row.oldest_at is not None and row.oldest_at < before:
            found.append(Expired(row.id, before, position.article if row.id == position.feed else 0))
    return found, Position(rows[-1].id, AFTER_ALL) if len(rows) == window else None


def count_older(connection: Connection, feeds: Sequence[str], before: datetime, most: int) -> int:
    """The number of articles of these feeds stored before a time; more than `most` if there are more."""
    count = 0
    for part in chunks(feeds):
        some = select(ArticleRow.id).where(ArticleRow.feed_id.in_(part), ArticleRow.fetched_at < before)
        count += connection.scalar(select(func.count()).select_from(some.limit(most + 1).subquery())) or 0
        if count > most:
            break
    return count


def find_doomed(connection: Connection, feeds: Sequence[Expired], limit: int) -> list[Doomed]:
    """The oldest expired articles of each feed, at most `limit` in total, ordered by feed and id."""
    found: list[Doomed] = []
    for start in range(0, len(feeds), PURGED_AT_ONCE):
        part = list(feeds[start : start + PURGED_AT_ONCE])
        while len(part) & (len(part) - 1):  # of each number of arms, the statement is kept: a power of two
            part.append(replace(part[-1], after=AFTER_ALL))
        arms = [_oldest_of(place, feed, limit - len(found)) for place, feed in enumerate(part)]
        rows = connection.execute(union_all(*arms)).all()
        found += [Doomed(row.id, row.feed_id, row.entry_key) for row in sorted(rows, key=lambda r: r[:2])]
        if len(found) >= limit:
            break
    return found[:limit]


def _oldest_of(place: int, feed: Expired, limit: int) -> Any:
    """The first articles of one feed by id, if expired; read from the index of feed and id."""
    oldest = (
        select(ArticleRow.id, ArticleRow.feed_id, ArticleRow.entry_key, ArticleRow.fetched_at)
        .where(ArticleRow.feed_id == feed.feed, ArticleRow.id > feed.after)
        .order_by(ArticleRow.feed_id, ArticleRow.id)
        .limit(limit)
        .subquery()
    )
    columns = (literal(place).label("place"), oldest.c.id, oldest.c.feed_id, oldest.c.entry_key)
    return select(*columns).where(oldest.c.fetched_at < feed.before)


def purge_articles(connection: Connection, doomed: Sequence[Doomed], now: datetime) -> tuple[int, set[int]]:
    """Delete articles and store their keys as tombstones; returns the number deleted, and their stories.

    The stories are locked first, as in joins; the caller must repair them.
    """
    ids = [one.article for one in doomed]
    stories = set(lock_stories(connection, ids).values())
    tombs = [{"feed_id": one.feed, "entry_key": one.entry_key, "purged_at": now} for one in doomed]
    insert_ignore(connection, Tombstone, tombs, unique=("feed_id", "entry_key"))
    kept = decision_store.rows_of_articles(connection, ids)
    # the article before its sketch, in the same order as an edit, to avoid deadlocks
    gone = 0  # a concurrent upkeep may have deleted some
    for part in chunks(ids):
        gone += connection.execute(delete(ArticleRow).where(ArticleRow.id.in_(part))).rowcount
    drop_sketches(connection, ids)
    decision_store.pass_on(connection, kept)
    return gone, stories
