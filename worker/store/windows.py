"""How far a page of a list looks back for what many articles have, and where the next one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from worker.store.filters import stories_after
from worker.store.models import ArticleRow, Story
from worker.store.search import newest_matches
from worker.store.status_figures import IS_COPIED

MATCHES = 1_000  # articles with the words of a search that are looked through for one page
ARTICLES = 200_000  # that are looked through for a page with filters, in an index
STORIES = 8_000  # the same: for each of them its articles are looked up
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
    connection: Connection,
    search: str,
    *,
    before: int | None = None,
    feed: str | None = None,
    most: int | None = None,
) -> Window:
    """The window of a page of articles with lower ids than `before`, at most `most` of them or MATCHES.

    Raises BadSearchError.
    """
    most = most or MATCHES
    found = newest_matches(connection, search, most, before=before, feed=feed)
    if len(found) < most:
        return Window(found, None)
    at = connection.scalar(select(ArticleRow.fetched_at).where(ArticleRow.id == found[-1]))
    return Window(found, (found[-1], at) if at is not None else None)


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
    connection: Connection, where: Sequence[ColumnElement[bool]], *, before: int | None, most: int
) -> Window:
    """The first articles, at most `most`, that meet filters, of the ARTICLES newest ids below `before`."""
    newest = before if before is not None else (connection.scalar(select(func.max(ArticleRow.id))) or 0) + 1
    end = newest - ARTICLES
    within = select(ArticleRow.id).where(ArticleRow.id < newest, ArticleRow.id >= end, *where)
    found = connection.scalars(within.order_by(ArticleRow.id.desc()).limit(most)).all()
    older = select(ArticleRow.fetched_at).where(ArticleRow.id < end).order_by(ArticleRow.id.desc()).limit(1)
    at = connection.scalar(older)
    return Window(found, None if at is None else (end, at))


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
