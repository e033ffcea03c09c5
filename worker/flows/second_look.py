"""The second look: what an article's page says is published for copies in place of what its feed says."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from worker.dedupe import FURNITURE_SIGHTINGS, make_signature, paragraph_keys
from worker.flows.intake import find_wire_marks
from worker.flows.services import Services
from worker.records import Document, FeedConfig
from worker.store import articles as article_store
from worker.store import sketches as sketch_store
from worker.store.jobs import RunningJob
from worker.store.sketches import Sketch

MIN_GAIN = 1.3  # so many times the letters known before make the copies worth deciding again
PAGE_BIT = 1 << 62  # a page repeats what its feed says, so its paragraphs are counted apart, by other keys


@dataclass(frozen=True, slots=True)
class Look:
    """The sketch of an article's page, ready to be published."""

    article: int
    sketch: Sketch
    length: int
    agency: str | None
    dateline: str | None
    is_first: bool  # no text of the page was known before


def prepare(services: Services, job: RunningJob, feed: FeedConfig, text: str) -> Look | None:
    """Sketch the text of an article's page; None when no more is known by it than before."""
    document = Document(
        id=job.article,
        title=job.title or "",
        text=text,
        source=feed.id,
        lang=job.lang,
        published_at=job.published_at,
        agency=feed.agency,
    )
    keys = paragraph_keys(document)
    with services.db.read() as connection:
        old = next(iter(sketch_store.load_sketches(connection, [job.article])), None)
        length = article_store.known_length(connection, job.article)
        counts = article_store.paragraph_counts(connection, feed.id, [key ^ PAGE_BIT for key in keys])
    if old is None:
        return None  # beyond the window
    others = FURNITURE_SIGHTINGS + old.is_page  # a page that was read before is in the counts itself
    furniture = frozenset(key for key in keys if counts.get(key ^ PAGE_BIT, 0) >= others)
    signature = make_signature(document, furniture)
    data = signature.to_bytes()
    if data == old.signature if old.is_page else signature.length < MIN_GAIN * length:
        return None
    marks = find_wire_marks(feed, text)
    sketch = Sketch(feed.id, signature.keys, data, keys, old.seen_at, is_page=True)
    return Look(
        job.article,
        sketch,
        signature.length,
        marks.agency,
        marks.dateline,
        is_first=not old.is_page,
    )


def publish(connection: Connection, look: Look, now: datetime) -> None:
    """Publish the sketch in the caller's transaction; the article is to be matched again after it."""
    article_store.note_page(
        connection, look.article, length=look.length, agency=look.agency, dateline=look.dateline
    )
    sketch_store.put_sketches(connection, [(look.article, look.sketch)])
    if look.is_first:
        paragraphs = tuple(key ^ PAGE_BIT for key in look.sketch.paragraphs)
        counted = replace(look.sketch, paragraphs=paragraphs, seen_at=int(now.timestamp()))
        article_store.count_paragraphs(connection, [counted])
