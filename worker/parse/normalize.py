"""Normalize raw entries into articles, within the limits of every stored article."""

import html
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from lxml.etree import LxmlError

from worker.parse.identity import Identifying, content_hash, entry_keys
from worker.parse.raw import RawEntry, RawFeed, RawText
from worker.parse.text import (
    INVISIBLE,
    TAG,
    clean_line,
    clean_text,
    drop_cdata,
    html_to_text,
    plain_to_line,
    title_to_text,
)
from worker.parse.urls import canonicalize_url, resolve_url
from worker.records import Article
from worker.text.dates import EARLIEST, is_day_first, read_date
from worker.text.invisible import drop_joiners
from worker.text.language import detect_language, normalize_lang

MAX_GUID = 2_048
MAX_TITLE = 1_000
TITLE_FROM_TEXT = 120
FULLER_BY = 40  # characters; a summary must be longer by more than a few words
MAX_CONTENTS = 3  # of an entry whose texts are compared
MAX_SUMMARY = 10_000
MAX_TEXT = 200_000
MAX_NAME = 500
MAX_TAGS = 50
MAX_TAG = 100
ENOUGH_TO_DETECT = 300  # characters from which the language is detected reliably
FUTURE_SLACK = timedelta(minutes=10)  # tolerance for publishers' clocks that run ahead
# raised by libraries on malformed values of one entry; only that entry is skipped
ENTRY_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    LxmlError,
)


@dataclass(frozen=True, slots=True)
class Context:
    """Properties shared by all entries of a document."""

    url: str
    now: datetime
    feed_zone: tzinfo | None
    feed_lang: str | None
    config_lang: str | None


def normalize_entries(feed: RawFeed, context: Context) -> tuple[tuple[Article, ...], list[str]]:
    """Return the articles in document order, and a warning for each entry that was skipped."""
    drafts: list[Article] = []
    warnings: list[str] = []
    for number, entry in enumerate(feed.entries, 1):
        try:
            drafts.append(_draft(entry, context))
        except ENTRY_FAULTS as exc:
            warnings.append(f"entry {number} was skipped: {type(exc).__name__}: {exc}"[:200])
    keys = entry_keys([_identifying(draft) for draft in drafts], [feed.link, context.url])
    shared = None if all(draft.lang for draft in drafts) else _shared_lang(drafts)
    articles = (
        replace(
            draft,
            entry_key=found.key,
            possible_keys=found.possible,
            guid=(draft.guid or "")[:MAX_GUID] or None,
            lang=_lang_of(draft, shared),
        )
        for draft, found in zip(drafts, keys, strict=True)
    )
    return tuple(articles), warnings


def _identifying(draft: Article) -> Identifying:
    return Identifying(
        draft.guid,
        draft.canonical_url,
        draft.title or "",
        draft.published_raw or "",
        draft.text or "",
        draft.published_at,
    )


def _draft(entry: RawEntry, context: Context) -> Article:
    """Return the article without its key, which depends on the other entries, and with its full guid."""
    base = entry.base or context.url
    url = next((u for u in (_article_url(link, base, context) for link in entry.links) if u), None)
    text = _fullest_text(entry)
    title = _title(entry.title) or (clean_line(text, TITLE_FROM_TEXT) if text else None)
    day_first = is_day_first(_declared_lang(entry, context))
    published_at, published_raw, published_from = _published(entry, context.feed_zone, day_first)
    updated = (read_date(value, context.feed_zone, day_first=day_first) for value in entry.updated)
    return Article(
        entry_key="",
        guid=_guid(entry.guid),
        url=url,
        canonical_url=canonicalize_url(url),
        title=title,
        summary=_to_text(entry.summary, MAX_SUMMARY),
        text=text,
        author=_author(entry.author),
        lang=_lang(entry, context, title, text),
        tags=_tags(entry.tags),
        published_at=published_at,
        updated_at=next((moment for moment in updated if moment), None),
        sort_at=_sort_at(published_at, context.now),
        content_hash=content_hash(title, text),
        published_raw=_line(published_raw, MAX_TAG),
        published_from=published_from,
        source_name=_line(entry.source_name, MAX_NAME),
        is_partial=entry.is_partial,
    )


def _guid(guid: str | None) -> str | None:
    """Return the guid as published, without invisible characters and surrounding white space."""
    return drop_joiners(INVISIBLE.sub("", guid)).strip() or None if guid else None


def _article_url(link: str, base: str, context: Context) -> str | None:
    """Return the URL of a link, or None if it is not one or leads to the feed itself."""
    url = resolve_url(link, base)
    return None if url is None or url.partition("#")[0] == context.url.partition("#")[0] else url


def _fullest_text(entry: RawEntry) -> str | None:
    """Return the longest text of an entry's contents, or its summary where that is clearly longer."""
    contents = sorted(entry.contents, key=lambda content: -len(content.value))[:MAX_CONTENTS]
    text = max((_to_text(content, MAX_TEXT) or "" for content in contents), key=len, default="")
    summary = _to_text(entry.summary, MAX_TEXT) or ""
    is_fuller = not text or len(summary) > len(text) + FULLER_BY
    return (summary if is_fuller else text) or None


def _to_text(text: RawText | None, limit: int) -> str | None:
    if text is None:
        return None
    words = html_to_text(text.value, limit) if text.is_html else clean_text(drop_cdata(text.value), limit)
    return words or None


def _title(title: RawText | None) -> str | None:
    if title is None:
        return None
    read = title_to_text if title.is_html else plain_to_line
    return read(title.value, MAX_TITLE) or None


def _published(
    entry: RawEntry, zone: tzinfo | None, day_first: bool | None
) -> tuple[datetime | None, str | None, str | None]:
    """Return the first parsable date, with its original text and element name."""
    for element, value in entry.published:
        moment = read_date(drop_cdata(value), zone, day_first=day_first)
        if moment:
            return moment, value, element
    first = entry.published[0] if entry.published else (None, None)
    return None, first[1], first[0]


def _sort_at(published_at: datetime | None, now: datetime) -> datetime:
    """Return the time to sort an article by: its date, limited to 1990 to ten minutes from now."""
    latest = now + FUTURE_SLACK
    return min(max(published_at or now, EARLIEST), latest)


def _shared_lang(drafts: list[Article]) -> str | None:
    """Return the language detected from all entries of a document; single short entries are unreliable."""
    return detect_language(" ".join(f"{d.title or ''} {(d.text or '')[:200]}" for d in drafts[:50]))


def _lang_of(draft: Article, shared: str | None) -> str | None:
    """Return the article's language; the document's for a short text without another script."""
    return draft.lang or detect_language(f"{draft.title or ''} {draft.text or ''}", shared)


def _declared_lang(entry: RawEntry, context: Context) -> str | None:
    """Return the first language tag declared by entry, feed or config, normalized."""
    tags = map(normalize_lang, (entry.lang, context.feed_lang, context.config_lang))
    return next((tag for tag in tags if tag), None)


def _lang(entry: RawEntry, context: Context, title: str | None, text: str | None) -> str | None:
    """Return the language declared by entry, feed or config or detected in a long text, else None."""
    declared = _declared_lang(entry, context)
    words = f"{title or ''} {text or ''}"
    if declared is None and len(words) <= ENOUGH_TO_DETECT:
        return None
    # blog software writes "en-US" when no language is configured
    return detect_language(words, declared)


def _line(value: str | None, limit: int) -> str | None:
    return title_to_text(value, limit) or None if value else None


def _author(value: str | None) -> str | None:
    """Return the names of authors on one line; markup that is escaped in them stays as it is written."""
    if not value:
        return None
    is_escaped = not TAG.search(value) and TAG.search(html.unescape(value)) is not None
    return (clean_line if is_escaped else title_to_text)(value, MAX_NAME) or None


def _tags(tags: list[str]) -> tuple[str, ...]:
    cleaned = (_line(tag, MAX_TAG) for tag in tags[:MAX_TAGS])
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))
