"""Conditions of the lists by which operators look for feeds, articles and stories, and the known values."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from worker.agencies.naming import agency_of
from worker.records import FeedStatus
from worker.store.models import ArticleRow, Feed, Job, Story
from worker.store.session import is_postgres
from worker.store.tables import aliased

MANY = 5_000  # feeds whose ids are not listed in a statement
FEW = 1_000  # articles of a value that are looked up one by one


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
    """All credited agencies, and those of the config of feeds."""
    configs = connection.scalars(select(Feed.config))
    own = {agency for config in configs if (agency := config.get("agency"))}
    return distinct_values(connection, ArticleRow.agency) | own


def known_langs(connection: Connection) -> set[str]:
    """The languages of all articles, with and without their regions."""
    found = distinct_values(connection, ArticleRow.lang)
    return found | {lang.partition("-")[0] for lang in found}


def distinct_values(connection: Connection, column: Any) -> set[str]:
    """The values in an indexed column, each by one step in the index, however many rows have it."""
    lowest = select(func.min(column).label("value")).cte(recursive=True)
    following = select(func.min(column)).where(column > lowest.c.value).scalar_subquery()
    found = lowest.union_all(select(following).where(lowest.c.value.is_not(None)))
    return {value for value in connection.scalars(select(found.c.value)) if value}


def article_conditions(
    connection: Connection, **wanted: str | None
) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions of articles: `tag` of their feed, `agency`, `lang` with its variants.

    Also returns whether few articles meet one of them, so that they are looked up.
    """
    where: list[ColumnElement[bool]] = []
    is_rare = False
    for name, value in wanted.items():
        if value is not None:
            column, values = _values_of(connection, name, value)
            is_common = _some_stories(connection, column, values) is None
            where.append(_is_one_of(column, values, is_common=is_common))
            is_rare = is_rare or not is_common
    return where, is_rare


def story_conditions(connection: Connection, **wanted: str | None) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions of stories, one for each of those of `article_conditions`: an article that meets it."""
    where: list[ColumnElement[bool]] = []
    is_rare = False
    for name, value in wanted.items():
        if value is None:
            continue
        column, values = _values_of(connection, name, value)
        stories = _some_stories(connection, column, values)
        if stories is not None:
            where.append(Story.id.in_(stories))
            is_rare = True
            continue
        member = aliased(ArticleRow)
        met = _is_one_of(getattr(member, column.name), values, is_common=True)
        # for each story that is looked at: PostgreSQL would join an EXISTS with all articles. And not "= 1",
        # of which it expects one row, so that it would sort all of the latest stories for the first few
        any_member = select(1).where(member.story_id == Story.id, met).limit(1)
        where.append(any_member.scalar_subquery().is_not(None))
    return where, is_rare


def _values_of(connection: Connection, name: str, value: str) -> tuple[Any, Any]:
    """The column of articles that a filter is about, and the values that it wants, as a list or a query."""
    if name == "tag":
        feeds = connection.scalars(feeds_with_tag(connection, value).limit(MANY + 1)).all()
        is_listed = len(feeds) <= MANY
        return ArticleRow.feed_id, feeds if is_listed else feeds_with_tag(connection, value)
    short = value.lower()
    if name == "agency":
        spellings = {short, (agency_of(value) or value).lower()}
        found = distinct_values(connection, ArticleRow.agency)
        return ArticleRow.agency, [one for one in found if one.lower() in spellings]
    langs = distinct_values(connection, ArticleRow.lang)
    return ArticleRow.lang, [
        one for one in langs if one.lower() == short or one.lower().startswith(f"{short}-")
    ]


def _some_stories(connection: Connection, column: Any, values: Any) -> set[int] | None:
    """The stories of all articles with one of the values; None if these articles are not few."""
    found = connection.scalars(select(ArticleRow.story_id).where(column.in_(values)).limit(FEW + 1)).all()
    return set(found) if len(found) <= FEW else None


def _is_one_of(column: Any, values: Any, *, is_common: bool) -> ColumnElement[bool]:
    """The condition of one of the values; for common ones not by an index, whose rows would all be sorted."""
    met: ColumnElement[bool] = (func.coalesce(column, "") if is_common else column).in_(values)
    return met


def stories_after(at: datetime, story: int) -> ColumnElement[bool]:
    """The condition of stories behind one in the order of `iter_stories`, by its last copy and its id."""
    is_behind = or_(Story.last_seen_at < at, Story.id < story)
    return and_(Story.last_seen_at <= at, is_behind)
