"""Finds the URLs of a page: its host, its canonical URL and its main image."""

import re
from urllib.parse import urljoin, urlsplit

from worker.extract.page.page_facts import PageFacts

MAX_URL_CHARS = 2_048
_HOST_NOISE = re.compile(r"^(?:(?:www\d?|m|mobile|amp|edition)\.)+")
# Second-level domains under which country registries assign names: co.kr, com.au, or.jp.
_SHARED_SUFFIX = re.compile(r"^(?:ac|co|com|edu|go|gob|gov|gouv|ne|net|or|org)\.[a-z]{2}$")


def bare_host(url: str) -> str:
    """Returns the host of a URL in lower case, without `www.`, `m.` or `amp.`."""
    try:
        return _HOST_NOISE.sub("", (urlsplit(url).hostname or "").lower())
    except ValueError:
        return ""


def host_label(host: str) -> str:
    """Returns the registered name of a host without suffix: "courier" for news.courier.co.kr."""
    labels = host.split(".")
    below = 2 if _SHARED_SUFFIX.match(".".join(labels[-2:])) else 1
    return labels[-below - 1] if len(labels) > below else ""


def absolute_url(value: str | None, base: str) -> str | None:
    """Returns the resolved http(s) URL, or None."""
    if not value or len(value) > MAX_URL_CHARS:
        return None
    try:
        target = urljoin(base, value.strip())
        parts = urlsplit(target)
        is_sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return target if is_sound else None


def same_site(one: str, other: str) -> bool:
    """Whether two URLs have the same host or one is a subdomain of the other (suffixes as co.kr excluded)."""
    a, b = sorted((bare_host(one), bare_host(other)), key=len)
    return bool(a) and (a == b or (bool(host_label(a)) and b.endswith(f".{a}")))


def find_canonical(facts: PageFacts, url: str) -> str | None:
    """Returns the page's canonical URL if it is on the same site as `url` (or `url` is empty), else None.

    The site's front page is not accepted as the URL of an article.
    """
    for value in (facts.links.get("canonical"), facts.meta.get("og:url")):
        target = absolute_url(value, url)
        if target and (not url or (same_site(target, url) and (_has_path(target) or not _has_path(url)))):
            return target
    return None


def _has_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def find_image(facts: PageFacts, url: str) -> str | None:
    """Returns the URL of the main image, or None."""
    stated = facts.articles[0].get("image") if facts.articles else None
    if isinstance(stated, list):
        stated = stated[0] if stated else None
    if isinstance(stated, dict):
        stated = stated.get("url")
    return absolute_url(facts.meta.get("og:image") or (stated if isinstance(stated, str) else None), url)
