"""robots.txt (RFC 9309): one request per origin, cached for a day, errors handled as the RFC specifies."""

import threading

import pytest

from worker.errors import BlockedAddress, PermanentFetchError, TransientFetchError
from worker.fetch.robots import (
    CACHE_S,
    FAILURE_CACHE_S,
    MAX_CACHED_BYTES,
    MAX_ORIGINS,
    OWN_LIMIT_BYTES,
    RobotsCache,
    robots_request,
)
from worker.fetch.robots_rules import PARSE_LIMIT_BYTES
from worker.records import Fetched, Redirect
from worker.sandbox import SandboxPool

RULES = b"""User-agent: *
Disallow: /private
Crawl-delay: 2

User-agent: wireroom
Disallow: /no/
Allow: /no/but/
Crawl-delay: 7.5

Sitemap: https://news.example/sitemap.xml
"""


@pytest.fixture(scope="module")
def children():
    with SandboxPool("worker.fetch.robots_rules:keep_rules") as pool:
        yield pool


class Site:
    """A fake fetcher: returns the outcome that a test sets, records requests; no child process by itself."""

    def __init__(self, outcome, sandbox=None):
        self.outcome = outcome
        self.asked = []
        self.now = 1000.0
        self.read_elsewhere = 0
        self.sandbox = sandbox
        self.cache = RobotsCache(lambda: self.now, self.take_sandbox)

    def take_sandbox(self):
        assert self.sandbox is not None, "a usual file is read without a child process"
        self.read_elsewhere += 1
        return self.sandbox

    def fetch(self, request):
        self.asked.append(request)
        if isinstance(self.outcome, bytes):
            return Fetched(request.url, 200, {}, self.outcome)
        return self.outcome

    def check(self, url, *agent, **options):
        with self.cache.locked(url):
            verdict = self.cache.look_up(url, *agent)
            return verdict or self.cache.put(url, self.fetch(robots_request(url, **options)), *agent)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", True), ("/private", True), ("/no/x", False), ("/no/but/x", True), ("/robots.txt", True)],
)
def test_the_group_of_our_own_name_applies(path, allowed):
    verdict = Site(RULES).check(f"https://news.example{path}")
    assert (verdict.allowed, verdict.crawl_delay_s) == (allowed, 7.5)
    assert "robots.txt of news.example" in verdict.reason


def test_other_agents_use_the_wildcard_group():
    verdict = Site(RULES).check("https://news.example/private", "otherbot")
    assert (verdict.allowed, verdict.crawl_delay_s) == (False, 2.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_4xx_allows(status):
    verdict = Site(PermanentFetchError("x", status=status)).check("https://news.example/a")
    assert (verdict.allowed, verdict.is_temporary) == (True, False)
    assert str(status) in verdict.reason


@pytest.mark.parametrize(
    "error",
    [
        TransientFetchError("503 from news.example", status=503),
        TransientFetchError("429 from news.example", status=429),
        TransientFetchError("no response within 30 s from news.example"),
        PermanentFetchError("certificate of news.example is not valid"),
    ],
)
def test_unreachable_disallows_for_a_while_only(error):
    site = Site(error)
    verdict = site.check("https://news.example/a")
    assert (verdict.allowed, verdict.is_temporary) == (False, True)
    assert str(error) in verdict.reason
    site.outcome = RULES
    assert not site.check("https://news.example/a").allowed
    site.now += FAILURE_CACHE_S
    assert site.check("https://news.example/a").allowed
    assert len(site.asked) == 2


def test_a_blocked_address_disallows():
    verdict = Site(BlockedAddress("private")).check("https://news.example/a")
    assert (verdict.allowed, verdict.is_temporary) == (False, False)


def test_one_request_per_origin_and_day():
    site = Site(RULES)
    for path in ("/a", "/b", "/no/c"):
        site.check(f"https://news.example{path}")
    assert [r.url for r in site.asked] == ["https://news.example/robots.txt"]
    site.check("http://news.example/a")
    site.check("https://news.example:8443/a")
    assert len(site.asked) == 3
    site.now += CACHE_S - 1
    site.check("https://news.example/a")
    assert len(site.asked) == 3
    site.now += 1
    site.check("https://news.example/a")
    assert len(site.asked) == 4


def test_request_options_are_passed_on():
    site = Site(RULES)
    site.check("http://10.0.0.1:8080/a", contact="x@example.org", allow_private=("10.0.0.1",), ports=(8080,))
    asked = site.asked[0]
    assert (asked.contact, asked.allow_private, asked.ports) == ("x@example.org", ("10.0.0.1",), (8080,))
    assert asked.url == "http://10.0.0.1:8080/robots.txt"


def test_more_than_five_redirects_count_as_no_robots_txt():
    hops = tuple(Redirect(301, f"https://h{n}.example/") for n in range(6))
    site = Site(Fetched("https://h5.example/", 200, {}, b"User-agent: *\nDisallow: /", hops))
    assert site.check("https://news.example/a").allowed
    site.outcome = Fetched("https://h4.example/", 200, {}, b"User-agent: *\nDisallow: /", hops[:5])
    assert not site.check("https://other.example/a").allowed


def test_only_the_first_500_kib_count(children):
    start = b"User-agent: *\nDisallow: /in\n"
    padding = b"# " + b"x" * (PARSE_LIMIT_BYTES - len(start) - 2)
    site = Site(start + padding + b"\nDisallow: /\n", children)
    assert site.check("https://news.example/a").allowed
    assert not site.check("https://news.example/in").allowed


def rules_of(size_bytes, start=b"User-agent: *\nCrawl-delay: 3\n"):
    count = (size_bytes - len(start)) // 16
    return start + b"".join(b"Disallow: /%04d\n" % number for number in range(count))


def test_a_large_file_is_reduced_in_a_child_and_the_few_rules_for_us_apply_here(children):
    others = b"User-agent: other\n" + b"Disallow: /x\n" * 10_000
    site = Site(others + RULES, children)
    verdicts = [site.check(f"https://news.example/{path}") for path in ("private", "no/x", "no/but/x")]
    assert [(one.allowed, one.crawl_delay_s) for one in verdicts] == [(True, 7.5), (False, 7.5), (True, 7.5)]
    assert site.read_elsewhere == 1


def test_large_rules_for_us_are_kept_as_text_and_each_url_is_judged_in_a_child(children):
    site = Site(rules_of(OWN_LIMIT_BYTES + 100), children)
    verdicts = [site.check(f"https://news.example/{path}") for path in ("0000", "9999", "0100/a")]
    assert [one.allowed for one in verdicts] == [False, True, False]
    assert {one.crawl_delay_s for one in verdicts} == {3.0}
    assert site.read_elsewhere == 1 + len(verdicts)
    assert "by robots.txt of news.example" in verdicts[0].reason


def test_a_file_of_the_largest_size_that_is_read_here_needs_no_child():
    body = rules_of(OWN_LIMIT_BYTES)
    assert OWN_LIMIT_BYTES - 16 < len(body) <= OWN_LIMIT_BYTES
    assert not Site(body).check("https://news.example/0001").allowed


@pytest.mark.parametrize("function", ["sleep", "eat", "leave"])
def test_a_file_that_breaks_a_limit_counts_as_unreachable(monkeypatch, function):
    """RFC 9309 section 2.3.1.4: the whole site is disallowed meanwhile; the file is asked for again."""
    monkeypatch.setattr("worker.fetch.robots._KEEP_RULES", f"tests.support.sandboxed:{function}_on")
    with SandboxPool("tests.support.sandboxed:echo", deadline_s=2.0, memory_bytes=128 << 20) as pool:
        site = Site(rules_of(4 * OWN_LIMIT_BYTES), pool)
        verdict = site.check("https://news.example/9999")
        assert (verdict.allowed, verdict.is_temporary) == (False, True)
        assert "could not be read: " in verdict.reason
        monkeypatch.undo()
        site.now += FAILURE_CACHE_S
        assert site.check("https://news.example/9999").allowed
        assert len(site.asked) == 2


def test_a_verdict_that_breaks_a_limit_disallows_that_page_for_a_while(monkeypatch):
    monkeypatch.setattr("worker.fetch.robots._JUDGE", "tests.support.sandboxed:sleep_on")
    with SandboxPool("tests.support.sandboxed:echo", deadline_s=2.0) as pool:
        site = Site(rules_of(4 * OWN_LIMIT_BYTES), pool)
        verdict = site.check("https://news.example/9999")
        assert (verdict.allowed, verdict.is_temporary) == (False, True)
        assert "could not be read: it took longer than 2 s" in verdict.reason
        monkeypatch.undo()
        assert site.check("https://news.example/9999").allowed
        assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("body", "allowed", "delay_s"),
    [
        (b"", True, None),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False, None),
        (b"User-agent: *\r\nDisallow: /\r\n", False, None),
        (b"User-agent: *\nDisallow: /*a*a*a*a*a*a*a*a*a*b$", True, None),
        (b"User-agent: *\nCrawl-delay: -3\nDisallow:", True, None),
        (b"User-agent: *\nCrawl-delay: inf\nAllow: /", True, None),
        (b"User-agent: *\nCrawl-delay: soon\nAllow: /", True, None),
        (b"User-agent: *\nCrawl-delay: 1e99\nAllow: /", True, 86_400.0),
        (b"<html>not found</html>", True, None),
        (bytes(range(256)) * 40, True, None),
    ],
)
def test_malformed_files_are_parsed_as_far_as_possible(body, allowed, delay_s):
    verdict = Site(body).check("https://news.example/" + "a" * 2000)
    assert (verdict.allowed, verdict.crawl_delay_s) == (allowed, delay_s)


def test_the_number_of_cached_origins_is_bounded():
    site = Site(RULES)
    for n in range(MAX_ORIGINS + 1):
        site.check(f"https://h{n}.example/")
    site.check(f"https://h{MAX_ORIGINS}.example/")
    assert len(site.asked) == MAX_ORIGINS + 1
    site.check("https://h0.example/")
    assert len(site.asked) == MAX_ORIGINS + 2


def test_the_size_of_the_cached_rules_is_bounded():
    """A hostile site's rules take 65 bytes of memory for each byte of the file."""
    large = rules_of(OWN_LIMIT_BYTES)
    site, fits = Site(large), MAX_CACHED_BYTES // len(large)
    for n in range(fits + 1):
        assert not site.check(f"https://h{n}.example/0001").allowed
    assert len(site.asked) == fits + 1
    site.check(f"https://h{fits}.example/")
    assert len(site.asked) == fits + 1, "the newest are kept"
    site.check("https://h0.example/")
    assert len(site.asked) == fits + 2, "the oldest was forgotten"


def test_larger_rules_are_kept_until_the_next(children):
    site = Site(rules_of(PARSE_LIMIT_BYTES), children)
    for host, asked in (("a", 1), ("a", 1), ("b", 2), ("a", 3)):
        assert not site.check(f"https://{host}.example/0001").allowed
        assert len(site.asked) == asked


def test_large_files_with_few_rules_for_us_are_all_kept(children):
    site = Site(b"User-agent: other\n" + b"Disallow: /x\n" * 10_000 + RULES, children)
    for host in ("a", "b", "c", "d", "a", "b"):
        assert not site.check(f"https://{host}.example/no/x").allowed
    assert len(site.asked) == 4


def test_concurrent_threads_share_one_request():
    site = Site(RULES)
    started, verdicts = threading.Barrier(8), []

    def ask():
        started.wait(10)
        verdicts.append(site.check("https://news.example/no/x").allowed)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert verdicts == [False] * 8
    assert len(site.asked) == 1


def test_an_invalid_page_url_is_rejected():
    with pytest.raises(BlockedAddress):
        Site(RULES).check("file:///etc/passwd")


def test_with_a_real_origin(origin, fetcher, make_reply):
    origin.answer(make_reply(200, b"User-agent: wireroom\nDisallow: /no"), b"/robots.txt")
    cache = Site(b"").cache
    request = robots_request(origin.url("/yes"), allow_private=("127.0.0.1",))
    assert cache.put(origin.url("/yes"), fetcher.fetch(request)).allowed
    verdict = cache.look_up(origin.url("/no"))
    assert verdict is not None
    assert not verdict.allowed
    assert [a.target for a in origin.asked] == [b"/robots.txt"]
