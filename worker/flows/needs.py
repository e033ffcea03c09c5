"""What needs attention, in a few lines for any number of feeds: many of one kind share a line."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from worker.config import MISSING_WORDS
from worker.fetch.url import host_of
from worker.records import EventKind, FeedConfig, FeedState, FeedStatus

Unwell = tuple[FeedConfig, FeedState]
# whether a feed belongs to the kind, the line for one feed, and the words for several
NeedKind = tuple[Callable[[Unwell], bool], Callable[[Unwell], str], str]

FAILING_S = 6 * 3600.0  # a feed that has failed for longer needs attention
NEW_FAILING_S = 3600.0  # a feed that has never worked: after an hour
NEW_STREAK = 3  # or three failures
SHARE_MIN = 0.2  # of all feeds fail twice and more in a row
SHARE_FEEDS = 3  # at least; one or two may fail for hours and recover
SHARE_NOW = 0.5  # or fail now: that many seldom have faults of their own at the same time,
SHARE_NOW_FEEDS = 2  # but one of two may
REASONS_SHOWN = 3  # per kind; more are merged into one line with the most common reason
SECRETS_SHOWN = 20
COMMON_FEEDS = 2  # a reason of fewer feeds,
COMMON_SHARE = 0.25  # or of a smaller share of them, is not named as the most common one
FEEDS_SHOWN = 5
ENDED = (FeedStatus.DEAD, FeedStatus.GONE, FeedStatus.BLOCKED)
DOWN = (FeedStatus.FAILING, *ENDED)
_URL = re.compile(r"https?://[^\s)]+")
_SECRET = re.compile(rf'{MISSING_WORDS}("(?:env|file):[^"]+")')
_ADDRESS = re.compile(r"\baddress [0-9a-fA-F.:%]\S*(?: of \S+)?(?= is )")


def find_feed_needs(
    unwell: Sequence[Unwell], polled: int, unpolled: int, now: datetime, *, is_away: bool
) -> list[str]:
    """The lines for feeds that fail, are quiet or too long.

    `polled` feeds were polled at least once, `unpolled` feeds not yet: nothing is known of them.

    Each feed is in one line, in addition to the share of failing feeds, which is omitted while the network is
    down and if the other lines report all failing feeds.
    """
    left = list(unwell)
    needs: list[str] = []
    for belongs, one, many in _kinds(now):
        of_kind = [feed for feed in left if belongs(feed)]
        left = [feed for feed in left if not belongs(feed)]
        needs += _describe_kind(of_kind, one, many)
    is_told = not any(feed[1].status in DOWN for feed in left)
    return needs if is_away or is_told else [*needs, *_describe_share(unwell, polled, unpolled)]


def _kinds(now: datetime) -> list[NeedKind]:
    """The kinds in the order in which they claim a feed."""
    return [
        (
            _lacks_secret,
            lambda feed: f"feed {feed[0].id} cannot be polled: {_reason_of(feed)}",
            "cannot be polled",
        ),
        *map(_ended_kind, ENDED),
        (
            lambda feed: _never_worked(feed, now),
            lambda feed: f"feed {feed[0].id} has never worked since it was added: {_reason_of(feed)}",
            "have never worked since they were added",
        ),
        (
            lambda feed: _failing_s(feed, now) > FAILING_S and feed[1].status in DOWN,
            lambda feed: f"feed {feed[0].id} has been failing since {_since(feed)}: {_reason_of(feed)}",
            "have been failing for hours",
        ),
        (
            lambda feed: feed[1].quiet_at is not None and feed[0].quiet_alert != "off",
            lambda feed: f"feed {feed[0].id} is quiet beyond its own rhythm; `wireroom feeds {feed[0].id}`",
            "are quiet beyond their own rhythm",
        ),
        (
            lambda feed: feed[1].cut_entries > 0,
            lambda feed: f"feed {feed[0].id} has too many entries: {feed[1].cut_entries:,} not read",
            "have too many entries, of which the oldest are not read",
        ),
    ]


def _ended_kind(status: FeedStatus) -> NeedKind:
    return (
        lambda feed: feed[1].status is status,
        lambda feed: f"feed {feed[0].id} is {status.value}: {_reason_of(feed)}{_remedy_of(feed)}",
        f"are {status.value}",
    )


def _remedy_of(feed: Unwell) -> str:
    """What to do about a feed that is not polled any more."""
    if feed[1].status is not FeedStatus.GONE:
        return ""
    return f"; `wireroom poll {feed[0].id}` tries once more, else give it its new URL or remove it"


def _failing_s(feed: Unwell, now: datetime) -> float:
    since = feed[1].failing_since_at
    return (now - since).total_seconds() if since else 0.0


def _never_worked(feed: Unwell, now: datetime) -> bool:
    is_new = feed[1].last_success_at is None and feed[1].status is FeedStatus.FAILING
    return is_new and (feed[1].error_streak >= NEW_STREAK or _failing_s(feed, now) >= NEW_FAILING_S)


def _lacks_secret(feed: Unwell) -> bool:
    return feed[1].status in DOWN and (feed[1].last_error or "").startswith(MISSING_WORDS)


def _since(feed: Unwell) -> str:
    return f"{feed[1].failing_since_at:%Y-%m-%d %H:%MZ}"


def _reason_of(feed: Unwell) -> str:
    return feed[1].last_error or feed[1].next_due_reason or "unknown reason"


def find_reason(feed: Unwell) -> str:
    """Why a feed fails, without its own host names, addresses and URLs; equal for feeds with one fault."""
    config, state = feed
    if (state.quiet_at is not None or state.cut_entries) and state.status not in DOWN:
        return ""
    text = _ADDRESS.sub("the server's address", _URL.sub("the URL", _reason_of(feed)))
    hosts = {host_of(url) for url in (config.url, state.effective_url or "")} - {""}
    for host in sorted(hosts, key=len, reverse=True):
        own = rf"(?<![\w.-])\[?{re.escape(host)}\]?(?::\d+)?(?!\.?[\w-])"
        text = re.sub(rf"host name {own}", "the server's host name", text, flags=re.IGNORECASE)
        text = re.sub(own, "the server", text, flags=re.IGNORECASE)
    return text


def _by_reason(feeds: Sequence[Unwell]) -> list[tuple[str, list[str]]]:
    """Reasons with the ids of their feeds, most common first; a reason as stored if it is that of all."""
    found: dict[str, list[Unwell]] = {}
    for feed in feeds:
        found.setdefault(find_reason(feed), []).append(feed)
    groups = [
        (_common_text(reason, alike), [feed[0].id for feed in alike]) for reason, alike in found.items()
    ]
    return sorted(groups, key=lambda item: (-len(item[1]), item[0]))


def _common_text(reason: str, alike: Sequence[Unwell]) -> str:
    texts = {_reason_of(feed) for feed in alike} if reason else {""}
    return texts.pop() if len(texts) == 1 else reason


def _describe_kind(feeds: Sequence[Unwell], one: Callable[[Unwell], str], many: str) -> list[str]:
    groups = _by_reason(feeds)
    if len(groups) > REASONS_SHOWN:
        names, why = list_some([feed[0].id for feed in feeds]), _list_secrets(feeds) or _sum_up(groups)
        return [f"{len(feeds)} feeds {many}: {names}{why}; see `wireroom feeds`"]
    single = {feed[0].id: feed for feed in feeds}
    return [
        one(single[ids[0]])
        if len(ids) == 1
        else f"{len(ids)} feeds {many}: {list_some(ids)}" + (f"; {reason}" if reason else "")
        for reason, ids in groups
    ]


def _list_secrets(feeds: Sequence[Unwell]) -> str:
    """All secrets that these feeds lack; empty if they fail for other reasons."""
    if not all(map(_lacks_secret, feeds)):
        return ""
    names = list(dict.fromkeys(name for feed in feeds for name in _SECRET.findall(_reason_of(feed))))
    return f"; {len(names)} secrets are missing or cannot be used: {list_some(names, SECRETS_SHOWN)}"


def _sum_up(groups: Sequence[tuple[str, list[str]]]) -> str:
    """The most common reason if enough feeds share it, otherwise the number of reasons."""
    reason, ids = groups[0]
    feeds = sum(len(ids) for _, ids in groups)
    if len(ids) >= COMMON_FEEDS and len(ids) >= COMMON_SHARE * feeds:
        return f"; most often: {reason} ({len(ids)})"
    return f", for {len(groups)} different reasons"


def list_some(ids: Sequence[str], shown: int = FEEDS_SHOWN) -> str:
    """The first few ids, and the number of the others."""
    more = len(ids) - shown
    return ", ".join(ids[:shown]) + (f" and {more} more" if more > 0 else "")


def _describe_share(unwell: Sequence[Unwell], polled: int, unpolled: int) -> list[str]:
    failing = [feed for feed in unwell if feed[1].status in DOWN]
    if not failing:
        return []
    if len(failing) >= polled and polled + unpolled < SHARE_FEEDS:
        if unpolled:
            return []
        which = "the only feed fails" if polled == 1 else f"none of {polled} feeds works"
        return [f"{which}{_list_or_sum_up(failing)}; see `wireroom feeds`"]
    lasting = sum(feed[1].error_streak > 1 for feed in failing)
    is_lasting = len(failing) >= SHARE_FEEDS and lasting >= SHARE_MIN * polled
    is_half = len(failing) >= SHARE_NOW_FEEDS and len(failing) >= SHARE_NOW * polled
    if not is_lasting and not is_half:
        return []
    which = f"{len(failing)} of {polled} feeds"
    if unpolled:
        share = "all" if len(failing) >= polled else f"{len(failing)} of the"
        which = f"{share} {polled} feeds polled so far"
    return [f"{which} fail{_list_or_sum_up(failing)}; see `wireroom feeds`"]


def _list_or_sum_up(failing: Sequence[Unwell]) -> str:
    """A few feeds with their reasons, or what is common to many."""
    groups = _by_reason(failing)
    if len(groups) == len(failing) <= REASONS_SHOWN:
        return ": " + ", ".join(f"{feed[0].id} ({_reason_of(feed)})" for feed in failing)
    return _sum_up(groups)


def first_problem(error: str) -> str:
    """The first of the problems of a config, which are one per line, and how many more there are."""
    first, *others = error.splitlines() or [""]
    return f"{first}; and {len(others)} more, see `wireroom check`" if others else first


def describe_refusal(error: str) -> str:
    """That a config with these problems was refused, and what is in force instead."""
    return f"config refused, the last good one stays in force: {first_problem(error)}"


def tell_event(kind: str, message: str) -> str:
    """An event in one line; some of the config do not say themselves what they are about."""
    said = first_problem(message)
    is_bare = kind in {EventKind.CONFIG_LOADED, EventKind.CONFIG_REFUSED}
    return f"{kind.replace('.', ' ')}: {said}" if is_bare else said
