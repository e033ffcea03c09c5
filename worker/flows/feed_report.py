"""All that is known of one feed, for its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from worker.flows.services import Services
from worker.store import events as event_store
from worker.store import listing

EVENTS_S = 90 * 86_400.0  # as long as events are kept


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A feed's facts in the fields of the command contract, what was learned, and its recent past."""

    now: datetime
    facts: dict[str, Any]
    learned: dict[str, Any]
    polls: list[dict[str, Any]]
    events: list[tuple[datetime, str, str | None, str]]
    articles: list[dict[str, Any]]


def read_feed_page(
    services: Services, feed: str, *, polls: int, events: int, articles: int
) -> FeedPage | None:
    """The page of a feed with so many of its newest polls, events and articles; None for an unknown one."""
    now = services.clock()
    with services.db.read() as connection:
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
        )
