"""What else a config file does: entries that are stored again under a new id, articles that are deleted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.config.feeds import normalize_address
from worker.records import Config
from worker.store import pruning, removed_feeds
from worker.text.amounts import count_of

SHOWN = 5  # feeds
COUNTED = 100_000  # articles; of more only that there are more


def find_effects(connection: Connection, config: Config, now: datetime) -> list[str]:
    """Sentences about what applying a file brings about, beside what `find_changes` lists; may be none."""
    stored = {row.id: row for row in removed_feeds.read_stored(connection)}
    renamed = list(_find_renamed(connection, config, stored))
    more = [f"{count_of(len(renamed) - SHOWN, 'more feed')} with a new id and a known url"]
    return [
        *(_spell_renamed(*one) for one in renamed[:SHOWN]),
        *(more if len(renamed) > SHOWN else ()),
        *_find_expiring(connection, config, stored, now),
    ]


def _find_renamed(
    connection: Connection, config: Config, stored: dict[str, removed_feeds.StoredFeed]
) -> Iterator[tuple[str, str]]:
    """New ids with the URL of a feed that is not in the file any more and has articles, and its id."""
    added = [feed for feed in config.feeds if feed.enabled and feed.id not in stored]
    gone = stored.keys() - {feed.id for feed in config.feeds}
    if not added or not gone:
        return
    known = {normalize_address(stored[feed].config["url"]): feed for feed in sorted(gone)}
    for feed in added:
        before = known.get(normalize_address(feed.url))
        if before is not None and removed_feeds.count_articles(connection, before, 0):
            yield feed.id, before


def _spell_renamed(feed: str, before: str) -> str:
    return (
        f'feed "{feed}" has the url of "{before}", which is not in the file any more: what it shows is '
        f'stored and reported again under the new id; write id = "{before}" to go on with its history'
    )


def _find_expiring(
    connection: Connection, config: Config, stored: dict[str, removed_feeds.StoredFeed], now: datetime
) -> Iterator[str]:
    """How many articles are beyond a `keep` that the file lowers."""
    lowered: dict[float, list[str]] = {}
    for feed in config.feeds:
        if feed.id in stored and feed.keep_s is not None:
            before_s = stored[feed.id].config.get("keep_s", feed.keep_s)
            if before_s is None or feed.keep_s < before_s:
                lowered.setdefault(feed.keep_s, []).append(feed.id)
    count = sum(
        pruning.count_older(connection, feeds, now - timedelta(seconds=keep_s), COUNTED)
        for keep_s, feeds in lowered.items()
    )
    if count:
        said = f"more than {COUNTED:,} articles" if count > COUNTED else count_of(count, "article")
        yield f"{said} older than the lower `keep` will be deleted at the next upkeep"
