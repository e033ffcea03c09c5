"""Upkeep, once a minute in bounded batches: prune, purge, and look for feeds that fell silent."""

from datetime import datetime, timedelta

import structlog

from worker.flows import joins
from worker.flows.match import DEFAULT_WINDOW_S
from worker.flows.services import Services
from worker.schedule import quiet_since
from worker.store import articles as article_store
from worker.store import config as config_store
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import pruning
from worker.store import sketches as sketch_store
from worker.store import stories as story_store

BATCH = 2000
HISTORY_S = 90 * 86_400.0  # polls and events
FURNITURE_S = 60 * 86_400.0  # a paragraph not seen for so long is no furniture any more
EVERY_S = 60.0  # as the beat sends it
QUIET_EVERY_S = 3600.0

log = structlog.get_logger(__name__)


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
        history = pruning.prune_history(connection, now - timedelta(seconds=HISTORY_S), BATCH)
    purged = _purge(services, now)
    is_time = now.timestamp() % QUIET_EVERY_S < EVERY_S
    quiet = _tell_quiet(services, now) if is_time else 0
    return {"sketches": len(sketches), "history": history, "purged": purged, "quiet": quiet}


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


def _tell_quiet(services: Services, now: datetime) -> int:
    """Feeds that answer but brought nothing for longer than their own rhythm; each is told once."""
    told = 0
    with services.db.read() as connection:
        states = feed_store.read_states(connection)
        known = event_store.last_told(connection, "feed.quiet")
    for config, state in states:
        last = known.get(config.id)
        is_told = last is not None and (state.last_new_at is None or last > state.last_new_at)
        if is_told or not config.enabled:
            continue
        with services.db.read() as connection:
            arrivals = article_store.recent_arrivals(connection, config.id)
        sentence = quiet_since(config, state, arrivals, now)
        if sentence:
            told += 1
            log.warning("feed is quiet", feed=config.id, reason=sentence)
            with services.db.write() as connection:
                event_store.add_events(connection, now, [("feed.quiet", sentence)], feed_id=config.id)
    return told
