"""Whether a page may be fetched, as its site's robots.txt says (RFC 9309)."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from protego import Protego

from worker.errors import BlockedAddress, FetchError
from worker.fetch.url import parse_target
from worker.records import Fetched, FetchRequest, NotModified

CACHE_S = 86_400.0  # RFC 9309 section 2.4: not longer than 24 hours
# A site that could not be asked is off limits, but not for a day because of one bad minute.
FAILURE_CACHE_S = 600.0
PARSE_LIMIT_BYTES = 500 * 1024  # RFC 9309 section 2.5: at least 500 KiB must be parsed
FETCH_LIMIT_BYTES = 4 * PARSE_LIMIT_BYTES
MAX_REDIRECTS = 5  # RFC 9309 section 2.3.1.2
MAX_ORIGINS = 1024
MAX_CRAWL_DELAY_S = 86_400.0

Fetch = Callable[[FetchRequest], Fetched | NotModified]


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """Whether a URL may be fetched; `is_temporary` when only because robots.txt could not be had now."""

    allowed: bool
    crawl_delay_s: float | None
    reason: str
    is_temporary: bool = False
    fault: str = ""  # a NetworkFault where the site did not respond


@dataclass(frozen=True, slots=True)
class _Policy:
    """What one origin's robots.txt came to."""

    rules: Protego | None  # None: `allowed` holds for every path
    allowed: bool
    reason: str
    is_temporary: bool = False
    fault: str = ""


@dataclass(slots=True)
class _Slot:
    """One origin in the cache; its lock makes many askers share one request."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    policy: _Policy | None = None
    expires: float = 0.0


class RobotsCache:
    """The robots.txt of the origins asked about lately; thread-safe, bounded.

    `fetch` gets a document as `Fetcher.fetch` does, `clock` gives seconds that never go back. An answer is
    kept for `cache_s` seconds.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float], cache_s: float = CACHE_S) -> None:
        self._fetch = fetch
        self._clock = clock
        self._cache_s = cache_s
        self._lock = threading.Lock()
        self._slots: OrderedDict[tuple[str, str, int], _Slot] = OrderedDict()

    def check(self, url: str, user_agent: str = "wireroom", **options: Any) -> RobotsVerdict:
        """The verdict on a URL; `options` are further fields of the FetchRequest for robots.txt.

        Raises BlockedAddress and PermanentFetchError for what is no http(s) URL.
        """
        target = parse_target(url)
        slot = self._slot(target.origin)
        with slot.lock:
            if slot.policy is None or self._clock() >= slot.expires:
                slot.policy = self._ask(f"{target.scheme}://{target.netloc}/robots.txt", options)
                kept_s = FAILURE_CACHE_S if slot.policy.is_temporary else self._cache_s
                slot.expires = self._clock() + kept_s
            policy = slot.policy
        if policy.rules is None:
            return RobotsVerdict(policy.allowed, None, policy.reason, policy.is_temporary, policy.fault)
        is_allowed = bool(policy.rules.can_fetch(target.url, user_agent))
        verb = "allowed" if is_allowed else "disallowed"
        delay_s = _clean_delay(policy.rules.crawl_delay(user_agent))
        return RobotsVerdict(is_allowed, delay_s, f"{verb} by robots.txt of {target.netloc}")

    def _slot(self, origin: tuple[str, str, int]) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(origin, _Slot())
            self._slots.move_to_end(origin)
            while len(self._slots) > MAX_ORIGINS:
                self._slots.popitem(last=False)
            return slot

    def _ask(self, url: str, options: dict[str, Any]) -> _Policy:
        try:
            answer = self._fetch(FetchRequest(url, **{"max_bytes": FETCH_LIMIT_BYTES, **options}))
        except FetchError as exc:
            return _judge_failure(exc)
        if isinstance(answer, NotModified):
            return _Policy(None, allowed=False, reason="robots.txt gave no document", is_temporary=True)
        if len(answer.redirects) > MAX_REDIRECTS:
            return _Policy(
                None, allowed=True, reason=f"robots.txt is behind {len(answer.redirects)} redirects"
            )
        return _Policy(parse_robots(answer.body), allowed=True, reason="")


def parse_robots(body: bytes) -> Protego:
    """The rules of a robots.txt: UTF-8 with or without a mark, the first 500 KiB, never an error."""
    text = body[:PARSE_LIMIT_BYTES].decode("utf-8-sig", "replace")
    return Protego.parse(text.replace("\0", ""))


def _judge_failure(exc: FetchError) -> _Policy:
    """RFC 9309 section 2.3.1: unavailable (4xx) allows, unreachable (5xx, network) disallows.

    429 counts as unreachable: a host that asks for less must not be asked for more.
    """
    if exc.status is not None and 400 <= exc.status < 500 and exc.status != 429:
        return _Policy(None, allowed=True, reason=f"no robots.txt ({exc.status})")
    if exc.status is not None and 300 <= exc.status < 400 and len(exc.redirects) > MAX_REDIRECTS:
        return _Policy(None, allowed=True, reason="robots.txt is behind too many redirects")
    is_temporary = not isinstance(exc, BlockedAddress)
    reason = f"robots.txt cannot be had: {exc}"
    return _Policy(None, allowed=False, reason=reason, is_temporary=is_temporary, fault=exc.fault)


def _clean_delay(delay: float | None) -> float | None:
    """Seconds between 0 and a day, None for what is no such number."""
    if delay is None or not math.isfinite(delay) or delay <= 0:
        return None
    return min(float(delay), MAX_CRAWL_DELAY_S)
