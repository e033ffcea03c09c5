"""From a parsed document to rows: filters, identity, furniture, signatures, jobs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from worker.agencies import agency_of, find_credit_line, find_dateline
from worker.dedupe import FURNITURE_SIGHTINGS, make_signature, paragraph_keys
from worker.flows.jobs import jobs_for
from worker.flows.reconcile import reconcile
from worker.flows.services import Services
from worker.records import Article, Document, FeedConfig, ParsedFeed
from worker.store import articles as article_store
from worker.store import jobs as job_store
from worker.store.articles import Incoming, Known
from worker.store.sketches import Sketch


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a document brought, ready to be stored."""

    new: tuple[Incoming, ...]
    changed: tuple[Incoming, ...]


def prepare(services: Services, config: FeedConfig, parsed: ParsedFeed) -> Prepared:
    """Compare a document with what is stored and sketch what is new; reads, but writes nothing."""
    articles = parsed.articles
    now = services.clock()
    with services.db.read() as connection:
        known = article_store.known_entries(connection, config.id, articles)
        purged = article_store.purged_keys(connection, config.id, {a.entry_key for a in articles})
        found = reconcile(articles, known, purged)
        wanted: list[tuple[Article, Known | None]] = [(article, None) for article in found.new]
        wanted += [(article, item) for item, article in found.changed]
        documents = [_document(config, article) for article, _ in wanted]
        furniture = _furniture(connection, config.id, documents, [item for _, item in wanted])
        is_first = not article_store.has_articles(connection, config.id)
    rows = [
        _incoming(config, article, item, document, own, now=now, is_first=is_first)
        for (article, item), document, own in zip(wanted, documents, furniture, strict=True)
    ]
    new = tuple(row for row in rows if row.known is None)
    return Prepared(new, tuple(row for row in rows if row.known))


def _document(config: FeedConfig, article: Article) -> Document:
    return Document(
        id=article.entry_key,
        title=article.title or "",
        text=article.text or article.summary or "",
        source=config.id,
        lang=article.lang,
        published_at=article.published_at,
        agency=config.agency,
    )


def _furniture(
    connection: Connection, source: str, documents: Sequence[Document], known: Sequence[Known | None]
) -> list[frozenset[int]]:
    """For each document the paragraphs seen in enough other articles of the source, in this poll or before.

    The counts hold an article that is known already, though not what an edit brought to it.
    """
    keys = [frozenset(paragraph_keys(document)) for document in documents]
    here = Counter(key for own in keys for key in own)
    before = article_store.paragraph_counts(connection, source, here)
    return [
        frozenset(
            key for key in own if here[key] + before.get(key, 0) > FURNITURE_SIGHTINGS + (item is not None)
        )
        for own, item in zip(keys, known, strict=True)
    ]


def _incoming(
    config: FeedConfig,
    article: Article,
    known: Known | None,
    document: Document,
    furniture: frozenset[int],
    *,
    now: datetime,
    is_first: bool,
) -> Incoming:
    signature = make_signature(document, furniture)
    sketch = Sketch(
        source=config.id,
        keys=signature.keys,
        signature=signature.to_bytes(),
        paragraphs=paragraph_keys(document),
        seen_at=int(now.timestamp()),
    )
    marks = find_wire_marks(config, document.text)
    is_old = is_first and article.sort_at < now - timedelta(seconds=config.first_poll_s)
    return Incoming(
        article=article,
        sketch=sketch,
        length=signature.length,
        take=signature.take_number if signature.take else 0,
        take_kind=signature.take,
        is_agency=marks.is_own,
        agency=marks.agency,
        dateline=marks.dateline,
        state="withdrawn" if signature.take == "withdrawal" else "active",
        wants_jobs=config.extract != "off" and not is_old,
        known=known,
    )


@dataclass(frozen=True, slots=True)
class WireMarks:
    """Whose text an article is, its dateline as written, and whether its feed is that agency's own."""

    agency: str | None
    dateline: str | None
    is_own: bool


def find_wire_marks(config: FeedConfig, text: str) -> WireMarks:
    """The wire marks of a text; what an agency runs under another's credit is not its own."""
    dateline = find_dateline(text)
    credit = None if dateline and dateline.agency else find_credit_line(text)
    named = dateline.agency if dateline and dateline.agency else credit.agency if credit else None
    own = (agency_of(config.agency) or config.agency) if config.agency else None
    is_own = own is not None and named in (None, own)
    written = text[dateline.start : dateline.end].strip() if dateline else None
    return WireMarks(own if is_own else named, written, is_own)


def store(
    connection: Connection, config: FeedConfig, prepared: Prepared, now: datetime
) -> tuple[list[int], list[int]]:
    """Store what a document brought, jobs included, in the caller's transaction; gives new, changed ids."""
    stored = article_store.add_articles(connection, config.id, prepared.new, now)
    article_store.add_versions(connection, prepared.changed, now)
    jobs = [
        job
        for article_id, item in stored
        if item.wants_jobs
        for job in jobs_for(article_id, item.article.url, config.extract_kinds, is_wire=bool(item.agency))
    ]
    job_store.add_jobs(connection, jobs, now)
    changed = [item.known.id for item in prepared.changed if item.known]
    if config.extract == "new+updated":
        job_store.rerun(connection, changed, now)
    return [article_id for article_id, _ in stored], changed
