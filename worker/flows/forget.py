"""Forget a removed feed: articles, polls, jobs, events, alerts, pushes. Its entries never return as new."""

from dataclasses import dataclass

from worker.errors import DecisionError
from worker.flows import upkeep
from worker.flows.services import Services
from worker.store import feeds as feed_store
from worker.store import removed_feeds

BATCH = 500  # rows in one transaction
SENT_AT_ONCE = 50  # alerts, each with up to 1,000 events, or messages of push
ROUNDS = 3  # attempts to delete the feed while a last poll of it ends


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of a feed were deleted."""

    feed: str
    articles: int
    polls: int


def forget(services: Services, feed: str) -> Forgotten:
    """Delete all that is stored of a feed that is not in force.

    The keys of its entries stay, so that they are not new if the feed is added again. It can be called again
    after an interruption. Raises DecisionError if the feed is in force or a poll of it does not end.
    """
    with services.db.read() as connection:
        if feed in feed_store.enabled_ids(connection):
            raise DecisionError(
                f"feed {feed} is in force: remove it from the config, then run `wireroom reload`"
            )
    articles = polls = 0
    for _ in range(ROUNDS):
        articles += upkeep.purge_feed(services, feed)
        while True:
            with services.db.write() as connection:
                count = removed_feeds.prune_feed_history(connection, feed, BATCH)
            polls += count
            if count == 0:
                break
        _forget_sent(services, feed)
        with services.db.write() as connection:
            if removed_feeds.drop_feed(connection, feed):
                return Forgotten(feed, articles, polls)
    raise DecisionError(f"feed {feed} is still written to: a poll of it has not ended; try again in a minute")


def _forget_sent(services: Services, feed: str) -> None:
    after: int | None = 0
    while after is not None:
        with services.db.write() as connection:
            after = removed_feeds.drop_from_alerts(connection, feed, after, SENT_AT_ONCE)
    count = SENT_AT_ONCE
    while count:
        with services.db.write() as connection:
            count = removed_feeds.drop_from_push(connection, feed, SENT_AT_ONCE)
