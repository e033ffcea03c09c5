"""From a parsed document to rows: identity, furniture, signatures, jobs."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.dedupe import find_furniture, make_signature, paragraph_keys
from worker.errors import ServiceError, WireroomError
from worker.flows import notices
from worker.flows.identify import exact_keys, find_purged, identify, is_settled
from worker.flows.jobs import jobs_for, page_kinds
from worker.flows.reconcile import Reconciled, reconcile
from worker.flows.services import Services
from worker.flows.wire_marks import find_wire_marks
from worker.logs import get_logger
from worker.records import STATE_OF_TAKE, Article, ArticleState, Document, FeedConfig, ParsedFeed
from worker.store import articles as article_store
from worker.store import feeds as feed_store
from worker.store import job_reruns, savepoint
from worker.store import jobs as job_store
from worker.store import paragraphs as paragraph_store
from worker.store import push_notes as note_store
from worker.store import rereads as reread_store
from worker.store.articles import Incoming, Known
from worker.store.sketches import Sketch

MAX_SHOWN_NAME = 80
MAX_REASON = 200
FAILURES_SHOWN = 3

T = TypeVar("T")
R = TypeVar("R")

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry that could not be stored: its name and the reason."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The entries of a document, ready to be stored; `failed` are those that could not be prepared.

    `is_settled` if each entry is, once these are stored, an article with its own key and its content.
    """

    new: tuple[Incoming, ...]
    changed: tuple[Incoming, ...]
    failed: tuple[Failure, ...] = ()
    is_settled: bool = True

    @property
    def items(self) -> tuple[Incoming, ...]:
        """New and changed entries."""
        return (*self.new, *self.changed)


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored entries of a document: ids of new and changed articles, and the entries that failed."""

    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    failed: tuple[Failure, ...] = ()

    def __add__(self, other: "Stored") -> "Stored":
        """The sum of both."""
        return Stored(self.new + other.new, self.changed + other.changed, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry to be sketched."""

    article: Article
    known: Known | None
    document: Document
    paragraphs: tuple[int, ...]


def prepare(services: Services, feed: FeedConfig, parsed: ParsedFeed) -> Prepared:
    """Compare a document with the stored entries and sketch new and changed ones; reads only.

    An entry that cannot be sketched is listed in `failed`.
    """
    now = services.clock()
    failed: list[Failure] = []
    with services.db.read() as connection:
        articles, known = _identified(connection, feed.id, parsed.articles)
        keys = {key for article in articles for key in exact_keys(article)}
        purged = find_purged(articles, article_store.purged_keys(connection, feed.id, keys))
    found = reconcile(articles, known, purged)
    wanted: list[tuple[Article, Known | None]] = [(article, None) for article in found.new]
    wanted += [(article, item) for item, article in found.changed]
    paced = partial(services.turns.each, paused=services.keeper.extend)
    drafts = list(_each(paced(wanted), partial(_draft, feed), lambda pair: pair[0], failed))
    settled = _are_settled(parsed.articles, articles, known, found)
    if not drafts:
        return Prepared((), (), tuple(failed), settled)
    with services.db.read() as connection:
        furniture = _furniture(connection, feed.id, drafts)
        is_first = not known and not article_store.has_articles(connection, feed.id)
        agencies = feed_store.own_agencies(connection)
    sketch = partial(_incoming, feed, now=now, is_first=is_first, agencies=agencies)
    pairs = paced(zip(drafts, furniture, strict=True))
    rows = list(_each(pairs, sketch, lambda pair: pair[0].article, failed))
    new = tuple(row for row in rows if row.known is None)
    changed = tuple(row for row in rows if row.known)
    return Prepared(new, changed, tuple(failed), settled)


def _are_settled(
    read: Sequence[Article], identified: Sequence[Article], known: Sequence[Known], found: Reconciled
) -> bool:
    """Whether each entry has the key with which it was read, and is stored under it, or is now."""
    stored = {(row.entry_key, row.content_hash) for row in known}
    stored |= {(article.entry_key, article.content_hash) for article in found.new}
    stored |= {(article.entry_key, article.content_hash) for _, article in found.changed}
    keys = [(article.entry_key, article.content_hash) for article in read]
    is_own = all(one.entry_key == other.entry_key for one, other in zip(read, identified, strict=True))
    return is_own and stored.issuperset(keys)


def _identified(
    connection: Connection, feed: str, articles: Sequence[Article]
) -> tuple[list[Article], list[Known]]:
    """The entries with the keys under which they are stored, and the stored articles that may be theirs."""
    known = article_store.known_entries(connection, feed, articles)
    by_key = {row.entry_key: row for row in known}
    unsettled = [article for article in articles if not is_settled(article, by_key)]
    if unsettled:
        alike = article_store.alike_entries(connection, feed, unsettled)
        known = list({row.id: row for row in (*known, *alike)}.values())
    return identify(articles, known), known


def _each(
    items: Iterable[T], make: Callable[[T], R], article_of: Callable[[T], Article], failed: list[Failure]
) -> Iterable[R]:
    """Yield the result of `make` for each item; an item that raises an error is added to `failed`."""
    for item in items:
        try:
            made = make(item)
        except Exception as exc:
            log.exception("entry cannot be sketched")
            failed.append(_failure(article_of(item), exc))
        else:
            yield made


def _failure(article: Article, exc: Exception) -> Failure:
    name = article.title or article.guid or article.url or article.entry_key
    text = f"{exc}" if isinstance(exc, WireroomError) else f"{type(exc).__name__}: {exc}"
    reason = next(iter(text.splitlines()), type(exc).__name__)
    return Failure(name[:MAX_SHOWN_NAME], reason[:MAX_REASON])


def describe_failures(failed: Sequence[Failure], entries: int) -> str | None:
    """One sentence about the entries that could not be stored; None if there are none."""
    if not failed:
        return None
    shown = "; ".join(f'"{one.name}": {one.reason}' for one in failed[:FAILURES_SHOWN])
    more = f"; and {len(failed) - FAILURES_SHOWN} more" if len(failed) > FAILURES_SHOWN else ""
    return f"{len(failed)} of {entries} entries could not be stored: {shown}{more}"


def _draft(feed: FeedConfig, pair: tuple[Article, Known | None]) -> _Draft:
    document = _document(feed, pair[0])
    return _Draft(*pair, document, paragraph_keys(document))


def _document(feed: FeedConfig, article: Article) -> Document:
    return Document(
        id=article.entry_key,
        title=article.title or "",
        text=article.text or article.summary or "",
        source=feed.id,
        lang=article.lang,
        published_at=article.published_at,
        agency=feed.agency,
    )


def _furniture(connection: Connection, source: str, drafts: Sequence[_Draft]) -> list[frozenset[int]]:
    """For each entry, the paragraphs seen in enough other articles of the source, in this poll or before.

    The counts include an already known article, but not the paragraphs that an edit added to it.
    """
    here = Counter(key for draft in drafts for key in draft.paragraphs)
    counts = here + Counter(paragraph_store.paragraph_counts(connection, source, here))
    return [
        find_furniture(
            draft.document, {key: counts[key] - 1 - (draft.known is not None) for key in draft.paragraphs}
        )
        for draft in drafts
    ]


def _incoming(
    feed: FeedConfig,
    pair: tuple[_Draft, frozenset[int]],
    *,
    now: datetime,
    is_first: bool,
    agencies: Sequence[str],
) -> Incoming:
    draft, furniture = pair
    article, document = draft.article, draft.document
    signature = make_signature(document, furniture)
    sketch = Sketch(
        source=feed.id,
        keys=signature.keys,
        signature=signature.to_bytes(),
        paragraphs=draft.paragraphs,
        seen_at=int(now.timestamp()),
    )
    marks = find_wire_marks(feed, document.text, agencies)
    is_old = is_first and article.sort_at < now - timedelta(seconds=feed.first_poll_s)
    return Incoming(
        article=article,
        sketch=sketch,
        text_letters=signature.length,
        take=signature.take_number if signature.take else 0,
        take_kind=signature.take,
        is_agency=marks.is_own,
        agency=marks.agency,
        dateline=marks.dateline,
        state=STATE_OF_TAKE.get(signature.take, ArticleState.ACTIVE),
        wants_jobs=feed.extract != "off" and not is_old,
        known=draft.known,
    )


def store_each(connection: Connection, feed: FeedConfig, prepared: Prepared, now: datetime) -> Stored:
    """Store a document's entries in the caller's transaction, except those that cannot be stored.

    Stores all at once; if that fails, in halves, down to the failing entries. Raises ServiceError if the
    database is unreachable, or its ConflictError if the transaction should be retried.
    """
    if not prepared.items:
        return Stored(failed=prepared.failed)
    try:
        with savepoint(connection):
            new, changed = store(connection, feed, prepared, now)
            return Stored(tuple(new), tuple(changed), prepared.failed)
    except (ServiceError, DBAPIError):  # the whole transaction is lost
        raise
    except Exception as exc:
        items = prepared.items
        if len(items) == 1:
            log.exception("entry cannot be stored")
            return Stored(failed=(*prepared.failed, _failure(items[0].article, exc)))
    done = Stored(failed=prepared.failed)
    for half in (items[: len(items) // 2], items[len(items) // 2 :]):
        part = Prepared(tuple(i for i in half if i.known is None), tuple(i for i in half if i.known))
        done += store_each(connection, feed, part, now)
    return done


def store(
    connection: Connection, feed: FeedConfig, prepared: Prepared, now: datetime
) -> tuple[list[int], list[int]]:
    """Store a document's entries and jobs in the caller's transaction; returns new and changed ids."""
    stored = article_store.add_articles(connection, feed.id, prepared.new, now)
    changed = article_store.add_versions(connection, prepared.changed, now)
    jobs = [
        job
        for article_id, item in stored
        if item.wants_jobs
        for job in jobs_for(article_id, item.article.url, feed.extract_kinds, is_wire=bool(item.agency))
    ]
    job_store.add_jobs(connection, jobs, now)
    pages = page_kinds()
    notices.note_new(connection, feed.id, stored, now, {job.article for job in jobs if job.kind in pages})
    urgent = notices.note_edits(connection, changed, now)
    if feed.extract == "new":
        reread_store.plan(connection, changed, now)
        reread_store.hasten(connection, urgent, now)
    elif feed.extract == "new+updated":
        job_reruns.rerun(connection, changed, now)
    new = [article_id for article_id, _ in stored]
    note_store.note_articles(connection, now, new, changed)
    return new, changed
