"""Which articles need extraction jobs: story leads, and old ones due for a backfill."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from worker.records import Role
from worker.store.models import ArticleRow, Feed, Job
from worker.store.session import chunks
from worker.store.tables import aliased


@dataclass(frozen=True, slots=True)
class JobWish:
    """The facts that decide whether an article of a story has its own jobs."""

    article: int
    url: str | None
    wants_jobs: bool
    extract_copies: bool
    provisional: bool
    is_wire: bool = False
    kinds: tuple[str, ...] | None = None  # configured for the feed; None: all


# Built once: building a statement takes longer than running it.
_WISHES = (
    select(
        ArticleRow.id, ArticleRow.url, ArticleRow.wants_jobs, Feed.config, ArticleRow.reasons,
        ArticleRow.agency,
    )
    .join(Feed, Feed.id == ArticleRow.feed_id)
    .where(ArticleRow.id.in_(bindparam("ids", expanding=True)))
    .order_by(ArticleRow.id)
)  # fmt: skip


def job_wishes(connection: Connection, articles: Collection[int]) -> list[JobWish]:
    """The job eligibility of articles, by id."""
    return [
        JobWish(
            row[0],
            row[1],
            row[2],
            bool(row[3].get("extract_copies")),
            bool((row[4] or {}).get("provisional")),
            bool(row[5]),
            _kinds(row[3]),
        )
        for part in chunks(sorted(articles))
        for row in connection.execute(_WISHES, {"ids": part})
    ]


def _kinds(config: Mapping[str, Any]) -> tuple[str, ...] | None:
    named = config.get("extract_kinds")
    return None if named is None else tuple(named)


def articles_without(
    connection: Connection, kind: str, version: str, since: datetime, *, after: int, limit: int
) -> list[tuple[int, str | None, tuple[str, ...] | None]]:
    """Leads, and articles with earlier jobs of this kind, that have no job of this kind and version.

    Returns (id, URL, kinds configured for the feed) of articles stored since `since` with ids above `after`,
    in the order of ids.
    """
    before, same = aliased(Job), aliased(Job)
    had_it = exists().where(before.article_id == ArticleRow.id, before.kind == kind)
    query = (
        select(ArticleRow.id, ArticleRow.url, Feed.config)
        .join(Feed, Feed.id == ArticleRow.feed_id)
        .where(
            ArticleRow.id > after,
            ArticleRow.fetched_at >= since,
            or_(had_it, and_(ArticleRow.role == Role.LEAD.value, ArticleRow.wants_jobs)),
            ~exists().where(
                same.article_id == ArticleRow.id, same.kind == kind, same.extractor_version == version
            ),
        )
        .order_by(ArticleRow.id)
        .limit(limit)
    )
    return [(row[0], row[1], _kinds(row[2])) for row in connection.execute(query)]
