"""How far a page of a list looks back for words that many articles have, and where the next one goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, select

from worker.store.models import ArticleRow, Story
from worker.store.search import newest_matches

MATCHES = 1_000  # articles that are looked through for one page


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


def _listed(articles: Sequence[int]) -> Any:
    return bindparam(None, list(articles), expanding=True, literal_execute=True)
