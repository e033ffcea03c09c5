"""Fetch an article's page: a permit for its host and robots.txt of each site on the way, then one GET."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from redis import RedisError

from worker.errors import BlockedAddress, FetchError, PermanentFetchError, ServiceError, TransientFetchError
from worker.fetch import PAGE_ACCEPT
from worker.fetch.fetch_state import DOCUMENT_STATUSES
from worker.fetch.robots import robots_request, robots_url
from worker.fetch.url import host_of, ports_of
from worker.flows import host_access, patience, retries
from worker.flows.host_access import HostBusy, HostPermit, RedirectHostBusy, host_wait_reason
from worker.flows.services import Services
from worker.queue_keys import KEY_PREFIX
from worker.records import Config, Extraction, FeedConfig, Fetched, FetchRequest, HostRule, NotModified
from worker.store import hosts as host_store
from worker.store import jobs as job_store
from worker.store.jobs import RunningJob
from worker.text.amounts import spell_s

CLOSED_S = 60.0  # the shortest retry delay for a busy host that a redirect leads to
MAX_SLOT_WAIT_S = 3.0
ROBOTS_TIMEOUT_S = 10.0
ROBOTS_HELD_S = 90  # a worker that died with its request no longer keeps the others from it
ROBOTS_WAIT_S = 2.0
MAX_BYTES = 10 * 1024 * 1024
LONGEST_JOB_S = 300.0
JUST_FETCHED = "robots.txt was just fetched"


@dataclass(frozen=True, slots=True)
class PageJob:
    """A claimed job with the config that it runs under."""

    job: RunningJob
    feed: FeedConfig
    config: Config
    rule: HostRule

    @property
    def url(self) -> str:
        """The URL of the article."""
        return self.job.url or ""


class RetryLater(Exception):  # noqa: N818 - no error: the job goes back
    """The job cannot start yet; it is worth trying again after `wait_s` seconds.

    `is_attempt`: a request was sent, and could be sent for ever.
    """

    def __init__(self, wait_s: float, why: str, *, is_attempt: bool = False) -> None:
        super().__init__(why)
        self.wait_s = wait_s
        self.is_attempt = is_attempt


class _Disallowed(Exception):  # noqa: N818 - not an error: a result
    """A site's robots.txt disallows a URL."""


def fetch(services: Services, page_job: PageJob) -> Fetched | NotModified | Extraction:
    """The page, whether it has not changed since it was read, or the refusal if robots.txt disallows it.

    Raises FetchError, or RetryLater if a host is busy.
    """
    request = _PageRequest(services, page_job)
    response = request.send() or request.send()  # after robots.txt, the page needs a slot of its own
    if response is None:
        raise RetryLater(page_job.rule.delay_s, JUST_FETCHED)
    return response


def _is_final(exc: FetchError) -> bool:
    """Whether the failure is final: the site works, but the response is not a usable page."""
    is_document = isinstance(exc, PermanentFetchError) and exc.status == 200  # too large, unreadable
    return is_document or isinstance(exc, BlockedAddress)


def _page(response: Fetched | NotModified) -> Fetched | NotModified:
    """The response, if its status is one of pages; others that succeed announce a page or replace it."""
    if isinstance(response, Fetched) and response.status not in DOCUMENT_STATUSES:
        message = f"{response.status} from {host_of(response.url)}"
        raise PermanentFetchError(message, url=response.url, status=response.status)
    return response


@dataclass(slots=True)
class _PageRequest:
    """The request for a page, redirects included; each hop needs robots.txt and the host's crawl delay."""

    services: Services
    page_job: PageJob
    hosts: set[str] = field(default_factory=set)
    crawl_delays_s: dict[str, float] = field(default_factory=dict)

    def send(self) -> Fetched | NotModified | Extraction | None:
        """The response; None if robots.txt was requested from the host instead."""
        page_job, services = self.page_job, self.services
        with self._acquire_permit() as permit:
            try:
                self._confirm(permit)
                if self.fetch_robots(page_job.url, permit):
                    return None
                permit.start()
                self._start_crawl_delay(host_of(page_job.url))
                follow, sending = partial(self.follow, permit), partial(self._sending, permit)
                return _page(services.fetcher.fetch(_request(page_job), permit.extend, follow, sending))
            except _Disallowed as exc:
                return Extraction("refused", str(exc))
            except RedirectHostBusy as exc:
                raise RetryLater(max(exc.wait_s, CLOSED_S), str(exc)) from exc
            except HostBusy as exc:
                raise RetryLater(exc.wait_s, str(exc)) from exc
            except FetchError as exc:
                if _is_final(exc):
                    return Extraction("refused", str(exc))
                _keep_away(services, page_job, exc)
                raise

    def _acquire_permit(self) -> HostPermit:
        page_job = self.page_job
        try:
            return host_access.acquire(
                self.services,
                page_job.config,
                host_of(page_job.url),
                page_job.job.lease,
                max_wait_s=MAX_SLOT_WAIT_S,
                at_most_s=LONGEST_JOB_S,
            )
        except HostBusy as exc:
            raise RetryLater(exc.wait_s, str(exc)) from exc

    def _confirm(self, permit: HostPermit) -> None:
        """Confirm the permit while the job's lease is held. Raises RetryLater.

        Only a host that asked to wait needs a write transaction, for its probe.
        """
        job = self.page_job.job
        with self.services.db.read() as connection:
            is_free = host_store.host_not_before(connection, permit.slot.host) is None
            if is_free and job_store.holds(connection, job.id, job.lease):
                return
        with self.services.db.write() as connection:
            try:
                permit.confirm(connection)
            except HostBusy as exc:
                raise RetryLater(exc.wait_s, str(exc)) from exc
            if job_store.holds(connection, job.id, job.lease):
                return
            permit.drop_probe(connection)
        raise RetryLater(0.0, "the lease was lost")

    def fetch_robots(self, url: str, permit: HostPermit, *, is_started: bool = False) -> bool:
        """Whether robots.txt was requested from the site just now, so that the page is another request.

        Starts the permit before the request, unless it is. Raises _Disallowed or RetryLater if the URL may
        not be requested, or not now.
        """
        host, robots = host_of(url), self.services.robots
        with robots.locked(url):
            verdict = robots.look_up(url)
            was_fetched = verdict is None
            if verdict is None:
                with self._asking_robots(url):
                    if not is_started:
                        permit.start()
                    response = self._request_robots(url, permit)
                    verdict = patience.store(self.services, lambda: robots.put(url, response))
        if verdict.is_temporary:
            raise TransientFetchError(verdict.reason, url=url, fault=verdict.fault)
        if not verdict.allowed:
            raise _Disallowed(verdict.reason)
        if verdict.crawl_delay_s and host not in self.hosts:
            self._take_turn(host, verdict.crawl_delay_s, is_page=not was_fetched)
        if not was_fetched:
            self.hosts.add(host)
        return was_fetched

    @contextmanager
    def _asking_robots(self, url: str) -> Iterator[None]:
        """Be the only worker that requests this robots.txt. Raises RetryLater if another one does."""
        key, redis = f"{KEY_PREFIX}robots:{robots_url(url)}", self.services.redis
        try:
            is_taken = not redis.set(key, self.page_job.job.lease, nx=True, ex=ROBOTS_HELD_S)
        except RedisError:
            is_taken = False  # the pacing of hosts says so
        if is_taken:
            raise RetryLater(ROBOTS_WAIT_S, "another worker requests its robots.txt")
        try:
            yield
        finally:
            with suppress(RedisError):
                redis.delete(key)

    def _request_robots(self, url: str, permit: HostPermit) -> Fetched | NotModified | FetchError:
        config = self.page_job.config
        request = robots_request(
            url,
            timeout_s=ROBOTS_TIMEOUT_S,
            allow_private=config.allow_private,
            contact=config.contact,
            ports=ports_of(self.page_job.feed.url),
        )
        try:
            return self.services.fetcher.fetch(request, permit.extend, sending=permit.sending)
        except FetchError as exc:
            return exc

    @contextmanager
    def _sending(self, permit: HostPermit, host: str) -> Iterator[None]:
        with permit.sending(host):
            yield
        self._start_crawl_delay(host)

    def _start_crawl_delay(self, host: str) -> None:
        """Start the crawl delay at send time, not when the slot was reserved."""
        if delay_s := self.crawl_delays_s.get(host):
            # without the database the turn that was taken counts, a little earlier
            with suppress(ServiceError), self.services.db.write() as connection:
                until = self.services.clock() + timedelta(seconds=delay_s)
                host_store.extend_page_turn(connection, host, until)

    def follow(self, permit: HostPermit, url: str) -> None:
        """Check a redirect's target; if its robots.txt had to be fetched, the job goes back.

        The page would be a second request, for which the permit of that host is not valid.
        """
        try:
            was_fetched = self.fetch_robots(url, permit, is_started=True)
        except RetryLater as later:  # what led here is requested again each time
            raise RetryLater(max(later.wait_s, CLOSED_S), str(later)) from later
        if was_fetched:
            delay_s = self.page_job.config.host_rule(host_of(url)).delay_s
            raise RetryLater(delay_s, JUST_FETCHED, is_attempt=True)  # each time it may lead to another site

    def _take_turn(self, host: str, delay_s: float, *, is_page: bool) -> None:
        now = self.services.clock()
        self.crawl_delays_s[host] = delay_s
        with self.services.db.write() as connection:
            until = host_store.take_page_turn(connection, host, now, delay_s)
        if until is None and is_page:
            return
        wait_s = delay_s if until is None else (until - now).total_seconds()
        raise RetryLater(wait_s, f"robots.txt asks for {spell_s(delay_s)} between requests")


def _request(page_job: PageJob) -> FetchRequest:
    kept = page_job.job.validators or {}
    return FetchRequest(
        url=page_job.url,
        etag=kept.get("etag"),
        last_modified=kept.get("last_modified"),
        validated_url=kept.get("url"),
        accept=PAGE_ACCEPT,
        timeout_s=page_job.feed.timeout_s,
        max_bytes=MAX_BYTES,
        allow_private=page_job.config.allow_private,
        contact=page_job.config.contact,
        ports=ports_of(page_job.feed.url),
    )


def _keep_away(services: Services, page_job: PageJob, exc: FetchError) -> None:
    """Store the back-off that a host asked for, for all polls and pages, before its slot is free again."""
    host = host_of(exc.url or page_job.url)
    if exc.status in (429, 503) and page_job.config.host_rule(host).retry_after_scope == "host":
        pause_s = retries.SERVER.pause_s(1, services.rng) or 0.0
        wait_s = retries.retry_after_s(exc, services.clock()) or pause_s

        def cool() -> None:
            now = services.clock()
            until = now + timedelta(seconds=wait_s)
            reason = host_wait_reason(host, until, now, exc.status, "a page")
            with services.db.write() as connection:
                host_store.cool_host(connection, host, until, reason)

        patience.store(services, cool)
