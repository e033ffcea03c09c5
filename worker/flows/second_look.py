"""Replace an article's feed-based sketch with one made from the page text, for matching copies."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from worker.dedupe import find_furniture, make_signature, paragraph_keys
from worker.flows.services import Services
from worker.flows.wire_marks import find_wire_marks
from worker.records import Document, FeedConfig
from worker.store import feeds as feed_store
from worker.store import page_findings
from worker.store import paragraphs as paragraph_store
from worker.store import sketches as sketch_store
from worker.store.jobs import RunningJob
from worker.store.sketches import Sketch

MIN_GAIN = 1.3  # match again if the page has this many times the letters known before
PAGE_BIT = 1 << 62  # page paragraphs are counted under other keys, since a page repeats its feed's text


@dataclass(frozen=True, slots=True)
class PageSketch:
    """The sketch of an article's page, ready to be published."""

    article: int
    sketch: Sketch
    length: int
    agency: str | None
    dateline: str | None
    is_first: bool  # no page text was known before


def prepare(services: Services, job: RunningJob, feed: FeedConfig, text: str) -> PageSketch | None:
    """Sketch the text of an article's page; None if it adds too little to the known text."""
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
        agencies = feed_store.own_agencies(connection)
        length = page_findings.read_text_letters(connection, job.article)
        counts = paragraph_store.paragraph_counts(connection, feed.id, [key ^ PAGE_BIT for key in keys])
    if old is None:
        return None  # outside the window
    own = int(old.is_page)  # the counts include a page that was read before
    furniture = find_furniture(document, {key: counts.get(key ^ PAGE_BIT, 0) - own for key in keys})
    signature = make_signature(document, furniture)
    data = signature.to_bytes()
    if data == old.signature if old.is_page else signature.length < MIN_GAIN * length:
        return None
    marks = find_wire_marks(feed, text, agencies)
    sketch = Sketch(feed.id, signature.keys, data, keys, old.seen_at, is_page=True)
    return PageSketch(
        job.article,
        sketch,
        signature.length,
        marks.agency,
        marks.dateline,
        is_first=not old.is_page,
    )


def publish(connection: Connection, page: PageSketch, now: datetime) -> None:
    """Store the sketch in the caller's transaction; match the article again afterwards."""
    page_findings.note_page(
        connection,
        page.article,
        text_letters=page.length,
        agency=page.agency,
        dateline=page.dateline,
        is_first=page.is_first,
    )
    sketch_store.put_sketches(connection, [(page.article, page.sketch)])
    if page.is_first:
        paragraphs = tuple(key ^ PAGE_BIT for key in page.sketch.paragraphs)
        counted = replace(page.sketch, paragraphs=paragraphs, seen_at=int(now.timestamp()))
        paragraph_store.count_paragraphs(connection, [counted])
