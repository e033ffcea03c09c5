"""Check the database and the origin's log after a storm over article pages."""

import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from tests.storms.origin import ONCE, RETRY_AFTER_S, Page, Request, World

EARLY_S = 0.15  # a request may be received slightly late, which makes the next one look early
STORE_S = 8.0  # from a response to the stored result: a kill in between explains a repeated request
UNDER_WAY_S = 0.6  # a request may be in transit when another receives Retry-After
OPEN = ("pending", "queued", "running", "failed")
LOST, TWICE = "entries lost", "entries stored twice"
JOBS_LOST, RESULTS_TWICE = "jobs lost", "results doubled"
EARLY, REQUESTS_TWICE = "requests early", "requests doubled"
KINDS = ("fulltext", "metadata", "credit", "facts")
EXTRA = ("/feed.xml", "/robots.txt")
# Expected end of each kind of page: status of its result, or "dead", and a part of the reason.
ENDS = {
    "good": ("ok", ""), "slow": ("ok", ""), "broken once": ("ok", ""), "busy once": ("ok", ""),
    "cut once": ("ok", ""), "members": ("ok", ""), "missing": ("dead", "404"), "gone": ("dead", "410"),
    "pdf": ("refused", "pdf"), "huge": ("refused", "MiB"), "shell": ("empty|refused", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kill:
    """A kill or another fault, in seconds of the monotonic clock.

    `hits_jobs` if it included an extraction process, `hits_feeds` if it included the poll worker.
    """

    at: float
    what: str
    hits_jobs: bool
    hits_feeds: bool = False
    ends_at: float = 0.0  # of a fault that lasts
    kind: str = "kills"

    def explains(self, request: Request) -> bool:
        """Whether it may have ended a request, or lost its result."""
        return request.at - EARLY_S <= max(self.at, self.ends_at) and self.at <= request.ended_at + STORE_S


@dataclass(slots=True)
class Stored:
    """Articles, jobs and results in the database."""

    articles: list[tuple[int, str]] = field(default_factory=list)  # id, URL
    jobs: list[tuple[int, str, str, str, str | None]] = field(default_factory=list)  # state, error last
    results: list[tuple[int, str, str, str, str, str | None, Any]] = field(default_factory=list)
    stories: list[tuple[int, int | None]] = field(default_factory=list)  # article and its story
    leads: list[tuple[int, int, int]] = field(default_factory=list)  # story, its lead, number of copies
    feeds: list[tuple[str, str, Any]] = field(default_factory=list)  # state and due time

    @property
    def open_jobs(self) -> int:
        """The number of jobs that have not ended."""
        return sum(state in OPEN for *_, state, _error in self.jobs)

    @property
    def wait_for_operator(self) -> bool:
        """Whether all remaining pages have failed and wait for their next attempt."""
        left = {state for _, kind, *_, state, _error in self.jobs if kind == "fulltext" and state in OPEN}
        return left == {"failed"}


def read_only_url(database: Path) -> str:
    """The URL by which a SQLite file is read without creating or changing it."""
    return f"sqlite:///file:{database}?mode=ro&uri=true"


def read(url: str, *, with_results: bool = True) -> Stored:
    """Read the database; returns an empty Stored if there is no schema yet or it does not respond."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:

            def rows(query: str) -> list[Any]:
                return [tuple(row) for row in connection.execute(text(query))]

            stored = Stored(
                rows("SELECT id, url FROM articles"),
                rows("SELECT article, kind, version, state, error FROM v_jobs"),
            )
            if with_results:
                stored.results = rows(
                    "SELECT article_id, kind, extractor, extractor_version, status, reason, payload "
                    "FROM extractions"
                )
                stored.stories = rows("SELECT id, story_id FROM articles")
                stored.leads = rows("SELECT id, lead_id, copies FROM stories WHERE merged_into IS NULL")
                stored.feeds = rows("SELECT id, status, next_due_at FROM feeds")
            return stored
    except (OperationalError, ProgrammingError):
        return Stored()
    finally:
        engine.dispose()


def _read(payload: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return found


@dataclass(slots=True)
class Reckoning:
    """Faults, one line each, and figures by name."""

    world: World
    requests: Sequence[Request]
    kills: Sequence[Kill]
    stored: Stored
    faults_of: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))  # by invariant
    figures: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)  # how often each thing happened that must not
    ends: Counter[str] = field(default_factory=Counter)
    shortest_s: dict[str, float] = field(default_factory=dict)
    lag_s: Callable[[float], float] = lambda _at: 0.0  # how late processes ran in the second before a time

    def __post_init__(self) -> None:
        """Run all checks."""
        pages = self._check_articles()
        self._check_jobs(pages)
        self._check_results(pages)
        by_site: dict[str, list[Request]] = defaultdict(list)
        for request in sorted(self.requests, key=lambda request: request.at):
            by_site[request.site].append(request)
        for site, requests in by_site.items():
            early = self.faults_of[4]
            early += self._check_robots(site, requests)
            early += self._check_pace(site, requests)
            early += self._check_waits(site, requests)
            for _, same in groupby(sorted(requests, key=lambda r: r.path), key=lambda r: r.path):
                early += self._check_repeats(list(same))

    @property
    def faults(self) -> list[str]:
        """All faults."""
        return [fault for number in sorted(self.faults_of) for fault in self.faults_of[number]]

    def _check_articles(self) -> dict[int, Page]:
        pages, seen = dict[int, Page](), Counter[Page]()
        for article, url in self.stored.articles:
            parts = urlsplit(url)
            page = self.world.page_of.get((parts.hostname or "", parts.path))
            if page is None:
                self.faults_of[1].append(f"article {article} was never published: {url}")
                continue
            pages[article] = page
            seen[page] += 1
        for page in self.world.page_of.values():
            if seen[page] != 1:
                self.broken[TWICE if seen[page] else LOST] += 1
                self.faults_of[1].append(f"{page.site}{page.path} is stored {seen[page]} times")
        return pages

    def _check_jobs(self, pages: dict[int, Page]) -> None:
        counts = Counter((article, kind) for article, kind, *_ in self.stored.jobs)
        leads = {lead for _, lead, _ in self.stored.leads} or set(pages)
        for article, page in pages.items():
            for kind in KINDS if self.world.is_extracted(page.site) else ():
                if counts[article, kind] > 1 or (article in leads and not counts[article, kind]):
                    self.broken[JOBS_LOST] += not counts[article, kind]
                    self.faults_of[3].append(
                        f"article {article} has {counts[article, kind]} jobs of kind {kind}"
                    )
        for article, kind, _version, state, error in self.stored.jobs:
            if state in OPEN:
                self.broken[JOBS_LOST] += 1
                self.faults_of[3].append(f"{kind} of article {article} is still {state}: {error}")
            elif state == "dead" and not error:
                self.faults_of[3].append(f"{kind} of article {article} is dead without a reason")
            elif state == "dead" and kind != "fulltext":
                self.faults_of[3].append(f"{kind} of article {article} is dead: {error}")

    def _check_results(self, pages: dict[int, Page]) -> None:
        found = Counter((article, kind, version) for article, kind, _, version, *_ in self.stored.results)
        for article, kind, version, state, error in self.stored.jobs:
            number = found.pop((article, kind, version), 0)
            if number != (state == "done"):
                self.broken[RESULTS_TWICE] += number > 1
                self.broken[JOBS_LOST] += state == "done" and not number
                self.faults_of[3].append(f"{kind} of article {article} is {state} and has {number} results")
            if state == "dead" and article in pages and kind == "fulltext":
                self._check_end(article, pages[article], "dead", error or "", "")
        self.broken[RESULTS_TWICE] += len(found)
        self.faults_of[3] += [
            f"{kind} of article {article} has a result without a job" for article, kind, _ in found
        ]
        for article, kind, _extractor, _version, status, reason, payload in self.stored.results:
            self.ends[f"{kind} {status}"] += 1
            if kind == "fulltext" and article in pages:
                self._check_end(article, pages[article], status, reason or "", payload)

    def _check_end(self, article: int, page: Page, status: str, reason: str, payload: str) -> None:
        wanted, says = ENDS[page.kind] if self.world.is_open(page) else ("refused", "robots.txt")
        if status == "dead":
            self.ends[f"fulltext dead ({page.kind})"] += 1
        if not re.fullmatch(wanted, status) or not re.search(says, reason):
            self.faults_of[3].append(
                f"article {article}, a page that is {page.kind}, ended {status}: {reason}"
            )
        elif status == "ok" and self.world.marker(page) not in (_read(payload).get("text") or ""):
            self.faults_of[3].append(f"article {article} has the text of another page")

    def _check_robots(self, site: str, requests: Sequence[Request]) -> Iterator[str]:
        robots = [request for request in requests if request.path == "/robots.txt"]
        self.figures["requests for robots.txt"] += len(robots)
        pages = [request for request in requests if request.path not in EXTRA]
        self.figures["requests for pages"] += len(pages)
        known_at = min((request.ended_at for request in robots), default=float("inf"))
        if pages and pages[0].at < known_at:
            yield f"{site}{pages[0].path} was requested before robots.txt was known"
        for request in pages:
            page = self.world.page_of.get((site, request.path))
            if page is None or not self.world.is_open(page):
                yield f"{site}{request.path} was requested, against robots.txt"

    def _check_repeats(self, same: Sequence[Request]) -> Iterator[str]:
        path = same[0].path
        if path == "/feed.xml":
            return
        page = self.world.page_of.get((same[0].site, path))
        name = "robots.txt" if page is None else "pages"
        for before, after in pairwise(same):
            if page is not None and page.kind in ONCE and before is same[0]:
                self.figures[f"{name} requested again because of an error"] += 1
            elif self._was_killed(before):
                self.figures[f"{name} requested again because of a kill"] += 1
            else:
                self.broken[REQUESTS_TWICE] += 1
                gap = f"{after.at - before.at:.1f} s after {before.ended_at - before.at:.1f} s"
                yield f"{before.site}{path} was requested again {gap}, without a kill or an error"

    def _was_killed(self, request: Request) -> bool:
        return any(kill.hits_jobs and kill.explains(request) for kill in self.kills)

    def _check_pace(self, site: str, requests: Sequence[Request]) -> Iterator[str]:
        yield from self._check_gaps(site, "", (r for r in requests if r.path != "/robots.txt"))
        if self.world.sites[site].crawl_delay_s:
            yield from self._check_gaps(
                site, " with Crawl-delay", (r for r in requests if r.path not in EXTRA)
            )
        moments = sorted((at, step) for r in requests for at, step in ((r.at, 1), (r.ended_at, -1)))
        under_way, most = 0, 0
        for _, step in moments:
            under_way += step
            most = max(most, under_way)
        self.figures["most at once of a host"] = max(self.figures["most at once of a host"], most)
        if most > self.world.concurrency:
            yield f"{site} had {most} requests at once, {self.world.concurrency} are allowed"

    def _check_gaps(self, site: str, note: str, requests: Iterable[Request]) -> Iterator[str]:
        delay_s = self.world.delay_s
        if note:
            delay_s = max(delay_s, self.world.sites[site].crawl_delay_s)
        name = f"{delay_s:g} s{note}"
        for before, after in pairwise(requests):
            gap_s = after.at - before.at
            self.shortest_s[name] = min(gap_s, self.shortest_s.get(name, gap_s))
            if gap_s < delay_s - EARLY_S - self.lag_s(before.at):
                self.broken[EARLY] += 1
                yield f"{site}{after.path} came {gap_s:.2f} s after {before.path}, not {name}"

    def _check_waits(self, site: str, requests: Sequence[Request]) -> Iterator[str]:
        """Report requests sent before a host's Retry-After has passed (RFC 9110 section 10.2.3)."""
        starts = [request.at for request in requests]
        for request in requests:
            if request.status != 503 or self._was_killed(request):
                continue
            after = bisect_left(starts, request.ended_at + UNDER_WAY_S)
            if after < len(starts) and starts[after] < request.ended_at + RETRY_AFTER_S - EARLY_S:
                waited_s = starts[after] - request.ended_at
                self.broken[EARLY] += 1
                yield f"{site}{requests[after].path} came {waited_s:.1f} s after 503, not {RETRY_AFTER_S} s"
