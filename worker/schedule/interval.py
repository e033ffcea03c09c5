"""The adaptive poll interval: by the expected rate of entries, within the operator's bounds.

The rate is learned from the feed (`rhythm`). A busy feed is polled sooner than the configured interval, a
slow or silent one later, depending on the hour.
"""

from datetime import datetime

from worker.records import FeedConfig, FeedState, PollReport
from worker.schedule.rhythm import DELTA, Expectation, expect_arrivals, find_arrivals
from worker.text.amounts import spell_s

_GROWTH = 1.5  # at most per poll: a feed that becomes active is noticed soon
_SILENCE_SHARE = 8  # a feed silent for eight hours may be polled hourly
_OVERDUE = 5.0  # expected entries that did not come: the silence is not chance
_PAGE_SHARE = 0.5  # of a page may be new at the next poll


def _grown_s(feed: FeedConfig, state: FeedState) -> float:
    """The longest interval after the present one."""
    return max(state.interval_s or feed.interval_s, min(feed.min_interval_s, feed.interval_s)) * _GROWTH


def ceiling_s(feed: FeedConfig) -> float:
    """The longest wait for hints and back-off; the configured interval itself is never cut."""
    return max(feed.max_interval_s, feed.interval_s)


def next_interval(feed: FeedConfig, state: FeedState, report: PollReport, now: datetime) -> tuple[float, str]:
    """The seconds until the next poll is worthwhile, and why; `state.rhythm` must be up to date.

    Without `adaptive`, and on the first success, this is the configured interval. Only a poll with new
    entries can shorten it; it grows by at most half from poll to poll.
    """
    if not feed.adaptive or state.last_success_at is None:
        return feed.interval_s, explain_interval(feed.interval_s)
    expected = expect_arrivals(state.rhythm, report.arrivals, now, feed.interval_s) if state.rhythm else None
    if report.new:
        wait_s, why = _after_news(feed, state, report, expected, now)
    else:
        wait_s, why = _after_nothing(feed, state, expected, now)
    return wait_s, explain_interval(wait_s, why)


def _after_news(
    feed: FeedConfig,
    state: FeedState,
    report: PollReport,
    expected: Expectation | None,
    now: datetime,
) -> tuple[float, str]:
    if expected is None:
        wait_s, why = min(state.interval_s or feed.interval_s, feed.interval_s), ""
    else:
        wait_s, why = expected.worth_s(feed.interval_s, ceiling_s(feed)), _describe_rate(expected, now)
    wait_s, why = _before_page_turns(
        state, min(wait_s, max(_grown_s(feed, state), feed.interval_s * _GROWTH)), why
    )
    since = state.last_success_at or now
    passed_s = (now - since).total_seconds()
    came = len(find_arrivals(report, since, now, feed.interval_s))
    if came > 1 and wait_s > max(feed.interval_s, passed_s):
        wait_s, why = max(feed.interval_s, passed_s), f"{came} entries came within {spell_s(passed_s)}"
    if report.new * 2 > report.entries and report.http_status != DELTA:
        page_s = passed_s * report.entries * _PAGE_SHARE / report.new
        wait_s = min(wait_s, feed.interval_s, page_s)
        why = f"{report.new} of {report.entries} entries were new"
    return max(wait_s, min(feed.min_interval_s, feed.interval_s)), why


def _after_nothing(
    feed: FeedConfig, state: FeedState, expected: Expectation | None, now: datetime
) -> tuple[float, str]:
    since = state.last_new_at or state.last_success_at or now
    silence_s = (now - since).total_seconds()
    wait_s, why = 0.0, ""
    if expected is not None:
        wait_s, why = expected.worth_s(feed.interval_s, ceiling_s(feed)), _describe_rate(expected, now)
    # if 304s were found to hide entries, silence proves nothing
    if expected is None or (not state.lying_304 and expected.usual_between(since, now) > _OVERDUE):
        wait_s, why = max(
            (wait_s, why), (silence_s / _SILENCE_SHARE, f"nothing new for {spell_s(silence_s)}")
        )
    top_s = min(ceiling_s(feed), max(feed.interval_s, feed.recheck_s)) if state.lying_304 else ceiling_s(feed)
    wait_s, why = _before_page_turns(state, min(_grown_s(feed, state), wait_s, top_s), why)
    wait_s = max(feed.interval_s, wait_s)
    return wait_s, "" if wait_s == feed.interval_s else why


def _before_page_turns(state: FeedState, wait_s: float, why: str) -> tuple[float, str]:
    """Limit the wait to the shortest time in which a whole page of entries was replaced."""
    page_s = state.rhythm.page_s if state.rhythm else None
    if page_s is None or page_s >= wait_s:
        return wait_s, why
    return page_s, f"a page of entries has come within {spell_s(page_s)}"


def _describe_rate(expected: Expectation, now: datetime) -> str:
    return f"an entry every {spell_s(1.0 / expected.rate_per_s(now))} expected about now"


def explain_interval(wait_s: float, why: str = "") -> str:
    """The reason of a wait that the schedule itself chose."""
    return f"interval {spell_s(wait_s)}" + (f" ({why})" if why else "")
