"""The figures of an installation for its metrics, each by one grouped query."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, func, select, text

from worker.records import FeedStatus, JobState
from worker.store.models import ArticleRow, Event, ExtractionRow, Feed, Host, Job, Poll, Story
from worker.store.session import is_postgres

OPEN_STATES = tuple(state.value for state in JobState if state is not JobState.DONE)
FEW = 100_000  # rows that PostgreSQL counts exactly
WAITING = (JobState.PENDING.value, JobState.FAILED.value)

Counts = dict[tuple[str, ...], float]


def newest_id(connection: Connection, table: Any) -> int:
    """The highest id of a table; 0 if it is empty."""
    return connection.scalar(select(func.max(table.id))) or 0


def _after(column: Any, after: int, upto: int | None) -> list[ColumnElement[bool]]:
    return [column > after, *([] if upto is None else [column <= upto])]


def count_polls(
    connection: Connection,
    after: int,
    upto: int | None,
    *,
    fetch_buckets: Sequence[float],
    parse_buckets: Sequence[float],
) -> Counts:
    """Polls with an id above `after`: by outcome, sums of their figures, and durations by bucket.

    The keys are ("outcome", NAME), ("sum", COLUMN), ("count", COLUMN) and ("bucket", COLUMN, LIMIT).
    Durations are those of polls that sent a request, and that parsed a document.
    """
    sums = ("entries", "new", "updated", "wire_bytes", "fetch_s", "parse_s")
    columns: dict[tuple[str, ...], Any] = {
        ("sum", name): func.coalesce(func.sum(getattr(Poll, name)), 0) for name in sums
    }
    for name, buckets in (("fetch_s", fetch_buckets), ("parse_s", parse_buckets)):
        took = getattr(Poll, name)
        columns["count", name] = func.count().filter(took > 0)
        for limit in buckets:
            columns["bucket", name, str(limit)] = func.count().filter(took > 0, took <= limit)
    query = select(Poll.outcome, func.count(), *columns.values()).where(*_after(Poll.id, after, upto))
    found: Counts = {}
    for outcome, polls, *values in connection.execute(query.group_by(Poll.outcome)):
        found["outcome", outcome] = polls
        for key, value in zip(columns, values, strict=True):
            found[key] = found.get(key, 0) + value
    return found


def count_events(connection: Connection, after: int, upto: int | None) -> Counts:
    """Events with an id above `after`, by kind."""
    query = select(Event.kind, func.count()).where(*_after(Event.id, after, upto)).group_by(Event.kind)
    return {(row[0],): row[1] for row in connection.execute(query)}


def count_extractions(connection: Connection, after: int, upto: int | None) -> Counts:
    """Results of extractors with an id above `after`, by kind and status."""
    columns = (ExtractionRow.kind, ExtractionRow.status)
    query = select(*columns, func.count()).where(*_after(ExtractionRow.id, after, upto)).group_by(*columns)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def count_feeds(connection: Connection) -> tuple[dict[str, int], int]:
    """The feeds by state, and the number of those enabled that are quiet."""
    states = {state.value: 0 for state in FeedStatus}
    quiet = 0
    columns = (Feed.status, Feed.enabled)
    query = select(*columns, func.count(), func.count(Feed.quiet_at)).group_by(*columns)
    for status, enabled, feeds, silent in connection.execute(query):
        states[status if enabled else FeedStatus.DISABLED.value] += feeds
        quiet += silent if enabled else 0
    return states, quiet


def count_waiting_hosts(connection: Connection, now: datetime) -> int:
    """The number of hosts that asked to wait."""
    query = select(func.count()).select_from(Host).where(Host.not_before_at > now)
    return connection.scalar(query) or 0


def count_open_jobs(connection: Connection) -> Counts:
    """The jobs that are not done, by kind and state."""
    columns = (Job.kind, Job.state)
    query = select(*columns, func.count()).where(Job.state.in_(OPEN_STATES)).group_by(*columns)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def oldest_due_job(connection: Connection, now: datetime) -> datetime | None:
    """The due time of the longest overdue job; None if no job is due."""
    query = select(func.min(Job.next_attempt_at)).where(Job.next_attempt_at <= now)
    found = [connection.scalar(query.where(Job.state == state)) for state in WAITING]
    return min((at for at in found if at is not None), default=None)


def count_stock(connection: Connection) -> tuple[int, int]:
    """The numbers of articles and stories; in PostgreSQL, large ones are those of its statistics."""
    merged = _estimated_share(connection, Story.__table__, "merged_into")
    articles = estimate_rows(connection, ArticleRow.__table__)
    stories = estimate_rows(connection, Story.__table__)
    if articles is None:
        articles = connection.scalar(select(func.count()).select_from(ArticleRow)) or 0
    if stories is None or merged is None:  # those that are not merged are nearly all, and in no index
        every = connection.scalar(select(func.count()).select_from(Story)) or 0
        gone = connection.scalar(select(func.count()).where(Story.merged_into.is_not(None))) or 0
        return articles, every - gone
    return articles, round(stories * merged)


def estimate_rows(connection: Connection, table: FromClause) -> int | None:
    """The rows of a large table by PostgreSQL's statistics; None if they are few, or not known."""
    if not is_postgres(connection):
        return None
    query = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
    rows = connection.scalar(query, {"name": str(table)})
    return rows if rows is not None and rows > FEW else None


def _estimated_share(connection: Connection, table: FromClause, column: str) -> float | None:
    """The share of rows that have no value in a column, by PostgreSQL's statistics; None if not known."""
    if not is_postgres(connection):
        return None
    query = text(
        "SELECT null_frac FROM pg_stats "
        "WHERE schemaname = current_schema() AND tablename = :name AND attname = :column"
    )
    share: float | None = connection.scalar(query, {"name": str(table), "column": column})
    return share
