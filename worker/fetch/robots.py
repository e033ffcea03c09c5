"""Decide from a site's robots.txt whether a page may be fetched (RFC 9309)."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from protego import Protego

from worker.errors import BlockedAddress, FetchError, SandboxError
from worker.fetch.robots_rules import PARSE_LIMIT_BYTES, judge, keep_rules, parse_rules
from worker.fetch.url import parse_target
from worker.records import Fetched, FetchRequest, NotModified
from worker.sandbox import SandboxPool

CACHE_S = 86_400.0  # RFC 9309 section 2.4: not longer than 24 hours
# An unreachable robots.txt disallows the site, but a short outage must not do so for a day.
FAILURE_CACHE_S = 600.0
FETCH_LIMIT_BYTES = 4 * PARSE_LIMIT_BYTES
MAX_REDIRECTS = 5  # RFC 9309 section 2.3.1.2
MAX_ORIGINS = 1024
# Larger files are read in a child process, as are larger rules for us, at each verdict. Usual files have 1 or
# 2 kB; at most 12 ms and 1 MB are spent here on one.
OWN_LIMIT_BYTES = 16 * 1024
# Of the rules of all sites in the cache, or of the one put last; parsed they take up to 65 times as much.
MAX_CACHED_BYTES = 256 * 1024
_KEEP_RULES, _JUDGE = (f"worker.fetch.robots_rules:{name}" for name in ("keep_rules", "judge"))
MAX_CRAWL_DELAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """Whether a URL may be fetched; `is_temporary` if robots.txt was merely unreachable."""

    allowed: bool
    crawl_delay_s: float | None
    reason: str
    is_temporary: bool = False
    fault: str = ""  # a NetworkFault if the site did not respond


@dataclass(frozen=True, slots=True)
class _Policy:
    """The policy derived from one origin's robots.txt."""

    # of a robots.txt: parsed, or as text if they are large; None: `allowed` applies to every path
    rules: Protego | str | None
    allowed: bool
    reason: str
    is_temporary: bool = False
    fault: str = ""
    size_bytes: int = 0  # of the rules as text


@dataclass(slots=True)
class _CacheEntry:
    """One origin in the cache; its lock makes concurrent callers share one request."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    policy: _Policy | None = None
    expires: float = 0.0


class RobotsCache:
    """A bounded, thread-safe cache of the robots.txt policies of recently used origins.

    `clock` returns monotonic seconds. Large files are read in the children of `sandbox`; one that breaks a
    limit there counts as unreachable. A policy is cached for `cache_s` seconds. Callers that get None from
    `look_up` fetch `robots_request` themselves and `put` the response.
    """

    def __init__(
        self, clock: Callable[[], float], sandbox: Callable[[], SandboxPool], cache_s: float = CACHE_S
    ) -> None:
        self._clock = clock
        self._sandbox = sandbox
        self._cache_s = cache_s
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, str, int], _CacheEntry] = OrderedDict()

    @contextmanager
    def locked(self, url: str) -> Iterator[None]:
        """Lock the URL's origin, so that threads that look up, fetch and put share one request."""
        with self._entry(url).lock:
            yield

    def look_up(self, url: str, user_agent: str = "wireroom") -> RobotsVerdict | None:
        """The verdict on a URL; None if its robots.txt has to be fetched first.

        Raises BlockedAddress or PermanentFetchError if it is not an http(s) URL.
        """
        entry = self._entry(url)
        policy = entry.policy
        if policy is None or self._clock() >= entry.expires:
            return None
        return self._judge(policy, url, user_agent)

    def put(
        self, url: str, response: Fetched | NotModified | FetchError, user_agent: str = "wireroom"
    ) -> RobotsVerdict:
        """Keep the response to `robots_request`, errors included; returns the verdict on the URL."""
        entry, policy = self._entry(url), self._read_policy(response, user_agent)
        kept_s = FAILURE_CACHE_S if policy.is_temporary else self._cache_s
        entry.policy, entry.expires = policy, self._clock() + kept_s
        self._make_room(entry)
        return self._judge(policy, url, user_agent)

    def _read_policy(self, response: Fetched | NotModified | FetchError, user_agent: str) -> _Policy:
        if not isinstance(response, Fetched):
            return _policy_without_file(response)
        if len(response.redirects) > MAX_REDIRECTS:
            hops = len(response.redirects)
            return _Policy(None, allowed=True, reason=f"robots.txt is behind {hops} redirects")
        body = response.body[:PARSE_LIMIT_BYTES]
        try:
            if len(body) > OWN_LIMIT_BYTES:
                rules: str = self._sandbox().call_other(_KEEP_RULES, body, user_agent)
            else:
                rules = keep_rules(body, user_agent)
        except SandboxError as exc:
            return _Policy(None, allowed=False, reason=_unreadable(exc), is_temporary=True)
        size_bytes = len(rules.encode())
        is_small = size_bytes <= OWN_LIMIT_BYTES
        return _Policy(
            parse_rules(rules) if is_small else rules, allowed=True, reason="", size_bytes=size_bytes
        )

    def _judge(self, policy: _Policy, url: str, user_agent: str) -> RobotsVerdict:
        rules = policy.rules
        if rules is None:
            return RobotsVerdict(policy.allowed, None, policy.reason, policy.is_temporary, policy.fault)
        target = parse_target(url)
        try:
            is_allowed, delay_s = (
                self._sandbox().call_other(_JUDGE, rules, target.url, user_agent)
                if isinstance(rules, str)
                else judge(rules, target.url, user_agent)
            )
        except SandboxError as exc:
            return RobotsVerdict(
                allowed=False, crawl_delay_s=None, reason=_unreadable(exc), is_temporary=True
            )
        verb = "allowed" if is_allowed else "disallowed"
        return RobotsVerdict(is_allowed, _clean_delay(delay_s), f"{verb} by robots.txt of {target.netloc}")

    def _entry(self, url: str) -> _CacheEntry:
        origin = parse_target(url).origin
        with self._lock:
            entry = self._entries.setdefault(origin, _CacheEntry())
            self._entries.move_to_end(origin)
            while len(self._entries) > MAX_ORIGINS:
                self._entries.popitem(last=False)
            return entry

    def _make_room(self, newest: _CacheEntry) -> None:
        """Forget the policies that were used longest ago while all files together are too large."""
        with self._lock:
            total = sum(one.policy.size_bytes for one in self._entries.values() if one.policy)
            for entry in list(self._entries.values()):
                if total <= MAX_CACHED_BYTES:
                    return
                if entry is not newest and entry.policy is not None:
                    total -= entry.policy.size_bytes
                    entry.policy = None


def robots_url(url: str) -> str:
    """The URL of the robots.txt that applies to a URL (RFC 9309 section 2.3)."""
    target = parse_target(url)
    return f"{target.scheme}://{target.netloc}/robots.txt"


def robots_request(url: str, **options: Any) -> FetchRequest:
    """The request for the robots.txt of a URL; `options` are further fields of the FetchRequest."""
    return FetchRequest(robots_url(url), **{"max_bytes": FETCH_LIMIT_BYTES, **options})


def _unreadable(exc: SandboxError) -> str:
    return f"robots.txt could not be read: {exc}"


def _policy_without_file(exc: NotModified | FetchError) -> _Policy:
    """Return the policy for a failed fetch: 4xx allows, 5xx and network errors disallow.

    RFC 9309 section 2.3.1. 429 counts as unreachable: a host that rate-limits must not get more requests.
    """
    if isinstance(exc, NotModified):
        return _Policy(None, allowed=False, reason="robots.txt returned no document", is_temporary=True)
    if exc.status is not None and 400 <= exc.status < 500 and exc.status != 429:
        return _Policy(None, allowed=True, reason=f"no robots.txt ({exc.status})")
    if exc.status is not None and 300 <= exc.status < 400 and len(exc.redirects) > MAX_REDIRECTS:
        return _Policy(None, allowed=True, reason="robots.txt is behind too many redirects")
    is_temporary = not isinstance(exc, BlockedAddress)
    reason = f"robots.txt could not be fetched: {exc}"
    return _Policy(None, allowed=False, reason=reason, is_temporary=is_temporary, fault=exc.fault)


def _clean_delay(delay: float | None) -> float | None:
    """Return a crawl delay of at most a day in seconds, or None if it is not a positive number."""
    if delay is None or not math.isfinite(delay) or delay <= 0:
        return None
    return min(float(delay), MAX_CRAWL_DELAY_S)
