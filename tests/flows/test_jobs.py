"""Extraction jobs through the flow on the newsroom's real pages, one after another, with a settable clock."""

import dataclasses
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import Retry
from sqlalchemy import select, update

from tests.conftest import START_AT, Clock
from tests.newsroom import Newsroom, Server, serve
from tests.newsroom import server as newsroom_server
from tests.support.snapshot import Snapshot
from worker import tasks
from worker.errors import ExtractError, SandboxBrokenError, SandboxError
from worker.extract import installed
from worker.extract.registry import BUILT_IN
from worker.flows import extract, extraction, fetch_page, host_access, jobs, poll, reload, retries
from worker.flows.host_access import HostPermit
from worker.flows.services import Services
from worker.records import Config, FetchRequest, HostRule, PushKind
from worker.settings import Settings
from worker.store import claims as claim_store
from worker.store import config as config_store
from worker.store import dependent_jobs, job_reruns, listing, push_receivers, retried
from worker.store import events as event_store
from worker.store import feeds as feed_store
from worker.store import hosts as host_store
from worker.store import job_queue as relay_store
from worker.store import jobs as job_store
from worker.store.models import ArticleRow, ExtractionRow, Job, PushNote

PAGE = "fulltext"
FOLLOWERS = tuple(kind for kind in BUILT_IN if kind != PAGE)


@pytest.fixture(scope="module")
def publishing() -> Iterator[Server]:
    with serve(Newsroom(START_AT, pace=60.0)) as server:
        yield server


@pytest.fixture
def newsroom(publishing: Server) -> Server:
    """The newsroom, whose log of requests is empty."""
    publishing.requests.clear()
    return publishing


@pytest.fixture(scope="module")
def polled() -> dict[str, Snapshot]:
    """What is stored after every feed of the newsroom was polled once, for each kind of database."""
    return {}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, dict[str, str]]]:
    """Paths with a status and headers as the response instead of their page."""
    paths: dict[str, tuple[int, dict[str, str]]] = {}
    answer = newsroom_server._Handler._respond

    def answer_or_break(handler: newsroom_server._Handler, *, with_body: bool) -> None:
        if handler.path in paths:
            status, headers = paths[handler.path]
            handler._send(status, headers, b"")
        else:
            answer(handler, with_body=with_body)

    monkeypatch.setattr(newsroom_server._Handler, "_respond", answer_or_break)
    return paths


@pytest.fixture
def settings(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with one config file for all tests, since the database knows whose config is in force."""
    path = tmp_path_factory.getbasetemp() / "jobs.toml"
    return dataclasses.replace(settings, config=path)


@pytest.fixture
def services(services: Services, newsroom: Server, clock: Clock, polled: dict[str, Snapshot]) -> Services:
    """Services that have polled every feed of the newsroom once."""
    services.clock = clock
    config = Path(services.settings.config)
    config.write_text(newsroom.newsroom.feeds_toml(newsroom.base), encoding="utf-8")
    dialect = services.db.url.get_backend_name()
    if dialect in polled:
        polled[dialect].restore(services.db)
        return services
    reload.run(services)
    with services.db.write() as connection:
        claims = claim_store.claim_due(connection, clock.at, limit=50, lease_s=60, slots_of=lambda _: 9)
    for claim in claims:
        poll.run(services, claim.feed, claim.lease)
    polled[dialect] = Snapshot.take(services.db)
    newsroom.requests.clear()
    return services


def relay(services: Services) -> list[relay_store.QueuedJob]:
    """What the control tick would send now."""
    with services.db.write() as connection:
        return relay_store.queue_due(
            connection, services.clock(), limit=500, lease_s=60, slots_of=lambda _: 500
        )


def work(services: Services, job: relay_store.QueuedJob) -> dict[str, object]:
    """Run a job; returns the reason if it is dead."""
    try:
        return extract.run(services, job.id, kind=job.kind, article=job.article)
    except ExtractError as exc:
        return {"outcome": "dead", "error": str(exc)}


def rows(services: Services) -> dict[int, Job]:
    with services.db.read() as connection:
        return {row.id: row for row in connection.execute(select(Job.__table__))}


def urls(services: Services) -> dict[int, str]:
    with services.db.read() as connection:
        return {row.id: row.url for row in connection.execute(select(ArticleRow.id, ArticleRow.url))}


def path_of(services: Services, article: int) -> str:
    return "/" + urls(services)[article].split("/", 3)[3]


def host_of(services: Services, article: int) -> str:
    return urls(services)[article].split("/")[2].rpartition(":")[0]


def pick(services: Services) -> relay_store.QueuedJob:
    """The newest job with a page that may be fetched; the others remain queued."""
    due = sorted(relay(services), key=lambda job: -job.id)
    return next(job for job in due if job.kind == PAGE and "/members/" not in urls(services)[job.article])


def pick_alone(services: Services) -> relay_store.QueuedJob:
    """As `pick`, of a host without other jobs."""
    due = sorted(relay(services), key=lambda job: -job.id)
    hosts = Counter(host_of(services, job.article) for job in due)
    return next(
        job for job in due
        if hosts[host_of(services, job.article)] == 1 and "/members/" not in urls(services)[job.article]
    )  # fmt: skip


def results_of(services: Services) -> list[ExtractionRow]:
    with services.db.read() as connection:
        return list(connection.execute(select(ExtractionRow.__table__)))  # type: ignore[arg-type]


def sent(newsroom: Server, path: str) -> int:
    return sum(request.path == path for request in newsroom.requests)


def test_every_job_ends_done_with_text_or_refused_by_name(services: Services, newsroom: Server) -> None:
    """The text of pages is extracted; a page disallowed by robots.txt is refused without a request."""
    done = {job.article: work(services, job) for job in relay(services)}
    assert {answer["outcome"] for answer in done.values()} == {"done"}
    assert {row.state for row in rows(services).values() if row.kind == PAGE} == {"done"}
    results = {row.article_id: row for row in results_of(services) if row.kind == PAGE}
    assert set(results) == set(done)
    forbidden = {article for article, url in urls(services).items() if article in done and "/members/" in url}
    assert forbidden
    for article, result in results.items():
        if article in forbidden:
            assert result.status == "refused"
            assert "robots.txt" in result.reason
            assert sent(newsroom, path_of(services, article)) == 0
        else:
            assert (result.status, bool(result.payload["text"])) == ("ok", True)
            assert sent(newsroom, path_of(services, article)) == 1


def test_what_needs_no_network_follows_the_page_without_another_request(
    services: Services, newsroom: Server
) -> None:
    """Metadata, credit and facts wait for the page, then come of what was stored of it, in the same task."""
    first = relay(services)
    assert {job.kind for job in first} == {PAGE}
    ends = {job.article: work(services, job) for job in first}
    leads = {article for article, end in ends.items() if "then" in end}  # others are copies by their page
    assert len(leads) > 5
    assert all(set(ends[article]["then"]) == set(FOLLOWERS) for article in leads)  # type: ignore[arg-type]
    asked = Counter((one.host.partition(":")[0], one.path) for one in newsroom.requests)
    assert max(asked[host_of(services, article), path_of(services, article)] for article in leads) == 1
    assert relay(services) == []
    ended = Counter((row.article_id, row.kind) for row in results_of(services) if row.article_id in leads)
    assert ended == {(article, kind): 1 for article in leads for kind in (PAGE, *FOLLOWERS)}
    states = {(row.article_id, row.kind): row.state for row in rows(services).values()}
    assert {states[article, kind] for article in leads for kind in (PAGE, *FOLLOWERS)} == {"done"}


def test_what_comes_of_a_page_is_reported_and_found_by_the_search(services: Services) -> None:
    """Whichever way the kinds of a page are stored."""
    with services.db.write() as connection:
        push_receivers.put_receivers(connection, {"cms": [PushKind.EXTRACTION_DONE]})
    for job in relay(services):
        work(services, job)
    results = results_of(services)
    pages = [row for row in results if row.kind == PAGE and row.status == "ok"]
    with services.db.read() as connection:
        notes = connection.execute(select(PushNote.__table__)).all()  # type: ignore[arg-type]
        noted = Counter((note.article_id, note.details["kind"]) for note in notes)
        assert noted == {(row.article_id, row.kind): 1 for row in results}
        assert len(pages) > 5
        for page in pages:
            words = " ".join(page.payload["text"].split()[-3:])
            found = {row["id"] for row in listing.iter_articles(connection, search=words, limit=100)}
            assert page.article_id in found, words


def refuse_together(*_: object) -> None:
    """Reading a page and its kinds in one call breaks a limit, so they are made one after another."""
    raise SandboxError("it took longer than 30 s", may_pass=True)


def test_what_a_worker_leaves_behind_its_page_is_sent_again(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between the page and what follows: each kind is a job of its own, done once."""
    job = pick(services)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(services.extract_pool, "read_lead", refuse_together)
        dying.setattr(extract, "_follow_together", die)
        with pytest.raises(KeyboardInterrupt):
            work(services, job)
    assert [one for one in relay(services) if one.article == job.article] == []
    clock.advance(3600)
    left = [one for one in relay(services) if one.article == job.article]
    assert sorted(one.kind for one in left) == sorted(FOLLOWERS)
    assert [work(services, one)["outcome"] for one in left] == ["done"] * len(FOLLOWERS)
    kinds = Counter(row.kind for row in results_of(services) if row.article_id == job.article)
    assert kinds == dict.fromkeys((PAGE, *FOLLOWERS), 1)


def test_a_page_and_its_kinds_have_the_same_results_together_and_one_after_another(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inputs are the same to the last sign, so making the results again adds none."""
    made = {job.article for job in relay(services) if "then" in work(services, job)}
    before = {row.id: row.payload for row in results_of(services)}
    monkeypatch.setattr(services.extract_pool, "read_lead", refuse_together)
    clock.advance(60)
    with services.db.write() as connection:
        job_reruns.rerun(connection, sorted(made), clock.at)
    again = [work(services, job) for job in relay(services)]
    assert len(again) == len(made) > 5
    assert all(set(end["then"]) == set(FOLLOWERS) for end in again)  # type: ignore[call-overload]
    assert {row.id: row.payload for row in results_of(services)} == before


def test_a_kind_that_fails_behind_its_page_fails_alone(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and the other kinds are done; the failed one is tried again by itself."""
    job = pick(services)
    derive = services.extract_pool.derive_all

    def fail(kinds: Any, given: Any, now: Any) -> Any:
        if "credit" in kinds:
            raise SandboxError("its process died", may_pass=True)
        return derive(kinds, given, now)

    monkeypatch.setattr(services.extract_pool, "read_lead", refuse_together)
    monkeypatch.setattr(services.extract_pool, "derive_all", fail)
    end = work(services, job)
    assert end["outcome"] == "done"
    assert end["then"]["credit"] == "failed"  # type: ignore[index]
    states = {row.kind: row.state for row in rows(services).values() if row.article_id == job.article}
    assert states == {PAGE: "done", **dict.fromkeys(FOLLOWERS, "done"), "credit": "failed"}


def test_without_a_page_the_feed_s_text_is_enough(
    services: Services, broken: dict[str, tuple[int, dict[str, str]]]
) -> None:
    """The page is dead, so credit and facts come of the feed's own text, and the job says done."""
    job = pick(services)
    broken[path_of(services, job.article)] = (404, {})
    assert work(services, job)["outcome"] == "dead"
    following = [one for one in relay(services) if one.article == job.article]
    assert sorted(one.kind for one in following) == sorted(FOLLOWERS)
    assert {work(services, one)["outcome"] for one in following} == {"done"}
    facts = {row.kind: row.payload for row in results_of(services) if row.article_id == job.article}
    assert facts["metadata"]["sources"]["title"] == "feed"
    assert set(FOLLOWERS) == set(facts)


def test_while_a_page_is_tried_again_what_follows_it_waits(
    services: Services, broken: dict[str, tuple[int, dict[str, str]]]
) -> None:
    job = pick(services)
    broken[path_of(services, job.article)] = (503, {})
    assert work(services, job)["outcome"] == "failed"
    waiting = [row for row in rows(services).values() if row.article_id == job.article and row.kind != PAGE]
    assert {(row.state, row.next_attempt_at, row.error) for row in waiting} == {
        ("pending", None, "waits for the page")
    }


def test_a_backfill_does_old_articles_again_in_batches_behind_what_is_fresh(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version adds one job per old article; batches are due one after another, after fresh work."""
    monkeypatch.setattr(jobs, "BACKFILL_BATCH", 3)
    for _ in range(2):
        for job in relay(services):
            work(services, job)
    before = Counter(row.kind for row in rows(services).values())
    newer = dataclasses.replace(installed().extractors["credit"], version="99")
    monkeypatch.setitem(installed().extractors, "credit", newer)
    assert jobs.backfill(services, "credit", clock.at - timedelta(days=1)) == before["credit"]
    assert jobs.backfill(services, "credit", clock.at - timedelta(days=1)) == 0
    added = [row for row in rows(services).values() if row.extractor_version == "99"]
    assert {row.priority for row in added} == {0}
    assert len(relay(services)) == 3
    clock.advance(jobs.BACKFILL_EVERY_S)
    assert {work(services, job)["outcome"] for job in relay(services)} == {"done"}
    with pytest.raises(ExtractError, match="sentiment"):
        jobs.backfill(services, "sentiment", clock.at)


def test_robots_txt_is_asked_once_a_site_by_all_workers(services: Services, newsroom: Server) -> None:
    """What one worker learned is in SQL for the others."""
    jobs = relay(services)
    second = Services(services.settings, clock=services.clock)
    try:
        for number, job in enumerate(jobs):
            work(second if number % 2 else services, job)
    finally:
        second.close()
    asked = Counter(request.host for request in newsroom.requests if request.path == "/robots.txt")
    assert set(asked.values()) == {1}
    assert {host.rpartition(":")[0] for host in asked} == {host_of(services, job.article) for job in jobs}


def test_while_one_worker_requests_robots_txt_no_other_does(
    services: Services, newsroom: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a host may have two requests at once: the job of the second goes back without an attempt."""
    first, *others = relay(services)
    host = host_of(services, first.article)
    other = next(job for job in others if host_of(services, job.article) == host and job.kind == PAGE)
    second = Services(services.settings, clock=services.clock)
    answers: list[dict[str, object]] = []
    fetch = services.fetcher.fetch

    def slow(request: FetchRequest, *given: object, **more: object) -> object:
        if request.url.endswith("/robots.txt") and not answers:
            answers.append(work(second, other))
        return fetch(request, *given, **more)

    monkeypatch.setattr(services.fetcher, "fetch", slow)
    monkeypatch.setattr("worker.flows.host_access.acquire", two_at_once(host_access.acquire))
    try:
        assert work(services, first)["outcome"] == "done"
    finally:
        second.close()
    [answer] = answers
    assert (answer["outcome"], answer["why"]) == ("deferred", "another worker requests its robots.txt")
    assert [one.path for one in newsroom.requests if one.host.startswith(host)].count("/robots.txt") == 1
    assert rows(services)[other.id].attempts == 0


def two_at_once(acquire: Callable[..., HostPermit]) -> Callable[..., HostPermit]:
    """Permits as with `concurrency = 2` and no delay between the requests."""

    def allow(services: Services, config: Config, *given: object, **more: object) -> HostPermit:
        rule = HostRule("*", 2, 0.0)
        return acquire(services, dataclasses.replace(config, hosts=(rule,)), *given, **more)

    return allow


def test_a_crawl_delay_is_kept_between_all_requests_for_pages_of_a_host(
    services: Services, newsroom: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By all workers, from robots.txt on; a job that came too soon goes back without an attempt."""
    monkeypatch.setattr(newsroom_server, "ROBOTS", b"User-agent: *\nCrawl-delay: 30\n")
    second = Services(services.settings, clock=services.clock)
    second.extract_pool = services.extract_pool
    by_host: dict[str, list[relay_store.QueuedJob]] = {}
    for job in relay(services):
        by_host.setdefault(host_of(services, job.article), []).append(job)
    host, (first, other, *_) = max(by_host.items(), key=lambda item: len(item[1]))

    def pages() -> int:
        return sum(one.host.startswith(host) and one.path != "/robots.txt" for one in newsroom.requests)

    try:
        answer = work(services, first)
        assert (answer["outcome"], pages()) == ("deferred", 0), "robots.txt was the first request"
        assert "30 s between requests" in str(answer["why"])
        assert (work(second, other)["outcome"], pages()) == ("deferred", 0)
        clock.advance(61)  # the others fall out of the queue
        sent_now = [job for job in relay(services) if host_of(services, job.article) == host]
        assert len(sent_now) == 1, "no more is sent than may go"
        assert (work(services, sent_now[0])["outcome"], pages()) == ("done", 1)
        clock.advance(29)
        assert host not in {host_of(services, job.article) for job in relay(services) if job.kind == PAGE}
        clock.advance(2)
        [again] = [
            job for job in relay(services) if job.kind == PAGE and host_of(services, job.article) == host
        ]
        assert (work(second, again)["outcome"], pages()) == ("done", 2)
        assert {row.attempts for row in rows(services).values() if row.host == host} <= {0, 1}
    finally:
        del second.extract_pool
        second.close()


@pytest.mark.parametrize("allowed", [True, False])
def test_where_a_redirect_leads_robots_txt_is_asked_too(
    services: Services,
    newsroom: Server,
    clock: Clock,
    broken: dict[str, tuple[int, dict[str, str]]],
    allowed: bool,
) -> None:
    """A page that moved behind a forbidden path is refused like one that was always there."""
    job = pick(services)
    there = next(
        url for number, url in urls(services).items()
        if number != job.article and ("/members/" not in url) is allowed
    )  # fmt: skip
    broken[path_of(services, job.article)] = (301, {"Location": there})
    answer = work(services, job)
    if answer["outcome"] == "deferred":  # robots.txt of the other site was requested
        clock.advance(30)
        relay(services)
        answer = work(services, job)
    assert answer["outcome"] == "done"
    if allowed:
        assert answer["status"] != "refused"
    else:
        assert (answer["status"], "robots.txt" in str(answer["reason"])) == ("refused", True)
        assert sent(newsroom, "/" + there.split("/", 3)[3]) == 0


def test_a_page_that_leads_to_ever_new_sites_is_given_up(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """robots.txt of each new site must be fetched first; this does not continue without end."""

    def leads_on(*_: object) -> None:
        raise fetch_page.RetryLater(1.0, fetch_page.JUST_FETCHED, is_attempt=True)

    monkeypatch.setattr(services.fetcher, "fetch", leads_on)
    monkeypatch.setattr(fetch_page._PageRequest, "fetch_robots", lambda *_: False)
    job = pick(services)
    outcomes = []
    for _ in range(retries.MAX_ATTEMPTS + 1):
        outcomes.append(work(services, job)["outcome"])
        clock.advance(60)
        relay(services)
    assert outcomes == ["deferred"] * retries.MAX_ATTEMPTS + ["dead"]
    assert "given up" in rows(services)[job.id].error


def test_a_kind_that_nothing_makes_here_is_tried_again(
    services: Services, newsroom: Server, clock: Clock
) -> None:
    """Its plug-in may be about to be installed on this machine."""
    for job in relay(services):
        work(services, job)
    with services.db.write() as connection:
        article = connection.scalar(select(ArticleRow.id).limit(1))
        job_store.add_jobs(connection, [job_store.NewJob(article, "mood", "1", "")], clock.at)
    [mood] = [job for job in relay(services) if job.kind == "mood"]
    assert work(services, mood)["outcome"] == "failed"
    assert 'no extractor makes "mood"' in rows(services)[mood.id].error


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_not_there_kills_its_job_with_the_reason(
    services: Services, newsroom: Server, broken: dict[str, tuple[int, dict[str, str]]], status: int
) -> None:
    """One request, no retry; the monitor sees one line, and an event names the job."""
    job = pick(services)
    broken[path_of(services, job.article)] = (status, {})
    with pytest.raises(ExtractError, match=str(status)) as caught:
        extract.run(services, job.id, kind=job.kind, article=job.article)
    assert "\n" not in str(caught.value)
    assert f"article {job.article}, feed " in str(caught.value)
    assert str(caught.value).endswith(f"dead; run it again with: wireroom jobs retry {job.id}")
    row = rows(services)[job.id]
    assert (row.state, row.attempts, row.next_attempt_at) == ("dead", 1, None)
    assert str(status) in row.error
    assert "retry" not in row.error
    assert sent(newsroom, path_of(services, job.article)) == 1
    with services.db.read() as connection:
        told = event_store.recent_events(connection, services.clock(), 10)
    assert [kind for _, kind, _, _ in told].count("job.dead") == 1


def test_a_page_that_answers_503_is_tried_again_with_growing_delays_until_dead(
    services: Services, clock: Clock, broken: dict[str, tuple[int, dict[str, str]]]
) -> None:
    job = pick_alone(services)
    broken[path_of(services, job.article)] = (503, {})
    delays = []
    for attempt in range(1, retries.MAX_ATTEMPTS):
        assert work(services, job)["outcome"] == "failed"
        row = rows(services)[job.id]
        assert (row.state, row.attempts) == ("failed", attempt)
        assert "503" in row.error
        delays.append((row.next_attempt_at - clock.at).total_seconds())
        clock.advance(delays[-1] - 1)
        assert job not in relay(services), "not before its time"
        clock.advance(1 + 0.2 * delays[-1])  # the host itself may be left alone a little longer
        assert job in relay(services)
    assert all(later > 2 * sooner for sooner, later in itertools.pairwise(delays))
    assert 300 <= delays[0] <= 360
    assert work(services, job)["outcome"] == "dead"
    assert rows(services)[job.id].state == "dead"


def test_a_retry_after_keeps_all_jobs_away_from_the_host(
    services: Services, clock: Clock, broken: dict[str, tuple[int, dict[str, str]]]
) -> None:
    job = pick(services)
    host = host_of(services, job.article)
    broken[path_of(services, job.article)] = (503, {"Retry-After": "7200"})
    work(services, job)
    assert (rows(services)[job.id].next_attempt_at - clock.at).total_seconds() >= 7200
    with services.db.read() as connection:
        until = host_store.host_not_before(connection, host)
    assert until is not None
    assert (until - clock.at).total_seconds() == 7200
    clock.advance(3600)
    assert host not in {host_of(services, other.article) for other in relay(services)}


def test_a_job_that_was_retried_ends_done_when_the_page_is_back(
    services: Services, clock: Clock, broken: dict[str, tuple[int, dict[str, str]]]
) -> None:
    job = pick(services)
    broken[path_of(services, job.article)] = (500, {})
    assert work(services, job)["outcome"] == "failed"
    broken.clear()
    clock.advance(retries.SERVER.first_s * 1.2)
    assert job in relay(services)
    assert work(services, job)["outcome"] == "done"
    row = rows(services)[job.id]
    assert (row.state, row.attempts, row.error) == ("done", 2, None)


def test_after_a_hosts_wait_a_page_waits_for_the_reply_to_the_first_request(
    services: Services, newsroom: Server, clock: Clock
) -> None:
    """Polls and pages of a host are alike: one goes first, and a page can be that one."""
    job = pick_alone(services)
    host, path = host_of(services, job.article), path_of(services, job.article)
    with services.db.write() as connection:
        host_store.cool_host(connection, host, clock.at, "429")
        until = clock.at + timedelta(seconds=12)
        assert host_store.take_probe(connection, host, "a poll", clock.at, until)
    assert work(services, job)["outcome"] == "deferred"
    assert sent(newsroom, path) == 0
    clock.advance(13)
    again = next(one for one in relay(services) if host_of(services, one.article) == host)
    assert work(services, again)["outcome"] == "done"
    with services.db.read() as connection:
        assert host_store.host_not_before(connection, host) is None


def test_a_busy_host_puts_the_job_back_without_an_attempt(
    services: Services, newsroom: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All slots of the host are taken: nothing is sent, and the job comes again."""
    monkeypatch.setattr(fetch_page, "MAX_SLOT_WAIT_S", 0.0)
    job = pick(services)
    host = host_of(services, job.article)
    with services.db.read() as connection:
        config = config_store.read_config(connection)
    assert config is not None
    rule = config.service.host_rule(host)
    slots = [services.pacer.try_acquire(host, rule, f"other-{n}", hold_s=60) for n in range(rule.concurrency)]
    assert work(services, job) == {"outcome": "deferred", "why": "the host is busy"}
    assert newsroom.requests == []
    assert (rows(services)[job.id].state, rows(services)[job.id].attempts) == ("pending", 0)
    for slot in slots:
        services.pacer.release(slot)  # type: ignore[arg-type]
    clock.advance(5)
    assert job in relay(services)
    assert work(services, job)["outcome"] == "done"


def test_a_doubled_message_does_nothing(services: Services, newsroom: Server) -> None:
    """A job that is done, or that the relay never sent, is not done again."""
    job = pick(services)
    assert work(services, job)["outcome"] == "done"
    before = len(newsroom.requests)
    assert work(services, job) == {"outcome": "stale"}
    assert extract.run(services, 10**6, kind="fulltext", article=1) == {"outcome": "stale"}
    assert len(newsroom.requests) == before
    with services.db.read() as connection:
        results = connection.execute(select(ExtractionRow.article_id, ExtractionRow.kind)).all()
    assert sorted(map(tuple, results)) == sorted((job.article, kind) for kind in (PAGE, *FOLLOWERS))


def test_a_job_whose_workers_keep_dying_is_given_up(services: Services, clock: Clock) -> None:
    """A page that kills its process is not tried for ever."""
    job = pick(services)
    for _ in range(retries.MAX_ATTEMPTS):
        with services.db.write() as connection:
            assert job_store.claim(connection, job.id, clock.at, 60)
        clock.advance(61)
        assert job in relay(services)
    assert "given up after 6 attempts" in str(work(services, job)["error"])
    assert rows(services)[job.id].state == "dead"


def test_an_extractor_that_breaks_is_tried_again_and_then_dead(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_extractor(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(extraction, "_extract_page", broken_extractor)
    job = pick(services)
    outcomes = []
    for _ in range(3):
        outcomes.append(work(services, job)["outcome"])
        clock.advance(7 * 3600)
        relay(services)
    assert outcomes == ["failed", "failed", "dead"]
    assert "boom" in rows(services)[job.id].error


def change_feed(services: Services, article: int, newsroom: Server, line: str) -> None:
    """Add a line to the config of an article's feed, and take it over."""
    with services.db.read() as connection:
        feed = connection.scalar(select(ArticleRow.feed_id).where(ArticleRow.id == article))
    toml = newsroom.newsroom.feeds_toml(newsroom.base)
    changed = toml.replace(f'id = "{feed}"\n', f'id = "{feed}"\n{line}\n')
    assert changed != toml
    Path(services.settings.config).write_text(changed, encoding="utf-8")
    assert reload.run(services)["config"] == "ok"


def test_a_kind_that_the_feed_does_not_want_any_more_is_dropped(
    services: Services, newsroom: Server, clock: Clock
) -> None:
    """Its queued jobs go without a request, and what waited for the page makes do with the feed."""
    job = pick(services)
    change_feed(services, job.article, newsroom, 'extract_kinds = ["credit", "facts"]')
    assert work(services, job)["outcome"] == "dropped"
    assert newsroom.requests == []
    left = {row.kind: row for row in rows(services).values() if row.article_id == job.article}
    assert set(left) == set(FOLLOWERS)
    mine = [other for other in relay(services) if other.article == job.article]
    outcomes = {other.kind: work(services, other)["outcome"] for other in mine}
    assert outcomes == {**dict.fromkeys(FOLLOWERS, "dropped"), "credit": "done", "facts": "done"}


def test_a_feed_says_which_kinds_its_articles_get() -> None:
    """Without full text no page is fetched; a URL is then no reason for a job."""
    made = jobs.jobs_for(1, "https://a.example/1", ["credit", "facts"])
    assert {(job.kind, job.host) for job in made} == {("credit", ""), ("facts", "")}
    every = jobs.jobs_for(1, "https://a.example/1", None)
    assert {job.kind for job in every} == set(installed().extractors)


def test_no_more_jobs_of_a_kind_run_than_the_config_says(services: Services, newsroom: Server) -> None:
    """One that comes while another runs goes back to the queue and costs no attempt."""
    toml = newsroom.newsroom.feeds_toml(newsroom.base)
    Path(services.settings.config).write_text(f"[kind.facts]\nconcurrency = 1\n{toml}", encoding="utf-8")
    assert reload.run(services)["config"] == "ok"
    for job in relay(services):
        assert "facts" not in work(services, job).get("then", {})  # type: ignore[operator]
    first, second = [job for job in relay(services) if job.kind == "facts"][:2]
    with services.db.write() as connection:
        job_store.claim(connection, first.id, services.clock(), 60)
    answer = work(services, second)
    assert answer["outcome"] == "deferred"
    assert "1 jobs of this kind" in str(answer["why"])
    assert (rows(services)[second.id].state, rows(services)[second.id].attempts) == ("pending", 0)


def test_a_job_that_will_be_tried_again_is_a_retry_in_the_monitor(
    services: Services, broken: dict[str, tuple[int, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task is not a success, and reports the reason and the next attempt, which is another task."""
    monkeypatch.setattr(tasks, "services", lambda: services)
    job = pick(services)
    broken[path_of(services, job.article)] = (500, {})
    with pytest.raises(Retry) as caught:
        tasks.extract_article.run(job=job.id, kind=job.kind, article=job.article)
    assert "500" in str(caught.value.exc)
    assert caught.value.when == rows(services)[job.id].next_attempt_at


class BreaksAtOnce:
    """A pool with children that exceed a limit."""

    def __init__(self, error: SandboxError) -> None:
        self.error = error

    def read_page(self, *_: object) -> None:
        raise self.error

    read_lead = read_page


@pytest.mark.parametrize(
    ("error", "outcomes", "end"),
    [
        (SandboxError("it takes more memory than is allowed"), ["done"], ("done", "refused")),
        (SandboxError("it took longer than 30 s", may_pass=True), ["failed", "done"], ("done", "refused")),
        (SandboxBrokenError("it cannot start", may_pass=True), ["failed", "failed", "dead"], ("dead", None)),
        (SandboxError("KeyError: 'x'", trace="…"), ["failed", "failed", "dead"], ("dead", None)),
    ],
)
def test_a_page_that_breaks_a_limit_is_refused_by_name_and_an_error_of_ours_is_dead(
    services: Services, clock: Clock, error: SandboxError, outcomes: list[str], end: tuple[str, str | None]
) -> None:
    """A deadline or a death is tried once more, since it may have been the machine."""
    services.extract_pool = BreaksAtOnce(error)  # type: ignore[assignment]
    job = pick(services)
    seen = []
    for _ in outcomes:
        seen.append(work(services, job)["outcome"])
        clock.advance(7 * 3600)
        relay(services)
    assert seen == outcomes
    results = [row for row in results_of(services) if row.article_id == job.article]
    assert (rows(services)[job.id].state, results[0].status if results else None) == end
    assert str(error) in (results[0].reason if results else rows(services)[job.id].error)


def test_a_page_that_waited_for_the_machine_is_read_again_after_a_minute(
    services: Services, clock: Clock
) -> None:
    """It is not refused, however often: the page is not to blame."""
    error = SandboxError("the machine was busy: it took longer than 30 s", may_pass=True, is_busy=True)
    pool, services.extract_pool = services.extract_pool, BreaksAtOnce(error)  # type: ignore[assignment]
    job = pick(services)
    assert work(services, job)["outcome"] == "failed"
    row = rows(services)[job.id]
    assert row.error == str(error)
    assert row.next_attempt_at is not None
    assert timedelta(minutes=1) <= row.next_attempt_at - clock.at <= timedelta(minutes=1.3)
    for _ in range(2):
        clock.advance(3600)
        relay(services)
        assert work(services, job)["outcome"] == "failed"
    services.extract_pool = pool
    clock.advance(3600)
    relay(services)
    assert work(services, job)["outcome"] == "done"


def test_a_page_on_an_address_that_is_not_allowed_is_never_connected_to(
    services: Services, newsroom: Server, clock: Clock
) -> None:
    """The guard holds for article pages as it does for feeds; such a job ends at once and says why."""
    job = pick(services)
    with services.db.write() as connection:
        where = ArticleRow.__table__.c.id == job.article
        connection.execute(ArticleRow.__table__.update().where(where).values(url="http://169.254.169.254/x"))
    answer = work(services, job)
    assert (answer["outcome"], answer["status"]) == ("done", "refused")
    assert "169.254.169.254 is link-local" in str(answer["reason"])
    assert rows(services)[job.id].attempts == 1
    assert newsroom.requests == []


# ---- what happens while a page is read -----------------------------------------------------------
def after_response(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, when the page of a job was fetched."""
    fetch, left = fetch_page.fetch, [happens]

    def fetch_later(*args: Any) -> Any:
        try:
            return fetch(*args)
        finally:
            while left:
                left.pop()()

    monkeypatch.setattr(fetch_page, "fetch", fetch_later)


def test_what_follows_a_page_runs_under_the_config_of_that_moment(
    services: Services, newsroom: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kinds that got a limit or are no longer wanted meanwhile are left to the queue."""

    def change() -> None:
        toml = newsroom.newsroom.feeds_toml(newsroom.base)
        changed = toml.replace("[[feed]]\n", '[[feed]]\nextract_kinds = ["fulltext", "facts", "metadata"]\n')
        text = f"[kind.facts]\nconcurrency = 1\n{changed}"
        Path(services.settings.config).write_text(text, encoding="utf-8")
        assert reload.run(services)["config"] == "ok"

    job = pick(services)
    after_response(monkeypatch, change)
    assert work(services, job)["then"] == {"metadata": "ok"}
    left = {one.kind: one for one in relay(services) if one.article == job.article}
    assert set(left) == {*FOLLOWERS} - {"metadata"}
    assert [work(services, left[kind])["outcome"] for kind in ("credit", "facts")] == ["dropped", "done"]


def test_a_job_whose_article_changed_meanwhile_is_not_dead(
    services: Services, broken: dict[str, tuple[int, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old page failed for good; the job runs again for the new one, and no event says otherwise."""

    def change() -> None:
        with services.db.write() as connection:
            job_reruns.rerun(connection, [job.article], services.clock())

    job = pick(services)
    broken[path_of(services, job.article)] = (404, {})
    after_response(monkeypatch, change)
    assert work(services, job)["outcome"] == "stale"
    assert rows(services)[job.id].state == "pending"
    with services.db.read() as connection:
        events = event_store.recent_events(connection, services.clock(), 10)
    assert "job.dead" not in [kind for _, kind, _, _ in events]


def test_the_jobs_of_a_page_are_claimed_again_after_a_deadlock(services: Services) -> None:
    """Another transaction locks the same rows in another order (PostgreSQL); SQLite's wait for each other."""
    job = pick(services)
    with services.db.write() as connection:
        now = services.clock()
        connection.execute(update(Job).where(Job.id == job.id).values(state="done"))
        assert dependent_jobs.release(connection, [job.article], now) == len(FOLLOWERS)
        claimed = job_store.claim_dependent(connection, job.article, [], now, 12)
        assert claimed == []
    first, *_, last = sorted(
        row.id for row in rows(services).values() if row.article_id == job.article and not row.host
    )
    waited: list[extract.PageJob] = []
    with services.db.read() as connection:
        config = config_store.read_config(connection)
        feed = feed_store.read_feed(connection, next(iter(feed_store.read_feeds(connection))).id)
    assert config is not None
    assert feed is not None
    owner = job_store.RunningJob(
        job.id, job.article, PAGE, "1", 1, "x", feed.id, None, None, None, None, None, None
    )
    page = extract.PageJob(owner, feed, config.service, config.service.host_rule(""))
    thread = threading.Thread(
        target=lambda: waited.extend(retried(lambda: extract._claim_waiting(services, page)))
    )

    def hold() -> None:
        with services.db.write() as connection:
            touch = lambda one: connection.execute(update(Job).where(Job.id == one).values(error="x"))  # noqa: E731
            touch(last)
            if not waited and not thread.is_alive():
                thread.start()
                time.sleep(0.5)  # it waits for this transaction, with the other rows locked
            touch(first)

    retried(hold)
    thread.join(30)
    assert sorted(one.job.kind for one in waited) == sorted(FOLLOWERS)
