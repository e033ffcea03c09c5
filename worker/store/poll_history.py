"""What the polls of feeds brought over time: sums by stretches of equal length."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Integer, cast, func, literal_column, select

from worker.store.models import Poll
from worker.store.session import is_postgres
from worker.store.status_figures import FAILURES

Counts = dict[datetime, tuple[int, int, int]]


def poll_history(
    connection: Connection, feeds: Sequence[str], since: datetime, step_s: int
) -> dict[str, Counts]:
    """(polls, new entries, failures) of each feed by the start of each stretch of `step_s` seconds.

    Stretches begin at multiples of `step_s` since the epoch. Those without a poll are omitted.
    """
    start = _start_of(connection, step_s)
    failures = func.count().filter(Poll.outcome.in_(FAILURES))
    query = select(Poll.feed_id, start, func.count(), func.sum(Poll.new), failures).where(
        Poll.feed_id.in_(feeds), Poll.ended_at >= since
    )
    found: dict[str, Counts] = {}
    for feed, at_s, polls, new, failed in connection.execute(query.group_by(Poll.feed_id, start)):
        found.setdefault(feed, {})[datetime.fromtimestamp(int(at_s), UTC)] = (polls, int(new or 0), failed)
    return found


def _start_of(connection: Connection, step_s: int) -> Any:
    """The Unix time of the start of the stretch in which a poll ended."""
    step: Any = literal_column(str(int(step_s)), Integer)
    if is_postgres(connection):
        return cast(func.floor(func.extract("epoch", Poll.ended_at) / step), Integer) * step
    return cast(func.strftime("%s", Poll.ended_at), Integer) // step * step
