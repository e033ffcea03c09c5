"""The page metadata stored for extractors that run without the page, as JSON values of bounded size."""

import re
from collections.abc import Mapping
from typing import Any

from worker.extract.page.page_facts import PageFacts

MAX_METAS = 60
MAX_CHARS = 500
MAX_LIST = 10
MAX_DEPTH = 3
MAX_ARTICLES = 3
# Meta names that describe an article; the others serve browsers, advertisers and analytics.
_METAS = re.compile(
    r"^(?:og|article|dc|dcterms|parsely|sailthru|cxenseparse|twitter)[.:]|date|time|author|byl|creator|site"
    r"|source|rights|copyright|publisher|section|category|language|robots|googlebot|application-name|keywords"
    r"|agency|distributor|provider|title|credit|content-language",
    re.IGNORECASE,
)
# Properties of schema.org articles that are read.
_PROPERTIES = frozenset(
    {
        "@type",
        "alternativeHeadline",
        "articleSection",
        "author",
        "copyrightHolder",
        "copyrightNotice",
        "creator",
        "creditText",
        "dateModified",
        "datePublished",
        "headline",
        "image",
        "inLanguage",
        "isAccessibleForFree",
        "name",
        "provider",
        "publisher",
        "sourceOrganization",
        "url",
    }
)


def pack_facts(facts: PageFacts, ends: list[str]) -> dict[str, Any]:
    """Returns the facts of a page as JSON values; `ends` are the closing lines removed from its text."""
    metas = [(name, value[:MAX_CHARS]) for name, value in facts.meta.items() if _METAS.search(name)]
    return {
        "meta": dict(metas[:MAX_METAS]),
        "links": {kind: facts.links[kind] for kind in ("canonical", "amphtml") if kind in facts.links},
        "articles": [_bounded(article) for article in facts.articles[:MAX_ARTICLES]],
        "title": facts.title[:MAX_CHARS],
        "headings": [text[:MAX_CHARS] for text in facts.headings],
        "bylines": [text[:MAX_CHARS] for text in facts.bylines],
        "times": list(facts.times),
        "lang": facts.lang[:MAX_CHARS],
        "captions": list(facts.captions),
        "notices": [text[:MAX_CHARS] for text in facts.notices],
        "ends": [text[:MAX_CHARS] for text in ends[:MAX_LIST]],
    }


def unpack_facts(marks: Mapping[str, Any]) -> PageFacts:
    """Restores the facts of a page from their stored form, as far as they were kept."""
    return PageFacts(
        meta=dict(marks.get("meta", {})),
        links=dict(marks.get("links", {})),
        articles=list(marks.get("articles", [])),
        values=list(marks.get("articles", [])),
        title=marks.get("title", ""),
        headings=tuple(marks.get("headings", ())),
        bylines=tuple(marks.get("bylines", ())),
        times=tuple(marks.get("times", ())),
        lang=marks.get("lang", ""),
        captions=tuple(marks.get("captions", ())),
        notices=tuple(marks.get("notices", ())),
    )


def _bounded(value: Any, depth: int = MAX_DEPTH) -> Any:
    if isinstance(value, str):
        return value[:MAX_CHARS]
    if isinstance(value, list):
        return [_bounded(part, depth - 1) for part in value[:MAX_LIST]] if depth else []
    if isinstance(value, dict):
        kept = [(key, part) for key, part in value.items() if key in _PROPERTIES]
        return {key: _bounded(part, depth - 1) for key, part in kept} if depth else {}
    return value
