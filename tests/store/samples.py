"""Small rows for the store suite: a feed, an article, a story of several copies."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from worker.dedupe import pick_survivor
from worker.flows import joins
from worker.records import Article, FeedConfig, Match, Role
from worker.store import Database, pruning
from worker.store import articles as article_store
from worker.store import copy_links as link_store
from worker.store import feeds as feed_store
from worker.store import sketches as sketch_store
from worker.store import stories as story_store
from worker.store.articles import Incoming, Known
from worker.store.pruning import Expired
from worker.store.sketches import Sketch

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TEXT_RESULT = {
    "kind": "fulltext", "extractor": "fulltext", "extractor_version": "1", "input_sha256": "", "reason": None,
    "status": "ok", "payload": {"text": "The whole text names Geoje."}, "created_at": NOW,
}  # fmt: skip


def later(seconds: float) -> datetime:
    """A time after NOW."""
    return NOW + timedelta(seconds=seconds)


def make_feed(name: str, url: str | None = None, **config: object) -> FeedConfig:
    """A feed on a host of its own, unless a URL is given."""
    return FeedConfig(id=name, url=url or f"https://{name}.example/feed.xml", **config)  # type: ignore[arg-type]


def sync(connection: Connection, *feeds: FeedConfig, now: datetime = NOW) -> feed_store.SyncReport:
    """Make these the config in force."""
    return feed_store.sync_feeds(connection, feeds, now)


def make_article(key: str, **values: object) -> Article:
    """An article as the parser gives it; the key is its guid, too."""
    fields: dict[str, object] = {
        "entry_key": key, "guid": key, "url": f"https://news.example/{key}",
        "canonical_url": f"news.example/{key}", "title": f"Title of {key}", "summary": None,
        "text": f"Text of {key}.", "author": None, "lang": "en", "tags": ("a",),
        "published_at": NOW, "updated_at": None, "sort_at": NOW, "content_hash": f"hash of {key}",
    }  # fmt: skip
    return Article(**{**fields, **values})  # type: ignore[arg-type]


def make_incoming(
    key: str,
    *,
    source: str = "desk",
    keys: Sequence[int] = (),
    paragraphs: Sequence[int] = (),
    known: Known | None = None,
    seen_at: datetime = NOW,
    **values: object,
) -> Incoming:
    """An article with its sketch."""
    sketch = Sketch(source, tuple(keys), b"signature", tuple(paragraphs), int(seen_at.timestamp()))
    article = make_article(key, **values)
    length = len(article.text or article.summary or "")
    return Incoming(
        article=article, sketch=sketch, known=known, text_letters=length, is_agency=source == "wire"
    )


def add(
    connection: Connection, feed: str, *keys: str, now: datetime = NOW, matched: bool = True, **values: object
) -> list[int]:
    """Store new articles of a feed, each a story of its own; gives their ids."""
    incoming = [make_incoming(key, source=feed, **values) for key in keys]  # type: ignore[arg-type]
    ids = [article for article, _ in article_store.add_articles(connection, feed, incoming, now)]
    if matched:
        sketch_store.mark_matched(connection, ids, now)
    return ids


def join(connection: Connection, article: int, other: int, *, now: datetime = NOW) -> int:
    """Join two articles' stories as the match flow does; gives the story that stays."""
    story_of = story_store.lock_stories(connection, [article, other])
    facts = story_store.read_facts(connection, story_of.values())
    stays = story_of[article]
    if story_of[article] != story_of[other]:
        copies = {story.id: story.copies for story in facts.values()}
        stays, goes = pick_survivor(story_of[article], story_of[other], copies)
        story_store.merge(connection, {goes: stays}, now)
    link_store.put_links(connection, {(article, other): Match(other, Role.COPY, 0.9)})
    link_store.refresh_matches(connection, [article])
    sketch_store.mark_matched(connection, [article], now)
    joins.repair_stories(connection, [stays], now)
    return stays


def set_back(database: Database, *tables: str) -> None:
    """Leave sequences behind their tables, as a restore of the rows alone does."""
    with database.write() as connection:
        for table in tables:
            if database.is_sqlite:
                connection.execute(text("UPDATE sqlite_sequence SET seq = 0 WHERE name = :t"), {"t": table})
            else:
                connection.execute(text("SELECT setval(pg_get_serial_sequence(:t, 'id'), 1)"), {"t": table})


def purge(connection: Connection, feed: str, before: datetime, now: datetime, limit: int) -> int:
    """Purge a feed's articles stored before a time as the upkeep does; gives how many."""
    doomed = pruning.find_doomed(connection, [Expired(feed, before, 0)], limit)
    count, stories = pruning.purge_articles(connection, doomed, now)
    joins.repair_stories(connection, stories, now)
    return count
