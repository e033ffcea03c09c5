"""A story of very many copies, stored as rows: as many as a world event has, which no test could poll."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.support.generated import Text, edit_text, make_text
from worker.records import FeedConfig
from worker.store import Database
from worker.store import feeds as feed_store
from worker.store.models import ArticleRow, Link, Story
from worker.store.search import index_articles
from worker.store.sequences import advance_sequences

OUTLETS = 400
LINKS = 12  # of each copy to earlier ones, as many as matching compares it with
GAP = timedelta(seconds=20)  # between two copies
AGENCY = "Yonhap"
BATCH = 1_000
REASONS = {
    "shared_of_smaller": 0.9, "shared_of_larger": 0.8, "numbers": {"agree": 5, "differ": 0},
    "names": {"agree": 4, "differ": 0}, "title": 0.7,
}  # fmt: skip


def store_large_story(
    database: Database, copies: int, start: datetime, first: int = 1, others: Sequence[FeedConfig] = ()
) -> None:
    """Store a story of the agency's own article, whose id `first` it has; its copies have the next ids.

    `others` are feeds of the config besides the outlets of this story.
    """
    rng = random.Random(copies)
    text, at = make_text("a very large story", 6), {n: start + GAP * n for n in range(copies)}
    rows = [_article(first, first + n, edit_text(text, _outlet(n), rng) if n else text, at[n], n) for n in at]
    links = [link for n in range(1, copies) for link in _links(first, n, rng)]
    story = {
        "id": first, "lead_id": first, "copies": copies, "mark": "", "first_seen_at": start,
        "last_seen_at": at[copies - 1], "merged_into": None, "merged_at": None,
    }  # fmt: skip
    feeds = [
        FeedConfig(_outlet(n), f"https://{_outlet(n)}.example/feed.xml", tags=("wire",))
        for n in range(min(OUTLETS, copies))
    ]
    with database.write() as connection:
        feed_store.sync_feeds(connection, [*others, *feeds], start)
        for table, made in ((ArticleRow, rows), (Story, [story]), (Link, links)):
            for begin in range(0, len(made), BATCH):
                connection.execute(table.__table__.insert(), made[begin : begin + BATCH])  # type: ignore[attr-defined]
        index_articles(connection, [row["id"] for row in rows], is_new=True)
        advance_sequences(connection)


def _outlet(number: int) -> str:
    return f"outlet-{number % OUTLETS:03}"


def _links(first: int, number: int, rng: random.Random) -> Sequence[dict[str, Any]]:
    others = {0, *(rng.randrange(number) for _ in range(LINKS - 1))}
    return [
        {"article_id": first + number, "other_id": first + other, "similarity": 0.9, "is_provisional": False,
         "reasons": REASONS}
        for other in sorted(others)
    ]  # fmt: skip


def _article(story: int, number: int, text: Text, at: datetime, place: int) -> dict[str, Any]:
    feed, name = _outlet(place), f"article-{number}"
    body, url = "\n\n".join(text.paragraphs), f"{feed}.example/{number}"
    return {
        "id": number, "feed_id": feed, "entry_key": name, "guid": name, "url": f"https://{url}",
        "canonical_url": url, "title": text.title, "summary": None, "text": body, "author": None,
        "lang": "en", "tags": [], "source_name": None, "published_at": at, "published_raw": None,
        "published_from": None, "sources": None, "updated_at": None, "sort_at": at, "content_hash": name,
        "fetched_at": at,
        "versions": 1, "agency": AGENCY if place % 3 == 0 else None, "dateline": None, "state": "active",
        "text_letters": len(body), "take": 0, "take_kind": "", "is_agency": place == 0, "wants_jobs": False,
        "story_id": story, "role": "copy" if place else "lead", "similarity": 0.9 if place else None,
        "reasons": {"matched": story, **REASONS} if place else None, "matched_at": at,
    }  # fmt: skip
