"""What the messages of push say of articles, stories and extractions, read for many at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from worker.store.models import ArticleRow, ExtractionRow, Feed, Story
from worker.store.session import chunks, pairs

COPIES_SHOWN = 50  # of a story: the first ones and the last ones
_BRIEF = (
    ArticleRow.id, ArticleRow.feed_id.label("feed"), ArticleRow.story_id.label("story"), ArticleRow.url,
    ArticleRow.title, ArticleRow.author, ArticleRow.agency, ArticleRow.lang, ArticleRow.published_at,
    ArticleRow.fetched_at, ArticleRow.role, ArticleRow.state,
)  # fmt: skip
_TEXTS = (
    ArticleRow.dateline,
    ArticleRow.similarity,
    ArticleRow.summary,
    ArticleRow.text,
    ArticleRow.versions,
)
_STORY = (
    Story.id, Story.lead_id.label("lead"), Story.copies, Story.first_seen_at, Story.last_seen_at, Story.mark,
    Story.pushed_state,
)  # fmt: skip

_stories: Any = Story.__table__
_SET_STATE = update(_stories).where(_stories.c.id == bindparam("id_")).values(pushed_state=bindparam("state"))
_SET_TIME = (
    update(_stories).where(_stories.c.id == bindparam("id_")).values(change_pushed_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What receivers select by: the feeds of an article or a story, and its agencies."""

    feeds: frozenset[str]
    agencies: frozenset[str]


def read_articles(
    connection: Connection, articles: Collection[int], *, texts: bool
) -> dict[int, dict[str, Any]]:
    """The stored ones of the articles, by id; with their texts or without."""
    columns = (*_BRIEF, *(_TEXTS if texts else ()))
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(articles):
        for row in connection.execute(select(*columns).where(ArticleRow.id.in_(part))).mappings():
            found[row["id"]] = dict(row)
    return found


def read_stories(connection: Connection, stories: Collection[int]) -> dict[int, dict[str, Any]]:
    """The stories that have articles, by id, each with its first and last copies as `articles`."""
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(stories):
        query = select(*_STORY).where(Story.id.in_(part), Story.merged_into.is_(None), Story.copies > 0)
        for row in connection.execute(query).mappings():
            found[row["id"]] = {**row, "articles": _copies_of(connection, row["id"])}
    return {story: facts for story, facts in found.items() if facts["articles"]}


def _copies_of(connection: Connection, story: int) -> list[dict[str, Any]]:
    half = COPIES_SHOWN // 2
    query = select(*_BRIEF).where(ArticleRow.story_id == story).limit(half)
    rows = [
        dict(row)
        for order in (ArticleRow.id, ArticleRow.id.desc())
        for row in connection.execute(query.order_by(order)).mappings()
    ]
    return sorted({row["id"]: row for row in rows}.values(), key=lambda row: int(row["id"]))


def put_states(
    connection: Connection, states: Mapping[int, str], changed: Collection[int], now: datetime
) -> None:
    """Store what push reports of stories now; of `changed` it reports only that they changed."""
    rows = [{"id_": story, "state": state} for story, state in sorted(states.items())]
    if rows:
        connection.execute(_SET_STATE, rows)
    times = [{"id_": story, "now": now} for story in sorted(changed)]
    if times:
        connection.execute(_SET_TIME, times)


def read_sides(connection: Connection, stories: Collection[int]) -> dict[int, Sides]:
    """The feeds and agencies of all copies of each story."""
    found: dict[int, tuple[set[str], set[str]]] = {}
    for part in chunks(stories):
        columns = (ArticleRow.story_id, ArticleRow.feed_id, ArticleRow.agency)
        for story, feed, agency in connection.execute(
            select(*columns).where(ArticleRow.story_id.in_(part)).distinct()
        ):
            feeds, agencies = found.setdefault(story, (set(), set()))
            feeds.add(feed)
            agencies.update([agency] if agency else ())
    return {story: Sides(frozenset(feeds), frozenset(agencies)) for story, (feeds, agencies) in found.items()}


def read_tags(connection: Connection, feeds: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The tags of each feed."""
    found: dict[str, Mapping[str, Any]] = {}
    for part in chunks(feeds):
        found |= pairs(connection, select(Feed.id, Feed.config).where(Feed.id.in_(part)))
    return {feed: tuple(config.get("tags") or ()) for feed, config in found.items()}


def read_extraction(
    connection: Connection, article: int, details: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The result of a job that a note names; None if it is not stored any more."""
    query = select(
        ExtractionRow.id, ExtractionRow.kind, ExtractionRow.extractor,
        ExtractionRow.extractor_version.label("version"), ExtractionRow.status, ExtractionRow.reason,
        ExtractionRow.payload, ExtractionRow.created_at,
    ).where(
        ExtractionRow.article_id == article,
        ExtractionRow.kind == details["kind"],
        ExtractionRow.extractor_version == details["version"],
        ExtractionRow.input_sha256 == details["input_sha256"],
    )  # fmt: skip
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)
