"""The `metadata` extractor: what feed and page say of an article, each value with its source."""

from typing import Any

from worker.extract.page import byline_and_date
from worker.extract.page.jsonld import names_of, text_of
from worker.extract.page.page_facts import PageFacts
from worker.extract.page.stored_facts import facts_of
from worker.extract.page.titles import MAX_TITLE_CHARS
from worker.extract.page.visible_dates import is_day_first, within_bounds
from worker.records import Extraction, ExtractorInput
from worker.text.dates import read_date
from worker.text.zone_names import load_zone

VERSION, SCHEMA = "2", "metadata/1"
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


def extract_metadata(material: ExtractorInput) -> Extraction:
    """Title, authors, times, language, site, section, image and canonical URL; `sources` names whence."""
    page, facts = material.page, facts_of(material.page.get("marks", {}))
    found: dict[str, tuple[Any, str | None]] = {
        "title": _first((_one_line(material.feed.title), "feed"), (page.get("title"), "page")),
        "authors": _authors(material, facts),
        "published_at": _published(material),
        "modified_at": _modified(material, facts),
        "lang": _first((page.get("lang"), "page"), (material.feed.lang, "feed")),
        "site": _first((page.get("site"), "page"), (material.feed.source, "feed")),
        "section": _section(material, facts),
        "image": _first((page.get("image"), "page")),
        "canonical_url": _first((page.get("canonical_url"), "page")),
    }
    payload = {"schema": SCHEMA, **{name: value for name, (value, _) in found.items()}}
    payload["published_raw"] = material.feed.published_raw or page.get("published_raw")
    payload |= {name: bool(page.get(name)) for name in ("is_paid", "noarchive")}
    payload["sources"] = {name: source for name, (value, source) in found.items() if value}
    return Extraction("ok" if payload["sources"] else "empty", None, payload)


def _first(*candidates: tuple[Any, str]) -> tuple[Any, str | None]:
    return next(((value, source) for value, source in candidates if value), (None, None))


def _one_line(text: str | None) -> str | None:
    return " ".join((text or "").split())[:MAX_TITLE_CHARS] or None


def _authors(material: ExtractorInput, facts: PageFacts) -> tuple[list[str], str | None]:
    stated = [name for article in facts.articles[:1] for name in names_of(article.get("author"))]
    people = [name for name in map(byline_and_date.clean_author, stated) if name]
    if people:
        return people[:MAX_AUTHORS], "json-ld"
    own, fed = material.page.get("author"), byline_and_date.clean_author(material.feed.author or "")
    name, source = _first((own, "page"), (fed, "feed"))
    return ([name] if name else []), source


def _published(material: ExtractorInput) -> tuple[str | None, str | None]:
    if material.feed.published_at:
        at = within_bounds(material.feed.published_at, material.feed.published_at)
        return (byline_and_date.to_utc(at), "feed") if at else (None, None)
    return material.page.get("published_at"), material.page.get("published_from")


def _modified(material: ExtractorInput, facts: PageFacts) -> tuple[str | None, str | None]:
    """When it was last changed, not before it was published."""
    stated = [(text_of(article.get("dateModified")), "json-ld") for article in facts.articles[:1]]
    stated += [(facts.meta.get(name), f"meta {name}") for name in _MODIFIED_METAS]
    since = material.published_at
    zone = load_zone(material.feed.timezone or material.page.get("timezone"))
    for raw, source in stated:
        moment = read_date(raw, zone, day_first=is_day_first(facts.lang))
        if moment and byline_and_date.is_credible(moment) and (since is None or moment >= since):
            return byline_and_date.to_utc(moment), source
    at = material.feed.updated_at
    return (byline_and_date.to_utc(at), "feed") if at and byline_and_date.is_credible(at) else (None, None)


def _section(material: ExtractorInput, facts: PageFacts) -> tuple[str | None, str | None]:
    stated = [(text_of(article.get("articleSection")), "json-ld") for article in facts.articles[:1]]
    stated += [(facts.meta.get(name), f"meta {name}") for name in _SECTION_METAS]
    stated += [(tag, "feed") for tag in material.feed.tags[:1]]
    value, source = _first(*[(value, source) for value, source in stated])
    return (value[:MAX_SECTION_CHARS] if value else None), source
