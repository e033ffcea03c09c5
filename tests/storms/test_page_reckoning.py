"""The checks after a storm report each fault, and none where there is none."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.storms.origin import RETRY_AFTER_S, Page, Request, World
from tests.storms.page_reckoning import KINDS, Kill, Reckoning, Stored

WORLD = World(pages=60, hosts=3, seed=1)
CLOSED_WORLD = World(pages=20, hosts=10, seed=1)
REPLIES = {"missing": 404, "gone": 410}
FIRST = {"broken once": 500, "busy once": 503, "cut once": 200}
RESULTS = {"pdf": ("refused", "a pdf"), "huge": ("refused", "too large"), "shell": ("empty", None)}


def log_of(world: World) -> list[Request]:
    """Return the log of a service that keeps all rules."""
    requests = []
    for site, rule in world.sites.items():
        step_s = max(world.delay_s, rule.crawl_delay_s) + RETRY_AFTER_S
        requests.append(Request(site, "/robots.txt", 0.0, 200, 0.1))
        pages = [page for page in world.page_of.values() if page.site == site and world.is_open(page)]
        replies = [(page, FIRST[page.kind]) for page in pages if page.kind in FIRST]
        replies += [(page, REPLIES.get(page.kind, 200)) for page in pages]
        for number, (page, status) in enumerate(replies, 1):
            at = number * step_s
            requests.append(Request(site, page.path, at, status, at + 0.1))
    return requests


def stored_of(world: World) -> Stored:
    """Return the database of a service that keeps all rules."""
    stored = Stored()
    for article, page in enumerate(world.page_of.values(), 1):
        stored.articles.append((article, f"http://{page.site}:80{page.path}"))
        for kind in KINDS:
            status, reason = _end_of(world, page) if kind == "fulltext" else ("ok", None)
            is_dead = status == "dead"
            stored.jobs.append((article, kind, "1", "dead" if is_dead else "done", reason))
            if not is_dead:
                payload = json.dumps({"text": f"It is {world.marker(page)}."})
                stored.results.append((article, kind, "wireroom", "1", status, reason, payload))
    return stored


def _end_of(world: World, page: Page) -> tuple[str, str | None]:
    if not world.is_open(page):
        return "refused", "disallowed by robots.txt"
    if page.kind in REPLIES:
        return "dead", f"{REPLIES[page.kind]} from the site"
    return RESULTS.get(page.kind, ("ok", None))


def number_of(world: World, kind: str) -> int:
    """Return an article with an allowed page of this kind."""
    pages = enumerate(world.page_of.values(), 1)
    return next(n for n, page in pages if page.kind == kind and world.is_open(page))


GOOD = number_of(WORLD, "good")
GOOD_PAGE = list(WORLD.page_of.values())[GOOD - 1]


@pytest.mark.parametrize("world", [WORLD, CLOSED_WORLD], ids=["open", "with a closed site"])
def test_there_is_no_fault_if_all_rules_are_kept(world):
    assert Reckoning(world, log_of(world), [], stored_of(world)).faults == []


def _change(rows: list, index: int, **columns: object) -> None:
    row = list(rows[index])
    for place, value in columns.items():
        row[int(place[1:])] = value
    rows[index] = tuple(row)


def _job_index(stored: Stored, kind: str) -> int:
    return next(n for n, row in enumerate(stored.jobs) if row[:2] == (GOOD, kind))


def _result_index(stored: Stored, kind: str) -> int:
    return next(n for n, row in enumerate(stored.results) if row[:2] == (GOOD, kind))


DATABASE: dict[str, Callable[[Stored], object]] = {
    "is stored 0 times": lambda s: s.articles.pop(),
    "is stored 2 times": lambda s: s.articles.append((9_999, s.articles[0][1])),
    "was never published": lambda s: s.articles.append((9_999, "http://127.0.0.1/other.html")),
    "has 0 jobs of kind credit": lambda s: s.jobs.pop(_job_index(s, "credit")),
    "has 2 jobs of kind credit": lambda s: s.jobs.append((GOOD, "credit", "2", "dead", "why")),
    "is still running": lambda s: _change(s.jobs, _job_index(s, "facts"), _3="running"),
    "is dead without a reason": lambda s: _change(s.jobs, _job_index(s, "fulltext"), _3="dead"),
    "is done and has 0 results": lambda s: s.results.pop(_result_index(s, "facts")),
    "is done and has 2 results": lambda s: s.results.append(s.results[_result_index(s, "facts")]),
    "has a result without a job": lambda s: s.results.append((9_999, *s.results[0][1:])),
    "a page that is good, ended thin": lambda s: _change(s.results, _result_index(s, "fulltext"), _4="thin"),
    "has the text of another page": lambda s: _change(
        s.results, _result_index(s, "fulltext"), _6='{"text": "another"}'
    ),
}


@pytest.mark.parametrize("fault", DATABASE)
def test_each_fault_in_the_database_is_reported(fault):
    stored = stored_of(WORLD)
    DATABASE[fault](stored)
    assert any(fault in line for line in Reckoning(WORLD, log_of(WORLD), [], stored).faults)


def _faults(requests: list[Request], kills: tuple[Kill, ...] = (), world: World = WORLD) -> list[str]:
    return Reckoning(world, requests, list(kills), stored_of(world)).faults


def _find(requests: list[Request], site: str, path: str) -> Request:
    return next(request for request in requests if (request.site, request.path) == (site, path))


def _again(requests: list[Request]) -> Request:
    """Repeat the request for a good page, long after all others."""
    first = _find(requests, GOOD_PAGE.site, GOOD_PAGE.path)
    requests.append(replace(first, at=1_000.0, ended_at=1_000.1))
    return first


def test_a_repeated_request_needs_a_kill_between_the_request_and_its_result():
    requests = log_of(WORLD)
    first = _again(requests)
    [fault] = _faults(requests)
    assert "was requested again" in fault
    assert _faults(requests, (Kill(first.at + 0.05, "a child", hits_jobs=True),)) == []
    assert _faults(requests, (Kill(first.at + 0.05, "a poll worker", hits_jobs=False),)) == [fault]
    assert _faults(requests, (Kill(first.at + 60.0, "a child", hits_jobs=True),)) == [fault]


def test_robots_txt_comes_first_and_once():
    requests = log_of(WORLD)
    robots = _find(requests, "127.0.0.1", "/robots.txt")
    assert any(
        "/robots.txt was requested again" in line for line in _faults([*requests, replace(robots, at=900)])
    )
    late = [replace(robots, at=900.0, ended_at=900.1), *(r for r in requests if r is not robots)]
    assert any("before robots.txt was known" in line for line in _faults(late))


def test_a_disallowed_page_is_never_requested():
    requests = log_of(CLOSED_WORLD)
    closed = next(page for page in CLOSED_WORLD.page_of.values() if not CLOSED_WORLD.is_open(page))
    requests.append(Request(closed.site, closed.path, 900.0, 200, 900.1))
    [fault] = _faults(requests, world=CLOSED_WORLD)
    assert "against robots.txt" in fault


@pytest.mark.parametrize(("site", "gap_s", "is_fault"), [
    ("127.0.0.1", 0.6, False), ("127.0.0.1", 0.2, True), ("127.0.0.2", 0.6, True), ("127.0.0.2", 1.1, False),
])  # fmt: skip
def test_the_longer_of_delay_and_crawl_delay_separates_two_pages_of_a_host(site, gap_s, is_fault):
    requests = log_of(WORLD)
    open_pages = [page for page in WORLD.page_of.values() if page.site == site and page.kind == "good"]
    for page, at in zip(open_pages, (900.0, 900.0 + gap_s), strict=False):
        request = _find(requests, site, page.path)
        request.at, request.ended_at = at, at + 0.1
    assert any(" came " in line for line in _faults(requests)) == is_fault


def test_a_host_gets_at_most_the_allowed_number_of_concurrent_requests():
    requests = log_of(WORLD)
    for request in [request for request in requests if request.site == "127.0.0.1"][-3:]:
        request.ended_at = 2_000.0
    assert any("had 3 requests at once" in line for line in _faults(requests))


def test_a_host_gets_no_request_during_its_retry_after():
    requests = log_of(WORLD)
    page = next(page for page in WORLD.page_of.values() if page.kind == "busy once")
    busy = _find(requests, page.site, page.path)
    requests.append(Request(page.site, "/feed.xml", busy.ended_at + 1.0, 200, busy.ended_at + 1.1))
    [fault] = _faults(requests)
    assert "s after 503" in fault
