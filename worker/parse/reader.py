"""Parse one feed document into articles."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from worker.errors import ParseError
from worker.parse import known_items
from worker.parse.adapter import read_xml_feed
from worker.parse.documents import OpenedDocument, open_document
from worker.parse.explain import explain_document
from worker.parse.jsonfeed import read_json_feed
from worker.parse.known_items import Selection
from worker.parse.normalize import Context, normalize_entries
from worker.parse.raw import RawFeed
from worker.parse.text import title_to_text
from worker.parse.tracing import TracingLooseRecorder, TracingStrictRecorder
from worker.parse.wanted import select_wanted
from worker.parse.xmlread import HANDLER_FAULTS, PLAIN, Recorders
from worker.records import ParsedFeed, ReadItems
from worker.text.language import normalize_lang
from worker.text.zone_names import load_zone

MAX_TITLE = 500
TRACING = Recorders(TracingStrictRecorder, TracingLooseRecorder)


def read_feed(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    lang: str | None = None,
    timezone: str | None = None,
    now: datetime,
    explain: bool = False,
    known: ReadItems | None = None,
) -> ParsedFeed:
    """Return the articles of a feed document (RSS, Atom, RDF, CDF, JSON Feed), in document order.

    `url` is the final URL, for relative links; `lang` and `timezone` (an IANA name) are defaults for what the
    document does not declare; `now` bounds `sort_at`. With `explain` the result says where each value came
    from and what was not used. Entries of `known` items may be missing: those of the feed's last document,
    which was read with the same arguments and stored. Raises ParseError with a one-line message.
    """
    document = open_document(body, url=url, content_type=content_type)
    context = Context(url, now, load_zone(timezone), None, lang)
    pieces = None if explain else known_items.cut(document)
    if pieces and known and (unknown := known_items.select_unknown(pieces, known)):
        with suppress(ParseError):
            feed = _read(replace(document, text=unknown.text), context, unknown)
            if feed.items is not None:
                return feed
    everything = known_items.select_all(document.text, pieces) if pieces else None
    return _read(document, context, everything, explain=explain)


def _read(
    document: OpenedDocument, context: Context, selection: Selection | None, *, explain: bool = False
) -> ParsedFeed:
    """Read a document, of which items may have been skipped."""
    feed = _read_document(document, context.url, explain=explain)
    found = normalize_entries(feed, replace(context, feed_lang=feed.lang))
    return ParsedFeed(
        title=title_to_text(feed.title, MAX_TITLE) or None if feed.title else None,
        lang=normalize_lang(feed.lang.value) if feed.lang else None,
        articles=found.articles,
        entries=len(found.articles) + (len(selection.skipped) if selection else 0),
        hints=feed.hints,
        warnings=(*document.warnings, *feed.warnings, *found.warnings),
        complete=feed.is_complete,
        cut=feed.cut,
        explanation=explain_document(document, feed, found) if explain else None,
        items=known_items.record(selection, feed, found) if selection else None,
    )


def _read_document(document: OpenedDocument, url: str, *, explain: bool) -> RawFeed:
    """Read the entries of a document; raises ParseError if it has none because it is broken."""
    try:
        if document.kind == "json":
            feed = read_json_feed(document.text, url)
        else:
            feed = read_xml_feed(document.text, url, TRACING if explain else PLAIN)
    except HANDLER_FAULTS as exc:
        raise ParseError(f"the parser failed: {type(exc).__name__}") from exc
    if not feed.entries and not feed.is_complete:
        raise ParseError("broken before its first entry: " + "; ".join(feed.warnings)[:200])
    return feed


def read_wanted(
    body: bytes,
    include: Sequence[str],
    exclude: Sequence[str],
    *,
    url: str,
    content_type: str | None = None,
    lang: str | None = None,
    timezone: str | None = None,
    now: datetime,
    explain: bool = False,
    known: ReadItems | None = None,
) -> ParsedFeed:
    """As `read_feed`, with only the articles that the feed's patterns select; `entries` counts all."""
    feed = read_feed(
        body, url=url, content_type=content_type, lang=lang, timezone=timezone, now=now, explain=explain,
        known=known,
    )  # fmt: skip
    return replace(feed, articles=select_wanted(feed.articles, include, exclude))
