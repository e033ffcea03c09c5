"""How far a page of a list looks back for what many articles have, and where the next one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from worker.store.filters import stories_after
from worker.store.models import ArticleRow, Job, Story
from worker.store.search import feed_matches, newest_matches
from worker.store.status_figures import IS_COPIED

MATCHES = 1_000  # articles with the words of a search that are looked through for one page
FEED_MATCHES = 500  # articles of one feed in which the words of a search are looked for
ARTICLES = 200_000  # that are looked through for a page with filters, in an index
FEED_ARTICLES = 5_000  # the same for one feed, whose rows are read
STORIES = 5_000  # the same: for each of them its articles are looked up
JOBS = 200_000  # that are looked through for a kind or a host
COPIED = 100_000  # stories that are looked through for a number of copies alone, in an index


@dataclass(frozen=True, slots=True)
class Window:
    """The newest articles with all words of a search, newest first.

    `end` is the id and the time of storing of the last one if there may be older ones, else None.
    """

    articles: Sequence[int]
    end: tuple[int, datetime] | None

    def goes_on(self, since: datetime | None) -> bool:
        """Whether there may be older ones since a time."""
        return self.end is not None and (since is None or self.end[1] >= since)

    def article_condition(self, most: int | None = None) -> ColumnElement[bool]:
        """The condition of articles in the window, or of the newest ones in it."""
        return ArticleRow.id.in_(_listed(self.articles[:most]))

    def story_condition(self) -> ColumnElement[bool]:
        """The condition of stories with any article in the window."""
        return Story.id.in_(select(ArticleRow.story_id).where(ArticleRow.id.in_(_listed(self.articles))))


def article_window(
    connection: Connection, search: str, *, before: int | None = None, feed: str | None = None
) -> Window:
    """The window of a page of articles with lower ids than `before`. Raises BadSearchError."""
    if feed is not None:
        end = _end_of_feed(connection, feed, before, FEED_MATCHES)
        lowest = 0 if end is None else end[0]
        found = feed_matches(connection, search, FEED_MATCHES, feed=feed, lowest=lowest, before=before)
        return Window(found, end)
    found = newest_matches(connection, search, MATCHES, before=before)
    if len(found) < MATCHES:
        return Window(found, None)
    at = connection.scalar(select(ArticleRow.fetched_at).where(ArticleRow.id == found[-1]))
    return Window(found, (found[-1], at) if at is not None else None)


def _end_of_feed(
    connection: Connection, feed: str, before: int | None, most: int
) -> tuple[int, datetime] | None:
    """The id behind which a feed has `most` articles below `before`, and when the next one was stored."""
    own = select(ArticleRow.id).where(ArticleRow.feed_id == feed)
    if before is not None:
        own = own.where(ArticleRow.id < before)
    older = connection.scalar(own.order_by(ArticleRow.id.desc()).offset(most).limit(1))
    if older is None:
        return None
    at = connection.scalars(select(ArticleRow.fetched_at).where(ArticleRow.id == older)).one()
    return older + 1, at


def story_window(connection: Connection, search: str, after: tuple[datetime, int] | None) -> Window:
    """The window of a page of stories behind a story, as in `stories_after`. Raises BadSearchError.

    No article of such a story was stored after the story's last one. The id 0 is behind all stories of its
    time.
    """
    if after is None:
        return article_window(connection, search)
    at, story = after
    is_earlier = ArticleRow.fetched_at <= at if story else ArticleRow.fetched_at < at
    latest = select(ArticleRow.id).where(is_earlier)
    newest = connection.scalar(latest.order_by(ArticleRow.fetched_at.desc(), ArticleRow.id.desc()).limit(1))
    return Window([], None) if newest is None else article_window(connection, search, before=newest + 1)


def filter_window(
    connection: Connection,
    where: Sequence[ColumnElement[bool]],
    *,
    before: int | None,
    feed: str | None,
    most: int,
) -> Window:
    """The first articles, at most `most`, that meet filters, of the ARTICLES newest ids below `before`.

    Of a feed, of its FEED_ARTICLES newest articles.
    """
    within = select(ArticleRow.id).where(*where).order_by(ArticleRow.id.desc()).limit(most)
    if feed is not None:
        within, end = (
            within.where(ArticleRow.feed_id == feed),
            _end_of_feed(connection, feed, before, FEED_ARTICLES),
        )
    else:
        end = _end_of_ids(connection, before)
    if before is not None:
        within = within.where(ArticleRow.id < before)
    if end is not None:
        within = within.where(ArticleRow.id >= end[0])
    return Window(connection.scalars(within).all(), end)


def _end_of_ids(connection: Connection, before: int | None) -> tuple[int, datetime] | None:
    """The id ARTICLES below `before`, and when the article before it was stored; None if there is none."""
    newest = before if before is not None else (connection.scalar(select(func.max(ArticleRow.id))) or 0) + 1
    end = newest - ARTICLES
    older = select(ArticleRow.fetched_at).where(ArticleRow.id < end).order_by(ArticleRow.id.desc()).limit(1)
    at = connection.scalar(older)
    return None if at is None else (end, at)


def job_end(connection: Connection, *, before: int | None) -> int | None:
    """The id JOBS below `before` if there are jobs below it, for a page of jobs that has one of its own."""
    newest = before if before is not None else (connection.scalar(select(func.max(Job.id))) or 0) + 1
    end = newest - JOBS
    return None if connection.scalar(select(Job.id).where(Job.id < end).limit(1)) is None else end


def last_story(
    connection: Connection,
    *,
    since: datetime | None,
    after: tuple[datetime, int] | None,
    least: int,
    most: int,
) -> datetime | None:
    """The last copy's time of the `most`-th story behind `after`; None if there are fewer."""
    query = select(Story.last_seen_at).order_by(Story.last_seen_at.desc(), Story.id.desc())
    if least > 1:
        query = query.where(IS_COPIED)
    if since is not None:
        query = query.where(Story.last_seen_at >= since)
    if after is not None:
        query = query.where(stories_after(*after))
    at: datetime | None = connection.scalar(query.offset(most).limit(1))
    return at


def _listed(articles: Sequence[int]) -> Any:
    return bindparam(None, list(articles), expanding=True, literal_execute=True)
