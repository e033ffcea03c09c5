"""Finds the headline of a page and the name of its outlet, and separates them if one line has both."""

import re

from worker.extract.page.jsonld import text_of
from worker.extract.page.page_facts import PageFacts
from worker.extract.page.urls import bare_host, host_label
from worker.records import Page
from worker.text.invisible import drop_invisible

MAX_TITLE_CHARS = 1_000
MAX_NAME_CHARS = 200
MAX_SITE_CHARS = 60
MAX_SITE_WORDS = 4  # limit for a name that is recognized by the host only
MAX_RUBRIC_WORDS = 3
MIN_KICKED_WORDS = 3  # a shorter headline below a kicker may be part of it
MIN_LABEL_CHARS = 4
SHARED_WORDS = 0.6  # minimum share of a heading's words that the page's head repeats
_SITE_METAS = ("og:site_name", "application-name", "al:ios:app_name", "twitter:app:name:iphone")
_SEPARATOR = re.compile(r"(?<!\s)\s++(?:(?:[|\u2013\u2014:»«·•]|-{1,2}|::|//|<|>)\s+|[|│»«]\s*)|[|│»«]\s*")
_HOST = re.compile(r"(?:[\w-]{1,40}\.){1,3}[a-z]{2,10}", re.IGNORECASE)


def find_site(facts: PageFacts, url: str) -> str | None:
    """Returns the outlet's name as stated by the page, else the host without prefixes such as `www.`."""
    for name in _SITE_METAS[:1]:
        if facts.meta.get(name):
            return facts.meta[name][:MAX_NAME_CHARS]
    for article in facts.articles:
        if publisher := text_of(article.get("publisher")):
            return publisher[:MAX_NAME_CHARS]
    for name in _SITE_METAS[1:]:
        if facts.meta.get(name):
            return facts.meta[name][:MAX_NAME_CHARS]
    return bare_host(url) or _site_of_title(facts)


def _site_of_title(facts: PageFacts) -> str | None:
    """Returns what the title element appends to a heading of the page, or None."""
    for heading in facts.headings:
        rest = facts.title.removeprefix(heading)
        cut = _SEPARATOR.match(rest)
        if cut and rest != facts.title and len(rest) <= MAX_SITE_CHARS:
            return rest[cut.end() :].strip() or None
    return None


def find_title(page: Page, facts: PageFacts, site: str | None) -> str | None:
    """Returns the feed's title, else the page's heading, JSON-LD headline, `og:title` or title element."""
    if page.feed_title and page.feed_title.strip():
        return _one_line(page.feed_title)[:MAX_TITLE_CHARS]
    names = site_names(facts, site, page.url)
    stated = text_of(facts.articles[0].get("headline")) if facts.articles else None
    head_titles = [
        strip_site(text or "", names) for text in (stated, facts.meta.get("og:title"), facts.title)
    ]
    heading = _best_heading(facts, names, head_titles)
    candidates = (_without_kicker(strip_site(heading or "", names), head_titles), *head_titles)
    return next((title[:MAX_TITLE_CHARS] for title in candidates if title), None)


def _best_heading(facts: PageFacts, names: frozenset[str], head_titles: list[str]) -> str | None:
    """Returns the first h1 whose words the page's head repeats, else the only h1; never the outlet's name."""
    own_names = names | _outer_name(facts.title)
    headings = [_one_line(text) for text in facts.headings]
    headings = [text for text in headings if squeeze(text) and squeeze(text) not in own_names]
    words = _words(" ".join(head_titles))
    for heading in headings:
        own = _words(heading)
        if len(own & words) >= SHARED_WORDS * len(own) and len(own & words) >= min(3, len(words)):
            return heading
    # JSON-LD and Open Graph agree on another headline
    is_agreed = squeeze(head_titles[0]) == squeeze(head_titles[1]) != ""
    alone = headings[0] if len(headings) == 1 and not is_agreed else ""
    return alone if len(alone.split()) > 1 or _words(alone) <= words else None


def _outer_name(title: str) -> set[str]:
    """Returns the last part of a title element if it is shorter than the others, as outlet names are."""
    *inner, last = _SEPARATOR.split(title)
    longest = max((len(part.split()) for part in inner), default=0)
    return {squeeze(last)} if len(last.split()) < longest else set()


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _without_kicker(heading: str, head_titles: list[str]) -> str:
    """Returns a heading without its kicker if the page's head states it that way."""
    for text in head_titles:
        if len(text.split()) >= MIN_KICKED_WORDS and heading.casefold().endswith(text.casefold()):
            return heading[-len(text) :]
    return heading


def site_names(facts: PageFacts, site: str | None, url: str) -> frozenset[str]:
    """Returns the normalized names of the outlet: from the page, and from the hosts of its URLs."""
    hosts = {
        bare_host(address)
        for address in (url, facts.links.get("canonical", ""), facts.meta.get("og:url", ""))
    }
    if site and _HOST.fullmatch(site):
        hosts.add(bare_host(f"//{site}"))
    labels = {host_label(host) for host in hosts}
    return frozenset(squeeze(name) for name in {site or "", *hosts, *labels} if name)


def strip_site(title: str, names: frozenset[str]) -> str:
    """Returns the title without the outlet's name at either end, and without sections before the name."""
    text = _one_line(title)
    cuts = list(_SEPARATOR.finditer(text))
    for index, cut in enumerate(cuts):
        if _is_site(text[cut.end() :], names, is_last=index == len(cuts) - 1):
            return _strip_rubrics(text[: cut.start()], cut[0])
    for cut in cuts:
        if _is_site(text[: cut.start()], names):
            return text[cut.end() :].strip()
    return text


def _is_site(part: str, names: frozenset[str], *, is_last: bool = False) -> bool:
    name = squeeze(part)
    if name in names or _HOST.fullmatch(part.strip()):
        return True
    labels = [label for label in names if len(label) >= MIN_LABEL_CHARS]
    is_short = is_last and len(part.split()) <= MAX_SITE_WORDS
    return is_short and any(name.startswith(label) or name.endswith(label) for label in labels)


def _strip_rubrics(text: str, separator: str) -> str:
    """Removes short parts at the end that are delimited by the same bar as the outlet's name."""
    parts = text.split(separator)
    while separator.strip() == "|" and len(parts) > 1 and len(parts[-1].split()) <= MAX_RUBRIC_WORDS:
        parts.pop()
    return separator.join(parts).strip()


def squeeze(name: str) -> str:
    """Returns a name in a form for comparison: lower case, no punctuation, no leading "The"."""
    return re.sub(r"\W+|^the\s", "", name.casefold())


def _one_line(text: str) -> str:
    return " ".join(drop_invisible(text).split())
