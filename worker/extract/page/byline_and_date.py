"""Finds author, publication date, paywall and noarchive flags of a page, each by a fixed order of sources."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from worker.extract.page.jsonld import ARTICLE_TYPES, names_of, text_of, types_of
from worker.extract.page.outlet_zone import zone_of_language, zone_of_outlet
from worker.extract.page.page_facts import PageFacts
from worker.extract.page.urls import MAX_URL_CHARS
from worker.extract.page.visible_dates import read_date_line, read_stated, within_bounds
from worker.records import Page
from worker.text.dates import EARLIEST, is_day_first
from worker.text.zone_names import load_zone

MAX_AUTHOR_CHARS = 200
# Meta names with the publication time (Open Graph, schema.org, Dublin Core, vendors).
_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dcterms.created",
    "shareaholic:article_published_time",
    "dc.date",
    "dc.date.created",
    "date",
    "article.published",
    "article_date_original",
    "ptime",
    "og:published_time",
    "og:pubdate",
    "originalpublicationdate",
    "displaydate",
)
_AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
)
_BY = re.compile(r"^(?:by|von|par|por|di|da|от|автор|글|글쓴이)\b\s*[:：]?\s*", re.IGNORECASE)
_DATED = re.compile(r"\s?[|·•]\s[^|·•]{0,40}\d[^|·•]{0,40}$")  # a byline may end with its date
_MAILED = re.compile(r"[^\s@]{1,60}@[^\s@]{1,60}\s\(([^()]{2,100})\)")  # RSS 2.0: address (name)
_NOT_A_NAME = re.compile(r"https?://|www\.|@|\d{3}|[{}<>]")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?([01]\d)[/-]?([0-3]\d)(?=[/_-])")
_UPLOADS = re.compile(r"/(?:uploads?|files?|images?|img|media|assets|static)(?:/|$)", re.IGNORECASE)
SHARED_WORDS = 0.5  # a headline that shares fewer of its words with the page's is of another article


@dataclass(frozen=True, slots=True)
class Published:
    """The publication time of a page, as parsed and as written, and the source it was found in."""

    at: datetime | None = None
    raw: str | None = None
    source: str | None = None


def find_author(facts: PageFacts) -> str | None:
    """Returns the author from JSON-LD, meta tags or an element marked as byline; never a URL."""
    candidates = [", ".join(names_of(article.get("author"))) for article in facts.articles[:1]]
    candidates += [facts.meta.get(name, "") for name in _AUTHOR_METAS]
    candidates += [text for text in facts.bylines if len(text) <= 100]
    for candidate in candidates:
        name = clean_author(candidate)
        if name:
            return name
    return None


def clean_author(text: str) -> str | None:
    """Returns a byline without its "By", or None if it is not a name."""
    if mailed := _MAILED.fullmatch(text.strip()):
        text = mailed[1]
    name = _DATED.sub("", _BY.sub("", " ".join(text.split()))).strip(" ,;:|·-—")
    if not name or len(name) > MAX_AUTHOR_CHARS or _NOT_A_NAME.search(name):
        return None
    return name


def find_page_zone(page: Page, facts: PageFacts) -> str | None:
    """Returns the IANA zone of naive times: the feed's, else that of the outlet's country; None for UTC."""
    return (
        page.timezone
        or zone_of_outlet(facts.title, facts.meta.get("og:site_name", ""), page.url)
        or zone_of_language(facts.lang, facts.meta.get("og:locale", ""))
    )


def find_declared_lang(facts: PageFacts) -> str:
    """Returns the language tag that the page declares, as written; empty if none."""
    return facts.lang or facts.meta.get("content-language") or facts.meta.get("og:locale") or ""


def find_published(page: Page, facts: PageFacts, now: datetime) -> Published:
    """Returns the feed's date, else that of JSON-LD, meta, URL, `time` element or visible line.

    Dates that are not credible, of other articles, or without a day are skipped.
    """
    if fed := within_bounds(page.published_at, now):
        return Published(fed.astimezone(UTC), None, "feed")
    zone = load_zone(find_page_zone(page, facts))
    lang = find_declared_lang(facts) or page.lang
    keys = ("datePublished", "dateCreated")
    articles = [article for article in facts.articles[:3] if not _is_other(article, page, facts)]
    stated = [(article.get(key), "json-ld") for key in keys for article in articles]
    stated += [(facts.meta.get(name), f"meta {name}") for name in _DATE_METAS]
    stated += [(_date_of_url(facts, page.url), "url")]
    stated += [(raw, "time") for raw in facts.times[:1]]
    for value, source in stated:
        raw = str(value) if isinstance(value, int | float) else text_of(value)
        moment = within_bounds(read_stated(raw, zone, day_first=is_day_first(lang)), now)
        if moment:
            return Published(_add_clock_time(moment, facts, zone, now), (raw or "")[:100], source)
    # English without region is written in both orders
    day_first = None if (lang or "").lower() == "en" else is_day_first(lang)
    for line in facts.dated:
        if moment := within_bounds(read_date_line(line, zone, day_first=day_first), now):
            return Published(moment, line[:100], "page")
    return Published()


def _is_other(article: dict[str, Any], page: Page, facts: PageFacts) -> bool:
    """Whether a JSON-LD article names both another URL and another headline than the page."""
    stated = text_of(article.get("url")) or text_of(article.get("mainEntityOfPage")) or article.get("@id")
    headline = _words(text_of(article.get("headline")) or text_of(article.get("name")) or "")
    own_paths = {_path_of(one) for one in (page.url, facts.links.get("canonical"), facts.meta.get("og:url"))}
    own_words = _words(" ".join((facts.title, *facts.headings, facts.meta.get("og:title", ""))))
    if not isinstance(stated, str) or not headline or not own_words:
        return False
    return _path_of(stated) not in own_paths and len(headline & own_words) < SHARED_WORDS * len(headline)


def _path_of(url: str | None) -> str:
    return re.sub(r"^[a-z]+://[^/?#]*|[?#].*", "", url or "", flags=re.IGNORECASE).strip("/").lower()


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _add_clock_time(moment: datetime, facts: PageFacts, zone: tzinfo | None, now: datetime) -> datetime:
    """Returns a date without clock time with that of a visible line of the same day, else unchanged."""
    if moment.time() != time.min:
        return moment
    for line in facts.dated:
        other = within_bounds(read_date_line(line, zone), now)
        if other and abs(other - moment) < timedelta(days=1):
            return other
    return moment


def _date_of_url(facts: PageFacts, url: str) -> str | None:
    for address in (url, facts.links.get("canonical", ""), facts.meta.get("og:url", "")):
        found = _URL_DATE.search(address[:MAX_URL_CHARS])
        if found and not _UPLOADS.search(address[: found.start()]):
            return f"{found[1]}-{found[2]}-{found[3]}"
    return None


def is_paid(facts: PageFacts) -> bool:
    """Whether the page declares a paywall (schema.org `isAccessibleForFree`, article:content_tier)."""
    if facts.meta.get("article:content_tier", "").lower() in {"locked", "paid"}:
        return True
    nodes = [node for node in facts.values if isinstance(node, dict) and types_of(node) & ARTICLE_TYPES]
    return any(_is_false(node.get("isAccessibleForFree")) for node in [*facts.articles, *nodes])


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower() in {"false", "no", "0"})


def has_noarchive(facts: PageFacts, robots_tag: str = "") -> bool:
    """Whether a robots meta tag or the `X-Robots-Tag` header field forbids storing a copy."""
    directives = (facts.meta.get(name, "") for name in ("robots", "googlebot", "googlebot-news"))
    return "noarchive" in re.split(r"[\s,:]+", " ".join((*directives, robots_tag)).lower())


def to_utc(moment: datetime | None) -> str | None:
    """Returns a datetime as RFC 3339 in UTC, or None."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def is_credible(moment: datetime) -> bool:
    """Whether a date is 1990 or later; the upper bound needs a clock and is checked by `within_bounds`."""
    return moment >= EARLIEST
