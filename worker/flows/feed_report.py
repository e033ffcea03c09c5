"""Everything known of one feed, for `wireroom feeds ID`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from worker.flows.services import Services
from worker.store import events as event_store
from worker.store import listing, status_figures

DAY_HOURS = 24
EVENTS_S = 90 * 86_400.0  # events are kept this long


@dataclass(frozen=True, slots=True)
class Hour:
    """What a feed's polls of one hour brought; `at` is its start."""

    at: datetime
    polls: int = 0
    new: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed's fields of the command contract, its learned values, and its recent history."""

    now: datetime
    facts: dict[str, Any]
    learned: dict[str, Any]
    polls: list[dict[str, Any]]
    events: list[tuple[datetime, str, str | None, str]]
    articles: list[dict[str, Any]]
    day: tuple["Hour", ...]


def read_feed_page(
    services: Services, feed: str, *, polls: int, events: int, articles: int
) -> FeedPage | None:
    """The report of a feed, with its newest N polls, events and articles; None if the feed is unknown."""
    now = services.clock()
    with services.db.read() as connection:
        return read_feed(connection, feed, now, polls=polls, events=events, articles=articles)


def read_feed(
    connection: Connection, feed: str, now: datetime, *, polls: int, events: int, articles: int
) -> FeedPage | None:
    """As `read_feed_page`, in a transaction."""
    rows = listing.list_feeds(connection, feed)
    if not rows:
        return None
    return FeedPage(
        now=now,
        facts=rows[0],
        learned=listing.learned_of(connection, feed),
        polls=listing.list_polls(connection, feed, polls),
        events=event_store.recent_events(connection, now - timedelta(seconds=EVENTS_S), events, feed),
        articles=list(listing.iter_articles(connection, feed=feed, limit=articles)),
        day=_read_day(connection, feed, now),
    )


def _read_day(connection: Connection, feed: str, now: datetime) -> tuple[Hour, ...]:
    """The last 24 full hours of the clock and the present one, oldest first."""
    this = now.replace(minute=0, second=0, microsecond=0)
    hours = {
        start: Hour(start) for start in (this - timedelta(hours=back) for back in range(DAY_HOURS, -1, -1))
    }
    for ended_at, outcome, new in listing.polls_since(connection, feed, min(hours)):
        start = min(ended_at.replace(minute=0, second=0, microsecond=0), this)
        one, is_failure = hours[start], outcome in status_figures.FAILURES
        hours[start] = Hour(start, one.polls + 1, one.new + new, one.failures + is_failure)
    return tuple(hours.values())
