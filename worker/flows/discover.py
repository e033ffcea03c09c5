"""Find the feeds of a site: those linked by its page, else at well-known paths; at most a few requests."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from worker.errors import FetchError, ParseError
from worker.fetch import FEED_ACCEPT, PAGE_ACCEPT
from worker.fetch.url import ports_of
from worker.flows.polite_client import PoliteClient
from worker.parse import ParsePool, find_page_feeds
from worker.records import Article, FeedLink, Fetched, ParsedFeed

# The feed paths of WordPress, Jekyll, Hugo, Ghost, and hand-made sites.
WELL_KNOWN = ("/feed/", "/feed.xml", "/index.xml", "/rss/", "/atom.xml")
MAX_LINKED = 6  # the maximum number of linked feeds that are fetched
ENTRIES_SHOWN = 3
ID_MAX = 60
ACCEPT = f"{PAGE_ACCEPT}, {FEED_ACCEPT}"
PATH_WORDS = {"feed", "feeds", "rss", "atom", "xml", "json", "index", "news", "en"}  # that name no outlet
COMMON_LABELS = {"www", "feeds", "feed", "rss", "m", "en", "news"}
# second-level labels under which names are registered, as in example.co.uk and example.or.kr
SECOND_LEVEL = {"co", "com", "org", "or", "net", "ne", "ac", "go", "gov", "edu", "re", "pe"}


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed of a site, described by its document."""

    id: str  # proposed
    url: str
    title: str | None
    lang: str | None
    entries: int
    newest_at: datetime | None
    last: tuple[Article, ...]
    source: str  # "link" | "well-known" | "itself"
    is_known: bool = False  # already in the config


@dataclass(frozen=True, slots=True)
class Discovery:
    """The found feeds, and one line for each requested URL that is not a feed."""

    feeds: tuple[FoundFeed, ...]
    notes: tuple[str, ...]
    requests: int


@dataclass
class DiscoveryTools(PoliteClient):
    """The dependencies of discovery: an HTTP client, the parser and a clock."""

    pool: ParsePool = field(kw_only=True)
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC), kw_only=True)

    def read(self, response: Fetched) -> ParsedFeed:
        """Parse a response as a feed. Raises ParseError."""
        kind = response.headers.get("content-type")
        return self.pool.read_feed(response.body, url=response.url, content_type=kind, now=self.clock())


def discover(tools: DiscoveryTools, url: str) -> Discovery:
    """The feeds of a site: the URL itself, else the linked feeds, else the first at a well-known path.

    Raises FetchError if the page cannot be fetched.
    """
    page = tools.get(url, ACCEPT)
    notes: list[str] = []
    try:
        found = [("itself", page.url, tools.read(page))]
    except ParseError:
        links = find_page_feeds(page.body, page.url, page.headers.get("content-type"))
        own = ports_of(url)
        found = list(_look_at(tools, "link", links[:MAX_LINKED], notes, own))
        if len(links) > MAX_LINKED:
            notes.append(f"{len(links) - MAX_LINKED} more feeds are linked and were not looked at")
        if not links:
            notes.append("the page names no feed; the usual places were tried")
            places = (FeedLink(urljoin(page.url, path)) for path in WELL_KNOWN)
            found = list(_first(_look_at(tools, "well-known", places, notes, own)))
    return Discovery(tuple(_describe(tools, found)), tuple(notes), tools.requests)


def _first(found: Iterator[tuple[str, str, ParsedFeed]]) -> Iterator[tuple[str, str, ParsedFeed]]:
    """At most one: where a feed is at one usual place, the others are copies of it."""
    for feed in found:
        yield feed
        return


def _look_at(
    tools: DiscoveryTools, source: str, links: Iterable[FeedLink], notes: list[str], ports: tuple[int, ...]
) -> Iterator[tuple[str, str, ParsedFeed]]:
    for link in links:
        try:
            response = tools.get(link.url, ACCEPT, ports)
            yield source, response.url, tools.read(response)
        except (FetchError, ParseError) as exc:
            notes.append(f"{link.url}: {exc}")


def _describe(tools: DiscoveryTools, found: list[tuple[str, str, ParsedFeed]]) -> Iterator[FoundFeed]:
    """Describe each feed once, with a unique id; its id from the config if it is already there."""
    known = {feed.url: feed.id for feed in tools.config.feeds}
    taken = set(known.values())
    urls: set[str] = set()
    for source, url, feed in found:
        if url in urls:
            continue
        urls.add(url)
        name = known.get(url) or propose_id(url, feed.title or "", taken)
        taken.add(name)
        newest = sorted(feed.articles, key=lambda article: article.sort_at, reverse=True)
        dated = [article.published_at for article in feed.articles if article.published_at]
        yield FoundFeed(
            name,
            url,
            feed.title,
            feed.lang,
            len(feed.articles),
            max(dated, default=None),
            tuple(newest[:ENTRIES_SHOWN]),
            source,
            is_known=url in known,
        )


def propose_id(url: str, title: str, taken: set[str]) -> str:
    """An id from the host name, with words of the title if it is taken; of an address from title or path."""
    labels = [label for label in (urlsplit(url).hostname or "feed").split(".") if label]
    if len(labels) > 1 and not labels[-1].isdigit():
        labels = labels[:-1]
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL:
        labels = labels[:-1]
    own = [label for label in labels if label not in COMMON_LABELS] or labels[-1:]
    words = [word for word in _slug(title).split("-") if word]
    if not words and _is_address(url):
        words = [word for word in _slug(urlsplit(url).path).split("-") if word not in {"", *PATH_WORDS}]
    base = _slug("-".join(words[:4] if words and _is_address(url) else own)) or "feed"
    words = [word for word in words if word not in base.split("-")]
    names = [base, "-".join([base, *words[:4]])[:ID_MAX].rstrip("-")]
    numbered = (f"{names[-1]}-{number}" for number in range(2, 1000))
    return next(name for name in (*names, *numbered) if name not in taken)


def _is_address(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return ":" in host or host == "localhost" or host.rpartition(".")[2].isdigit()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:ID_MAX].rstrip("-")
