"""Small rows for the store suite: a feed, an article, a story of several copies."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from worker.records import Article, FeedConfig, Match, Role
from worker.store import articles as article_store
from worker.store import feeds as feed_store
from worker.store import stories as story_store
from worker.store.articles import Incoming, Known, Sketch

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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
        "text": f"Text of {key}.", "content_html": None, "author": None, "lang": "en", "tags": ("a",),
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
    return Incoming(article=make_article(key, **values), sketch=sketch, known=known)


def add(
    connection: Connection, feed: str, *keys: str, now: datetime = NOW, matched: bool = True, **values: object
) -> list[int]:
    """Store new articles of a feed, each a story of its own; gives their ids."""
    incoming = [make_incoming(key, source=feed, **values) for key in keys]  # type: ignore[arg-type]
    ids = [article for article, _ in article_store.add_articles(connection, feed, incoming, now)]
    if matched:
        story_store.mark_matched(connection, ids, now)
    return ids


def join(connection: Connection, article: int, other: int, *, lead: int, now: datetime = NOW) -> int:
    """Join two articles' stories as the match flow does; gives the story that stays."""
    pair = story_store.lock_pair(connection, article, other)
    assert pair is not None
    story = pair[0]
    if pair[0] != pair[1]:
        story, goes = story_store.pick_survivor(connection, *pair)
        story_store.merge(connection, story, goes)
    story_store.set_match(connection, article, Match(other, story, Role.COPY, 0.9))
    story_store.mark_matched(connection, [article], now)
    story_store.set_lead(connection, story, lead)
    return story
