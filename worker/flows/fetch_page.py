"""An article's page: leave of its host and of each site's robots.txt on the way, then one GET."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from worker.errors import BlockedAddress, FetchError, PermanentFetchError, TransientFetchError
from worker.fetch import PAGE_ACCEPT
from worker.flows import host_access, retries
from worker.flows.host_access import HostClosed, HostPermit
from worker.flows.services import Services
from worker.records import Config, Extraction, FeedConfig, Fetched, FetchRequest, HostRule, NotModified
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store.feeds import host_of, ports_of
from worker.store.jobs import RunningJob

CLOSED_S = 60.0  # the shortest wait for a host that a redirect leads to
MAX_SLOT_WAIT_S = 3.0
MAX_BYTES = 10 * 1024 * 1024
LONGEST_JOB_S = 300.0
JUST_FETCHED = "robots.txt was just fetched"


@dataclass(frozen=True, slots=True)
class PageJob:
    """A claimed job with the config it runs under."""

    job: RunningJob
    feed: FeedConfig
    service: Config
    rule: HostRule

    @property
    def url(self) -> str:
        """Of the article."""
        return self.job.url or ""


class RetryLater(Exception):  # noqa: N818 - no error: the job goes back
    """The job cannot start yet; it is worth trying again after `wait_s` seconds.

    `is_attempt`: a request was sent, and could be sent for ever.
    """

    def __init__(self, wait_s: float, why: str, *, is_attempt: bool = False) -> None:
        super().__init__(why)
        self.wait_s = wait_s
        self.is_attempt = is_attempt


class _Refused(Exception):  # noqa: N818 - no error: an answer
    """A site's robots.txt does not allow it."""


def fetch(services: Services, errand: PageJob) -> Fetched | Extraction:
    """The page, or the refusal that robots.txt amounts to. Raises FetchError, or Later for a busy host."""
    way = _PageRequest(services, errand)
    answer = _try(services, errand, way) or _try(services, errand, way)  # after robots.txt, a slot of its own
    if answer is None:
        raise RetryLater(errand.rule.delay_s, JUST_FETCHED)
    if isinstance(answer, NotModified):
        raise PermanentFetchError("304 without a validator sent", url=errand.url, status=304)
    return answer


def _try(
    services: Services, errand: PageJob, way: "_PageRequest"
) -> Fetched | NotModified | Extraction | None:
    """The answer; None when the host was asked for its robots.txt instead."""
    leave = _ask_leave(services, errand)
    with host_access.held(services, leave, errand.service, at_most_s=LONGEST_JOB_S) as enter:
        try:
            if way.asks_first(errand.url, lambda: host_access.start(services, leave, errand.rule)):
                return None
            host_access.start(services, leave, errand.rule)
            way.set_out(errand.url)
            return services.fetcher.fetch(_request(errand), enter, way.follow)
        except _Refused as exc:
            return Extraction("refused", str(exc))
        except HostClosed as exc:
            raise RetryLater(max(exc.wait_s, CLOSED_S), str(exc)) from exc
        except FetchError as exc:
            if _is_refusal(exc):
                return Extraction("refused", str(exc))
            _keep_away(services, errand, exc)
            raise


def _is_refusal(exc: FetchError) -> bool:
    """Whether the site works as it should, and what it gives is no page for us: nothing is to be mended."""
    is_document = isinstance(exc, PermanentFetchError) and exc.status == 200  # too large, unreadable
    return is_document or isinstance(exc, BlockedAddress)


def _ask_leave(services: Services, errand: PageJob) -> HostPermit:
    job = errand.job
    leave = host_access.ask(
        services,
        host_of(errand.url),
        errand.rule,
        job.lease,
        lambda connection: job_store.holds(connection, job.id, job.lease),
        max_wait_s=MAX_SLOT_WAIT_S,
    )
    if leave is None:
        raise RetryLater(0.0, "the lease was lost")
    if not isinstance(leave, HostPermit):
        raise RetryLater(leave.wait_s, leave.why)
    return leave


@dataclass(slots=True)
class _PageRequest:
    """The way to a page, redirects included: robots.txt is asked at each step, a turn taken at each host."""

    services: Services
    errand: PageJob
    hosts: set[str] = field(default_factory=set)
    crawl_delays_s: dict[str, float] = field(default_factory=dict)

    def asks_first(self, url: str, start: Callable[[], None] = lambda: None) -> bool:
        """Whether the site was asked for its robots.txt just now, so that the page is another request.

        `start` is called before it is asked. Raises _Refused or Later when the URL may not be asked for, or
        not now.
        """
        errand, host = self.errand, host_of(url)
        ports = ports_of(errand.feed.url)
        verdict, was_asked = self.services.robots.check(url, errand.service, ports, start)
        if verdict.is_temporary:
            raise TransientFetchError(verdict.reason, url=url, fault=verdict.fault)
        if not verdict.allowed:
            raise _Refused(verdict.reason)
        if verdict.crawl_delay_s and host not in self.hosts:
            self._take_turn(host, verdict.crawl_delay_s, is_page=not was_asked)
        if not was_asked:
            self.hosts.add(host)
        return was_asked

    def set_out(self, url: str) -> None:
        """The request is sent now: the crawl delay counts from here, however long ago the turn was taken."""
        host = host_of(url)
        if delay_s := self.crawl_delays_s.get(host):
            with self.services.db.write() as connection:
                until = self.services.clock() + timedelta(seconds=delay_s)
                host_store.extend_page_turn(connection, host, until)

    def follow(self, url: str) -> None:
        """As `asks_first`, for where a redirect leads: its host has no second slot, so the job goes back."""
        if self.asks_first(url):
            delay_s = self.errand.service.host_rule(host_of(url)).delay_s
            raise RetryLater(delay_s, JUST_FETCHED, is_attempt=True)  # each time it may lead to another site

    def _take_turn(self, host: str, delay_s: float, *, is_page: bool) -> None:
        now = self.services.clock()
        self.crawl_delays_s[host] = delay_s
        with self.services.db.write() as connection:
            until = host_store.take_page_turn(connection, host, now, delay_s)
        if until is None and is_page:
            return
        wait_s = delay_s if until is None else (until - now).total_seconds()
        raise RetryLater(wait_s, f"robots.txt asks for {delay_s:g} s between requests")


def _request(errand: PageJob) -> FetchRequest:
    return FetchRequest(
        url=errand.url,
        accept=PAGE_ACCEPT,
        timeout_s=errand.feed.timeout_s,
        max_bytes=MAX_BYTES,
        allow_private=errand.service.allow_private,
        contact=errand.service.contact,
        ports=ports_of(errand.feed.url),
    )


def _keep_away(services: Services, errand: PageJob, exc: FetchError) -> None:
    """Keep all polls and pages from a host that asked to wait, before its slot is free again."""
    host = host_of(exc.url or errand.url)
    if exc.status in (429, 503) and errand.service.host_rule(host).retry_after_scope == "host":
        now = services.clock()
        pause_s = retries.SERVER.pause_s(1, services.rng) or 0.0
        wait_s = retries.asked_wait_s(exc, now) or pause_s
        until = now + timedelta(seconds=wait_s)
        with services.db.write() as connection:
            host_store.cool_host(connection, host, until, f"host asked to wait: {exc}")
