"""Conditions of the lists by which operators look for feeds, articles and stories, and the known values."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from worker.records import FeedStatus
from worker.store.models import ArticleRow, Feed, Job, Story
from worker.store.session import is_postgres
from worker.store.tables import aliased

ESCAPE = "\\"


def _tags(connection: Connection) -> Any:
    """The tags of a row of `feeds`, as a table with one column."""
    if is_postgres(connection):
        return func.json_array_elements_text(Feed.config["tags"]).table_valued("value")
    return func.json_each(Feed.config, "$.tags").table_valued("value")


def feeds_with_tag(connection: Connection, tag: str) -> Select[Any]:
    """The ids of the feeds whose config has the tag."""
    tags = _tags(connection)
    return select(Feed.id).where(exists(select(1).select_from(tags).where(tags.c.value == tag)))


def feed_conditions(
    connection: Connection,
    *,
    tag: str | None = None,
    host: str | None = None,
    state: str | None = None,
    after: str | None = None,
) -> Iterator[ColumnElement[bool]]:
    """The conditions of feeds: a tag, a host, a state, an id after which they come."""
    if state == FeedStatus.DISABLED.value:
        yield Feed.enabled.is_(False)
    elif state is not None:
        yield and_(Feed.enabled, Feed.status == state)
    if after is not None:
        yield Feed.id > after
    if tag is not None:
        yield Feed.id.in_(feeds_with_tag(connection, tag))
    if host is not None:
        yield Feed.host == host.lower()


def known_tags(connection: Connection) -> set[str]:
    """All tags of the config."""
    tags = _tags(connection)
    return set(connection.scalars(select(tags.c.value).select_from(Feed).join(tags, _always()).distinct()))


def _always() -> ColumnElement[bool]:
    return func.coalesce(1, 1) == 1  # SQLite has no literal TRUE for a join's condition


def known_feeds(connection: Connection) -> set[str]:
    """The ids of all feeds."""
    return set(connection.scalars(select(Feed.id)))


def known_hosts(connection: Connection) -> set[str]:
    """The hosts of all feeds."""
    return set(connection.scalars(select(Feed.host).distinct()))


def known_job_hosts(connection: Connection) -> set[str]:
    """The hosts of the pages of all jobs."""
    return set(connection.scalars(select(Job.host).distinct())) - {""}


def known_agencies(connection: Connection) -> set[str]:
    """All credited agencies."""
    return {agency for agency in connection.scalars(select(ArticleRow.agency).distinct()) if agency}


def known_langs(connection: Connection) -> set[str]:
    """The languages of all articles, with and without their regions."""
    found = {lang for lang in connection.scalars(select(ArticleRow.lang).distinct()) if lang}
    return found | {lang.partition("-")[0] for lang in found}


def article_conditions(
    connection: Connection,
    article: Any = ArticleRow,
    *,
    tag: str | None = None,
    agency: str | None = None,
    lang: str | None = None,
) -> Iterator[ColumnElement[bool]]:
    """The conditions of articles: a tag of their feed, an agency, a language with its variants."""
    if tag is not None:
        yield article.feed_id.in_(feeds_with_tag(connection, tag))
    if agency is not None:
        yield func.lower(article.agency) == agency.lower()
    if lang is not None:
        short = lang.lower()
        yield or_(
            func.lower(article.lang) == short, article.lang.ilike(f"{_literal(short)}-%", escape=ESCAPE)
        )


def story_conditions(connection: Connection, **wanted: str | None) -> Iterator[ColumnElement[bool]]:
    """The conditions of stories, one for each of those of `article_conditions`: an article that meets it."""
    for name, value in wanted.items():
        if value is not None:
            member = aliased(ArticleRow)
            met = article_conditions(connection, member, **{name: value})
            yield exists(select(1).where(member.story_id == Story.id, *met))


def stories_after(at: datetime, story: int) -> ColumnElement[bool]:
    """The condition of stories behind one in the order of `iter_stories`, by its last copy and its id."""
    is_behind = or_(Story.last_seen_at < at, Story.id < story)
    return and_(Story.last_seen_at <= at, is_behind)


def _literal(text: str) -> str:
    for mark in (ESCAPE, "%", "_"):
        text = text.replace(mark, ESCAPE + mark)
    return text
