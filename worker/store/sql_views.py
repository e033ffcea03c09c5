"""The SQL views for other programs: their columns with types. A migration creates them.

A later migration that rebuilds or renames a table, or changes a column that a view shows, must drop the views
of that table first and create them again; SQLite also drops the triggers of a table that is rebuilt.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Double, Integer, MetaData, Table, Text

from worker.store.models import UtcDateTime

_METADATA = MetaData()


def _view(name: str, **columns: Any) -> Table:
    return Table(name, _METADATA, *(Column(column, kind) for column, kind in columns.items()))


ARTICLES = _view(
    "v_articles",
    id=BigInteger, feed=Text, guid=Text, url=Text, canonical_url=Text, title=Text, summary=Text, text=Text,
    text_from=Text, author=Text, lang=Text, published_at=UtcDateTime, updated_at=UtcDateTime,
    fetched_at=UtcDateTime, agency=Text, dateline=Text, story=BigInteger, role=Text, similarity=Double,
    state=Text, versions=Integer, text_is_before_edit=Boolean,
)  # fmt: skip
STORIES = _view(
    "v_stories",
    id=BigInteger, title=Text, lang=Text, agency=Text, first_seen_at=UtcDateTime, last_seen_at=UtcDateTime,
    copies=Integer, outlets=BigInteger, mark=Text, lead=BigInteger, merged_into=BigInteger,
)  # fmt: skip
COPIES = _view(
    "v_copies",
    article=BigInteger, story=BigInteger, feed=Text, url=Text, title=Text, role=Text, similarity=Double,
    published_at=UtcDateTime, fetched_at=UtcDateTime, agency=Text, length=Integer, take=Integer,
    take_kind=Text, is_agency=Boolean, state=Text,
)  # fmt: skip
EXTRACTIONS = _view(
    "v_extractions",
    id=BigInteger, article=BigInteger, kind=Text, extractor=Text, version=Text, status=Text, reason=Text,
    payload=JSON, created_at=UtcDateTime,
)  # fmt: skip
EVENTS = _view(
    "v_events",
    id=BigInteger, at=UtcDateTime, kind=Text, feed=Text, article=BigInteger, job=BigInteger, message=Text,
)  # fmt: skip
JOBS = _view(
    "v_jobs",
    id=BigInteger, article=BigInteger, feed=Text, kind=Text, version=Text, state=Text, attempts=Integer,
    next_attempt_at=UtcDateTime, error=Text, created_at=UtcDateTime, finished_at=UtcDateTime,
)  # fmt: skip
FEED_HEALTH = _view(
    "v_feed_health",
    feed=Text, host=Text, state=Text, enabled=Boolean, last_polled_at=UtcDateTime,
    last_success_at=UtcDateTime, last_new_at=UtcDateTime, next_due_at=UtcDateTime, next_due_reason=Text,
    interval_s=Double, last_outcome=Text, last_error=Text, http_status=Integer, error_streak=Integer,
    failing_since_at=UtcDateTime, quiet_at=UtcDateTime,
)  # fmt: skip
VIEWS: Mapping[str, Table] = _METADATA.tables
