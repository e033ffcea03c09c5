"""One exchange with a feed's server: request, reply, and what the parser makes of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from worker.errors import BlockedAddress, ConfigError, FetchError, ParseError, ReadingEndedError
from worker.fetch import display_url
from worker.flows import requests
from worker.flows.host_access import HostClosed
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
)
from worker.schedule import wants_full_fetch


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one exchange brought; `url` is where the answer came from."""

    report: PollReport
    parsed: ParsedFeed | None = None
    url: str | None = None
    wire_bytes: int = 0
    fetch_s: float = 0.0
    parse_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Door:
    """The way to hosts and back: `enter` asks leave for one that a redirect leads to, or raises HostClosed.

    `leave` is called when a document or a 304 has come, before it is parsed.
    """

    enter: Callable[[str], None]
    leave: Callable[[], None]


def run(services: Services, config: FeedConfig, state: FeedState, service: Config, door: Door) -> Attempt:
    """One conditional GET and, if it brought a document, its articles."""
    started = time.monotonic()
    conditional = not wants_full_fetch(config, state, services.clock())
    try:
        request = requests.feed_request(config, state, service, conditional=conditional)
        conditional = bool(request.etag or request.last_modified)
        answer = services.fetcher.fetch(request, door.enter)
    except ConfigError as exc:  # a secret that is not there
        return Attempt(PollReport(Outcome.FAILED, error=exc.problems[0].message, may_be_ours=True))
    except FetchError as exc:
        return Attempt(_failure(exc, conditional), url=exc.url, fetch_s=time.monotonic() - started)
    except HostClosed as exc:
        report = PollReport(Outcome.DEFERRED, error=str(exc), wait_s=exc.wait_s, conditional=conditional)
        return Attempt(report, fetch_s=time.monotonic() - started)
    door.leave()
    report = PollReport(
        Outcome.NOT_MODIFIED,
        http_status=answer.status,
        headers=answer.headers,
        redirects=answer.redirects,
        conditional=conditional,
    )
    if isinstance(answer, NotModified):
        return Attempt(report, url=answer.url, wire_bytes=answer.wire_bytes, fetch_s=answer.elapsed_s)
    return _read(services, config, answer, report)


def _read(services: Services, config: FeedConfig, answer: Fetched, report: PollReport) -> Attempt:
    started = time.monotonic()
    parsed = None
    try:
        parsed = services.parse_pool.read_feed(
            answer.body,
            url=answer.url,
            content_type=answer.headers.get("content-type"),
            lang=config.lang,
            timezone=config.timezone,
            now=services.clock(),
            include=config.include,
            exclude=config.exclude,
        )
        report = replace(
            report,
            outcome=Outcome.UNCHANGED,
            entries=parsed.entries,
            hints=parsed.hints,
            complete=parsed.complete,
        )
    except ParseError as exc:
        error = f"{exc} ({display_url(answer.url)})"
        is_ended = isinstance(exc, ReadingEndedError)
        report = replace(report, outcome=Outcome.FAILED, error=error, reading_ended=is_ended)
    parse_s = time.monotonic() - started
    return Attempt(report, parsed, answer.url, answer.wire_bytes, answer.elapsed_s, parse_s)


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
