"""Fetch a feed: one request, its response, and the parsed document."""

import time
from dataclasses import dataclass, replace

from worker.errors import (
    BlockedAddress,
    ConfigError,
    FetchError,
    ParseError,
    ReadersBusyError,
    ReadingEndedError,
)
from worker.fetch import display_url
from worker.flows import requests
from worker.flows.host_access import HostBusy, HostPermit
from worker.flows.read_documents import document_digest
from worker.flows.services import Services
from worker.records import (
    Config,
    FeedConfig,
    FeedState,
    Fetched,
    NotModified,
    Outcome,
    ParsedFeed,
    PollReport,
    ReadItems,
)
from worker.schedule import wants_full_fetch

BUSY_S = 30.0  # until a document is requested again that no process was free to read


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one fetch; `url` is where the response came from.

    A feed's next poll is planned from the response: freshness counts from there (RFC 9111 section 4.2.3),
    and a worker that is busy storing does not poll its feeds less often. `received_s` is a time of the steady
    clock, as the clock of the database may be set before the result is stored.
    """

    report: PollReport
    parsed: ParsedFeed | None = None
    digest: bytes = b""  # of the document that was read
    url: str | None = None
    wire_bytes: int = 0
    fetch_s: float = 0.0
    parse_s: float = 0.0
    received_s: float | None = None  # None: no response


def run(
    services: Services, feed: FeedConfig, state: FeedState, config: Config, permit: HostPermit
) -> Attempt:
    """One conditional GET and, if it returned a document, its articles.

    The permit is started, extended for redirects, and released when a document or a 304 has been received,
    before the thread waits for its turn to read it.
    """
    started = time.monotonic()
    conditional = not wants_full_fetch(feed, state, services.clock())
    try:
        request = requests.feed_request(feed, state, config, conditional=conditional)
        conditional = bool(request.etag or request.last_modified)
        with services.turns.waiting():
            permit.start()
            response = services.fetcher.fetch(request, permit.extend, sending=permit.sending)
            received_s = services.steady_s()
            permit.release()
    except ConfigError as exc:  # a secret that cannot be used
        return Attempt(PollReport(Outcome.FAILED, error=exc.problems[0].message, may_be_ours=True))
    except FetchError as exc:
        return Attempt(_failure(exc, conditional), url=exc.url, fetch_s=time.monotonic() - started)
    except HostBusy as exc:
        report = PollReport(Outcome.DEFERRED, error=str(exc), wait_s=exc.wait_s, conditional=conditional)
        return Attempt(report, fetch_s=time.monotonic() - started)
    return replace(_evaluate(services, feed, state, response, conditional), received_s=received_s)


def _evaluate(
    services: Services,
    feed: FeedConfig,
    state: FeedState,
    response: Fetched | NotModified,
    conditional: bool,
) -> Attempt:
    """The attempt that got this response, whose document is read if it has one."""
    report = PollReport(
        Outcome.NOT_MODIFIED,
        http_status=response.status,
        headers=response.headers,
        redirects=response.redirects,
        conditional=conditional,
    )
    if isinstance(response, NotModified):
        url, wire_bytes, fetch_s = response.url, response.wire_bytes, response.elapsed_s
        return Attempt(report, url=url, wire_bytes=wire_bytes, fetch_s=fetch_s)
    return _read(services, feed, state, response, report)


def _read(
    services: Services, feed: FeedConfig, state: FeedState, response: Fetched, report: PollReport
) -> Attempt:
    started = time.monotonic()
    parsed, digest = None, document_digest(feed, response)
    try:
        parsed = services.read_documents.find(feed.id, digest, state.last_success_at)
        if parsed is None:
            known = services.read_documents.find_items(feed.id, digest, state.last_success_at)
            parsed = _parse(services, feed, response, known)
        report = replace(
            report,
            outcome=Outcome.UNCHANGED,
            entries=parsed.entries,
            cut=parsed.cut,
            hints=parsed.hints,
            complete=parsed.complete,
        )
    except ReadersBusyError as exc:  # no fault of the feed
        error = f"its document waits to be read: {exc} in this worker"
        report = replace(report, outcome=Outcome.DEFERRED, error=error, wait_s=BUSY_S)
    except ParseError as exc:
        error = f"{exc} ({display_url(response.url)})"
        is_ended = isinstance(exc, ReadingEndedError)
        report = replace(report, outcome=Outcome.FAILED, error=error, reading_ended=is_ended)
    parse_s = time.monotonic() - started
    return Attempt(report, parsed, digest, response.url, response.wire_bytes, response.elapsed_s, parse_s)


def _parse(services: Services, feed: FeedConfig, response: Fetched, known: ReadItems | None) -> ParsedFeed:
    with services.turns.waiting():
        return services.parse_pool.read_feed(
            response.body,
            url=response.url,
            content_type=response.headers.get("content-type"),
            lang=feed.lang,
            timezone=feed.timezone,
            now=services.clock(),
            include=feed.include,
            exclude=feed.exclude,
            known=known,
        )


def _failure(exc: FetchError, conditional: bool) -> PollReport:
    outcome = Outcome.FAILED
    if isinstance(exc, BlockedAddress):
        outcome = Outcome.BLOCKED
    elif exc.status == 410:
        outcome = Outcome.GONE
    return PollReport(
        outcome,
        http_status=exc.status,
        error=str(exc),
        headers=exc.headers,
        redirects=requests.as_redirects(exc.redirects),
        conditional=conditional,
        fault=exc.fault,
    )
