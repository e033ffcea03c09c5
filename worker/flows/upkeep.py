"""Upkeep, once a minute in bounded batches: prune and purge."""

from datetime import datetime, timedelta

from worker.flows import joins
from worker.flows.match import DEFAULT_WINDOW_S
from worker.flows.services import Services
from worker.store import config as config_store
from worker.store import feeds as feed_store
from worker.store import following, pruning
from worker.store import sketches as sketch_store
from worker.store import stories as story_store

BATCH = 2000
HISTORY_S = 90 * 86_400.0  # polls and events
FURNITURE_S = 60 * 86_400.0  # a paragraph not seen for so long is no furniture any more


def run(services: Services) -> dict[str, object]:
    """One round; gives how much was pruned and purged."""
    now = services.clock()
    with services.db.read() as connection:
        config = config_store.read_config(connection)
    window_s = config.service.window_s if config else DEFAULT_WINDOW_S
    with services.db.write() as connection:
        sketches = sketch_store.prune_sketches(connection, int(now.timestamp() - window_s), BATCH)
        joins.keep_findable(connection, story_store.stories_of(connection, sketches).values())
    with services.db.write() as connection:
        pruning.prune_paragraphs(connection, int(now.timestamp() - FURNITURE_S), BATCH)
        following.release(connection, None, now)  # two transactions may each have left it to the other
        history = pruning.prune_history(connection, now - timedelta(seconds=HISTORY_S), BATCH)
    purged = _purge(services, now)
    return {"sketches": len(sketches), "history": history, "purged": purged}


def _purge(services: Services, now: datetime) -> int:
    """Remove articles beyond their feed's `keep`; their keys stay, so that they never come back as new."""
    purged = 0
    with services.db.read() as connection:
        feeds = feed_store.read_feeds(connection)
    for feed in feeds:
        if feed.keep_s is not None and purged < BATCH:
            before = now - timedelta(seconds=feed.keep_s)
            with services.db.read() as connection:
                if not pruning.has_older(connection, feed.id, before):
                    continue
            with services.db.write() as connection:
                count, stories = pruning.purge_articles(connection, feed.id, before, now, BATCH - purged)
                joins.mend(connection, stories, now)
                purged += count
    return purged
