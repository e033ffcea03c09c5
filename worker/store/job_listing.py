"""The lists of extraction jobs: plain dicts with the fields of the command contract."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from worker.records import JobState
from worker.redaction import redact, redact_data
from worker.store.models import ArticleRow, Job
from worker.store.secrets import learn_secrets

JOB_FIELDS = ("id", "kind", "state", "attempts", "next_attempt_at", "created_at", "finished_at", "reread_at")


def list_jobs(
    connection: Connection, *, limit: int | None = None, **wanted: Any
) -> tuple[list[dict[str, Any]], int]:
    """Jobs as in `newest_jobs`, and their number without the limit."""
    found = newest_jobs(connection, limit=limit, **wanted)
    if limit is None or len(found) < limit:
        return found, len(found)
    counted = select(func.count()).select_from(Job).join(ArticleRow, ArticleRow.id == Job.article_id)
    return found, connection.scalar(counted.where(*_job_conditions(**wanted))) or 0


def newest_jobs(connection: Connection, *, limit: int | None = None, **wanted: Any) -> list[dict[str, Any]]:
    """Jobs with feed and title of their articles, newest first.

    `wanted` are values of `job` (an id), `state`, `kind`, `feed` and `host`, and `after`, an id that is
    higher than all others; none is below `lowest`.
    """
    learn_secrets(connection)
    columns = [getattr(Job, name) for name in JOB_FIELDS]
    columns += [
        Job.error,
        Job.extractor_version.label("version"),
        Job.article_id.label("article"),
    ]
    columns += [ArticleRow.feed_id.label("feed"), ArticleRow.title]
    query = select(*columns).join(ArticleRow, ArticleRow.id == Job.article_id)
    query = query.where(*_job_conditions(**wanted)).order_by(Job.id.desc()).limit(limit)
    rows = connection.execute(query).mappings()
    return [{**redact_data(row), "error": row["error"] and redact(row["error"])} for row in rows]


def _state_for(state: str | None) -> Any:
    """The column to compare with a state: done are nearly all jobs, which the index would have sorted."""
    return func.coalesce(Job.state, "") if state == JobState.DONE else Job.state


def _job_conditions(
    *,
    job: int | None = None,
    state: str | None = None,
    kind: str | None = None,
    feed: str | None = None,
    host: str | None = None,
    after: int | None = None,
    lowest: int | None = None,
) -> list[ColumnElement[bool]]:
    wanted = (
        (Job.id, job), (_state_for(state), state), (Job.kind, kind), (Job.host, host),
        (ArticleRow.feed_id, feed),
    )  # fmt: skip
    where = [column == value for column, value in wanted if value is not None]
    where += [] if after is None else [Job.id < after]
    return where if lowest is None else [*where, Job.id >= lowest]
