"""Normalize raw entries into articles, within the limits of every stored article."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from lxml.etree import LxmlError

from worker.parse.choices import CONFIG, DETECTED, Choices, write_sources
from worker.parse.identity import EntryKeys, Identifying, content_hash, entry_keys
from worker.parse.raw import RawEntry, RawFeed, Sourced
from worker.parse.text import INVISIBLE, drop_cdata, title_to_text
from worker.parse.texts import (
    MAX_NAME,
    MAX_TAG,
    choose_texts,
    choose_title,
    read_author,
    read_line,
    read_tags,
)
from worker.parse.urls import UNKNOWN_BASE, canonicalize_url, lacks_base, resolve_url
from worker.records import Article
from worker.text.amounts import count_of
from worker.text.dates import EARLIEST, is_day_first, read_date
from worker.text.invisible import drop_joiners
from worker.text.language import detect_language, normalize_lang

NO_BASE = f"relative, and {UNKNOWN_BASE}"
UNREADABLE = "not a readable date from 1990 on"
MAX_GUID = 2_048
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
    feed_lang: Sourced | None
    config_lang: str | None


@dataclass(frozen=True, slots=True)
class Normalized:
    """The articles of a document in its order, the choices made for each, a warning for each entry skipped.

    `numbers` are the articles' places in the document, from 1. `is_lang_shared` if an article's language was
    looked for in the texts of all.
    """

    articles: tuple[Article, ...]
    choices: tuple[Choices, ...]
    numbers: tuple[int, ...]
    warnings: tuple[str, ...]
    is_lang_shared: bool


def normalize_entries(feed: RawFeed, context: Context) -> Normalized:
    """Return the articles of a document; entries whose values cannot be read are skipped."""
    drafts: list[Article] = []
    choices: list[Choices] = []
    numbers: list[int] = []
    warnings: list[str] = []
    for number, entry in enumerate(feed.entries, 1):
        noted = Choices(dropped=list(entry.dropped))
        try:
            drafts.append(_draft(entry, context, noted))
        except ENTRY_FAULTS as exc:
            warnings.append(f"entry {number} was skipped: {type(exc).__name__}: {exc}"[:200])
        else:
            choices.append(noted)
            numbers.append(number)
    without = sum(any(value.reason == NO_BASE for value in noted.dropped) for noted in choices)
    if without:
        warnings.append(f"the links of {count_of(without, 'entry')} are relative: {UNKNOWN_BASE}")
    keys = entry_keys([_identifying(draft) for draft in drafts], [feed.link, context.url])
    is_lang_shared = not all(draft.lang for draft in drafts)
    shared = _shared_lang(drafts) if is_lang_shared else None
    known: dict[str, str] = {}  # one string for all entries with the same sources
    articles = []
    for draft, key, noted in zip(drafts, keys, choices, strict=True):
        lang = draft.lang or _detected_lang(draft, shared, noted)
        sources = write_sources(noted.taken)
        _note_identity(draft, key, noted)
        articles.append(
            replace(
                draft,
                entry_key=key.key,
                possible_keys=key.possible,
                guid=(draft.guid or "")[:MAX_GUID] or None,
                lang=lang,
                sources=known.setdefault(sources, sources),
            )
        )
    return Normalized(tuple(articles), tuple(choices), tuple(numbers), tuple(warnings), is_lang_shared)


def _identifying(draft: Article) -> Identifying:
    return Identifying(
        draft.guid,
        draft.canonical_url,
        draft.title or "",
        draft.published_raw or "",
        draft.text or "",
        draft.published_at,
    )


def _note_identity(draft: Article, key: EntryKeys, choices: Choices) -> None:
    """Note what the key is made of, and why it is not made of the guid."""
    choices.take("entry_key", f"({key.kind})", key.key)
    source, guid = choices.taken.get("guid", ("", ""))
    if len(draft.guid or "") > MAX_GUID:
        choices.drop("guid", source, guid, f"cut to {MAX_GUID:,} characters")
    if not guid or key.kind == "guid":
        return
    reason = "an older entry of the document has it, too"
    choices.drop(
        "entry_key", source, guid, reason if "guid" in key.shared else "it is the address of the site"
    )


def _draft(entry: RawEntry, context: Context, choices: Choices) -> Article:
    """Return the article without its key, which depends on the other entries, and with its full guid."""
    guid = _guid(entry.guid, choices)
    url = _article_url(entry, context, choices)
    text, summary = choose_texts(entry, choices)
    title = choose_title(entry.title, text, choices)
    declared = _declared_lang(entry, context, choices)
    zone, day_first = context.feed_zone, is_day_first(declared.value if declared else None)
    published_at, published_raw, published_from = _published(entry, zone, day_first, choices)
    return Article(
        entry_key="",
        guid=guid,
        url=url,
        canonical_url=canonicalize_url(url),
        title=title,
        summary=summary,
        text=text,
        author=read_author(entry.author, choices),
        lang=_lang(declared, title, text, choices),
        tags=read_tags(entry.tags, choices),
        published_at=published_at,
        updated_at=_updated(entry, zone, day_first, choices),
        sort_at=_sort_at(published_at, context.now, choices),
        content_hash=content_hash(title, text),
        published_raw=title_to_text(published_raw, MAX_TAG) or None if published_raw else None,
        published_from=published_from,
        source_name=read_line("source_name", entry.source_name, MAX_NAME, choices),
        is_partial=entry.is_partial,
    )


def _guid(guid: Sourced | None, choices: Choices) -> str | None:
    """Return the guid as published, without invisible characters and surrounding white space."""
    kept = drop_joiners(INVISIBLE.sub("", guid.value)).strip() if guid else ""
    if guid and kept:
        choices.take("guid", guid.source, guid.value)
    return kept or None


def _article_url(entry: RawEntry, context: Context, choices: Choices) -> str | None:
    """Return the URL of the first usable link that does not lead to the feed itself, or None."""
    base, found = entry.base or context.url, None
    for link in entry.links:
        url = None if found else resolve_url(link.value, base)
        if found:
            choices.drop("url", link.source, link.value, f"{choices.taken['url'][0]} comes first")
        elif url is None:
            reason = NO_BASE if lacks_base(link.value, base) else "not an address of a page (http, https)"
            choices.drop("url", link.source, link.value, reason)
        elif url.partition("#")[0] == context.url.partition("#")[0]:
            choices.drop("url", link.source, link.value, "the address of the feed itself")
        else:
            found = url
            choices.take("url", link.source, link.value)
    return found


def _published(
    entry: RawEntry, zone: tzinfo | None, day_first: bool | None, choices: Choices
) -> tuple[datetime | None, str | None, str | None]:
    """Return the first parsable date, with its original text and element name."""
    found: tuple[datetime | None, str | None, str | None] | None = None
    for kind, value, source in entry.published:
        if found:
            reason = f"{choices.taken['published_at'][0]} comes first"
            choices.drop("published_at", source, value, reason)
        elif moment := read_date(drop_cdata(value), zone, day_first=day_first):
            found = moment, value, kind
            choices.take("published_at", source, value)
        else:
            choices.drop("published_at", source, value, UNREADABLE)
    first = entry.published[0] if entry.published else None
    return found or (None, first.value if first else None, first.kind if first else None)


def _updated(
    entry: RawEntry, zone: tzinfo | None, day_first: bool | None, choices: Choices
) -> datetime | None:
    """Return the first parsable date of a change."""
    for date in entry.updated:
        if moment := read_date(date.value, zone, day_first=day_first):
            choices.take("updated_at", date.source, date.value)
            return moment
        choices.drop("updated_at", date.source, date.value, UNREADABLE)
    return None


def _sort_at(published_at: datetime | None, now: datetime, choices: Choices) -> datetime:
    """Return the time to sort an article by: its date, limited to 1990 to ten minutes from now."""
    latest = now + FUTURE_SLACK
    if published_at and published_at > latest:
        choices.drop("sort_at", *choices.taken["published_at"], "a date in the future is not sorted by")
    return min(max(published_at or now, EARLIEST), latest)


def _shared_lang(drafts: list[Article]) -> str | None:
    """Return the language detected from all entries of a document; single short entries are unreliable."""
    return detect_language(" ".join(f"{d.title or ''} {(d.text or '')[:200]}" for d in drafts[:50]))


def _detected_lang(draft: Article, shared: str | None, choices: Choices) -> str | None:
    """Return the article's language; the document's for a short text without another script."""
    words = f"{draft.title or ''} {draft.text or ''}"
    lang = detect_language(words, shared)
    if lang:
        choices.take("lang", DETECTED, words)
    return lang


def _declared_lang(entry: RawEntry, context: Context, choices: Choices) -> Sourced | None:
    """Return the first language tag declared by entry, feed or config, normalized."""
    config = Sourced(context.config_lang, CONFIG) if context.config_lang else None
    for declared in (entry.lang, context.feed_lang, config):
        tag = normalize_lang(declared.value) if declared else None
        if declared and tag:
            return Sourced(tag, declared.source)
        if declared:
            choices.drop("lang", declared.source, declared.value, "not a language tag")
    return None


def _lang(declared: Sourced | None, title: str | None, text: str | None, choices: Choices) -> str | None:
    """Return the language declared by entry, feed or config or detected in a long text, else None."""
    words = f"{title or ''} {text or ''}"
    if declared is None and len(words) <= ENOUGH_TO_DETECT:
        return None
    # blog software writes "en-US" when no language is configured
    lang = detect_language(words, declared.value if declared else None)
    if declared and lang == declared.value:
        choices.take("lang", declared.source, declared.value)
    elif lang:
        choices.take("lang", DETECTED, words)
        if declared:
            choices.drop("lang", declared.source, declared.value, "the text is in another script")
    return lang
