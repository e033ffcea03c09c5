"""The `metadata` extractor: combines the metadata of feed and page, each value with its source."""

from typing import Any

from worker.extract.page import byline_and_date
from worker.extract.page.jsonld import names_of, text_of
from worker.extract.page.page_facts import PageFacts
from worker.extract.page.stored_facts import unpack_facts
from worker.extract.page.titles import MAX_TITLE_CHARS
from worker.extract.page.visible_dates import read_stated, within_bounds
from worker.records import Extraction, ExtractorInput
from worker.text.dates import is_day_first
from worker.text.zone_names import load_zone

SCHEMA = "metadata/1"
MAX_AUTHORS = 10
MAX_SECTION_CHARS = 100
_MODIFIED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
)
_SECTION_METAS = ("article:section", "section", "category", "parsely-section", "dc.subject", "sailthru.tags")


def extract_metadata(given: ExtractorInput) -> Extraction:
    """Returns title, authors, times, language, site, section, image and canonical URL with their sources."""
    page, facts = given.page, unpack_facts(given.page.get("marks", {}))
    found: dict[str, tuple[Any, str | None]] = {
        "title": _first((_one_line(given.feed.title), "feed"), (page.get("title"), "page")),
        "authors": _authors(given, facts),
        "published_at": _published(given),
        "modified_at": _modified(given, facts),
        "lang": _first((page.get("lang"), "page"), (given.feed.lang, "feed")),
        "site": _first((page.get("site"), "page"), (given.feed.source, "feed")),
        "section": _section(given, facts),
        "image": _first((page.get("image"), "page")),
        "canonical_url": _first((page.get("canonical_url"), "page")),
    }
    payload = {"schema": SCHEMA, **{name: value for name, (value, _) in found.items()}}
    payload["published_raw"] = given.feed.published_raw or page.get("published_raw")
    payload |= {name: bool(page.get(name)) for name in ("is_paid", "noarchive")}
    payload["sources"] = {name: source for name, (value, source) in found.items() if value}
    return Extraction("ok" if payload["sources"] else "empty", None, payload)


def _first(*candidates: tuple[Any, str]) -> tuple[Any, str | None]:
    return next(((value, source) for value, source in candidates if value), (None, None))


def _one_line(text: str | None) -> str | None:
    return " ".join((text or "").split())[:MAX_TITLE_CHARS] or None


def _authors(given: ExtractorInput, facts: PageFacts) -> tuple[list[str], str | None]:
    stated = [name for article in facts.articles[:1] for name in names_of(article.get("author"))]
    people = [name for name in map(byline_and_date.clean_author, stated) if name]
    if people:
        return people[:MAX_AUTHORS], "json-ld"
    own, fed = given.page.get("author"), byline_and_date.clean_author(given.feed.author or "")
    name, source = _first((own, "page"), (fed, "feed"))
    return ([name] if name else []), source


def _published(given: ExtractorInput) -> tuple[str | None, str | None]:
    if given.feed.published_at:
        at = within_bounds(given.feed.published_at, given.feed.published_at)
        return (byline_and_date.to_utc(at), "feed") if at else (None, None)
    return given.page.get("published_at"), given.page.get("published_from")


def _modified(given: ExtractorInput, facts: PageFacts) -> tuple[str | None, str | None]:
    """Returns the time of the last change and its source; a time before publication is ignored."""
    stated = [(text_of(article.get("dateModified")), "json-ld") for article in facts.articles[:1]]
    stated += [(facts.meta.get(name), f"meta {name}") for name in _MODIFIED_METAS]
    since = given.published_at
    zone = load_zone(given.feed.timezone or given.page.get("timezone"))
    day_first = is_day_first(byline_and_date.find_declared_lang(facts) or given.feed.lang)
    for raw, source in stated:
        moment = read_stated(raw, zone, day_first=day_first)
        if moment and byline_and_date.is_credible(moment) and (since is None or moment >= since):
            return byline_and_date.to_utc(moment), source
    at = given.feed.updated_at
    return (byline_and_date.to_utc(at), "feed") if at and byline_and_date.is_credible(at) else (None, None)


def _section(given: ExtractorInput, facts: PageFacts) -> tuple[str | None, str | None]:
    stated = [(text_of(article.get("articleSection")), "json-ld") for article in facts.articles[:1]]
    stated += [(facts.meta.get(name), f"meta {name}") for name in _SECTION_METAS]
    stated += [(tag, "feed") for tag in given.feed.tags[:1]]
    value, source = _first(*[(value, source) for value, source in stated])
    return (value[:MAX_SECTION_CHARS] if value else None), source
