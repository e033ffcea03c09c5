"""Makes rows of a running service's database old, so that retention works within an hour as in a quarter."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from worker.errors import ConflictError, ServiceError
from worker.flows.upkeep import FURNITURE_S, HISTORY_S
from worker.store.models import ArticleRow, Base, Delivery, Event, Paragraph, Poll, Tombstone
from worker.store.session import Database

FRESH_S = 300.0  # rows younger than this are left alone
LONGER = 1.01  # than the retention


def age(database: Database) -> None:
    """Make history and paragraphs older than their retention, unless they are fresh; skipped if it fails."""
    with suppress(ConflictError, ServiceError), database.write() as connection:
        _age_history(connection, datetime.now(UTC))
        _age_paragraphs(connection, round(datetime.now(UTC).timestamp()))


def age_articles(database: Database, keep: timedelta, fresh_s: float, feed: str | None = None) -> None:
    """Make articles older than their `keep`, of a feed or of all, unless fresh; skipped if it fails."""
    now = datetime.now(UTC)
    old, column = now - keep * LONGER, ArticleRow.fetched_at
    query = update(ArticleRow).where(column > old, column < now - timedelta(seconds=fresh_s))
    with suppress(ConflictError, ServiceError), database.write() as connection:
        connection.execute(
            (query if feed is None else query.where(ArticleRow.feed_id == feed)).values(fetched_at=old)
        )


def _age_history(connection: Connection, now: datetime) -> None:
    old, fresh = now - timedelta(seconds=HISTORY_S * LONGER), now - timedelta(seconds=FRESH_S)
    for model, name in ((Poll, "ended_at"), (Event, "at"), (Delivery, "created_at")):
        column = getattr(model, name)
        connection.execute(update(model).where(column > old, column < fresh).values({name: old}))


def _age_paragraphs(connection: Connection, now: int) -> None:
    old, column = now - round(FURNITURE_S * LONGER), Paragraph.seen_at
    connection.execute(update(Paragraph).where(column > old, column < now - FRESH_S).values(seen_at=old))


def count_rows(database: Database) -> dict[str, int]:
    """The number of rows of each table."""
    with database.read() as connection:
        counts = [
            (name, select(func.count()).select_from(table)) for name, table in Base.metadata.tables.items()
        ]
        return {name: connection.scalar(query) or 0 for name, query in counts}


def count_entries(database: Database) -> tuple[int, int]:
    """The entries that are stored, and those that were and are purged."""
    rows = count_rows(database)
    return rows[ArticleRow.__tablename__], rows[Tombstone.__tablename__]
